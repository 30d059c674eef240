"""The inspector: values shown, edits folded, keyframes, titles, the film's properties."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import theme
from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.inspector.add_effect import AddEffect
from app.inspector.fades_form import FadeSection
from app.inspector.forms import ClipSection, Section, SpeedSection
from app.inspector.sequence_form import SequenceForm
from app.inspector.title_form import TitleSection
from app.inspector.transition_form import TransitionSection
from app.panels.inspector import InspectorPanel
from app.widgets.fields import Spin
from core.time import FrameRate
from core.timeline import edits
from core.timeline.effects import EFFECT_KINDS, new_effect
from core.timeline.model import Clip, Keys, Solid, Title
from tests.app.panels.inspecting import clip, field, part, pick, shown
from tests.cuts import SECOND, lengths, project


@pytest.fixture
def panel(qtbot: QtBot, editor: Editor) -> Iterator[InspectorPanel]:
    yield from shown(qtbot, editor)


def test_a_number_sets_the_clip(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "a")
    field(panel, "scale").spin.setValue(1.5)
    assert clip(editor, "a").scale == 1.5
    assert editor.document.undo_stack.undoText() == "Scale"
    editor.document.undo_stack.undo()
    panel.show_now()
    panel.finish()
    assert field(panel, "scale").spin.value() == 1.0


def test_typing_a_number_gives_the_keys_back(panel: InspectorPanel, editor: Editor, qtbot: QtBot) -> None:
    pick(panel, editor, "a")
    spin = field(panel, "rotation").spin
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "45")
    assert clip(editor, "a").rotation == 0.0
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert clip(editor, "a").rotation == 45.0
    assert editor.document.undo_stack.count() == 1
    assert not spin.hasFocus()


def test_a_drag_on_the_label_is_one_step(panel: InspectorPanel, editor: Editor, qtbot: QtBot) -> None:
    pick(panel, editor, "a")
    label = field(panel, "x").label
    qtbot.mousePress(label, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    for step in range(1, 9):
        label.dragged.emit(5.0, False)
        assert clip(editor, "a").x == 5.0 * step
    qtbot.mouseRelease(label, Qt.MouseButton.LeftButton, pos=QPoint(45, 5))
    assert editor.document.undo_stack.count() == 1


def test_two_drags_are_two_steps(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "a")
    for _ in range(2):
        field(panel, "x").label.dragged.emit(5.0, False)
        field(panel, "x").label.released.emit()
    assert editor.document.undo_stack.count() == 2


def test_all_selected_pictures_get_the_number(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "a", "b", "sa")
    field(panel, "opacity").spin.setValue(0.5)
    assert [clip(editor, one).opacity for one in ("a", "b", "sa")] == [0.5, 0.5, 1.0]
    field(panel, "gain").spin.setValue(-6)
    assert [clip(editor, one).gain for one in ("a", "b", "sa")] == [0.0, 0.0, -6.0]
    assert part(panel, ClipSection).title() == "2 clips"  # a picture and its sound are one


def test_keyframes(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "b")
    editor.state.set("playhead", 5 * SECOND)
    field(panel, "opacity").key_toggled.emit()
    editor.state.set("playhead", 7 * SECOND)
    panel.show_now()
    panel.finish()
    field(panel, "opacity").spin.setValue(0.0)
    opacity = clip(editor, "b").opacity
    assert isinstance(opacity, Keys)
    assert [(key.time, key.value) for key in opacity.keys] == [(3 * SECOND, 1.0), (5 * SECOND, 0.0)]
    editor.state.set("playhead", 6 * SECOND)
    panel.show_now()
    panel.finish()
    assert field(panel, "opacity").spin.value() == pytest.approx(0.5)
    editor.state.set("playhead", 5 * SECOND)
    field(panel, "opacity").easing_wanted.emit("hold")
    editor.state.set("playhead", 6 * SECOND)
    panel.show_now()
    assert field(panel, "opacity").spin.value() == 1.0
    field(panel, "opacity").key_wanted.emit(-1)
    assert editor.state.playhead == 5 * SECOND
    field(panel, "opacity").key_toggled.emit()
    left = clip(editor, "b").opacity
    assert isinstance(left, Keys)
    assert len(left.keys) == 1
    field(panel, "opacity").reset.emit()
    assert clip(editor, "b").opacity == 1.0


def test_keyframes_of_all_selected_clips_at_the_playhead(panel: InspectorPanel, editor: Editor) -> None:
    above = Clip("above", "Red", Solid("#ff0000"), 4 * SECOND)
    editor.document.edit_sequence("above", edits.overwrite, 4 * SECOND, {"V2": above})
    pick(panel, editor, "a", "b", "above")
    editor.state.set("playhead", 5 * SECOND)
    steps = editor.document.undo_stack.count()
    field(panel, "opacity").key_toggled.emit()
    keyed = [isinstance(clip(editor, one).opacity, Keys) for one in ("a", "b", "above")]
    assert keyed == [False, True, True], "a is over by then"
    field(panel, "opacity").key_toggled.emit()
    assert [clip(editor, one).opacity for one in ("b", "above")] == [1.0, 1.0]
    assert editor.document.undo_stack.count() == steps + 2


def test_fades(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "a", "sa")
    section = part(panel, FadeSection)
    assert isinstance(section, FadeSection)
    section.fields["fade_in"].spin.setValue(1.6)
    section.fields["fade_out"].spin.setValue(1000.0)
    assert [(clip(editor, one).fade_in / SECOND, clip(editor, one).fade_out) for one in ("a", "sa")] == [
        (1.6, clip(editor, one).duration) for one in ("a", "sa")
    ]
    section.fields["fade_out"].reset.emit()
    assert clip(editor, "a").fade_out == 0
    for _ in range(2):
        trigger(editor, find_action("clip.fade_out"))
    assert clip(editor, "a").fade_out == 0
    trigger(editor, find_action("clip.fade_out"))
    assert clip(editor, "sa").fade_out == SECOND


def test_a_transition_has_a_section_of_its_own(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "b")
    assert not any(isinstance(one, TransitionSection) for one in panel.parts)
    trigger(editor, find_action("clip.transition"))
    pick(panel, editor, "b")
    section = part(panel, TransitionSection)
    assert isinstance(section, TransitionSection) and section.kind.currentData() == "cross-fade"
    section.length.spin.setValue(0.4)
    found = clip(editor, "b").transition
    assert found is not None and (found.before + found.after, found.before) == (0.4 * SECOND, 0.2 * SECOND)
    section.kind.setCurrentIndex(section.kind.findData("wipe"))
    section.kind.activated.emit(0)
    pick(panel, editor, "b")
    section = part(panel, TransitionSection)
    assert isinstance(section, TransitionSection) and section.way.isVisibleTo(section)
    section.way.setCurrentIndex(section.way.findData("up"))
    section.way.activated.emit(0)
    assert clip(editor, "b").transition == replace(found, kind="wipe", way="up")


def test_name_blend_and_switch(panel: InspectorPanel, editor: Editor, qtbot: QtBot) -> None:
    pick(panel, editor, "a")
    section = part(panel, ClipSection)
    assert isinstance(section, ClipSection)
    name = section.findChild(QLineEdit)
    assert name is not None
    name.setText("Bear walks")
    name.editingFinished.emit()
    blend = section.findChild(QComboBox)
    assert blend is not None
    blend.setCurrentIndex(blend.findData("screen"))
    blend.activated.emit(blend.currentIndex())
    section.switch.click()
    changed = clip(editor, "a")
    assert (changed.name, changed.blend, changed.enabled) == ("Bear walks", "screen", False)


def test_speed_from_the_start_of_the_drag(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "a", "sa")
    speed = part(panel, SpeedSection)
    assert isinstance(speed, SpeedSection)
    speed.field.changed.emit(50.0, "drag")  # too long: b cuts it off
    speed.field.changed.emit(200.0, "drag")
    film = editor.document.sequence
    assert lengths(film, "V1")["a"] == 2
    assert lengths(film, "A1")["sa"] == 2
    assert editor.document.undo_stack.count() == 1


def test_what_follows_makes_room_for_a_slower_clip_or_stays(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "a")
    speed = part(panel, SpeedSection)
    assert isinstance(speed, SpeedSection) and editor.document.sequence is not None
    before = editor.document.sequence.find("b")[1]
    length = editor.document.sequence.find("a")[1].duration
    speed.field.changed.emit(50.0, "")
    assert editor.document.sequence.find("b")[1].start == before.start + length
    editor.document.undo_stack.undo()
    speed.ripple.click()
    assert not editor.settings.flag("speed_ripples")
    speed.field.changed.emit(50.0, "")
    assert editor.document.sequence.find("b")[1] == before, "it is cut off"


def test_a_setting_that_the_disk_refuses_holds_and_is_told(
    panel: InspectorPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").touch()
    editor.settings.path = tmp_path / "file" / "settings.json"
    pick(panel, editor, "a")
    speed = part(panel, SpeedSection)
    assert isinstance(speed, SpeedSection)
    speed.ripple.click()
    qtbot.waitUntil(lambda: bool(editor.notify.waiting))
    assert "cannot be kept" in editor.notify.waiting[-1].message
    assert not editor.settings.flag("speed_ripples")


def test_title(panel: InspectorPanel, editor: Editor) -> None:
    title = Clip("t", "Title", Title("Hello"), 2 * SECOND)
    editor.document.edit_sequence("x", edits.overwrite, 0, {"V2": title})
    pick(panel, editor, "t")
    section = part(panel, TitleSection)
    assert isinstance(section, TitleSection)
    for text in ("Hello y", "Hello yo", "Hello you"):
        section.text.setPlainText(text)
    section.numbers["size"].spin.setValue(20)
    content = clip(editor, "t").content
    assert isinstance(content, Title)
    assert (content.text, content.size) == ("Hello you", 0.2)
    assert editor.document.undo_stack.count() == 3  # overwrite, typing, size


def test_how_a_title_looks_and_moves(panel: InspectorPanel, editor: Editor) -> None:
    title = Clip("t", "Title", Title("Hello"), 2 * SECOND)
    editor.document.edit_sequence("x", edits.overwrite, 0, {"V2": title})
    pick(panel, editor, "t")
    section = part(panel, TitleSection)
    assert isinstance(section, TitleSection)
    section.styles["bold"].click()
    section.numbers["shadow"].spin.setValue(40)
    section.motion.setCurrentIndex(section.motion.findData("roll"))
    section.motion.activated.emit(section.motion.currentIndex())
    content = clip(editor, "t").content
    assert isinstance(content, Title)
    assert (content.bold, content.italic, content.shadow, content.motion) == (True, False, 0.4, "roll")
    panel.show_now()
    assert section.numbers["x"].isEnabled() and not section.numbers["y"].isEnabled()
    editor.document.undo_stack.undo()
    panel.show_now()
    assert section.motion.currentData() == "still" and section.numbers["y"].isEnabled()
    assert section.styles["bold"].isChecked()


def test_the_film_without_a_selection(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor)
    form = part(panel, SequenceForm)
    assert isinstance(form, SequenceForm)
    form.width_box.setValue(1280)
    form.rate.setCurrentText("29.97")
    form.rate.activated.emit(0)
    film = editor.document.sequence
    assert film is not None
    assert (film.width, film.rate) == (1280, FrameRate(30000, 1001))
    form.show_now()
    assert form.sizes.currentIndex() == -1
    for width, height in ((1080, 1920), (1920, 1080)):
        form.sizes.setCurrentText(f"{width} × {height}")
        form.sizes.activated.emit(0)
        form.show_now()
        film = editor.document.sequence
        assert film is not None and (film.width, film.height) == (width, height)
        assert form.sizes.currentText() == f"{width} × {height}"
    form.rate.setCurrentText("fast")
    form.rate.activated.emit(0)
    assert "fast" in editor.notify.waiting[0].message
    assert editor.document.sequence is film


def test_without_a_film_there_are_no_made_up_properties(panel: InspectorPanel, editor: Editor) -> None:
    editor.document.reset(replace(project(), sequences=(), active=""), None, None)
    panel.show_now()
    panel.finish()
    form = part(panel, SequenceForm)
    assert isinstance(form, SequenceForm)
    assert not form.width_box.isVisibleTo(form)
    assert "first clip" in form.hint.text()


def test_a_locked_track_is_a_notice(panel: InspectorPanel, editor: Editor) -> None:
    editor.document.edit_sequence("x", lambda film: edits.set_track(film, "V1", locked=True))
    pick(panel, editor, "a")
    field(panel, "scale").spin.setValue(2)
    assert clip(editor, "a").scale == 1.0
    assert "locked" in editor.notify.waiting[0].message


def test_everything_is_named(panel: InspectorPanel, editor: Editor) -> None:
    editor.document.edit_sequence("x", edits.add_effect, "a", "colour")
    pick(panel, editor, "a", "sa")
    for kind in (QAbstractButton, QComboBox, QSpinBox, QLineEdit):
        for widget in panel.findChildren(kind):
            inner = widget.objectName().startswith("qt_")
            assert inner or widget.accessibleName() or getattr(widget, "text", lambda: "")(), widget
    assert all(isinstance(one, Section | AddEffect) for one in panel.parts)


def test_a_number_gives_the_keys_back_and_leaves_commands_to_the_window(qtbot: QtBot) -> None:
    spin = Spin()
    qtbot.addWidget(spin)
    spin.show()
    spin.setFocus()
    modifier = Qt.KeyboardModifier.ControlModifier
    for key, taken in ((Qt.Key.Key_E, False), (Qt.Key.Key_K, False), (Qt.Key.Key_A, True)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
        event.ignore()
        QApplication.sendEvent(spin, event)
        assert event.isAccepted() == taken
    QTest.keyClicks(spin, "7")
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert not spin.hasFocus()


def test_a_page_begun_for_a_clip_that_goes_away_is_not_finished(
    panel: InspectorPanel, editor: Editor, qtbot: QtBot
) -> None:
    pick(panel, editor, "a")
    panel.finish()
    pick(panel, editor, "b")
    editor.document.edit_sequence("Delete", edits.lift, ["b"])
    panel.finish()
    qtbot.waitUntil(lambda: any(isinstance(part, SequenceForm) for part in panel.parts))


def test_pages_that_went_leave_no_widget_behind(panel: InspectorPanel, editor: Editor) -> None:
    def orphans() -> int:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return sum(
            isinstance(one, QToolButton | QComboBox) and one.parentWidget() is None
            for one in QApplication.allWidgets()
        )

    clips = [clip.id for _, _, clip in editor.document.sequence.clips()]
    before = orphans()
    for clip_id in clips * 2:
        pick(panel, editor, clip_id)
    pick(panel, editor)
    assert orphans() == before


def test_large_text_of_the_system_is_not_cut_off(qtbot: QtBot, editor: Editor, qapp: QApplication) -> None:
    theme.apply(qapp, theme.current())  # what is laid out once knows of usual text
    before = qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(18)
    try:
        qapp.setFont(larger)
        theme.apply(qapp, theme.current())
        for made in shown(qtbot, editor):
            pick(made, editor, "a")
            number = field(made, "scale")
            assert number.spin.height() >= number.spin.fontMetrics().height() + 8
            assert number.label.width() >= number.label.fontMetrics().horizontalAdvance("Position X")
            bar = made.horizontalScrollBar()
            assert bar.maximum() + made.viewport().width() >= made.widget().minimumSizeHint().width()
    finally:
        qapp.setFont(before)
        theme.apply(qapp, theme.current())


def test_nothing_is_wider_than_the_narrowest_panel(qtbot: QtBot, editor: Editor) -> None:
    for made in shown(qtbot, editor):
        film = editor.document.sequence
        assert film is not None
        sound = next(clip.id for track, _, clip in film.clips() if track.kind == "audio")
        room = made.minimumWidth() - made.verticalScrollBar().sizeHint().width()
        for content in (Title("Words"), Solid()):
            editor.document.edit_sequence("x", edits.set_clip, "a", content=content)
            pick(made, editor, "a")
            assert made.widget().minimumSizeHint().width() <= room, type(content).__name__
        for kind in EFFECT_KINDS.values():
            shape = "" if kind.whole or kind.sound else "ellipse"
            effects = (replace(new_effect(kind.kind), shape=shape),)
            editor.document.edit_sequence("x", edits.set_clip, sound if kind.sound else "a", effects=effects)
            pick(made, editor, sound if kind.sound else "a")
            assert made.widget().minimumSizeHint().width() <= room, kind.title


def test_the_page_before_is_seen_until_the_next_is_whole(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "a")
    before = panel.widget()
    editor.state.set("selection", frozenset({"b"}))
    panel.show_now()
    assert panel.widget() is before and before is not None and before.isVisible()
    assert before.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents), "it is of the clip before"
    panel.finish()
    after = panel.widget()
    assert after is not before and after is not None and after.isVisible()
    assert [one.parentWidget() for one in panel.parts] == [after] * len(panel.parts) and len(panel.parts) > 3


def test_a_page_that_is_no_longer_wanted_is_never_seen(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "a")
    before = panel.widget()
    for name in ("b", "c", "a"):
        editor.state.set("selection", frozenset({name}))
        panel.show_now()
        assert panel.widget() is before
    panel.finish()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    pages = [one for one in panel.viewport().children() if isinstance(one, QWidget)]
    assert pages == [panel.widget()]
