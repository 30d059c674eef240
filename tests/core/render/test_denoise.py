"""Noise reduction on voices and noises that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.render.denoise import denoised, reach
from tests.core.media.test_activity import speech

RATE = 48000
EDGE = reach(RATE)
SECONDS = 6


def both(sound: np.ndarray) -> np.ndarray:
    return np.repeat(sound[:, None], 2, axis=1).astype(np.float32)


def voice() -> np.ndarray:
    """Syllables with pauses, float64 at RATE."""
    slow = speech(SECONDS, 2)
    return np.interp(np.arange(SECONDS * RATE) / RATE, np.arange(len(slow)) / 8000, slow)


def noises() -> dict[str, np.ndarray]:
    """Hiss and hum of power 1."""
    times = np.arange(SECONDS * RATE) / RATE
    hum = sum(np.sin(2 * np.pi * 50 * n * times) / n for n in range(1, 12))
    return {"hiss": np.random.default_rng(0).normal(size=len(times)), "hum": hum / np.std(hum)}


def above_noise(sound: np.ndarray, clean: np.ndarray) -> float:
    """Decibels of the voice above everything else."""
    return float(10 * np.log10((clean**2).sum() / ((sound - clean) ** 2).sum()))


@pytest.mark.parametrize(("kind", "gain"), [("hiss", 6.0), ("hum", 3.0)])
def test_a_voice_stands_further_above_noise(kind: str, gain: float) -> None:
    clean = voice()
    noisy = clean + noises()[kind] * clean.std() * 10 ** (-8 / 20)
    kept = clean[EDGE:-EDGE]
    before = above_noise(noisy[EDGE:-EDGE], kept)
    after = above_noise(denoised(both(noisy), 777, 18.0, RATE)[:, 0].astype(float), kept)
    assert after > before + gain


def test_noise_alone_is_turned_down_by_the_amount_and_a_clean_voice_not_at_all() -> None:
    hum = 0.1 * noises()["hum"]
    quieter = denoised(both(hum), 0, 10.0, RATE)[:, 0]
    assert 20 * np.log10(quieter.std() / hum.std()) == pytest.approx(-10, abs=0.5)
    clean = voice()
    assert above_noise(denoised(both(clean), 0, 18.0, RATE)[:, 0].astype(float), clean[EDGE:-EDGE]) > 30


def test_nothing_is_done_to_silence_or_by_an_amount_of_none() -> None:
    silence = np.zeros((2 * EDGE + 500, 2), np.float32)
    assert not denoised(silence, 5, 12.0, RATE).any()
    sound = both(voice())
    np.testing.assert_array_equal(denoised(sound, 5, 0.0, RATE), sound[EDGE:-EDGE])


def test_what_is_left_of_a_channel_stays_there() -> None:
    sound = both(voice() + 0.01 * noises()["hiss"])
    sound[:, 1] = 0
    out = denoised(sound, 0, 12.0, RATE)
    assert not out[:, 1].any() and out[:, 0].any()


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(0, 20_000), st.integers(1, 9000), st.integers(-5000, 100_000))
def test_any_part_sounds_as_in_the_whole(begin: int, count: int, first: int) -> None:
    sound = both(voice() + 0.01 * noises()["hiss"])
    whole = denoised(sound, first, 12.0, RATE)
    part = denoised(sound[begin : begin + count + 2 * EDGE], first + begin, 12.0, RATE)
    np.testing.assert_allclose(part, whole[begin : begin + count], atol=1e-6)
