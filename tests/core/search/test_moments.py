"""Moments like one another are found, each stretch of a clip once."""

from __future__ import annotations

import numpy as np
import pytest

from core.retime.pace_files import Moments
from core.search.moments import moment_at, similar


def _clip(angles: list[float], every: float = 0.5) -> Moments:
    """Moments on a circle: near angles are alike."""
    turns = np.array(angles)
    vectors = np.stack([np.cos(turns), np.sin(turns)], 1).astype(np.float32)
    count = len(angles)
    return Moments(np.arange(count) * every, np.arange(count) * 12, vectors)


def test_the_nearest_come_first() -> None:
    clips = {"a": _clip([0.0, 0.1, 0.2, 1.5, 1.5, 1.5]), "b": _clip([1.4, 0.05, 1.5])}
    found = similar(moment_at(clips["a"], 0.0), clips, but=("a", 0.0))
    assert [(one.clip, one.seconds) for one in found[:2]] == [("b", 0.5), ("a", 1.0)]
    assert found[0].frame == 12
    assert found[0].likeness == pytest.approx(np.cos(0.05), abs=1e-3)
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)


def test_a_stretch_is_told_once() -> None:
    clip = _clip([0.0] * 9)
    found = similar(moment_at(clip, 0.0), {"a": clip}, apart=2.0)
    times = sorted(one.seconds for one in found)
    assert np.diff(times).min() >= 2.0


def test_no_more_than_asked_for() -> None:
    clips = {str(n): _clip([0.1 * n]) for n in range(9)}
    assert len(similar(moment_at(clips["0"], 0), clips, 3)) == 3


def test_a_clip_without_another_moment_has_none() -> None:
    clip = _clip([0.3])
    assert similar(moment_at(clip, 0), {"a": clip}, but=("a", 0.0)) == []
