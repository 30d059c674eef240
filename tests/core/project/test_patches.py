"""Patches lead from one value of the project to the next, and are small and quickly found."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.project.patches import apply, diff
from core.project.project import Project
from core.timeline.model import Clip, Title
from tests.core.project.films import FRAME, edited, film, raw_film
from tests.counting import calls


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_patches_lead_from_each_value_to_the_next(seeds: list[int]) -> None:
    project = film()
    value: Any = raw_film(project)
    for seed in seeds:
        after = edited(project, seed)
        patch = diff(project, after)
        assert (patch is None) == (project == after)
        if patch is not None:
            value = apply(value, msgspec.json.decode(msgspec.json.encode(patch)))
        project = after
        assert msgspec.convert(value, Project) == project


def test_the_patch_of_an_edit_on_a_long_track_is_small() -> None:
    before = film(2000)
    sequence = before.sequences[0]
    track = sequence.tracks[1]
    one = track.items[1000]
    assert isinstance(one, Clip)
    cut = (replace(one, duration=FRAME), replace(one, id="new", duration=one.duration - FRAME))
    for items in (
        (*track.items[:1000], *cut, *track.items[1001:]),
        (*track.items[:1000], replace(one, opacity=0.5), *track.items[1001:]),
        (*track.items[:1000], *track.items[1001:]),
    ):
        tracks = (sequence.tracks[0], replace(track, items=items), sequence.tracks[2])
        after = before.with_sequence(replace(sequence, tracks=tracks))
        assert len(msgspec.json.encode(diff(before, after))) < 2000


def test_comparing_looks_twice_at_each_clip_that_changed() -> None:
    """At the clip, and at its one field that is another: an edit of thousands of clips holds the window that long."""
    clips = tuple(Clip(f"c{n}", f"c{n}", Title(""), 10) for n in range(300))
    changed = tuple(replace(clip, label="red") for clip in clips)
    assert calls(lambda: diff(clips, changed), "diff") == 1 + 2 * 300
