"""Fields rebuilt: clips interlaced by hand, one moment in each field, against the first moment.

    python tests/bench/interlaced.py DATA/train-video FOLDER_FOR_TWO_FILMS

Each clip gives one frame, luma alone: its fourth picture with every second line from the fifth.
Told are PSNR of the woven and of the rebuilt frame, how many lines a progressive frame (both
fields of one moment) loses, and the time a frame of 1920x1080 takes.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import av
import cv2
import numpy as np
import numpy.typing as npt

from core.media.fields import combed_blocks, plane, rebuild, rebuilt, sticking_out
from core.media.probe import probe
from tests.core.render.exporting import psnr
from tests.interlaced import moments, write_interlaced

Luma = npt.NDArray[np.generic]


def main(folder: Path, out: Path) -> None:
    clips = sorted(folder.glob("*/*.mp4"))
    rows = [of_clip(clip) for clip in clips]
    woven, whole, lost = (np.array(column) for column in zip(*rows, strict=True))
    print(f"{len(rows)} clips: woven {woven.mean():.2f} dB, rebuilt {whole.mean():.2f} dB")
    print(f"worse than woven by more than .1 dB: {(whole < woven - 0.1).sum()}")
    print(f"progressive frames changed: {(lost > 0).sum()}, at most {lost.max():.3f} of the pixels")
    print("ms at 1920x1080: {:.1f} combing, {:.1f} not".format(*of_time(out)))


def of_clip(path: Path) -> tuple[float, float, float]:
    first, second = (one[: one.shape[0] // 2 * 2] for one in two_of(path))
    frame = first.copy()
    frame[1::2] = second[1::2]
    return psnr(frame, first), psnr(apart(frame), first), float((apart(first) != first).mean())


def two_of(path: Path) -> list[Luma]:
    with av.open(str(path)) as container:
        found = [
            picture.reformat(format="yuv420p")
            for _, picture in zip(range(5), container.decode(video=0), strict=False)
        ]
    return [plane(picture, 0).copy() for picture in found[-2:]]


def apart(frame: Luma) -> Luma:
    """The frame with its second field rebuilt where it combs."""
    lines, edges = frame.copy(), sticking_out(frame, 0)
    blocks = combed_blocks(edges, 8)
    if blocks.any():
        rebuild(lines, 0, blocks, edges, 8)
    return lines


def of_time(out: Path) -> tuple[float, float]:
    """Median milliseconds of this thread for a frame that combs and one that does not."""
    cv2.setNumThreads(1)
    taken = []
    for moving in (True, False):
        path = write_interlaced(out / f"hd{moving}.mp4", moments(8, (1920, 1080), moving))
        video: Any = probe(path).video
        with av.open(str(path)) as container:
            pictures = list(container.decode(video=0))
        times = []
        for number in range(60):
            begun = time.thread_time()
            rebuilt(pictures[number % len(pictures)], video)
            times.append(1000 * (time.thread_time() - begun))
        taken.append(float(np.median(times)))
    return taken[0], taken[1]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
