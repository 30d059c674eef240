"""Exact seeking, scrubbing on a proxy, flat memory.

    python -m pytest -s tests/bench/test_seek.py --override-ini addopts=

The films are drawn and encoded first (half a minute) and kept in LAMINAR_BENCH (default: a temporary folder).
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.media.pool import SourcePool
from core.media.probe import probe
from core.media.proxy import make_proxy, proxy_info, proxy_path
from core.media.reader import VideoSource
from core.time import from_seconds
from tests.bench.make_films import write_film

pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kept = os.environ.get("LAMINAR_BENCH")
    path = Path(kept) if kept else tmp_path_factory.mktemp("films")
    path.mkdir(parents=True, exist_ok=True)
    return path


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def tell(name: str, times: list[float]) -> None:
    middle, late = np.percentile(times, [50, 95])
    print(f"\n{name}: median {middle:.1f} ms, p95 {late:.1f} ms, worst {max(times):.1f} ms ({len(times)})")


def ffmpeg(path: Path, second: float) -> Callable[[], object]:
    """The command line decoding one exact frame to RGB, from the key frame before it."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-ss", f"{second:.4f}", "-i", str(path), "-frames:v", "1",
               "-f", "rawvideo", "-pix_fmt", "rgb24", "-y", os.devnull]  # fmt: skip
    return lambda: subprocess.run(command, check=True)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs the ffmpeg command line to compare with")
def test_an_exact_frame_of_long_gops(folder: Path) -> None:
    film = write_film(folder / "gop250.mp4", 750)
    source = VideoSource(film, probe(film))
    source.frame(source.frame_count - 1)
    rng = random.Random(4)
    numbers = rng.sample(range(750), 16)
    start_up = min(
        milliseconds(lambda: subprocess.run(["ffmpeg", "-version"], stdout=subprocess.DEVNULL))
        for _ in range(5)
    )
    ours, theirs = [], []
    for number in numbers:
        theirs.append(milliseconds(ffmpeg(film, (number - 0.4) / 25)))
        ours.append(milliseconds(lambda number=number: source.frame(number)))
    source.close()
    tell("exact frame, 1080p H.264, GOP 250", ours)
    tell("the same by the ffmpeg command line", theirs)
    print(f"start of ffmpeg alone {start_up:.1f} ms")
    over = [mine - other for mine, other in zip(ours, theirs, strict=True)]
    print(f"ours minus ffmpeg: median {np.median(over):.1f} ms, worst {max(over):.1f} ms")
    assert np.median(over) <= 15


def test_scrubbing_on_a_proxy(folder: Path) -> None:
    film = write_film(folder / "gop250.mp4", 750)
    out = folder / "proxy360"
    if not (out / "proxy.json").exists():
        out.mkdir(exist_ok=True)
        print(
            f"\nproxy of {750} frames made in "
            f"{milliseconds(lambda: list(make_proxy(out, path=str(film)))) / 1000:.1f} s"
        )
    source = VideoSource(proxy_path(out), proxy_info(out))
    rng = random.Random(5)
    source.frame(0)
    times = [milliseconds(lambda: source.frame(rng.randrange(750))) for _ in range(200)]
    source.close()
    tell("any frame of a 360p proxy as RGB", times)
    assert np.percentile(times, 95) < 33


def test_memory_while_playing_ten_minutes(folder: Path) -> None:
    """15,000 frames at 320x180 through the pool; after the cache has filled, memory stays within 50 MB."""
    film = write_film(folder / "ten_minutes.mp4", 15000, (320, 180), gop=250, preset="ultrafast")
    info = probe(film)
    pool = SourcePool(64 * 2**20)
    source = pool.source(film, info)
    process = psutil.Process()
    resident = []
    for number in range(15000):
        source.frame(source.index_at(from_seconds(number / 25)))
        if number % 100 == 0:
            resident.append(process.memory_info().rss / 2**20)
    pool.close()
    settled = resident[len(resident) // 10 :]
    print(f"\nmemory over ten minutes: {min(settled):.0f} to {max(settled):.0f} MB after the first minute")
    assert max(settled) - min(settled) <= 50
