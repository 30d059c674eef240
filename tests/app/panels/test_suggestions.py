"""The next frame to fix: stepped through, with the reason, and made anew after a drawing."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.masks import track_results
from app.masks.suggestions import Suggestions, suggestions_of
from app.masks.track_records import records_of
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from core.files import write_atomic
from core.media.matte import write_labels
from core.project import mask_edits
from core.project.key_masks import write_key_mask
from core.project.paths import results_folder
from tests.app.film import HEIGHT, WIDTH, media


def draw_key(editor: Editor, frame: int) -> None:
    assert editor.document.data is not None
    name = write_key_mask(editor.document.data, "media", frame, np.ones((HEIGHT, WIDTH), np.uint8))
    editor.document.edit("Draw", mask_edits.with_key_mask, "media", frame, name, 1)


@pytest.fixture
def suggestions(objects: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot) -> Suggestions:
    """Frames 0 to 40 are tracked; around 20 the tracker lost the object, at 35 it was unsure."""
    viewer.show_masks()
    draw_key(editor, 0)
    assert editor.document.data is not None
    folder = results_folder(editor.document.data) / ("a" * 32)
    (folder / "masks").mkdir(parents=True)
    for frame in (0, 40):
        write_labels(folder / "masks" / f"{frame:05d}.png", np.ones((HEIGHT, WIDTH), np.uint8))
    sure = {
        frame: 0.05 if 18 <= frame <= 22 else 0.6 if 34 <= frame <= 36 else 0.95 for frame in range(1, 41)
    }
    text = ",".join(f'"{frame}":{{"1":{value}}}' for frame, value in sure.items())
    write_atomic(folder / "confidence.json", f"{{{text}}}".encode())
    track_results.attach_folder(editor, "media", folder)
    records_of(editor).of(media(editor))
    qtbot.waitUntil(lambda: records_of(editor).of(media(editor)) is not None)
    return suggestions_of(editor)


def test_it_goes_to_the_frame_and_says_why(
    suggestions: Suggestions, objects: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    said: list[str] = []
    editor.notify.said.connect(said.append)
    trigger(editor, find_action("mask.suggest"))
    qtbot.waitUntil(lambda: bool(suggestions.words))
    assert 18 <= editor.state.media_frame <= 22
    assert said[-1].startswith(f"Frame {editor.state.media_frame}, suggestion 1 of ")
    assert "Object 1 was not found here" in said[-1]
    assert objects.track.words.text() == said[-1]
    assert editor.state.media_frame in suggestions.frames(media(editor))
    assert not viewer.scrub.grab().isNull()
    first = editor.state.media_frame
    trigger(editor, find_action("mask.suggest"))
    assert editor.state.media_frame != first and "suggestion 2" in said[-1]
    editor.state.set("media_frame", 3)
    assert said[-1] == "" and objects.track.words.isHidden()


def test_a_drawing_makes_a_new_list(suggestions: Suggestions, editor: Editor, qtbot: QtBot) -> None:
    suggestions.next()
    qtbot.waitUntil(lambda: bool(suggestions.words))
    first = editor.state.media_frame
    draw_key(editor, first)
    assert suggestions.frames(media(editor)) == ()
    suggestions.next()
    qtbot.waitUntil(lambda: "suggestion 1" in suggestions.words)
    assert editor.state.media_frame != first


def test_a_mended_frame_says_what_comes_next(
    suggestions: Suggestions, objects: ObjectsPanel, editor: Editor, qtbot: QtBot
) -> None:
    suggestions.next()
    qtbot.waitUntil(lambda: bool(suggestions.words))
    frame = editor.state.media_frame
    draw_key(editor, frame)
    assert suggestions.words.startswith(f"Frame {frame} is mended: track again")
    assert objects.track.words.text() == suggestions.words
    draw_key(editor, frame)  # another stroke
    assert "is mended" in suggestions.words
    editor.document.undo_stack.undo()
    editor.document.undo_stack.undo()
    assert suggestions.words == ""


def test_a_drawing_elsewhere_ends_the_suggestion(
    suggestions: Suggestions, editor: Editor, qtbot: QtBot
) -> None:
    suggestions.next()
    qtbot.waitUntil(lambda: bool(suggestions.words))
    draw_key(editor, 7)
    assert suggestions.words == ""


def test_without_a_track_it_says_what_to_do(
    objects: ObjectsPanel, viewer: ViewerPanel, editor: Editor
) -> None:
    viewer.show_masks()
    assert not find_action("mask.suggest").enabled(editor)
