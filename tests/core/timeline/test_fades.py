"""Fades of a clip by itself: lengths, splitting, and how much shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import EditError
from core.time import TICKS_PER_SECOND, FrameRate
from core.timeline import edits
from core.timeline.fades import set_fade, shown_part
from core.timeline.model import Clip, Sequence, Solid, Track

SECOND = TICKS_PER_SECOND
CLIP = Clip("a", "Red", Solid("#ff0000"), 10 * SECOND, link="ab")
SOUND = replace(CLIP, id="b", duration=6 * SECOND)


def film(*clips: Clip) -> Sequence:
    tracks = tuple(Track(clip.id, "video" if clip.id == "a" else "audio", "", (clip,)) for clip in clips)
    return Sequence("s", "Film", 64, 48, FrameRate(25), tracks=tracks)


def both(sequence: Sequence, fade_in: int, fade_out: int) -> Sequence:
    return set_fade(set_fade(sequence, "a", "fade_in", fade_in), "a", "fade_out", fade_out)


def test_linked_clips_fade_together_and_no_longer_than_they_last() -> None:
    faded = both(film(CLIP, SOUND), 2 * SECOND, 8 * SECOND)
    lengths = [(clip.fade_in, clip.fade_out) for _, _, clip in faded.clips()]
    assert lengths == [(2 * SECOND, 8 * SECOND), (2 * SECOND, 6 * SECOND)]
    alone = set_fade(faded, "a", "fade_in", 0, linked=False)
    assert [(clip.fade_in, clip.fade_out) for _, _, clip in alone.clips()] == [
        (0, 8 * SECOND),
        (2 * SECOND, 6 * SECOND),
    ]
    with pytest.raises(EditError):
        set_fade(faded, "a", "fade_in", -1)


def test_a_cut_leaves_each_fade_at_its_end() -> None:
    faded = both(film(CLIP), 2 * SECOND, 3 * SECOND)
    left, right = [clip for _, _, clip in edits.split(faded, "a", 5 * SECOND).clips()]
    assert (left.fade_in, left.fade_out, right.fade_in, right.fade_out) == (2 * SECOND, 0, 0, 3 * SECOND)


def test_a_ramp_at_either_end() -> None:
    faded = replace(CLIP, fade_in=2 * SECOND, fade_out=4 * SECOND)
    parts = [shown_part(faded, second * SECOND) for second in (-1, 0, 1, 2, 5, 6, 8, 10, 11)]
    assert parts == [0, 0, 0.5, 1, 1, 1, 0.5, 0, 0]


@given(st.integers(0, 10), st.integers(0, 10), st.floats(-1, 11))
def test_never_more_than_all(fade_in: int, fade_out: int, at: float) -> None:
    faded = replace(CLIP, fade_in=fade_in * SECOND, fade_out=fade_out * SECOND)
    assert 0 <= shown_part(faded, at * SECOND) <= 1
