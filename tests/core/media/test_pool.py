"""The cache keeps its budget; decoding ahead follows the play; close ends every thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.media.cache import FrameCache
from core.media.pool import SourcePool
from core.media.probe import probe
from core.media.thumbnails import thumbnail, thumbnails
from core.time import from_seconds
from tests.media_files import read_number, write_clip, write_pictures


def wait_until(true: Callable[[], bool], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    return true()


def test_cache_stays_within_its_budget() -> None:
    cache = FrameCache(1000)
    for number in range(10):
        cache.put(number, np.zeros((10, 10, 3), np.uint8))
    assert [number in cache for number in range(6, 10)] == [False, True, True, True]
    assert cache.get(7) is not None
    cache.put(10, np.zeros((10, 10, 3), np.uint8))
    assert 7 in cache and 8 not in cache
    cache.put("large", np.zeros((100, 100, 3), np.uint8))
    assert "large" not in cache


def test_a_smaller_budget_lets_frames_go_at_once() -> None:
    cache = FrameCache(1000)
    for number in range(3):
        cache.put(number, np.zeros((10, 10, 3), np.uint8))
    cache.resize(700)
    assert [number in cache for number in range(3)] == [False, True, True]


@pytest.mark.parametrize("step", [1, -1, 2])
def test_decoding_ahead_follows_the_play(step: int, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=60, gop=30, b_frames=2)
    pool = SourcePool(2**24)
    source = pool.source(path, probe(path))
    source.frame(30)
    source.frame(30 + step)
    ahead = [30 + step * (move + 2) for move in range(6)]
    assert wait_until(lambda: all((id(source), number, None) in pool.cache for number in ahead))
    assert [read_number(source.frame(number)) for number in ahead] == ahead
    pool.close()


def test_frames_are_shared_and_sources_too(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=5)
    info = probe(path)
    pool = SourcePool(2**24)
    source = pool.source(path, info)
    assert pool.source(path, info) is source
    assert source.frame(2) is source.frame(2)
    assert not source.frame(2).flags.writeable
    pool.close()


def test_few_decoders_serve_many_sources(tmp_path: Path) -> None:
    pool = SourcePool(2**24, decoders=2)
    sources = []
    for name in "abcde":
        path = write_clip(tmp_path / f"{name}.mp4", frames=8)
        sources.append(pool.source(path, probe(path)))
    for number in (0, 5, 2):
        assert [read_number(source.frame(number)) for source in sources] == [number] * 5
    pool.close()


def test_close_ends_every_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    pool = SourcePool(2**24)
    path = write_clip(tmp_path / "a.mp4", frames=30)
    source = pool.source(path, probe(path))
    for number in range(10):
        source.frame(number)
    pool.close()
    assert threading.active_count() == before


def test_threads_share_a_source(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=60, gop=20, b_frames=2)
    pool = SourcePool(2**16)
    source = pool.source(path, probe(path))
    wrong: list[int] = []

    def walk(offset: int) -> None:
        for number in range(60):
            wanted = (number * 7 + offset) % 60
            if read_number(source.frame(wanted)) != wanted:
                wrong.append(wanted)

    threads = [threading.Thread(target=walk, args=(offset,)) for offset in (0, 13, 29)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pool.close()
    assert wrong == []


def test_thumbnails(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=50, gop=10)
    info = probe(path)
    strip = list(thumbnails(path, info, [0, from_seconds(1), from_seconds(1.9)], 24))
    assert [read_number(picture) for _, picture in strip] == [0, 25, 47]
    assert strip[0][1].shape == (24, 32, 3)
    folder = write_pictures(tmp_path / "series", 5)
    assert read_number(thumbnail(folder, probe(folder), from_seconds(0.08), 24)) == 2
