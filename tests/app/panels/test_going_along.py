"""Mask view, timeline and selection go along with each other."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.panels.viewer import ViewerPanel
from core.project.project import Project
from core.timeline.model import Clip, MediaUse
from core.timeline.time_map import Linear
from tests.app.film import RATE, media

AT = RATE.time_of


@pytest.fixture
def two(viewer: ViewerPanel, editor: Editor) -> ViewerPanel:
    """A film of two clips of two media: the small film's first 20 frames, then the frames 10 to 30 of another."""
    first = media(editor)
    other = replace(first, id="other", name="Other")

    def cut(project: Project) -> Project:
        film = project.sequence
        assert film is not None
        clips = (
            Clip("one", "One", MediaUse("media", first.info.available), AT(20)),
            Clip("two", "Two", MediaUse("other", first.info.available), AT(20), Linear(AT(10))),
        )
        track = replace(film.tracks[0], items=clips)
        return project.with_media(other).with_sequence(replace(film, tracks=(track,)))

    editor.document.edit("Cut", cut)
    return viewer


def shown(editor: Editor) -> tuple[str, str, int, int]:
    """View, media, its frame, frame of the film."""
    state = editor.state
    return state.view, state.media, state.media_frame, RATE.frame_at(state.playhead)


@pytest.mark.parametrize(
    "playhead, selection, wanted",
    [
        (5, "", ("media", "media", 5, 5)),
        (5, "one", ("media", "media", 5, 5)),
        (5, "two", ("media", "other", 10, 20)),
        (30, "one", ("media", "media", 0, 0)),  # from its first frame on it can be tracked
    ],
)
def test_the_mask_view_is_of_the_selected_clip_and_the_playhead_goes_there(
    two: ViewerPanel, editor: Editor, playhead: int, selection: str, wanted: tuple[str, str, int, int]
) -> None:
    editor.state.set("playhead", AT(playhead))
    editor.state.set("selection", frozenset({selection} - {""}))
    two.show_masks()
    assert shown(editor) == wanted


def test_the_mask_view_turns_to_a_clip_that_is_selected(two: ViewerPanel, editor: Editor) -> None:
    editor.state.set("playhead", AT(5))
    two.show_masks()
    editor.state.set("selection", frozenset({"one"}))
    assert shown(editor) == ("media", "media", 5, 5)
    editor.state.set("selection", frozenset({"two"}))
    assert shown(editor) == ("media", "other", 10, 20)
    editor.state.set("selection", frozenset())
    editor.state.set("media_frame", 14)
    assert shown(editor) == ("media", "other", 14, 24), "the playhead goes along"
    editor.state.set("playhead", AT(22))
    assert shown(editor) == ("media", "other", 12, 22), "and the other way round"


def test_the_film_stays_where_it_is_when_a_clip_is_selected(two: ViewerPanel, editor: Editor) -> None:
    editor.state.set("playhead", AT(5))
    editor.state.set("selection", frozenset({"two"}))
    assert shown(editor)[0] == "sequence" and RATE.frame_at(editor.state.playhead) == 5


def test_draw_masks_opens_the_clip_at_its_first_frame(two: ViewerPanel, editor: Editor) -> None:
    editor.state.set("selection", frozenset({"two"}))
    trigger(editor, find_action("clip.draw_masks"))
    assert shown(editor) == ("media", "other", 10, 20)
