"""Pictures between very large frames: seams of tiles, seconds and memory.

    python tests/bench/large_frames.py DATA [--clip libby] [--size 3840x2160] [--tile 1984]

Five neighbouring frames of a clip of davis-dev, enlarged; the picture in the middle of the second pair with tiles of
`--tile` pixels, and again with the frame as one tile. Tells the largest and the mean difference of the two, near the
seams and elsewhere (grey levels), CPU seconds and the process's peak memory after the first. --alone leaves the
second out.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np

from core.retime.interpolate import betweens
from core.retime.synthesis import TILE, tiles
from tests.bench.interpolate import read

NEAR = 8
"""Pixels from a seam that count as near."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--clip", default="libby")
    parser.add_argument("--size", default="3840x2160")
    parser.add_argument("--tile", type=int, default=TILE)
    parser.add_argument("--alone", action="store_true")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    size = tuple(int(side) for side in args.size.split("x"))
    frames = read(args.data / "davis-dev" / "JPEGImages" / "480p" / args.clip, size, 5)
    tiled = made(frames, args.tile)
    if args.alone:
        return
    whole = made(frames, 100_000)
    apart = cv2.absdiff(tiled, whole).max(axis=2)
    seam = np.zeros(apart.shape, bool)
    for box in tiles(*size, args.tile):
        left, top, right, bottom = box.inside
        for edge in (left, right):
            seam[:, max(0, edge - NEAR) : edge + NEAR] |= 0 < edge < size[0]
        for edge in (top, bottom):
            seam[max(0, edge - NEAR) : edge + NEAR] |= 0 < edge < size[1]
    for name, where in (("near seams", seam), ("elsewhere", ~seam)):
        if where.any():
            print(f"{name}: largest difference {apart[where].max()}, mean {apart[where].mean():.4f}")


def made(frames: list[np.ndarray], tile: int) -> np.ndarray:
    between = betweens(frames.__getitem__, len(frames), tile=tile)
    began = time.process_time()
    picture = between.picture(1, 0.5)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"tiles of {tile}: {time.process_time() - began:.2f} CPU s, peak {peak:.2f} GiB", flush=True)
    return np.array(picture)


if __name__ == "__main__":
    main()
