"""The film as values: finding clips, and changing them all."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import EditError
from core.timeline.lanes import with_clips
from core.timeline.model import Clip, Gap, Item
from tests.core.timeline.films import cut_film

FILM = cut_film(("A", 10, 40), ("B", 20, 50), ("C", 5, 60))


def test_a_clip_that_is_gone_is_told_as_the_user_can_mend() -> None:
    assert FILM.require("B-V1") == FILM.find("B-V1")
    with pytest.raises(EditError, match="no longer in the film"):
        FILM.require("gone")


@given(st.frozensets(st.sampled_from([clip.id for _, _, clip in FILM.clips()])))
def test_changing_clips_leaves_all_others_the_very_same(chosen: frozenset[str]) -> None:
    after = with_clips(FILM, lambda clip: replace(clip, name="new") if clip.id in chosen else clip)
    assert {clip.id for _, _, clip in after.clips() if clip.name == "new"} == chosen
    assert (after is FILM) == (not chosen)
    for old, new in zip(FILM.tracks, after.tracks, strict=True):
        touched = chosen & {clip.id for _, clip in old.clips()}
        assert (new is old) == (not touched)
        assert [one is other for one, other in zip(old.items, new.items, strict=True)] == [
            isinstance(one, Gap) or one.id not in chosen for one in old.items
        ]


def test_a_clip_may_give_way_to_a_gap_of_its_length() -> None:
    def gone(clip: Clip) -> Item:
        return Gap(clip.duration)

    after = with_clips(FILM, gone)
    assert not list(after.clips()) and after.duration == FILM.duration


def test_the_garbage_collector_passes_over_the_clips_of_a_film() -> None:
    for _, where, clip in FILM.clips():
        shown = (clip, where, clip.content, clip.time_map)
        assert not any(map(gc.is_tracked, shown)), "a full look would take as long as the film is"
