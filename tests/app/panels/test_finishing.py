"""Whole tracks finished at the desk: proposed, accepted or discarded, undone; masks taken from the frame beside."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.masks import track_results
from app.masks.finishing import neighbours
from app.masks.proposals import proposals_of
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from app.threads.long_work import long_work_of
from core.errors import EditError
from core.media.matte import Labels, MaskFolder, write_labels
from core.project import mask_edits
from core.project.key_masks import write_key_mask
from core.project.paths import results_folder
from tests.app.film import HEIGHT, WIDTH, media


def square(left: int) -> Labels:
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[10:30, left : left + 20] = 1
    return labels


def draw(editor: Editor, frame: int, left: int) -> None:
    assert editor.document.data is not None
    name = write_key_mask(editor.document.data, "media", frame, square(left))
    editor.document.edit("Draw", mask_edits.with_key_mask, "media", frame, name, 1)


@pytest.fixture
def panel(objects: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot) -> ObjectsPanel:
    """In the mask view, with key masks on frames 0 and 4."""
    draw(editor, 0, 10)
    draw(editor, 4, 50)
    viewer.show_masks()
    qtbot.waitUntil(lambda: viewer.masks.labels is not None)
    return objects


def track(editor: Editor) -> None:
    assert editor.document.data is not None
    folder = results_folder(editor.document.data) / ("a" * 32)
    (folder / "masks").mkdir(parents=True)
    for frame in range(8):
        labels = square(10)
        labels[50:52, 70:72] = 1
        write_labels(folder / "masks" / f"{frame:05d}.png", labels)
    track_results.attach_folder(editor, "media", folder)


def shown(editor: Editor, frame: int) -> Labels:
    found, data = media(editor).track, editor.document.data
    assert found is not None and data is not None
    return MaskFolder(results_folder(data) / found.key).labels(frame)


def run(editor: Editor, qtbot: QtBot, command: str) -> None:
    trigger(editor, find_action(command))
    qtbot.waitUntil(lambda: not long_work_of(editor).busy)


def test_shapes_between_key_masks_are_the_track_where_there_was_none(
    panel: ObjectsPanel, editor: Editor, qtbot: QtBot
) -> None:
    run(editor, qtbot, "mask.between")
    assert np.array_equal(shown(editor, 2), square(30))
    assert editor.document.undo_stack.undoText() == "Shapes of Object 1"
    editor.document.undo_stack.undo()
    assert media(editor).track is None


def test_a_tidied_track_is_proposed_first(panel: ObjectsPanel, editor: Editor, qtbot: QtBot) -> None:
    track(editor)
    before = media(editor).track
    run(editor, qtbot, "mask.tidy")
    assert media(editor).track == before and proposals_of(editor).current is not None
    trigger(editor, find_action("mask.accept"))
    assert np.array_equal(shown(editor, 2), square(10))
    assert editor.document.undo_stack.undoText() == "Tidy Object 1"
    editor.document.undo_stack.undo()
    assert media(editor).track == before


def test_what_cannot_be_finished_says_what_to_do(panel: ObjectsPanel, editor: Editor, qtbot: QtBot) -> None:
    with pytest.raises(EditError, match="between two key masks"):
        neighbours(media(editor), 5)
    assert [key.frame for key in neighbours(media(editor), 0)] == [0, 4]
    editor.document.edit("Add", mask_edits.add_object, "media")
    editor.state.set("label", 2)
    run(editor, qtbot, "mask.between")
    assert editor.notify.waiting[-1].message == "the key mask of frame 0 does not show Object 2"
    editor.document.edit("Lock", mask_edits.change_object, "media", 2, locked=True)
    track(editor)
    run(editor, qtbot, "mask.tidy")
    assert editor.notify.waiting[-1].message == "Object 2 is locked"


def test_a_mask_is_taken_from_the_frame_beside(
    panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    def here(frame: int) -> None:
        editor.state.set("media_frame", frame)
        qtbot.waitUntil(lambda: viewer.masks.frame == frame and not viewer.masks.busy)

    here(1)
    trigger(editor, find_action("mask.copy_before"))
    qtbot.waitUntil(lambda: len(media(editor).key_masks) == 3)
    assert viewer.masks.labels is not None and np.array_equal(viewer.masks.labels, square(10))
    assert editor.document.undo_stack.undoText() == "Copy mask from frame 0"
    here(3)
    trigger(editor, find_action("mask.copy_after"))
    qtbot.waitUntil(lambda: len(media(editor).key_masks) == 4)
    assert np.array_equal(viewer.masks.labels, square(50))
    here(7)
    trigger(editor, find_action("mask.copy_before"))
    qtbot.waitUntil(lambda: bool(editor.notify.waiting))
    assert editor.notify.waiting[-1].message == "object 1 has no mask on frame 6"
    assert len(media(editor).key_masks) == 4
