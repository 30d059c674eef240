"""Clips split where another shot begins, whatever their speed."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from core.errors import Cancelled, EditError
from core.render.shots import shot_starts, split_at_shots
from core.time import FrameRate, TimeRange
from core.timeline.model import Clip, MediaUse, Sequence, Track
from core.timeline.time_map import Linear
from tests.core.media.test_cuts import BLUE, GREEN, RED, shot
from tests.core.render.fakes import RATE, FakeSource

LENGTHS = (20, 15, 25)
SHOTS = [
    shot(n, colour, length)
    for n, (colour, length) in enumerate(zip((RED, GREEN, BLUE), LENGTHS, strict=True))
]
FRAMES = [frame for one in SHOTS for frame in one]
STARTS = [RATE.time_of(20), RATE.time_of(35)]


def tape() -> FakeSource:
    return FakeSource(FRAMES.__getitem__, len(FRAMES))


def film(clip: Clip, rate: FrameRate = RATE) -> Sequence:
    sound = replace(clip, id="sound")
    tracks = (Track("a", "audio", "A1", (sound,)), Track("v", "video", "V1", (clip,)))
    return Sequence("s", "film", 64, 48, rate, tracks=tracks)


def clip(first: int = 0, last: int = 60, time_map: Linear | None = None) -> Clip:
    span = TimeRange(0, RATE.time_of(60))
    return Clip(
        "c",
        "tape",
        MediaUse("m", span),
        RATE.time_of(last - first),
        time_map or Linear(RATE.time_of(first)),
        link="l",
    )


def lengths(sequence: Sequence, track: str) -> list[float]:
    return [item.duration / sequence.rate.frame_ticks for item in sequence.track(track).items]


def test_the_further_shots_of_what_is_used_are_found() -> None:
    told: list[float] = []
    source = tape()
    everything = TimeRange(0, RATE.time_of(60))
    assert shot_starts(source, everything, lambda part: told.append(part) or True) == [20, 35]  # type: ignore[func-returns-value]
    assert told == sorted(told) and told[-1] == 1
    assert shot_starts(source, TimeRange.between(RATE.time_of(10), RATE.time_of(30))) == [20]
    assert shot_starts(source, TimeRange.between(RATE.time_of(21), RATE.time_of(34))) == []
    with pytest.raises(Cancelled):
        shot_starts(source, everything, lambda part: part < 0.5)


def test_pictures_and_their_sound_are_split_where_a_shot_begins() -> None:
    after = split_at_shots(film(clip()), {"c": STARTS})
    assert lengths(after, "v") == lengths(after, "a") == [20, 15, 25]
    assert len({item.link for item in after.track("v").items}) == 3  # type: ignore[union-attr]


def test_a_stretch_that_lies_in_one_shot_stays_whole() -> None:
    with pytest.raises(EditError, match="no scene change"):
        split_at_shots(film(clip(21, 34)), {"c": STARTS})
    with pytest.raises(EditError):
        split_at_shots(film(clip()), {"c": []})
    still = replace(clip(), time_map=Linear(RATE.time_of(20), 0))
    with pytest.raises(EditError):
        split_at_shots(film(still), {"c": STARTS})


@pytest.mark.parametrize("num, den", [(2, 1), (1, 2), (-1, 1), (-3, 2)])
@pytest.mark.parametrize("rate", [RATE, FrameRate(30), FrameRate(24000, 1001)])
def test_at_any_speed_each_piece_shows_one_shot_only(num: int, den: int, rate: FrameRate) -> None:
    start = 0 if num > 0 else RATE.time_of(60) - 1
    moving = replace(clip(), duration=RATE.time_of(60) * den // abs(num), time_map=Linear(start, num, den))
    after = split_at_shots(film(moving, rate), {"c": STARTS})
    shown = []
    for where, piece in after.track("v").clips():
        times = [
            rate.time_of(n) for n in range(rate.frames_before(where.start), rate.frames_before(where.end))
        ]
        shown.append(
            {int(np.searchsorted(STARTS, piece.time_map.at(time - where.start), "right")) for time in times}
        )
    assert shown == ([{0}, {1}, {2}] if num > 0 else [{2}, {1}, {0}])
