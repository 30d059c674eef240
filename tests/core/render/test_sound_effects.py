"""Equaliser and compressor on tones that are known, in one piece and in many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.render.mixer import mix
from core.render.sound_effects import magnitude
from core.time import TICKS_PER_SECOND
from core.timeline.effects import new_effect
from core.timeline.model import Clip, Effect, Key, Keys, Sequence, Track
from tests.core.render.fakes import FakeAudio, FakeSources, clip, film

RATE = 48000


def sources(make: object) -> FakeSources:
    return FakeSources(audio={"a": FakeAudio(make)})  # type: ignore[arg-type]


def tone(frequency: float, level: float = 0.2) -> FakeSources:
    return sources(lambda times: level * np.sin(2 * np.pi * frequency * times))


def sounding(*effects: Effect) -> Sequence:
    one: Clip = clip("a", 100, effects=effects)
    return film(Track("s", "audio", "", (one,)))


def decibels(sequence: Sequence, given: FakeSources, first: int = RATE, count: int = RATE) -> float:
    heard = mix(sequence, first, count, given)
    return float(20 * np.log10(np.sqrt((heard**2).mean()) * np.sqrt(2)))


@pytest.mark.parametrize(("frequency", "settings_", "change"), [
    (60, {"low": 6.0}, 6), (60, {"high": 12.0}, 0), (1000, {"middle": -9.0}, -8), (1000, {"low": 6.0}, 0.4),
    (12000, {"high": -12.0}, -10.8), (12000, {"middle": 6.0}, 0.6), (40, {"cut": 80.0}, -24), (320, {"cut": 80.0}, 0),
])  # fmt: skip
def test_each_band_changes_its_own_frequencies(
    frequency: float, settings_: dict[str, float], change: float
) -> None:
    plain, given = sounding(), tone(frequency, 0.05)
    changed = sounding(new_effect("equaliser", **settings_))
    assert decibels(changed, given) - decibels(plain, given) == pytest.approx(change, abs=1.0)
    designed = 20 * np.log10(
        magnitude(
            np.array([float(frequency)]), **{"low": 0.0, "middle": 0.0, "high": 0.0, "cut": 0.0, **settings_}
        )
    )
    assert decibels(changed, given) - decibels(plain, given) == pytest.approx(float(designed[0]), abs=1.0)


def test_a_neutral_equaliser_and_compressor_leave_the_sound_in_its_place() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, 3 * RATE)
    given = sources(lambda times: noise[np.clip(np.rint(times * RATE).astype(int), 0, len(noise) - 1)])
    plain = mix(sounding(), RATE, 5000, given)
    neutral = new_effect("equaliser"), new_effect("compressor", ratio=1.0, makeup=0.0)
    np.testing.assert_allclose(mix(sounding(*neutral), RATE, 5000, given), plain, atol=2e-4)


def test_loud_and_soft_come_closer_by_the_ratio() -> None:
    squeeze = new_effect("compressor", threshold=-30.0, ratio=4.0, makeup=5.0)
    loud, soft = tone(500, 10 ** (-6 / 20)), tone(500, 10 ** (-50 / 20))
    level = -6 - 3.0  # of a tone's mean power
    wanted = level - (level + 30) * (1 - 1 / 4) + 5 + 3.0
    assert decibels(sounding(squeeze), loud) == pytest.approx(wanted, abs=0.3)
    assert decibels(sounding(squeeze), soft) == pytest.approx(-45, abs=0.3)


def test_silence_stays_silent_and_nothing_is_out_of_number() -> None:
    stack = (
        new_effect("compressor", threshold=-80.0, ratio=20.0, makeup=40.0),
        new_effect("equaliser", low=24.0, cut=500.0),
    )
    heard = mix(sounding(*stack), 0, 4000, sources(lambda times: np.zeros(len(times))))
    assert not heard.any()


SWEEP = new_effect("equaliser", low=Keys((Key(0, -12.0), Key(2 * TICKS_PER_SECOND, 12.0))))
STACK = (SWEEP, new_effect("compressor", threshold=-40.0))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 2 * RATE), st.integers(1, 9000))
def test_any_part_sounds_as_in_the_whole(first: int, count: int) -> None:
    given_ = tone(90)
    whole = mix(sounding(*STACK), 0, 2 * RATE + 9000, given_)
    part = mix(sounding(*STACK), first, count, given_)
    np.testing.assert_allclose(part, whole[first : first + count], atol=1e-5)


def test_an_animated_value_goes_on_without_a_step() -> None:
    hertz = 63  # not at rest where a new setting begins, every tenth of a second
    heard = mix(sounding(SWEEP), 0, 2 * RATE, tone(hertz, 0.1))[:, 0]
    levels = [
        20 * np.log10(np.abs(heard[at : at + RATE // 20]).max() / 0.1)
        for at in range(4800, 2 * RATE - 4800, 4800)
    ]
    assert levels[0] < -9 and levels[-1] > 9
    assert np.diff(levels).min() > 0 and np.diff(levels).max() < 2.5
    assert np.abs(np.diff(heard)).max() < 0.1 * 4.2 * 2 * np.pi * hertz / RATE  # no click


def test_effects_for_pictures_do_not_touch_sound_and_those_that_are_off_neither() -> None:
    off = Effect("e", "equaliser", {"low": 24.0}, enabled=False)
    given = tone(60)
    np.testing.assert_array_equal(
        mix(sounding(new_effect("blur"), off), 0, 3000, given), mix(sounding(), 0, 3000, given)
    )


def two_microphones() -> FakeSources:
    """A loud tone on the left, a soft one on the right."""
    return sources(
        lambda times: np.column_stack(
            [0.4 * np.sin(2 * np.pi * 440 * times), 0.1 * np.sin(2 * np.pi * 1000 * times)]
        )
    )


@pytest.mark.parametrize(
    ("values", "left", "right"),
    [
        ({}, (1, 0), (0, 1)),
        ({"right": 1.0}, (1, 0), (1, 0)),
        ({"left": 1.0}, (0, 1), (0, 1)),
        ({"left": 1.0, "right": 1.0}, (0, 1), (1, 0)),
        ({"left": 0.5, "right": 0.5}, (0.5, 0.5), (0.5, 0.5)),
        ({"balance": -1.0}, (1, 0), (0, 0)),
        ({"balance": 0.5}, (np.sin(np.pi / 4), 0), (0, 1)),
        ({"left": 1.0, "balance": 1.0}, (0, 0), (0, 1)),
    ],
)
def test_channels_are_heard_where_they_are_wanted(
    values: dict[str, float], left: tuple[float, float], right: tuple[float, float]
) -> None:
    given = two_microphones()
    plain = mix(sounding(), RATE, 4000, given)
    heard = mix(sounding(new_effect("channels", **values)), RATE, 4000, given)
    np.testing.assert_allclose(heard, plain @ np.column_stack([left, right]), atol=1e-6)


def test_channels_stand_anywhere_among_other_effects() -> None:
    given = two_microphones()
    effects = (new_effect("equaliser", high=-6.0), new_effect("channels", right=1.0))
    one, other = (mix(sounding(*order), RATE, 4000, given) for order in (effects, effects[::-1]))
    np.testing.assert_allclose(one, other, atol=1e-5)
    np.testing.assert_allclose(one[:, 0], one[:, 1], atol=1e-6)


def test_channels_change_over_by_keyframes() -> None:
    given = two_microphones()
    keys = Keys((Key(0, 0.0), Key(2 * TICKS_PER_SECOND, 1.0)))
    heard = mix(sounding(new_effect("channels", left=keys)), RATE, 4000, given)
    plain = mix(sounding(), RATE, 4000, given)
    np.testing.assert_allclose(heard[0, 0], plain[0] @ (0.5, 0.5), atol=1e-3)
