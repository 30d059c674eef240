"""Frames seen ahead and finished behind on a thread beside: the same masks, errors that come out, no thread left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import MediaError
from core.masks import propagate
from core.masks import run as running
from core.masks.features import make_grid
from core.masks.lookahead import beside, prefetched
from core.masks.memory_frame import memory_frame_of
from core.masks.tracker import Tracker
from core.media.matte import MaskFolder
from tests.core.masks.scenes import draw, write_clip, write_key

pytestmark = pytest.mark.usefixtures("one_thread")

GRID = make_grid(160, 96, 24, 4, 4)


def tracker() -> Tracker:
    first = memory_frame_of(0, *draw(0), (1, 2), GRID, None)
    return Tracker(GRID, None, (first,), [first])


def frames(last: int, broken: int = 99) -> Iterator[tuple[int, np.ndarray]]:
    for number in range(1, last + 1):
        if number == broken:
            raise MediaError("frame.png is damaged")
        yield number, draw(number)[0]


def threads_beside() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("beside")]


def test_what_is_seen_ahead_is_used_and_changes_nothing() -> None:
    alone, told = tracker(), tracker()
    with beside() as pool:
        for now in prefetched(pool, frames(6), told):
            told.prefetched = now
            seen, plain = told.step(now.number, now.frame), alone.step(now.number, now.frame)
            assert (
                told.history[-1].encoding is now.encoding
                and told.encoding(now.number, now.frame) is now.encoding
            )
            np.testing.assert_array_equal(seen.objects, plain.objects)
            assert seen.confidence == plain.confidence
    assert not threads_beside()


def test_where_nothing_is_tracked_nothing_is_seen_ahead() -> None:
    idle = tracker()
    idle.history = []
    with beside() as pool:
        assert all(now.encoding is None for now in prefetched(pool, frames(3), idle))
        idle = tracker()
        idle.every = 2
        assert all(now.encoding is None for now in prefetched(pool, frames(3), idle))


def test_errors_of_frames_come_out_and_a_walk_can_be_left() -> None:
    with beside() as pool:
        walk = prefetched(pool, frames(6, broken=3), tracker())
        assert [next(walk).number, next(walk).number] == [1, 2]
        with pytest.raises(MediaError, match="damaged"):
            next(walk)
        rest = frames(6)
        walk = prefetched(pool, rest, tracker())
        next(walk)
        walk.close()
        assert next(rest)[0] in (2, 3)  # nobody else reads them now
    assert not threads_beside()


def test_a_mask_that_cannot_be_written_is_told_and_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = write_clip(tmp_path / "clip", 5)
    asked = {"clip": str(tmp_path / "clip"), "key_masks": write_key(tmp_path, 0, truth[0])}
    for _ in propagate.track(tmp_path / "whole", **asked):
        pass
    written = running.full_size

    def full(frame, objects, labels):  # type: ignore[no-untyped-def]
        if np.array_equal(frame, draw(3)[0]):
            raise OSError("no space left")
        return written(frame, objects, labels)

    monkeypatch.setattr(running, "full_size", full)
    with pytest.raises(OSError, match="no space"):
        for _ in propagate.track(tmp_path / "out", **asked):
            pass
    assert not threads_beside()
    monkeypatch.undo()
    for _ in propagate.track(tmp_path / "out", **asked):
        pass
    whole, again = MaskFolder(tmp_path / "whole"), MaskFolder(tmp_path / "out")
    for number in range(5):
        np.testing.assert_array_equal(again.labels(number), whole.labels(number))
