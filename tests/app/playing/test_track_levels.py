"""How loud each track is where it is heard."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from app.playing.sound import BLOCK, PIECE
from app.playing.track_levels import KEPT, TrackLevels
from core.render.mixer import mix
from core.timeline.model import Sequence, Track
from tests.core.render.fakes import RATE, FakeAudio, FakeSources, clip

SR = 48000


def test_each_block_of_each_track_has_its_own_peak() -> None:
    loud = FakeAudio(lambda times: np.where(times < 0.05, 0.5, 0.1))
    sources = FakeSources(audio={"a": loud, "b": FakeAudio(lambda times: 0.25 + 0 * times)})
    first = Track("a1", "audio", "A1", (clip("a", 100),))
    second = Track("a2", "audio", "A2", (clip("b", 100),), balance=-1.0)
    film = Sequence("s", "film", 64, 48, RATE, SR, (second, first, replace(first, id="off", muted=True)))
    levels = TrackLevels()
    np.testing.assert_array_equal(levels.mix(film, 0, PIECE, sources), mix(film, 0, PIECE, sources))
    assert levels.at("a1", 10) == (0.5, 0.5)
    assert levels.at("a1", 4 * BLOCK) == pytest.approx((0.1, 0.1))
    assert levels.at("a2", 10) == pytest.approx((0.25, 0), abs=1e-6)
    assert levels.at("off", 10) == levels.at("a1", PIECE) == levels.at("a1", -1) == (0.0, 0.0)
    for number in range(1, KEPT + 1):
        levels.mix(film, number * PIECE, PIECE, sources)
    assert levels.at("a1", 10) == (0.0, 0.0), "only what was lately mixed is known"
    assert levels.at("a1", KEPT * PIECE) == pytest.approx((0.1, 0.1))
