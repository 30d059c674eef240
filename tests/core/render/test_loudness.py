"""Loudness of tones that are known, and volumes that bring clips to it."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Cancelled, EditError
from core.media.loudness import Loudness, measure
from core.render.loudness import loudness_of, matched
from core.timeline.model import Key, Keys, Sequence, Track
from tests.core.render.fakes import RATE, TICK, FakeAudio, FakeSources, clip

SR = 48000


def tone(decibels: float) -> FakeAudio:
    """A sine of 997 Hz, whose loudness in LUFS is its level in dBFS when both channels have it."""
    return FakeAudio(lambda times: 10 ** (decibels / 20) * np.sin(2 * np.pi * 997 * times))


def film(**fields: object) -> Sequence:
    return Sequence("s", "film", 64, 48, RATE, SR, (Track("a1", "audio", "", (clip("a", 100, **fields),)),))  # type: ignore[arg-type]


def test_a_tone_has_its_level_with_its_volume_and_without_its_fades() -> None:
    sources = FakeSources(audio={"a": tone(-20)})
    for gain in (0.0, -6.0):
        heard = loudness_of(film(gain=gain, fade_in=50 * TICK), "a", sources)
        assert heard is not None
        assert heard.integrated == pytest.approx(-20 + gain, abs=0.15)
        assert heard.peak == pytest.approx(-20 + gain, abs=0.2)


def test_silence_and_what_is_too_short_have_none() -> None:
    assert measure([np.zeros((SR, 2), np.float32)], SR) is None
    assert measure([np.full((100, 2), 0.1, np.float32)], SR) is None
    assert measure([np.zeros((0, 2), np.float32)], SR) is None


def test_matched_clips_are_equally_loud_and_not_overdriven() -> None:
    sources = FakeSources(audio={"a": tone(-30)})
    known = film()
    loud = matched(known, {"a": loudness_of(known, "a", sources)}, -16)  # type: ignore[dict-item]
    after = loudness_of(loud, "a", sources)
    assert after is not None and after.integrated == pytest.approx(-16, abs=0.2)
    assert loud.find("a")[2].gain == pytest.approx(14, abs=0.2)
    assert matched(known, {"a": Loudness(-30, -5)}, -16).find("a")[2].gain == 4.0
    assert matched(known, {"a": Loudness(-30, -5), "gone": Loudness(-9, 0)}, -16).find("a")[2].gain == 4.0
    with pytest.raises(EditError):
        matched(known, {"gone": Loudness(-9, 0)}, -16)


def test_animated_volumes_keep_their_shape() -> None:
    moving = film(gain=Keys((Key(0, -10.0), Key(10 * TICK, -4.0))))
    gain = matched(moving, {"a": Loudness(-20, -20)}, -17).find("a")[2].gain
    assert isinstance(gain, Keys) and [key.value for key in gain.keys] == [-7.0, -1.0]
    with pytest.raises(EditError):
        matched(moving, {}, -16)


def test_listening_tells_how_far_it_is_and_stops_when_asked() -> None:
    told: list[float] = []
    loudness_of(film(), "a", FakeSources(audio={"a": tone(-20)}), lambda part: not told.append(part))
    assert told == sorted(told) and told[0] > 0 and told[-1] == 1
    with pytest.raises(Cancelled):
        loudness_of(film(), "a", FakeSources(audio={"a": tone(-20)}), lambda part: False)
