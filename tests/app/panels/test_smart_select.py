"""Smart select at the desk: a box, strokes that help it, what is by hand stays, and undo gives each answer back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.panels.viewer import ViewerPanel
from core.masks import draw
from tests.app.film import HEIGHT, RATE, WIDTH
from tests.app.panels.drawn import RIGHT, drag

SHIFT = Qt.KeyboardModifier.ShiftModifier
BOX = ((22, 12), (70, 52))
TRUTH = np.zeros((HEIGHT, WIDTH), bool)
TRUTH[20:45, 30:60] = True


@pytest.fixture
def masks(viewer: ViewerPanel, editor: Editor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> ViewerPanel:
    """The mask view with the box tool in hand. The frames are of one grey, so the questions go to a drawn picture."""
    picture = np.full((HEIGHT, WIDTH, 3), (40, 90, 40), np.uint8)
    picture[TRUTH] = (220, 60, 50)

    class Drawn:
        width, height, frame_count = WIDTH, HEIGHT, 50

        def frame(self, index: int, size: object = None) -> np.ndarray:
            return picture

    editor.state.set("playhead", RATE.time_of(10))
    viewer.show_masks()
    qtbot.waitUntil(lambda: viewer.masks.labels is not None and viewer.masks.frame == 10)
    monkeypatch.setattr(editor.player.pool, "source", lambda path, info: Drawn())
    editor.state.set("tool", "box")
    editor.state.set("brush", 5)
    return viewer


@pytest.fixture
def answered(masks: ViewerPanel, editor: Editor, qtbot: QtBot) -> Callable[[int], np.ndarray]:
    """Wait for the undo step of a number; the object in hand then."""

    def wait(steps: int) -> np.ndarray:
        stack = editor.document.undo_stack
        qtbot.waitUntil(lambda: stack.count() == steps and not masks.masks.busy)
        assert masks.masks.labels is not None
        return masks.masks.labels == 1

    return wait


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_a_box_finds_the_object_and_strokes_help_it(
    masks: ViewerPanel, editor: Editor, answered: Callable[[int], np.ndarray]
) -> None:
    assert not masks.masks.refinable
    drag(masks, (12.5, 12.5), (12.5, 12.5))
    assert editor.document.undo_stack.count() == 0
    drag(masks, *BOX)
    assert overlap(answered(1), TRUTH) > 0.8
    assert masks.masks.refinable
    drag(masks, (40.5, 30.5), (40.5, 30.5), button=RIGHT)
    assert not answered(2)[30, 40]
    drag(masks, (65.5, 48.5), (65.5, 48.5))  # a click adds
    found = answered(3)
    assert found[48, 65] and not found[30, 40]
    drag(masks, (23.5, 14.5), (28.5, 14.5), keys=SHIFT)
    assert answered(4)[14, 25:28].all()


def test_a_box_on_a_file_that_is_gone_is_told(masks: ViewerPanel, editor: Editor) -> None:
    gone = replace(editor.document.project.find_media("media"), missing=True)
    editor.document.edit("Lose", lambda project: project.with_media(gone))
    assert masks.masks.labels is not None, "what was shown last is still there"
    drag(masks, *BOX)
    assert "is missing" in editor.notify.waiting[-1].message and not masks.masks.busy
    assert editor.document.undo_stack.count() == 1


def test_with_ctrl_a_box_takes_the_place_of_the_mask(
    masks: ViewerPanel, editor: Editor, answered: Callable[[int], np.ndarray]
) -> None:
    editor.state.set("tool", "brush")
    drag(masks, (5.5, 5.5), (15.5, 5.5))
    assert answered(1)[5, 10]
    editor.state.set("tool", "box")
    drag(masks, *BOX, keys=Qt.KeyboardModifier.ControlModifier)
    found = answered(2)
    assert overlap(found, TRUTH) > 0.8 and not found[5, 10]


def test_undo_gives_the_selection_before_back_with_its_strokes(
    masks: ViewerPanel, editor: Editor, qtbot: QtBot, answered: Callable[[int], np.ndarray]
) -> None:
    drag(masks, *BOX)
    first = answered(1)
    drag(masks, (40.5, 30.5), (40.5, 30.5), button=RIGHT)
    answered(2)
    editor.document.undo_stack.undo()
    qtbot.waitUntil(lambda: np.array_equal(masks.masks.labels == 1, first))
    drag(masks, (65.5, 48.5), (65.5, 48.5))
    found = answered(2)
    assert found[48, 65] and found[30, 40], "the stroke that was undone counts no more"
    editor.document.undo_stack.undo()
    editor.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not masks.masks.labels.any())
    assert not masks.masks.refinable


def test_what_is_painted_by_hand_stays(
    masks: ViewerPanel, editor: Editor, answered: Callable[[int], np.ndarray]
) -> None:
    drag(masks, *BOX)
    answered(1)
    editor.state.set("tool", "brush")
    drag(masks, (5.5, 5.5), (15.5, 5.5))
    painted = draw.stroke_area(TRUTH.shape, draw.Stroke(((7, 5.5), (14, 5.5)), 3))
    assert answered(2)[painted].all()
    editor.state.set("tool", "eraser")
    drag(masks, (40.5, 30.5), (50.5, 30.5))
    erased = draw.stroke_area(TRUTH.shape, draw.Stroke(((42, 30.5), (49, 30.5)), 3))
    assert not answered(3)[erased].any()
    editor.state.set("tool", "box")
    drag(masks, (65.5, 48.5), (65.5, 48.5))
    found = answered(4)
    assert found[48, 65] and found[painted].all() and not found[erased].any()
    masks.masks.grow()
    grown = answered(5)
    drag(masks, (66.5, 16.5), (66.5, 16.5), button=RIGHT)
    found = answered(6)
    assert not found[16, 66] and (grown & ~found).sum() < 40, "what was grown stays"


def test_an_answer_that_comes_while_painting_waits(
    masks: ViewerPanel, editor: Editor, qtbot: QtBot, answered: Callable[[int], np.ndarray]
) -> None:
    session = masks.masks
    session.select_box((22, 12, 70, 52))
    assert session.begin(5, 5, add=True)
    session.extend(12, 5)
    qtbot.waitUntil(lambda: not session.busy)
    session.finish()
    found = answered(2)
    assert overlap(found[10:], TRUTH[10:]) > 0.8
    assert found[5, 5:12].all()


def test_an_answer_that_comes_while_a_change_is_worked_out_waits(
    masks: ViewerPanel, editor: Editor, qtbot: QtBot, answered: Callable[[int], np.ndarray]
) -> None:
    session = masks.masks
    drag(masks, *BOX)
    answered(1)
    editor.state.set("tool", "brush")
    drag(masks, (5.5, 55.5), (9.5, 55.5))
    answered(2)
    session.refine(((65.5, 48.5),), 2.0, add=True)
    session.grow()
    qtbot.waitUntil(lambda: not session.busy)
    found = answered(4)
    assert found[48, 65] and found[53, 7], "both the stroke and the growth are there"
