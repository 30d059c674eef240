"""Keep object in frame, from the objects panel."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.editor import Editor
from app.inspector.sequence_form import with_properties
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from app.threads.long_work import long_work_of
from core.errors import EditError
from core.timeline import edits
from core.timeline.model import Clip
from tests.app.film import HEIGHT, WIDTH
from tests.app.panels.drawn import draw_key


def clip_of(editor: Editor) -> Clip:
    sequence = editor.document.sequence
    assert sequence is not None
    return sequence.find("clip")[2]


def test_the_clip_is_moved_to_its_object_in_one_undo_step(
    objects: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    viewer.show_masks()
    qtbot.waitUntil(lambda: viewer.masks.labels is not None)
    assert not objects.follow.isEnabled()
    draw_key(editor, 0)  # a square from 20 to 40 of 96
    editor.document.edit_sequence("Upright", lambda film: with_properties(film, width=32, height=HEIGHT))
    qtbot.waitUntil(objects.follow.isEnabled)
    editor.document.edit_sequence("Crop", lambda film: edits.add_effect(film, "clip", "crop"))
    objects.follow.click()
    assert "The Crop of Clip is not taken into account" in editor.notify.waiting[0].message
    qtbot.waitUntil(lambda: not long_work_of(editor).busy)
    clip = clip_of(editor)
    assert clip.scale == pytest.approx(WIDTH / 32)
    assert clip.x == pytest.approx(WIDTH / 2 - 30, abs=4)
    assert editor.state.view == "sequence"
    editor.document.undo_stack.undo()
    assert clip_of(editor).scale == 1.0


def test_a_clip_without_an_object_says_so(objects: ObjectsPanel, editor: Editor) -> None:
    editor.state.set("selection", frozenset({"clip"}))
    with pytest.raises(EditError, match="Clip has no tracked object"):
        find_action("effects.keep_in_frame").run(editor)
