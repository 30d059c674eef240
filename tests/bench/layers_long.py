"""Memory of a long clip: `python -m tests.bench.layers_long DATA [--clip NAME] [--frames 1000] [plate] [layers]`.

A DAVIS sequence (DATA/JPEGImages/480p, DATA/Annotations/480p) is played forth and back until it is long enough, at
854x480, with its masks; `laminar plate` and `laminar layers` work on it. Told are the peak of all processes' resident
memory together (shared pages counted in each), and the time, by the clock and of the processors.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import psutil

from core.layers.result import read_report
from core.media.matte import mask_name, write_labels

SIZE = 854, 480
EVERY = 0.5
"""Seconds from one look at the memory to the next."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("what", nargs="*", default=["plate", "layers"])
    parser.add_argument("--clip", default="car-shadow")
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=0.0, help="--max-seconds of the layers")
    given = parser.parse_intermixed_args()
    with tempfile.TemporaryDirectory() as work:
        clip, masks = _long(given.data, given.clip, given.frames, Path(work))
        for what in given.what:
            out = Path(work) / what
            target = out / "plate.png" if what == "plate" else out
            limit = ["--max-seconds", str(given.seconds)] if what == "layers" else []
            _measure([what, str(clip), "--masks", str(masks), "-o", str(target), *limit], what)
            if what == "layers":
                print(read_report(out), flush=True)


def _long(data: Path, name: str, count: int, work: Path) -> tuple[Path, Path]:
    """Folders of pictures and masks: the sequence forth and back."""
    pictures = sorted((data / "JPEGImages/480p" / name).iterdir())
    clip, masks = work / "clip", work / "masks"
    clip.mkdir()
    masks.mkdir()
    turn = 2 * (len(pictures) - 1)
    for n in range(count):
        k = min(n % turn, turn - n % turn)
        if n < len(pictures):
            picture = cv2.resize(cv2.imread(str(pictures[k])), SIZE, interpolation=cv2.INTER_AREA)
            label = cv2.imread(str(data / "Annotations/480p" / name / f"{pictures[k].stem}.png"), 0)
            cv2.imwrite(str(clip / f"{n:05d}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 95])
            label = cv2.resize(label, SIZE, interpolation=cv2.INTER_NEAREST)
            write_labels(masks / mask_name(n), (label > 127).astype(np.uint8))
        else:
            (clip / f"{n:05d}.jpg").hardlink_to(clip / f"{k:05d}.jpg")
            (masks / mask_name(n)).hardlink_to(masks / mask_name(k))
    return clip, masks


def _measure(arguments: list[str], what: str) -> None:
    began, peak, each, last = time.monotonic(), 0, 0, 0.0
    spent: dict[int, float] = {}
    child = subprocess.Popen([sys.executable, "-m", "app", *arguments, "--json"])
    whole = psutil.Process(child.pid)
    while child.poll() is None:
        sizes = [0]
        for process in (whole, *whole.children(recursive=True)):
            try:
                sizes.append(process.memory_info().rss)
                spent[process.pid] = sum(process.cpu_times()[:2])
            except psutil.Error:
                continue  # it has just ended
        peak, each = max(peak, sum(sizes)), max(each, *sizes)
        if time.monotonic() - last > 20:
            last = time.monotonic()
            cpu = sum(spent.values())
            print(f"{last - began:6.0f} s  {cpu:6.0f} CPU s  {sum(sizes) / 2**20:6.0f} MB", flush=True)
        time.sleep(EVERY)
    print(
        f"{what}: exit {child.returncode}, peak {peak / 2**20:.0f} MB, the largest process {each / 2**20:.0f} MB, "
        f"{time.monotonic() - began:.0f} s, {sum(spent.values()):.0f} CPU s",
        flush=True,
    )


if __name__ == "__main__":
    main()
