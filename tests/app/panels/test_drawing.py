"""Drawing masks on a frame, with one undo step a stroke, and the way between film and masks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.panels.viewer import ViewerPanel
from core.media.matte import read_labels
from core.project.paths import key_masks_folder
from core.timeline import edits
from tests.app.film import HEIGHT, RATE, WIDTH
from tests.app.panels.drawn import RIGHT, drag


@pytest.fixture
def masks(viewer: ViewerPanel, editor: Editor, qtbot: QtBot) -> ViewerPanel:
    """The viewer, turned to the masks of the media, standing at frame 10."""
    editor.state.set("playhead", RATE.time_of(10))
    viewer.show_masks()
    qtbot.waitUntil(lambda: viewer.masks.labels is not None and viewer.masks.frame == 10)
    editor.state.set("brush", 11)
    return viewer


def settled(masks: ViewerPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not masks.masks.busy)


def test_a_stroke_is_one_undo_step_and_a_file(masks: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    drag(masks, (20, 20), (40, 20), (60, 30))
    settled(masks, qtbot)
    media = editor.document.project.find_media("media")
    assert [key.frame for key in media.key_masks] == [10]
    assert [known.label for known in media.objects] == [1]
    assert editor.document.data is not None
    kept = read_labels(key_masks_folder(editor.document.data) / media.key_masks[0].file)
    assert kept[20, 30] == 1
    assert kept[50, 80] == 0
    assert editor.document.undo_stack.count() == 1
    drag(masks, (70, 50), (72, 50))
    settled(masks, qtbot)
    assert editor.document.undo_stack.count() == 2
    editor.document.undo_stack.undo()
    qtbot.waitUntil(lambda: np.array_equal(masks.masks.labels, kept))
    editor.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not masks.masks.labels.any())
    assert not editor.document.project.find_media("media").objects
    editor.document.undo_stack.redo()
    qtbot.waitUntil(lambda: np.array_equal(masks.masks.labels, kept))


def test_right_button_and_alt_take_away_and_shift_adds(
    masks: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    drag(masks, (20, 30), (70, 30))
    settled(masks, qtbot)
    drag(masks, (30, 30), (32, 30), button=RIGHT)
    settled(masks, qtbot)
    assert masks.masks.labels is not None
    assert masks.masks.labels[30, 31] == 0
    drag(masks, (60, 30), (62, 30), keys=Qt.KeyboardModifier.AltModifier)
    settled(masks, qtbot)
    assert masks.masks.labels[30, 61] == 0
    drag(masks, (30, 30), (32, 30), button=RIGHT, keys=Qt.KeyboardModifier.ShiftModifier)
    settled(masks, qtbot)
    assert masks.masks.labels[30, 31] == 1
    assert editor.document.undo_stack.count() == 4


def test_drawing_is_exact_under_zoom_and_pan(masks: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    masks.set_zoom(7.0)
    masks.canvas._set_view(masks.canvas.view.moved(-13, 21))
    editor.state.set("brush", 1)
    drag(masks, (33.5, 21.5), (33.5, 21.5))
    settled(masks, qtbot)
    assert masks.masks.labels is not None
    assert [tuple(place) for place in np.argwhere(masks.masks.labels)] == [(21, 33)]


def test_a_click_that_changes_nothing_is_no_step(masks: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    drag(masks, (20, 20), (30, 20), button=RIGHT)
    settled(masks, qtbot)
    assert editor.document.undo_stack.count() == 0


def test_quick_strokes_after_each_other_all_stay(masks: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    for x in (10, 30, 50, 70):
        drag(masks, (x, 20), (x, 40))
    settled(masks, qtbot)
    assert masks.masks.labels is not None
    assert all(masks.masks.labels[30, x] == 1 for x in (10, 30, 50, 70))
    assert editor.document.undo_stack.count() == 4


def test_lasso_fills_and_polygon_waits_for_enter(masks: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    editor.state.set("tool", "polygon")
    editor.state.set("label", 2)
    for corner in ((20, 10), (60, 10), (60, 50), (20, 50)):
        drag(masks, corner, corner)
    assert editor.document.undo_stack.count() == 0
    QTest.keyClick(masks.canvas, Qt.Key.Key_Return)
    settled(masks, qtbot)
    assert masks.masks.labels is not None
    assert masks.masks.labels[30, 40] == 2
    circle = [(40 + 10 * np.cos(a), 30 + 10 * np.sin(a)) for a in np.linspace(0, 6.2, 40)]
    drag(masks, *circle, button=RIGHT)
    settled(masks, qtbot)
    assert masks.masks.labels[30, 40] == 0
    assert masks.masks.labels[12, 22] == 2


def test_with_the_magnet_a_polygon_goes_along_edges(masks: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    editor.state.set("tool", "polygon")
    shown = masks.canvas.picture
    assert shown is not None
    pixels = np.full((HEIGHT, WIDTH, 4), 30, np.uint8)
    pixels[15:50, 20:70] = 230
    masks.canvas.picture = replace(shown, pixels=pixels)
    corners = ((45.5, 15.5), (20.5, 30.5), (45.5, 49.5), (69.5, 30.5))
    for corner in corners:
        drag(masks, corner, corner, keys=Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: not masks.pen.magnet.busy)
    QTest.keyClick(masks.canvas, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: not masks.pen.magnet.busy)
    drag(masks, corners[-1], corners[-1], keys=Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not masks.pen.magnet.busy)
    QTest.keyClick(masks.canvas, Qt.Key.Key_Return)
    settled(masks, qtbot)
    assert masks.masks.labels is not None
    drawn, square = masks.masks.labels == 1, pixels[..., 0] > 100
    assert (drawn & square).sum() / (drawn | square).sum() > 0.9, "four clicks on its sides are the square"


def test_another_media_takes_its_own_object_in_hand(masks: ViewerPanel, editor: Editor) -> None:
    other = structs.replace(editor.document.project.find_media("media"), id="other")
    editor.document.edit("Add", lambda project: project.with_media(other))
    editor.state.set("label", 5)
    editor.state.set("media", "other")
    assert editor.state.label == 1


def test_escape_lets_go_of_a_polygon(masks: ViewerPanel, editor: Editor) -> None:
    editor.state.set("tool", "polygon")
    drag(masks, (20, 10), (20, 10))
    QTest.keyClick(masks.canvas, Qt.Key.Key_Escape)
    QTest.keyClick(masks.canvas, Qt.Key.Key_Return)
    assert editor.document.undo_stack.count() == 0


def test_whole_mask_changes(masks: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    session = masks.masks
    drag(masks, (20, 10), (60, 10), (60, 50), (20, 50), (20, 10))
    settled(masks, qtbot)
    session.fill_holes()
    settled(masks, qtbot)
    assert session.labels is not None
    assert session.labels[30, 40] == 1
    area = int(session.labels.sum())
    session.grow()
    settled(masks, qtbot)
    grown = int(session.labels.sum())
    assert grown > area
    session.shrink()
    settled(masks, qtbot)
    assert int(session.labels.sum()) < grown
    session.clear_object()
    settled(masks, qtbot)
    assert not session.labels.any()
    assert editor.document.undo_stack.count() == 5
    hints: list[str] = []
    editor.notify.hinted.connect(hints.append)
    session.fill_holes()
    settled(masks, qtbot)
    assert hints == ["Fill holes: there is nothing to change on this frame"]
    assert editor.document.undo_stack.count() == 5


def test_no_data_folder_is_told_and_nothing_happens(masks: ViewerPanel, editor: Editor) -> None:
    editor.document.data = None
    drag(masks, (20, 20), (40, 20))
    assert editor.document.undo_stack.count() == 0
    assert "Save the project" in editor.notify.waiting[-1].hint


def test_going_back_to_the_film_gives_the_select_tool_back(masks: ViewerPanel, editor: Editor) -> None:
    assert editor.state.tool == "brush"
    editor.state.set("tool", "eraser")
    editor.state.set("view", "sequence")
    assert editor.state.tool == "select"
    masks.show_masks()
    assert editor.state.tool == "eraser"


def test_delete_clears_the_object_here_and_not_the_clip(
    masks: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    drag(masks, (20, 20), (40, 20))
    settled(masks, qtbot)
    QTest.keyClick(masks.canvas, Qt.Key.Key_Delete)
    settled(masks, qtbot)
    assert masks.masks.labels is not None
    assert not masks.masks.labels.any()
    assert editor.document.sequence is not None
    assert editor.document.sequence.find("clip")


def test_the_mask_view_goes_along_with_the_playhead(masks: ViewerPanel, editor: Editor) -> None:
    editor.state.set("playhead", RATE.time_of(33))
    assert editor.state.media_frame == 33


def test_the_playhead_goes_along_with_the_mask_view(masks: ViewerPanel, editor: Editor) -> None:
    editor.state.set("media_frame", 21)
    assert editor.state.playhead == RATE.time_of(21)
    assert editor.state.media_frame == 21
    editor.document.edit_sequence("Reverse", edits.reverse, "clip")
    at = editor.state.playhead
    shown = editor.state.media_frame
    editor.state.set("playhead", at + RATE.frame_ticks)
    assert editor.state.media_frame != shown
    editor.state.set("media_frame", shown)
    assert editor.state.media_frame == shown
    assert editor.state.playhead != at + RATE.frame_ticks


def test_a_media_that_goes_takes_its_mask_view_with_it(masks: ViewerPanel, editor: Editor) -> None:
    from core.project.project import new_project

    editor.document.reset(new_project(), None, None)
    assert editor.state.view == "sequence"
    assert not masks.tools.isVisible()


def test_the_mask_tools_ask_for_no_more_room_than_a_small_window_has(masks: ViewerPanel) -> None:
    least = masks.minimumSizeHint()
    assert least.width() <= 710
    assert least.height() <= 430
