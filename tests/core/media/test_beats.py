"""The beats of drums whose tempo is known."""

from __future__ import annotations

import numpy as np
import pytest

from core.media.activity import RATE
from core.media.beats import beats

SECONDS = 20


def drums(tempo: float, first: float) -> tuple[np.ndarray, np.ndarray]:
    """A hit on every beat, every fourth a louder one, played 3 ms off at most; and when the beats are."""
    rng = np.random.default_rng(0)
    sound = rng.normal(size=SECONDS * RATE) * 0.002
    times = np.arange(first, SECONDS - 0.2, 60 / tempo)
    for number, time in enumerate(times):
        at = round((time + rng.uniform(-0.003, 0.003)) * RATE)
        sound[at : at + 800] += (
            np.exp(-np.arange(800) / 150) * rng.normal(size=800) * (0.3 if number % 4 else 0.5)
        )
    return sound.astype(np.float32), times


@pytest.mark.parametrize(("tempo", "first"), [(80, 0.1), (96, 0.4), (120, 0.25), (143, 0.3)])
def test_beats_are_where_the_drums_are_hit(tempo: float, first: float) -> None:
    sound, wanted = drums(tempo, first)
    found = beats(sound)
    assert np.median(np.diff(found)) == pytest.approx(60 / tempo, rel=0.03)
    off = np.abs(found[:, None] - wanted).min(axis=0)
    assert off.max() < 0.03 and np.median(off) < 0.01


def test_noise_silence_and_what_is_short_have_none() -> None:
    noise = np.random.default_rng(1).normal(size=SECONDS * RATE).astype(np.float32) * 0.1
    for sound in (noise, np.zeros(SECONDS * RATE, np.float32), noise[:100], noise[:0]):
        assert len(beats(sound)) == 0
