"""Sound: in place to the sample, gain, fades, speed, backwards, mute."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import MediaError
from core.render.mixer import factors, mix
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


RAMP = Curve(
    (
        CurvePoint(0, TICKS_PER_SECOND, None, 250_000, 100),
        CurvePoint(2 * TICKS_PER_SECOND, TICKS_PER_SECOND * 13 // 4, 2_000_000),
        CurvePoint(3 * TICKS_PER_SECOND, TICKS_PER_SECOND * 21 // 4),
        CurvePoint(7 * TICKS_PER_SECOND // 2, TICKS_PER_SECOND * 21 // 4),
        CurvePoint(5 * TICKS_PER_SECOND, TICKS_PER_SECOND * 15 // 4),
    )
)
"""Two seconds from a quarter to double speed, one at double, half a second frozen, one and a half backwards."""


def clicks(times: np.ndarray) -> np.ndarray:
    """A click of a millisecond every quarter of a second, on a soft tone."""
    phase = times % 0.25
    return np.where(phase < 0.001, 0.8, 0.02 * np.sin(2 * np.pi * 440 * times))


@pytest.mark.parametrize("keep_pitch", [False, True], ids=["pitch follows", "pitch stays"])
def test_sound_stays_with_its_picture_through_ramps_freezes_and_reverse(keep_pitch: bool) -> None:
    film_ = film(clip("a", 125, time_map=RAMP, keep_pitch=keep_pitch))
    sound = mix(film_, 0, 5 * SR, sources(clicks))[:, 0]
    source = np.array([RAMP.at(n * TICKS_PER_SECOND // SR) for n in range(0, 5 * SR, 48)]) / TICKS_PER_SECOND
    found = 0
    for moment in np.arange(1.25, 5.25, 0.25):
        for a in np.flatnonzero((source[:-1] < moment) != (source[1:] < moment)):
            if 3.0 <= a / 1000 <= 3.5:
                continue  # into and out of the freeze
            near = np.abs(sound[max(0, 48 * a - 960) : 48 * a + 960])
            peak = np.argmax(near) + max(0, 48 * a - 960)
            assert near.max() > 0.15, f"no click at {a / 1000} s"
            assert abs(peak - 48 * a) <= 480, f"the click at {a / 1000} s is {(peak / 48 - a):.1f} ms off"
            found += 1
    assert found > 15
    assert not sound[round(3.03 * SR) : round(3.47 * SR)].any(), "a freeze is silent"


@pytest.mark.parametrize("keep_pitch", [False, True])
def test_chunks_along_a_curve_are_the_whole(keep_pitch: bool) -> None:
    film_ = film(gap(3), clip("a", 125, time_map=RAMP, keep_pitch=keep_pitch))
    heard = sources(clicks)
    whole = mix(film_, 0, 5 * SR, heard)
    pieces = [mix(film_, at, 7001, heard) for at in range(0, 5 * SR, 7001)]
    np.testing.assert_allclose(np.concatenate(pieces)[: 5 * SR], whole, atol=1e-6)


@pytest.mark.parametrize("speed", [Fraction(1, 2), Fraction(3, 2), Fraction(-1, 2)])
def test_pitch_stays_or_follows(speed: Fraction) -> None:
    def tone(times: np.ndarray) -> np.ndarray:
        return 0.3 * np.sin(2 * np.pi * 400 * times)

    time_map = Linear(20 * TICKS_PER_SECOND, speed.numerator, speed.denominator)
    for keep_pitch, expected in ((True, 400.0), (False, 400.0 * abs(float(speed)))):
        film_ = film(clip("a", 75, time_map=time_map, keep_pitch=keep_pitch))
        found = mix(film_, 0, 3 * SR, sources(tone))[:, 0]
        spectrum = np.abs(np.fft.rfft(found * np.hanning(len(found))))
        assert np.argmax(spectrum) / 3 == pytest.approx(expected, abs=4)
        steepest = 0.3 * 2 * np.pi * expected / SR
        assert np.abs(np.diff(found)).max() < 1.6 * steepest, "no click, also where the chain begins anew"
        assert np.std(found[SR // 2 : SR]) == pytest.approx(0.3 / np.sqrt(2), rel=0.15)


def test_fast_ramps_do_not_fold_back() -> None:
    def high(times: np.ndarray) -> np.ndarray:
        return 0.5 * np.sin(2 * np.pi * 9000 * times)

    class Banded(FakeAudio):
        """What a real source does: nothing above half the rate that is asked for."""

        def read(self, start_sample: int, count: int, rate: int | Fraction) -> np.ndarray:
            sound = super().read(start_sample, count, rate)
            return sound * (0.48 * float(rate) > 9000)

    points = (CurvePoint(0, 0), CurvePoint(TICKS_PER_SECOND, 4 * TICKS_PER_SECOND))
    sounds = FakeSources(audio={"a": Banded(high)})
    assert np.abs(mix(film(clip("a", 25, time_map=Curve(points))), 0, SR, sounds)).max() < 1e-3


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


def test_a_clip_fades_by_itself_at_equal_power() -> None:
    one = FakeSources(audio={"a": FakeAudio(np.ones_like)})
    faded = mix(film(clip("a", 50, fade_in=10 * TICK, fade_out=20 * TICK)), 0, 2 * SR, one)[:, 0]
    assert faded[0] == 0 and faded[-1] == pytest.approx(0, abs=1e-3)
    assert faded[5 * SR // 25] == pytest.approx(np.sqrt(0.5), abs=1e-4)
    assert (faded[10 * SR // 25 : 30 * SR // 25] == 1).all()
    assert faded[40 * SR // 25] == pytest.approx(np.sqrt(0.5), abs=1e-4)


def test_a_track_sounds_at_its_gain_and_balance() -> None:
    tone = clip("a", 20, time_map=Linear(5 * TICK))
    plain = mix(film(tone), 0, 4800, sources())
    softer = mix(film(tone, gain=-6.0), 0, 4800, sources())
    np.testing.assert_allclose(softer, plain * 10 ** (-6 / 20), rtol=1e-6)
    left = mix(film(tone, balance=-1.0), 0, 4800, sources())
    np.testing.assert_array_equal(left[:, 0], plain[:, 0])
    assert np.abs(left[:, 1]).max() < 1e-7
    righter = mix(film(tone, balance=0.5), 0, 4800, sources())
    np.testing.assert_array_equal(righter[:, 1], plain[:, 1])
    np.testing.assert_allclose(righter[:, 0], plain[:, 0] * np.sin(np.pi / 4), rtol=1e-6)


def test_what_each_track_gives_is_told_before_the_limit() -> None:
    loud = Track("a2", "audio", "", (clip("b", 20, gain=24.0),))
    sequence = film(clip("a", 20))
    sequence = replace(sequence, tracks=(*sequence.tracks, loud, replace(loud, id="a3", muted=True)))
    found: dict[str, np.ndarray] = {}
    whole = mix(sequence, 20000, 4800, sources(), lambda track, sound: found.setdefault(track.id, sound))
    assert list(found) == ["a1", "a2"]
    np.testing.assert_allclose(np.clip(sum(found.values()), -1, 1), whole, atol=1e-7)


@given(st.floats(-1, 1), st.floats(-60, 12))
def test_a_balance_never_makes_a_side_louder(balance: float, gain: float) -> None:
    left, right = factors(Track("a", "audio", gain=gain, balance=balance))
    assert max(left, right) == pytest.approx(10 ** (gain / 20), rel=1e-6)
    mirrored = factors(Track("a", "audio", gain=gain, balance=-balance))
    np.testing.assert_array_equal(mirrored, [right, left])
