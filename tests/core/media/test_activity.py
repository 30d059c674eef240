"""When something is heard, and where two recordings of one event meet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.media.activity import FLOOR, RATE, STEP, levels, meeting, silences, sounding, threshold

SR = 48000


def speech(seconds: float, seed: int = 0) -> np.ndarray:
    """Syllables of noise of changing colour and length, mono float32 at RATE."""
    rng = np.random.default_rng(seed)
    out = np.zeros(round(seconds * RATE), np.float32)
    at = 0
    while at < len(out):
        length = int(rng.integers(600, 2400))
        syllable = np.convolve(rng.normal(size=length), np.ones(int(rng.integers(1, 12))), "same")
        part = out[at : at + length]
        part += (syllable * np.hanning(length) * rng.uniform(0.02, 0.1))[: len(part)].astype(np.float32)
        at += length + int(rng.integers(200, 2000))
    return out


def heard_elsewhere(sound: np.ndarray, noise: float, seed: int = 1) -> np.ndarray:
    """With echoes and noise, softer."""
    echoes = np.zeros(1500)
    echoes[[0, 240, 700, 1400]] = 0.4, 0.2, 0.15, 0.1
    out = np.convolve(sound, echoes)[: len(sound)]
    return (out + np.random.default_rng(seed).normal(size=len(out)) * noise).astype(np.float32)


def test_levels_are_decibels_of_full_scale() -> None:
    tone = 0.1 * np.sin(2 * np.pi * 500 * np.arange(SR) / SR)
    sound = np.repeat(tone[:, None], 2, axis=1).astype(np.float32)
    sound[SR // 2 :] = 0
    got = levels(sound, SR)
    assert len(got) == round(1 / STEP)
    assert got[:25] == pytest.approx(-23.0, abs=0.1)
    assert (got[25:] == FLOOR).all()


def test_the_threshold_lies_between_room_and_voice_however_loud_the_recording_is() -> None:
    room_and_voice = np.where(np.arange(500) % 100 < 60, -60.0, -25.0)
    for gain in (0.0, 15.0, -20.0):
        limit = threshold(room_and_voice + gain)
        assert limit is not None and -60 + gain < limit < -25 + gain
    assert threshold(np.full(100, -30.0)) is None, "nothing to tell apart"
    assert threshold(np.full(100, FLOOR)) is None, "nothing to hear"


def test_short_pauses_belong_to_speech_and_clicks_do_not() -> None:
    heard = np.full(500, -60.0)
    heard[50:100] = heard[110:160] = heard[300:350] = -20
    heard[250] = -10
    assert sounding(heard, -40, pause=0.5) == [(50, 160), (300, 350)]
    # A margin of .1 s stays beside what is heard; the head and the tail of the recording are pauses as well.
    assert silences(heard, -40, shortest=0.5, keep=0.1) == [(0, 45), (165, 295), (355, 500)]


@given(st.lists(st.booleans(), max_size=300), st.floats(0.1, 2), st.floats(0, 0.5))
@settings(deadline=None)
def test_pauses_never_touch_what_is_heard(loud: list[bool], shortest: float, keep: float) -> None:
    heard = np.where(np.array(loud, bool), -20.0, -60.0)
    cut = np.zeros(len(heard), bool)
    for first, last in silences(heard, -40, shortest=shortest, keep=keep):
        assert not cut[first:last].any()
        cut[first:last] = True
    for first, last in sounding(heard, -40, pause=shortest):
        assert not cut[first:last].any()


@pytest.mark.parametrize("late", [0.0, 3.21, -2.345, 8.111])
def test_two_recordings_of_one_event_meet_where_they_do(late: float) -> None:
    event = speech(30)
    whole = heard_elsewhere(event, 0.002)
    first = whole[round(max(0.0, -late) * RATE) :][: 14 * RATE]
    second = event[round(max(0.0, late) * RATE) :][: 12 * RATE]
    found = meeting(first, second)
    assert found is not None and found.certain
    assert found.seconds == pytest.approx(late, abs=0.002)


def test_recordings_of_different_events_do_not_meet() -> None:
    found = meeting(speech(20, 3), speech(15, 4))
    assert found is not None and not found.certain
    assert meeting(speech(20), np.zeros(10 * RATE, np.float32)) is None
    assert meeting(speech(20), np.zeros(0, np.float32)) is None
