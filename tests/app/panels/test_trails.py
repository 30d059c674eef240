"""A person several times at once, by the commands of the layers panel."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.actions import layers as commands
from app.editor import Editor
from app.layers import edit_layers
from app.panels.layers import LayersPanel
from core.errors import EditError
from core.timeline.model import Clip
from tests.app.panels.test_layers import panel, project, split, take, truth
from tests.layer_films import FRAME

__all__ = ["panel", "project", "truth"]


def clips(editor: Editor) -> dict[str, Clip]:
    """By their ids."""
    assert editor.document.sequence is not None
    return {clip.id: clip for _, _, clip in editor.document.sequence.clips()}


def test_each_copy_can_be_taken_in_hand(panel: LayersPanel, editor: Editor, qtbot: QtBot) -> None:
    split(editor, qtbot)
    take(editor, "Robot")
    before = clips(editor).keys()
    commands.leave_pictures(editor, 0.12)
    fresh = {one: clip for one, clip in clips(editor).items() if one not in before}
    told = sorted(
        (clip.name, clip.duration // FRAME, clip.time_map.at(0) // FRAME) for clip in fresh.values()
    )
    assert told == [("Robot", 3, 3), ("Robot", 6, 0), ("Robot shadow", 3, 3), ("Robot shadow", 6, 0)]
    assert edit_layers.person_in_hand(editor).thing.id in before, "the person itself lies on top"
    late = next(one for one, clip in fresh.items() if clip.name == "Robot" and clip.duration == 3 * FRAME)
    editor.state.set("selection", frozenset({late}))
    person = edit_layers.person_in_hand(editor)
    assert person.thing.id == late and person.effect is not None and person.effect.id in fresh
    editor.document.undo_stack.undo()
    assert clips(editor).keys() == before


def test_a_clip_that_is_too_short_for_them_stays_as_it_is(
    panel: LayersPanel, editor: Editor, qtbot: QtBot
) -> None:
    split(editor, qtbot)
    take(editor, "Robot")
    before = clips(editor)
    with pytest.raises(EditError, match="too short"):
        commands.echo(editor, 4)
    assert clips(editor) == before
