"""The commands of the Playback and Mask menus do what they say, and keep still where they cannot."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.actions import masks, playback
from app.actions.registry import Action, trigger
from app.editor import Editor
from app.panels.viewer import ViewerPanel
from core.project import mask_edits
from core.project.key_masks import write_key_mask
from tests.app.film import FRAMES, HEIGHT, RATE, WIDTH
from tests.app.panels.conftest import viewer

__all__ = ["viewer"]
TABLE: dict[str, Action] = {action.id: action for action in (*playback.ACTIONS, *masks.ACTIONS)}


def run(editor: Editor, action_id: str) -> None:
    trigger(editor, TABLE[action_id])


def frame(editor: Editor) -> int:
    return RATE.frame_at(editor.state.playhead)


def test_steps_seconds_ends_and_cuts(editor: Editor, viewer: ViewerPanel) -> None:
    run(editor, "playback.step_forward")
    run(editor, "playback.second_forward")
    assert frame(editor) == 26
    run(editor, "playback.step_back")
    run(editor, "playback.second_back")
    assert frame(editor) == 0
    run(editor, "playback.next_cut")
    assert frame(editor) == FRAMES
    run(editor, "playback.previous_cut")
    assert frame(editor) == 0
    run(editor, "playback.end")
    assert frame(editor) == FRAMES
    run(editor, "playback.start")
    assert frame(editor) == 0


def test_shuttle_and_pause(editor: Editor, viewer: ViewerPanel) -> None:
    run(editor, "playback.forward")
    run(editor, "playback.forward")
    assert editor.player.speed == 2
    run(editor, "playback.pause")
    assert not editor.player.playing
    run(editor, "playback.toggle")
    assert editor.player.playing
    run(editor, "playback.toggle")
    run(editor, "playback.loop")
    assert TABLE["playback.loop"].checked is not None
    assert TABLE["playback.loop"].checked(editor)


def test_looks(editor: Editor, viewer: ViewerPanel) -> None:
    run(editor, "viewer.actual")
    assert viewer.canvas.magnification == pytest.approx(1.0)
    run(editor, "viewer.fit")
    assert viewer.canvas.fitted
    run(editor, "viewer.safe_areas")
    assert viewer.canvas.safe_areas
    run(editor, "viewer.alpha")
    assert viewer.canvas.checkerboard


def test_mask_tools_and_brush(editor: Editor, viewer: ViewerPanel) -> None:
    run(editor, "mask.eraser")
    assert editor.state.tool == "select", "no mask tool over the film"
    run(editor, "mask.view")
    assert editor.state.view == "media"
    run(editor, "mask.eraser")
    assert editor.state.tool == "eraser"
    size = editor.state.brush
    run(editor, "mask.larger")
    assert editor.state.brush > size
    for _ in range(40):
        run(editor, "mask.smaller")
    assert editor.state.brush == 1
    run(editor, "mask.object_3")
    assert editor.state.label == 3
    run(editor, "mask.view")
    assert editor.state.view == "sequence"


def test_masks_are_kept_deleted_cleared(editor: Editor, viewer: ViewerPanel, qtbot: QtBot) -> None:
    run(editor, "mask.view")
    qtbot.waitUntil(lambda: viewer.masks.labels is not None)
    run(editor, "mask.keep")
    assert "Nothing is drawn" in editor.notify.waiting[-1].message, "an empty mask alone could not be tracked"
    assert not editor.document.project.media[0].key_masks and editor.document.data is not None
    name = write_key_mask(editor.document.data, "media", 5, np.ones((HEIGHT, WIDTH), np.uint8))
    editor.document.edit("Draw", mask_edits.with_key_mask, "media", 5, name, 1)
    run(editor, "mask.keep")
    qtbot.waitUntil(lambda: [key.frame for key in editor.document.project.media[0].key_masks] == [0, 5])
    run(editor, "mask.delete_key")
    assert [key.frame for key in editor.document.project.media[0].key_masks] == [5]
    run(editor, "playback.next_cut")
    assert editor.state.media_frame == 5, "cuts of a media are its key masks"
    run(editor, "mask.clear")
    assert not editor.document.project.media[0].key_masks


def test_tracking_without_a_mask_says_what_to_do(editor: Editor, viewer: ViewerPanel) -> None:
    run(editor, "mask.view")
    run(editor, "mask.track_forward")
    assert "Draw a mask" in editor.notify.waiting[-1].hint
    run(editor, "mask.worst")
    assert "tracked" in editor.notify.waiting[-1].message
