"""Titles that go along with the object of the clip below, by command."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.editor import Editor
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from app.threads.long_work import long_work_of
from core.errors import EditError
from core.timeline import edits
from core.timeline.model import Clip, Key, Keys, Solid, Title, Track, value_at
from tests.app.film import FRAMES, HEIGHT, RATE, WIDTH, level
from tests.app.panels.drawn import draw_key


def selected_title(editor: Editor) -> Clip:
    """A title over all of the film, selected."""
    title = Clip("title", "Title", Title("Here"), RATE.time_of(FRAMES))
    track = Track("v2", "video", "V2", (title,))
    editor.document.edit_sequence("Title", lambda film: replace(film, tracks=(*film.tracks, track)))
    editor.state.set("selection", frozenset({title.id}))
    return title


def title_of(editor: Editor) -> Clip:
    assert editor.document.sequence is not None
    return editor.document.sequence.find("title")[2]


def test_a_title_goes_along_in_one_undo_step(viewer: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    draw_key(editor, 0)  # a square from 20 to 40 of 96, on this one frame
    title = selected_title(editor)
    editor.document.edit_sequence("Move", lambda film: edits.set_clip(film, title.id, x=5.0))
    find_action("effects.follow_object").run(editor)
    qtbot.waitUntil(lambda: not long_work_of(editor).busy)
    assert title_of(editor).x == 5.0, "an object that stands still leaves it where it is"

    pan = Keys((Key(0, 0.0), Key(RATE.time_of(20), 12.0)))
    editor.document.edit_sequence("Pan", lambda film: edits.set_clip(film, "clip", x=pan))
    find_action("effects.grow_with_object").run(editor)
    qtbot.waitUntil(lambda: not long_work_of(editor).busy)
    assert editor.document.undo_stack.undoText() == "Go along with the object"
    way = title_of(editor).x
    assert isinstance(way, Keys)
    assert way.keys[-1].value - way.keys[0].value == pytest.approx(12, abs=0.5)
    editor.document.undo_stack.undo()
    assert title_of(editor).x == 5.0


def test_without_an_object_below_it_says_where_one_is_needed(viewer: ViewerPanel, editor: Editor) -> None:
    selected_title(editor)
    with pytest.raises(EditError, match="below Title no clip shows a tracked object"):
        find_action("effects.follow_object").run(editor)


def test_a_name_tag_has_the_name_of_the_object_in_hand(
    objects: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    viewer.show_masks()
    qtbot.waitUntil(lambda: viewer.masks.labels is not None)
    draw_key(editor, 0)
    qtbot.waitUntil(objects.tag.isEnabled)
    objects.tag.click()
    qtbot.waitUntil(lambda: not long_work_of(editor).busy)
    assert editor.document.sequence is not None
    (tag,) = (clip for _, _, clip in editor.document.sequence.clips() if clip.id != "clip")
    (thing,) = editor.document.project.media[0].objects
    assert isinstance(tag.content, Title) and tag.content.text == thing.name == tag.name
    assert value_at(tag.x, 0) == pytest.approx(30 - WIDTH / 2, abs=1)
    assert value_at(tag.y, 0) < 20 - HEIGHT / 2, "above the square"
    assert editor.state.view == "sequence"
    editor.document.undo_stack.undo()
    assert len(list(editor.document.sequence.clips())) == 1


def test_a_tag_needs_an_object(viewer: ViewerPanel, editor: Editor) -> None:
    editor.state.set("selection", frozenset({"clip"}))
    with pytest.raises(EditError, match="Clip has no tracked object"):
        find_action("effects.name_tag").run(editor)


def test_a_title_goes_behind_the_object(viewer: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    draw_key(editor, 0)  # a square from 20 to 40 of 96, on this one frame
    title = selected_title(editor)
    paper = Solid("#ffffff")
    editor.document.edit_sequence("Paper", lambda film: edits.set_clip(film, title.id, content=paper))
    find_action("effects.behind_object").run(editor)
    film = editor.document.sequence
    assert film is not None and [track.name for track in film.tracks][:2] == ["V1", "V2"]
    (front,) = film.tracks[2].items
    assert isinstance(front, Clip) and front.media_id == "media" and front.effects[-1].kind == "cutout"

    def seen() -> tuple[int, int]:
        shown = viewer.canvas.picture
        assert shown is not None
        high, wide = shown.pixels.shape[:2]
        row = shown.pixels[high * 30 // HEIGHT, :, 1]
        return int(row[wide * 30 // WIDTH]), int(row[wide * 60 // WIDTH])

    qtbot.waitUntil(lambda: seen() == (level(0), 255))
    editor.document.undo_stack.undo()
    qtbot.waitUntil(lambda: seen() == (255, 255))


def test_behind_what_was_never_drawn_is_refused(viewer: ViewerPanel, editor: Editor) -> None:
    selected_title(editor)
    with pytest.raises(EditError, match="below Title no clip shows a tracked object"):
        find_action("effects.behind_object").run(editor)
