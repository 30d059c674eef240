"""The full-size edge step alone: time, memory and J, band only against whole frame, at 480p, 1080p and 4K.

    python tests/bench/edges.py [DATA/davis-dev] [--clips a,b]

The probabilities are the true masks, made uncertain: bent by smooth noise of 2.5 pixels, reduced to 120 rows and
blurred. The larger sizes are the clips scaled up. DATA defaults to the environment's LAMINAR_DATA, then
../shared/data. Times are CPU seconds of one thread.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.masks import output
from core.media.matte import read_labels

SIZES = ((854, 480), (1920, 1080), (3840, 2160))


def uncertain(truth: np.ndarray, rows: int, seed: int) -> np.ndarray:
    """What a tracker might say of a mask, bool (H, W): float32 (rows, columns, 1)."""
    height, width = truth.shape
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    shifts = []
    for _ in range(2):
        noise = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 12)
        shifts.append(2.5 * noise / noise.std())
    bent = cv2.remap(truth.astype(np.float32), x + shifts[0], y + shifts[1], cv2.INTER_LINEAR)
    small = cv2.resize(bent, (round(rows * width / height), rows), interpolation=cv2.INTER_AREA)
    return np.clip(cv2.GaussianBlur(small, (0, 0), 0.8), 0, 1)[..., None].astype(np.float32)


def measure(frame: np.ndarray, objects: np.ndarray, whole: bool) -> tuple[np.ndarray, float]:
    """The mask and the CPU seconds of the step; of the whole frame when nothing counts as decided."""
    before = output.DECIDED
    output.DECIDED = -1.0 if whole else before
    try:
        start = time.process_time()
        labels, _ = output.full_size(frame, objects, (1,))
        return labels > 0, time.process_time() - start
    finally:
        output.DECIDED = before


def overlap(found: np.ndarray, truth: np.ndarray) -> float:
    union = np.logical_or(found, truth).sum()
    return float(np.logical_and(found, truth).sum() / union) if union else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path(os.environ.get("LAMINAR_DATA", "../shared/data")) / "davis-dev"
    parser.add_argument("data", nargs="?", type=Path, default=default)
    parser.add_argument("--clips", default="blackswan,bmx-trees,dance-twirl,libby,parkour")
    args = parser.parse_args()
    if not (args.data / "JPEGImages/480p").is_dir():
        sys.exit(f"edges: no DAVIS folder in {args.data}")
    cv2.setNumThreads(1)
    print(
        f"{'size':>10} {'prior J':>8} {'band J':>8} {'band s':>8} {'whole J':>8} {'whole s':>8} {'peak MB':>8}"
    )
    for width, height in SIZES:
        rows = []
        for seed, name in enumerate(args.clips.split(",")):
            paths = sorted((args.data / "JPEGImages/480p" / name).iterdir())[5::20]
            for path in paths:
                mask = args.data / "Annotations/480p" / name / f"{path.stem}.png"
                truth = read_labels(mask) > 0
                objects = uncertain(truth, 120, seed)
                frame = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
                frame = cv2.resize(frame, (width, height), interpolation=cv2.INTER_CUBIC)
                large = (
                    cv2.resize(truth.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
                )
                prior = cv2.resize(objects, (width, height), interpolation=cv2.INTER_CUBIC) > 0.5
                band, band_s = measure(frame, objects, False)
                whole, whole_s = measure(frame, objects, True)
                rows.append(
                    (overlap(prior, large), overlap(band, large), band_s, overlap(whole, large), whole_s)
                )
        mean = np.mean(rows, axis=0)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{width:5}x{height:<4} {mean[0]:8.4f} {mean[1]:8.4f} {mean[2]:8.3f} {mean[3]:8.4f} {mean[4]:8.3f} "
            f"{peak:8}",
            flush=True,
        )


if __name__ == "__main__":
    main()
