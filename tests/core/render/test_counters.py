"""Numbers in titles that go on by themselves."""

from __future__ import annotations

import numpy as np
import pytest

from core.render.compositor import render_frame
from core.render.counters import counted
from core.time import TICKS_PER_SECOND
from core.timeline import edits
from core.timeline.model import Clip, Sequence, Title, Track
from tests.core.render.fakes import RATE, FakeSources

SECOND = TICKS_PER_SECOND


@pytest.mark.parametrize(
    ("text", "at", "left", "told"),
    [
        ("{time}", 0, 0, "0:00"),
        ("{time}", 65 * SECOND + SECOND // 2, 0, "1:05"),
        ("{time}", 3600 * SECOND, 0, "1:00:00"),
        ("Lap {tenths}!", 9 * SECOND + SECOND * 3 // 10, 0, "Lap 0:09.3!"),
        ("{left}", 0, 10 * SECOND, "0:10"),
        ("{left}", 0, 9 * SECOND + 1, "0:10"),
        ("{left}", 0, -5, "0:00"),
        ("{time} of {left}", SECOND, 2 * SECOND, "0:01 of 0:02"),
    ],
)
def test_fields_are_filled_in(text: str, at: int, left: int, told: str) -> None:
    assert counted(Title(text), at, left).text == told


@pytest.mark.parametrize("text", ["plain", "{}", "{name}", "{ time }", "{TIME}", "{time", "a {b} c"])
def test_other_braces_stay_as_they_are(text: str) -> None:
    title = Title(text)
    assert counted(title, SECOND, SECOND) is title


def frames(film: Sequence, *seconds: float) -> list[np.ndarray]:
    return [render_frame(film, RATE.snap(round(at * SECOND)), FakeSources()) for at in seconds]


def film(text: str) -> Sequence:
    clip = Clip("t", "t", Title(text, size=0.3), 10 * SECOND)
    return Sequence("s", "", 160, 90, RATE, tracks=(Track("v", "video", "", (clip,)),))


def test_a_counter_shows_the_second_and_goes_on_across_a_cut() -> None:
    counter = film("{time}")
    for at in (0.0, 3.2, 7.9):
        (shown,), (wanted,) = frames(counter, at), frames(film(f"0:0{int(at)}"), at)
        np.testing.assert_array_equal(shown, wanted)
    cut = edits.split(counter, "t", 4 * SECOND)
    for before, after in zip(frames(counter, 3.0, 4.0, 6.5), frames(cut, 3.0, 4.0, 6.5), strict=True):
        np.testing.assert_array_equal(before, after)


def test_a_countdown_ends_with_its_clip() -> None:
    shown = frames(film("{left}"), 0.0, 5.5, 9.9)
    wanted = [frames(film(text), 0.0)[0] for text in ("0:10", "0:05", "0:01")]
    for one, other in zip(shown, wanted, strict=True):
        np.testing.assert_array_equal(one, other)
