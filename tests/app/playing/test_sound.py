"""The sound clock with a device that the test drives by hand."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.playing.sound import BLOCK, FADE, MOMENT, PIECE, Pieces, SoundClock, load_library, shuttled
from core.time import TICKS_PER_SECOND

RATE = 48000


def ramp(first: int, count: int) -> np.ndarray:
    """Sample n has the value n."""
    return np.repeat(np.arange(first, first + count, dtype=np.float32)[:, None], 2, axis=1)


class HandDevice:
    """Stands for PortAudio's stream."""

    latency = 0.0

    def __init__(self) -> None:
        self.active = False

    def start(self) -> None:
        self.active = True

    def abort(self) -> None:
        self.active = False

    def close(self) -> None:
        self.active = False


@pytest.fixture
def clock() -> Iterator[SoundClock]:
    made = SoundClock(RATE, ramp, stream=HandDevice())
    yield made
    made.close()


def pull(clock: SoundClock) -> np.ndarray:
    """What the device gets next, once the mixing thread is ahead."""
    wait(lambda: bool(clock._blocks))
    out = np.empty((BLOCK, 2), np.float32)
    clock.callback(out, BLOCK, None, None)
    return out


def wait(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_plays_the_film_from_where_it_starts(clock: SoundClock) -> None:
    clock.start(TICKS_PER_SECOND, 1.0)
    first, second = pull(clock), pull(clock)
    assert first[0, 0] == RATE
    assert second[0, 1] == RATE + BLOCK


def test_a_place_that_is_passed_is_heard_for_a_moment_without_clicks(clock: SoundClock) -> None:
    clock.pass_by(TICKS_PER_SECOND)
    heard = np.concatenate([pull(clock) for _ in range(MOMENT // BLOCK)])
    assert heard[0, 0] == heard[-1, 0] == 0
    calm = slice(FADE, MOMENT - FADE)
    assert np.array_equal(heard[calm], ramp(RATE, MOMENT)[calm])
    time.sleep(0.1)
    assert not clock._blocks, "nothing follows"

    clock.pass_by(2 * TICKS_PER_SECOND)
    assert pull(clock)[FADE, 0] == 2 * RATE + FADE, "the next place is heard at once"
    clock.start(0, 1.0)
    assert pull(clock)[5, 0] == 5, "and what plays is heard as it is"
    assert len([pull(clock) for _ in range(3 * MOMENT // BLOCK)]) == 15


def test_time_follows_what_the_device_took(clock: SoundClock) -> None:
    clock.start(0, 1.0)
    assert clock.now() == 0
    for _ in range(10):
        pull(clock)
    at = clock.now() * RATE / TICKS_PER_SECOND
    assert 9 * BLOCK <= at <= 10 * BLOCK
    time.sleep(0.05)  # two blocks long: without the device taking more, time stands still
    assert clock.now() * RATE / TICKS_PER_SECOND == pytest.approx(10 * BLOCK)


def test_a_jump_throws_away_what_was_mixed(clock: SoundClock) -> None:
    clock.start(0, 1.0)
    pull(clock)
    clock.start(10 * TICKS_PER_SECOND, 1.0)
    assert pull(clock)[0, 0] == 10 * RATE


def test_falling_behind_is_silence_and_standing_still() -> None:
    clock = SoundClock(RATE, ramp, stream=HandDevice())
    try:
        out = np.ones((BLOCK, 2), np.float32)
        clock.callback(out, BLOCK, None, None)
        assert not out.any()
        assert clock.now() == 0
    finally:
        clock.close()


@pytest.mark.expects_warnings
def test_sound_that_cannot_be_read_is_silence(clock: SoundClock) -> None:
    def broken(first: int, count: int) -> np.ndarray:
        raise OSError("gone")

    clock.set_mix(broken)
    clock.start(0, 1.0)
    assert not pull(clock).any()


def test_shuttle_reads_faster_and_backwards() -> None:
    assert shuttled(ramp, 0, 4, 2.0)[:, 0].tolist() == [0.5, 2.5, 4.5, 6.5]
    assert shuttled(ramp, 10, 4, -1.0)[:, 0].tolist() == [9, 8, 7, 6]
    assert shuttled(ramp, 10, 2, -2.0)[:, 0].tolist() == [8.5, 6.5]


def test_a_device_that_swallows_everything_does_not_rush_the_film(clock: SoundClock) -> None:
    clock.start(0, 1.0)
    begun, out = time.monotonic(), np.empty((BLOCK, 2), np.float32)
    while time.monotonic() - begun < 0.4:
        clock.callback(out, BLOCK, None, None)
        time.sleep(0.0005)
    assert clock.now() < 1.2 * TICKS_PER_SECOND


def test_peaks_are_of_what_was_played_since_they_were_asked(clock: SoundClock) -> None:
    quiet = np.zeros((BLOCK, 2), np.float32)
    quiet[10] = (0.25, -0.5)
    loud = np.full((BLOCK, 2), -1.0, np.float32)
    for block in (quiet, loud):
        clock._blocks.append(block)
        clock.callback(np.empty((BLOCK, 2), np.float32), BLOCK, None, None)
        assert clock.peaks() == ((0.25, 0.5) if block is quiet else (1.0, 1.0))
    assert clock.peaks() == (0.0, 0.0)


@given(
    st.lists(st.tuples(st.integers(-3 * PIECE, 3 * PIECE), st.integers(1, 2 * PIECE)), min_size=1, max_size=8)
)
@settings(max_examples=30, deadline=None)
def test_pieces_of_a_mix_are_the_mix(asked: list[tuple[int, int]]) -> None:
    pieces = Pieces(ramp)
    for first, count in asked:
        np.testing.assert_array_equal(pieces(first, count), ramp(first, count))


def test_without_a_sound_library_films_are_played_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert not load_library()
    with pytest.raises(OSError, match="no sound device"):
        SoundClock(RATE, ramp)


def test_it_tells_how_loud_the_film_was_since_it_began() -> None:
    def tone(first: int, count: int) -> np.ndarray:
        wave = 0.1 * np.sin(2 * np.pi * 997 * np.arange(first, first + count) / RATE)
        return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)

    clock = SoundClock(RATE, tone, stream=HandDevice())
    try:
        assert clock.loudness() is None
        clock.start(0, 1.0)
        clock._started_at -= 10  # as if it had played for long: it is mixed as fast as it is taken
        for _ in range(4 * RATE // BLOCK):
            pull(clock)
        heard = clock.loudness()
        assert heard is not None
        assert heard.integrated == pytest.approx(-20, abs=0.2) and heard.short_term == pytest.approx(
            -20, abs=0.2
        )
        assert heard.peak == pytest.approx(-20, abs=0.2)
        clock.start(0, 1.0)
        pull(clock)
        again = clock.loudness()
        assert again is not None and again.integrated < -60, "it begins anew"
    finally:
        clock.close()
