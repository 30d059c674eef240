"""The viewer: pictures, zoom, handles, the transport bar."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.panels.placing import Drag, Placement
from app.panels.viewer import ViewerPanel
from app.viewer.handles import dragged
from app.viewer.transport import TransportBar
from core.timeline import edits
from core.timeline.model import Clip, Key, Keys, Sequence, Title, value_at
from tests.app.film import HEIGHT, RATE, WIDTH, level
from tests.app.panels.drawn import LEFT, drag, spot


def test_the_picture_on_the_screen_is_the_frame(viewer: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    editor.state.set("playhead", RATE.time_of(20))
    qtbot.waitUntil(lambda: viewer.canvas.picture is not None and viewer.canvas.picture.frame == 20)
    colour = viewer.canvas.grab().toImage().pixelColor(spot(viewer, WIDTH / 2, HEIGHT / 2))
    assert abs(colour.red() - level(20)) <= 2


def test_empty_project_says_what_to_do(viewer: ViewerPanel, editor: Editor) -> None:
    from core.project.project import new_project

    editor.document.reset(new_project(), None, None)
    assert "timeline" in viewer.canvas.message


def test_wheel_zooms_at_the_mouse_and_fit_comes_back(viewer: ViewerPanel) -> None:
    canvas = viewer.canvas
    before = canvas.view
    viewer.set_zoom(4.0)
    assert canvas.magnification == pytest.approx(4.0)
    assert not canvas.fitted
    viewer.set_zoom(0.0)
    assert canvas.view == before


def test_middle_button_moves_the_picture(viewer: ViewerPanel) -> None:
    before = viewer.canvas.view
    middle = viewer.canvas.rect().center()
    QTest.mousePress(viewer.canvas, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseMove(viewer.canvas, middle + QPoint(30, -10))
    QTest.mouseRelease(viewer.canvas, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, middle)
    assert viewer.canvas.view.left == pytest.approx(before.left + 30, abs=1)
    assert viewer.canvas.view.top == pytest.approx(before.top - 10, abs=1)


def test_dragging_the_clip_moves_it_in_one_undo_step(viewer: ViewerPanel, editor: Editor) -> None:
    editor.state.set("selection", frozenset({"clip"}))
    steps = editor.document.undo_stack.count()
    drag(viewer, (40, 40), (45, 42), (52, 46), (60, 50))
    sequence = editor.document.sequence
    assert sequence is not None
    clip = sequence.find("clip")[2]
    assert value_at(clip.x, 0) == pytest.approx(20, abs=0.6)
    assert value_at(clip.y, 0) == pytest.approx(10, abs=0.6)
    assert editor.document.undo_stack.count() == steps + 1
    editor.document.undo_stack.undo()
    assert editor.document.sequence is not None
    assert editor.document.sequence.find("clip")[2].x == 0.0


def test_a_title_is_picked_and_dragged_by_its_text(viewer: ViewerPanel, editor: Editor) -> None:
    title = Clip("title", "Title", Title("Hello", size=0.2, x=0.5, y=0.5), RATE.time_of(30))
    editor.document.edit_sequence("title", lambda film: edits.overwrite(*_with_lane(film, title)))
    steps = editor.document.undo_stack.count()
    spot_of_text = (round(WIDTH / 2), round(HEIGHT / 2))
    drag(
        viewer,
        spot_of_text,
        (spot_of_text[0] + 4, spot_of_text[1] + 4),
        (spot_of_text[0] + 8, spot_of_text[1] + 6),
    )
    assert editor.state.selection == {"title"}
    film = editor.document.sequence
    assert film is not None
    moved = film.find("title")[2].content
    assert isinstance(moved, Title)
    assert (moved.x * WIDTH, moved.y * HEIGHT) == pytest.approx((WIDTH / 2 + 8, HEIGHT / 2 + 6), abs=1)
    assert film.find("clip")[2].x == 0.0, "what lies below stays"
    assert editor.document.undo_stack.count() == steps + 1
    assert editor.document.undo_stack.undoText() == "Move title"


def _with_lane(film: Sequence, clip: Clip) -> tuple[Sequence, int, dict[str, Clip]]:
    film = edits.add_track(film, "video", track_id="above")
    return film, 0, {"above": clip}


def test_corner_scales_and_top_turns() -> None:
    from core.timeline.model import Solid

    clip, at = Clip("c", "C", Solid(), 100), Placement(50, 50, 40, 20, 0)
    corner, top = Drag("scale", (70, 60), at), Drag("rotate", (50, 40), at)
    assert dragged(corner, clip, 0, (90, 70), False) == {"scale": 2.0}
    assert dragged(top, clip, 0, (60, 50), False) == {"rotation": 90.0}
    assert dragged(top, clip, 0, (60, 48), True)["rotation"] % 15 == 0
    assert dragged(Drag("move", (0, 0), at), clip, 0, (10, 3), True) == {"x": 10.0, "y": 0.0}
    assert at.inside(69, 59)
    assert not Placement(50, 50, 40, 20, 90).inside(69, 50)


def test_dragging_an_animated_clip_sets_a_keyframe_that_goes_on_as_its_stretch_does(
    viewer: ViewerPanel, editor: Editor
) -> None:
    keys = Keys((Key(0, 0.0, "smooth"), Key(RATE.time_of(20), 10.0)))
    editor.document.edit_sequence("Animate", edits.set_clip, "clip", x=keys)
    editor.state.set("selection", frozenset({"clip"}))
    editor.state.set("playhead", RATE.time_of(10))
    drag(viewer, (50, 40), (55, 42), (62, 46), (70, 50))
    assert editor.document.sequence is not None
    clip = editor.document.sequence.find("clip")[2]
    assert isinstance(clip.x, Keys)
    assert [key.time for key in clip.x.keys] == [0, RATE.time_of(10), RATE.time_of(20)]
    assert clip.x.keys[1].value == pytest.approx(25, abs=0.6)
    assert clip.x.keys[1].easing == "smooth"
    assert value_at(clip.x, 0) == 0.0
    assert isinstance(clip.y, float)
    assert clip.y == pytest.approx(10, abs=0.6)


def test_typing_a_time_goes_there(viewer: ViewerPanel, editor: Editor) -> None:
    field = viewer.transport.time
    for text, frame in (("00:00:01:05", 30), ("12", 12), ("0.4", 10)):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert editor.state.playhead == RATE.time_of(frame)
    field.selectAll()
    QTest.keyClicks(field, "soon")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "soon" in editor.notify.waiting[-1].message


def test_in_and_out_buttons(viewer: ViewerPanel, editor: Editor) -> None:
    editor.state.set("playhead", RATE.time_of(5))
    viewer.transport.mark_in.click()
    editor.state.set("playhead", RATE.time_of(9))
    viewer.transport.mark_out.click()
    sequence = editor.document.sequence
    assert sequence is not None
    assert (sequence.in_point, sequence.out_point) == (RATE.time_of(5), RATE.time_of(10))


def test_full_screen_opens_and_closes(viewer: ViewerPanel, qtbot: QtBot) -> None:
    viewer.toggle_full_screen()
    full = viewer.full_screen
    assert full is not None
    assert full.canvas.picture is not None
    QTest.keyClick(full, Qt.Key.Key_Escape)
    assert viewer.full_screen is None


def test_a_click_selects_the_clip_and_does_not_move_it(viewer: ViewerPanel, editor: Editor) -> None:
    drag(viewer, (40, 40), (40.2, 40.1))
    assert editor.state.selection == frozenset({"clip"})
    assert editor.document.undo_stack.count() == 0


def test_a_double_click_begun_elsewhere_is_no_double_click_here(viewer: ViewerPanel, qtbot: QtBot) -> None:
    heard: list[int] = []
    viewer.canvas.double_clicked.connect(lambda: heard.append(1))
    where = QPointF(5, 5)
    event = QMouseEvent(
        QEvent.Type.MouseButtonDblClick, where, where, LEFT, LEFT, Qt.KeyboardModifier.NoModifier
    )
    event.setTimestamp(100_000)
    viewer.canvas.mouseDoubleClickEvent(event)
    assert heard == []
    event.setTimestamp(100_200)
    viewer.canvas.mouseDoubleClickEvent(event)
    assert heard == [1]


def test_nothing_overlaps_in_a_narrow_transport_bar(
    viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    bar = TransportBar(editor, holder)
    bar.resize(760, 48)
    holder.show()
    assert bar.length.isVisible()
    bar.resize(450, 48)
    assert not bar.length.isVisible()
    QApplication.sendEvent(bar, QEvent(QEvent.Type.LayoutRequest))
    shown = [item for item in bar.findChildren(QWidget) if item.isVisible() and item.parent() is bar]
    boxes = sorted((item.geometry() for item in shown), key=lambda box: box.left())
    assert len(boxes) > 8
    assert all(left.right() <= right.left() for left, right in pairwise(boxes))


def test_a_moment_is_shown_instead_of_the_playheads_while_a_drag_is_about_it(
    viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    def shown(frame: int) -> bool:
        return viewer.canvas.picture is not None and viewer.canvas.picture.frame == frame

    editor.state.set("playhead", RATE.time_of(5))
    qtbot.waitUntil(lambda: shown(5))
    editor.state.set("moment", RATE.time_of(30))
    qtbot.waitUntil(lambda: shown(30))
    assert editor.state.playhead == RATE.time_of(5)
    editor.state.set("moment", None)
    qtbot.waitUntil(lambda: shown(5))
