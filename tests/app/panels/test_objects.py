"""The objects panel: the list edits the document, masks go out and come in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.masks import track_results, track_watch
from app.masks.object_list import LOCK, WORST, Figures, ObjectList
from app.masks.track_records import Summary, records_of
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from core.media.appearances import Appearance, Appearances, ObjectHistory, write_appearances
from core.media.matte import MaskFolder, write_labels
from core.project import mask_edits
from core.project.project import TrackedObject
from tests.app.film import HEIGHT, WIDTH, media
from tests.app.panels import drawn
from tests.app.panels.drawn import draw_key, sure_result

panel = drawn.panel
"""The fixture."""


def test_objects_are_added_renamed_hidden_removed(panel: ObjectsPanel, editor: Editor) -> None:
    panel.add.click()
    panel.add.click()
    assert [known.label for known in media(editor).objects] == [1, 2]
    assert editor.state.label == 2
    panel.objects.item(1).setText(0, "Bear")
    assert media(editor).objects[1].name == "Bear"
    panel.objects.item(1).setCheckState(0, Qt.CheckState.Unchecked)
    assert not media(editor).objects[1].visible
    panel.remove.click()
    assert [known.name for known in media(editor).objects] == ["Object 1"]
    for _ in range(5):
        editor.document.undo_stack.undo()
    assert not media(editor).objects
    assert panel.objects.count() == 0


def test_a_locked_object_is_not_drawn_on(panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor) -> None:
    panel.add.click()
    panel.add.click()
    editor.notify.connect_window()
    notices: list[str] = []
    editor.notify.posted.connect(lambda notice: notices.append(notice.message))
    panel.objects.itemClicked.emit(panel.objects.item(1), LOCK)
    assert media(editor).objects[1].locked
    assert "locked" in panel.objects.item(1).data(LOCK, Qt.ItemDataRole.AccessibleTextRole)
    assert not viewer.masks.begin(20, 20, add=True)
    assert notices == ["Object 2 is locked"]
    editor.document.undo_stack.undo()
    assert viewer.masks.begin(20, 20, add=True)
    viewer.masks.cancel()


def test_looks_at_the_masks_go_round(panel: ObjectsPanel, editor: Editor) -> None:
    seen = []
    for _ in range(5):
        trigger(editor, find_action("mask.look_next"))
        seen.append(editor.state.mask_look)
    assert seen == ["outlines", "matte", "cutout", "colours", "outlines"]


def test_a_close_up_needs_the_object(
    panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.notify.connect_window()
    said: list[str] = []
    editor.notify.posted.connect(lambda notice: said.append(notice.message))
    trigger(editor, find_action("mask.close_up"))
    assert said == ["object 1 has no mask on this frame"] and viewer.canvas.fitted
    draw_key(editor, 0)
    qtbot.waitUntil(lambda: viewer.masks.labels is not None and viewer.masks.labels.any())
    viewer.close_button.click()
    assert viewer.close_button.isChecked() and not viewer.canvas.fitted
    trigger(editor, find_action("viewer.fit"))
    assert viewer.canvas.fitted and not viewer.close_button.isChecked()


def test_picking_in_the_list_takes_the_object_in_hand(panel: ObjectsPanel, editor: Editor) -> None:
    panel.add.click()
    panel.add.click()
    panel.objects.setCurrentItem(panel.objects.item(0))
    assert editor.state.label == 1
    editor.state.set("label", 2)
    assert panel.objects.currentItem() is panel.objects.item(1)


def test_key_masks_are_listed_and_lead_to_their_frame(panel: ObjectsPanel, editor: Editor) -> None:
    draw_key(editor, 7)
    draw_key(editor, 3)
    assert [panel.keys.item(row).data(Qt.ItemDataRole.UserRole) for row in range(2)] == [3, 7]
    panel.keys.itemClicked.emit(panel.keys.item(1))
    assert editor.state.media_frame == 7


def test_masks_go_out_and_come_back(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    draw_key(editor, 4, label=2)
    panel.files.export_masks(tmp_path / "out", "palette")
    qtbot.waitUntil(lambda: bool(editor.notify.waiting))
    assert MaskFolder(tmp_path / "out").frames() == [4]
    editor.document.edit("Clear", mask_edits.without_masks, "media")
    panel.files.import_masks(tmp_path / "out")
    qtbot.waitUntil(lambda: bool(media(editor).key_masks))
    assert media(editor).key_masks[0].frame == 4
    assert 2 in {known.label for known in media(editor).objects}


def test_masks_of_a_proxy_are_scaled(
    panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    half = np.zeros((HEIGHT // 2, WIDTH // 2), np.uint8)
    half[10:20, 5:15] = 3
    write_labels(tmp_path / "00000.png", half)
    panel.files.import_masks(tmp_path / "00000.png")
    qtbot.waitUntil(lambda: viewer.masks.labels is not None and bool(viewer.masks.labels.any()))
    assert viewer.masks.labels is not None
    whole = np.zeros((HEIGHT, WIDTH), np.uint8)
    whole[20:40, 10:30] = 3
    assert np.array_equal(viewer.masks.labels, whole)


def test_masks_of_another_shape_are_refused(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    write_labels(tmp_path / "00000.png", np.ones((7, 9), np.uint8))
    panel.files.import_masks(tmp_path / "00000.png")
    qtbot.waitUntil(lambda: bool(editor.notify.waiting))
    assert "9x7" in editor.notify.waiting[-1].message
    assert not media(editor).key_masks


def test_use_it_puts_the_effect_on_the_clip(panel: ObjectsPanel, editor: Editor) -> None:
    assert not panel.recipes["cut_out"].isEnabled()
    assert panel.recipes["cut_out"].toolTip() == "Draw the object first"
    draw_key(editor, 0)
    assert panel.recipes["cut_out"].isEnabled()
    assert "transparent" in panel.recipes["cut_out"].toolTip()
    panel.recipes["blur_background"].click()
    sequence = editor.document.sequence
    assert sequence is not None
    effect = sequence.find("clip")[2].effects[0]
    assert effect.kind == "blur"
    assert effect.matte is not None
    assert effect.matte.invert
    assert editor.state.view == "sequence"


def test_the_panel_comes_forward_with_the_mask_view(panel: ObjectsPanel, editor: Editor) -> None:
    from PySide6.QtWidgets import QTabWidget, QWidget

    tabs = QTabWidget()
    tabs.addTab(QWidget(), "Clip")
    tabs.addTab(panel, "Objects")
    editor.state.set("view", "sequence")
    tabs.setCurrentIndex(0)
    editor.state.set("view", "media")
    assert tabs.currentIndex() == 1
    editor.state.set("view", "sequence")
    assert tabs.currentIndex() == 0
    panel.setParent(None)


def test_masks_go_out_and_come_in_by_command(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    draw_key(editor, 3)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(tmp_path / "out"))
    trigger(editor, find_action("mask.export_binary"))
    qtbot.waitUntil(lambda: MaskFolder(tmp_path / "out").frames() == [3])
    editor.document.undo_stack.undo()
    assert media(editor).key_masks == ()
    write_labels(tmp_path / "out" / "00003.png", np.ones((HEIGHT, WIDTH), np.uint8))
    trigger(editor, find_action("mask.import_folder"))
    qtbot.waitUntil(lambda: [key.frame for key in media(editor).key_masks] == [3])


def test_the_softness_that_was_set_is_used_by_the_commands_too(
    panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor
) -> None:
    draw_key(editor, 0)
    viewer.masks.feather = 7.5
    editor.state.set("selection", frozenset({"clip"}))
    trigger(editor, find_action("effects.cut_out"))
    assert editor.document.sequence is not None
    (effect,) = editor.document.sequence.find("clip")[2].effects
    assert effect.matte is not None
    assert effect.matte.feather == 7.5


def test_a_strip_takes_its_object_in_hand_and_says_what_it_knows(
    panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    folder = sure_result(editor, b'{"5":{"1":0.25, "2": 0.9}}')
    found = Appearance(7, 7, 8, 0.8, (1, 1, 5, 5), "found")
    write_appearances(folder, Appearances({2: ObjectHistory(((6, 6),), (found,))}, (4,)))
    track_results.attach_folder(editor, "media", folder)
    viewer.scrub.refresh()
    record = records_of(editor)
    qtbot.waitUntil(lambda: record.of(media(editor)) is not None)
    assert not viewer.scrub.grab().isNull()
    second = QPoint(round(viewer.scrub.x_of(6)), viewer.scrub.height() - 10)
    qtbot.mouseClick(viewer.scrub, Qt.MouseButton.LeftButton, pos=second)
    assert (editor.state.media_frame, editor.state.label) == (6, 2)
    one, two = media(editor).objects
    assert viewer.scrub.words(6, two) == "Frame 6 · Object 2 · missing"
    assert viewer.scrub.words(5, one) == "Frame 5 · Object 1 · confidence 25 %"
    assert viewer.scrub.words(2, one) == "Frame 2 · Object 1 · key mask"
    assert "seen again at 7" in viewer.scrub.words(7, two)
    live = track_watch.Live(2)
    live.add(4, {"1": 0.1})
    viewer.scrub.set_live(live)
    assert not viewer.scrub.grab().isNull()


def test_only_a_doubtful_worst_frame_has_the_colour_of_a_warning(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    listed = ObjectList(parent)
    sure, doubtful = (Figures(summary=Summary(0.9, worst, 3)) for worst in (0.8, 0.2))
    objects = [TrackedObject(label, f"Object {label}", "#ff0000") for label in (1, 2)]
    listed.fill(objects, {1: sure, 2: doubtful})
    colours = [listed.item(row).data(WORST, Qt.ItemDataRole.ForegroundRole) for row in range(2)]
    assert colours == [None, theme.colours().warning]


def test_a_colour_is_changed_only_when_one_was_picked(
    panel: ObjectsPanel, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.add.click()
    before = media(editor).objects[0].colour
    for picked, colour in ((QColor(), before), (QColor("#123456"), "#123456")):
        monkeypatch.setattr(QColorDialog, "getColor", lambda *asked, picked=picked: picked)
        panel.pick_colour()
        assert media(editor).objects[0].colour == colour
