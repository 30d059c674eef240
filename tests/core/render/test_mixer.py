"""Sound: in place to the sample, gain, fades, speed, backwards, mute."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from core.errors import MediaError
from core.render.mixer import mix
from core.time import TICKS_PER_SECOND
from core.timeline.model import Clip, Key, Keys, Sequence, Track, Transition
from core.timeline.time_map import Curve, CurvePoint, Linear
from tests.core.render.fakes import RATE, TICK, FakeAudio, FakeSources, clip, gap

SR = 48000


def film(*clips: object, **track: object) -> Sequence:
    return Sequence("s", "film", 64, 48, RATE, SR, (Track("a1", "audio", "", clips, **track),))  # type: ignore[arg-type]


def ramp(times: np.ndarray) -> np.ndarray:
    """A sound whose value tells its source time: 1/100 a second."""
    return times / 100


def sources(make: object = ramp) -> FakeSources:
    return FakeSources(audio={"a": FakeAudio(make), "b": FakeAudio(make)})  # type: ignore[arg-type]


def test_samples_pass_through_in_place_and_in_chunks() -> None:
    sequence = film(gap(10), clip("a", 20, time_map=Linear(5 * TICK)))
    whole = mix(sequence, 0, 2 * SR, sources())
    start = 10 * SR // 25
    assert not whole[:start].any()
    np.testing.assert_allclose(whole[start : start + 100, 0], (0.2 + np.arange(100) / SR) / 100, atol=1e-7)
    assert not whole[30 * SR // 25 :].any()
    chunks = [mix(sequence, at, 1000, sources()) for at in range(0, 2 * SR, 1000)]
    np.testing.assert_array_equal(np.concatenate(chunks), whole)


@pytest.mark.parametrize("speed", [Fraction(2), Fraction(1, 2), Fraction(11, 10)])
def test_speed(speed: Fraction) -> None:
    sequence = film(clip("a", 50, time_map=Linear(TICKS_PER_SECOND, speed.numerator, speed.denominator)))
    found = mix(sequence, 4800, 9600, sources())[:, 0] * 100
    np.testing.assert_allclose(found, 1 + (4800 + np.arange(9600)) / SR * float(speed), atol=1e-4)


def test_backwards() -> None:
    sequence = film(clip("a", 50, time_map=Linear(3 * TICKS_PER_SECOND - 1, -1, 1)))
    found = mix(sequence, 0, SR, sources())[:, 0] * 100
    np.testing.assert_allclose(found, 3 - np.arange(SR) / SR, atol=1e-4)


def test_a_time_curve() -> None:
    points = (CurvePoint(0, 0), CurvePoint(TICKS_PER_SECOND, 3 * TICKS_PER_SECOND))
    found = mix(film(clip("a", 50, time_map=Curve(points))), 0, 4800, sources())[:, 0] * 100
    np.testing.assert_allclose(found, np.arange(4800) / SR * 3, atol=2e-4)


def test_a_freeze_is_silent() -> None:
    assert not mix(film(clip("a", time_map=Linear(TICKS_PER_SECOND, 0, 1))), 0, 4800, sources()).any()


def test_gain_is_in_decibels_and_its_keys_stand_in_source_time() -> None:
    def ones(times: np.ndarray) -> np.ndarray:
        return np.full(len(times), 0.5)

    quiet = mix(film(clip("a", gain=-20.0)), 0, 100, sources(ones))
    np.testing.assert_allclose(quiet, 0.05, atol=1e-6)
    keys = Keys((Key(TICKS_PER_SECOND, 0.0), Key(2 * TICKS_PER_SECOND, -20.0)))
    moving = mix(film(clip("a", gain=keys)), 0, 50 * SR // 25, sources(ones))[:, 0]
    assert moving[SR // 2] == pytest.approx(0.5)
    assert moving[SR + SR // 2] == pytest.approx(0.5 * 10**-0.5, rel=1e-2)


def test_a_cross_fade_keeps_the_power() -> None:
    rng = np.random.default_rng(0)

    def noise(times: np.ndarray) -> np.ndarray:
        return rng.normal(0, 0.1, len(times))

    later = clip(
        "b", 50, time_map=Linear(50 * TICK), transition=Transition(before=10 * TICK, after=10 * TICK)
    )
    found = mix(film(clip("a", 50), later), 0, 100 * SR // 25, sources(noise))[:, 0]
    middle = found[45 * SR // 25 : 55 * SR // 25]
    assert np.std(middle) == pytest.approx(0.1, rel=0.05)


def test_mute_solo_and_limits() -> None:
    loud = FakeSources(audio={"a": FakeAudio(lambda times: np.full(len(times), 0.8))})
    assert not mix(film(clip("a"), muted=True), 0, 100, loud).any()
    two = Sequence(
        "s", "", 64, 48, RATE, SR, tuple(Track(str(n), "audio", "", (clip("a"),)) for n in range(2))
    )
    np.testing.assert_array_equal(mix(two, 0, 100, loud), 1)
    tracks = (two.tracks[0], Track("2", "audio", "", (clip("a"),), solo=True))
    np.testing.assert_allclose(mix(Sequence("s", "", 64, 48, RATE, SR, tracks), 0, 100, loud), 0.8, atol=1e-6)


class Gone(FakeSources):
    def audio(self, clip: Clip) -> FakeAudio | None:
        raise MediaError("gone")


def test_missing_media_is_silent_in_preview_and_stops_an_export() -> None:
    assert not mix(film(clip("a")), 0, 100, Gone()).any()
    with pytest.raises(MediaError):
        mix(film(clip("a")), 0, 100, Gone(strict=True))
