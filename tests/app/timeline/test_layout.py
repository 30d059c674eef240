"""Geometry of the timeline without widgets."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.timeline import layout
from app.timeline.layout import HEADER, RULER, Layout, PlaceCache, fade_ends, hit, make_rows
from core.time import FrameRate, TimeRange
from core.timeline.model import Transition
from tests.cuts import SECOND, sequence

SCALE = SECOND / 50


def made() -> Layout:
    return Layout(make_rows(sequence(), {}, 0), 0, SCALE, 1000, 400)


def at(seconds: float, track: str, down: int = 30) -> layout.Hit:
    place = made()
    row = place.row_of(track)
    assert row is not None
    return hit(place, sequence(), PlaceCache(), place.x_of(round(seconds * SECOND)), row.top + down)


def test_pixels_and_ticks_are_inverse() -> None:
    place = made()
    assert place.x_of(0) == HEADER
    assert place.time_at(place.x_of(7 * SECOND)) == 7 * SECOND


def test_upper_tracks_are_drawn_above() -> None:
    assert [row.track.id for row in made().rows] == ["V2", "V1", "A1", "A2"]


@pytest.mark.parametrize(
    ("seconds", "track", "part", "clip"),
    [
        (2, "V1", "body", "a"), (0.05, "V1", "head", "a"), (3.95, "V1", "tail", "a"), (4.05, "V1", "head", "b"),
        (9, "V1", "gap", None), (9.97, "V1", "head", "c"), (8.03, "V1", "tail", "b"), (2, "V2", "gap", None),
        (2, "A1", "body", "sa"), (30, "V1", "gap", None),
    ],
)  # fmt: skip
def test_what_lies_under_the_pointer(seconds: float, track: str, part: str, clip: str | None) -> None:
    found = at(seconds, track)
    assert (found.part, found.clip.id if found.clip else None) == (part, clip)


def test_gain_and_its_place_are_inverse() -> None:
    for gain in (-60.0, -12.0, 0.0, 6.0, 24.0):
        assert layout.gain_at(layout.gain_part(gain)) == pytest.approx(gain, abs=0.05)


def test_ruler_labels_keep_apart_and_stand_on_frames() -> None:
    for rate in (FrameRate(25), FrameRate(30000, 1001), FrameRate(24)):
        for scale in (SECOND / 2000, SECOND / 300, SECOND / 50, SECOND / 2, SECOND * 30):
            step, small = layout.tick_step(scale, rate)
            assert step / scale >= 90 or step >= 36000 * rate.frame_ticks
            assert step % rate.frame_ticks == 0
            assert 0 < small <= step


def test_narrow_clips_keep_a_body() -> None:
    place = Layout(make_rows(sequence(), {}, 0), 0, SECOND / 3, 1000, 400)
    row = place.row_of("V1")
    assert row is not None
    assert hit(place, sequence(), PlaceCache(), place.x_of(2 * SECOND), row.top + 30).part == "body"


def test_header_and_ruler() -> None:
    place = made()
    assert hit(place, sequence(), PlaceCache(), 20, RULER + 20).part == "header"
    assert hit(place, sequence(), PlaceCache(), 400, 5).part == "ruler"


def test_fades_are_held_at_their_inner_ends_and_never_beyond_the_clip() -> None:
    clip, where = sequence().find("a")[2], TimeRange(10 * SECOND, 4 * SECOND)
    short = replace(clip, fade_in=SECOND, fade_out=3 * SECOND)
    assert fade_ends(short, where) == {"fade_in": 11 * SECOND, "fade_out": 11 * SECOND}
    long = replace(clip, fade_in=9 * SECOND, fade_out=9 * SECOND)
    assert fade_ends(long, where) == {"fade_in": 14 * SECOND, "fade_out": 10 * SECOND}
    crossed = replace(short, transition=Transition(SECOND, SECOND))
    assert fade_ends(crossed, where) == {"fade_out": 11 * SECOND}
