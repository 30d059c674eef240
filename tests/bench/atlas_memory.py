"""How much memory unrolling a long clip takes: the drawn sample to and fro, until there are so many frames.

    python tests/bench/atlas_memory.py --out DIR [--frames 1000] [--size 854x480] [--label 2] [--rounds 0] [--pages 1]

Frames and masks are written once and linked as often as they are shown, so there is no cut. Prints, at the end of
each step, processor seconds and the largest resident size so far. --rounds: of refinement; --pages: at most, 0 for
as many as the program chooses. Asked for: 1,000 frames at 480p in under 3 GB.
"""

from __future__ import annotations

import argparse
import resource
import time
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from core.atlas.job import atlas
from core.atlas.report import read_report
from core.media.matte import mask_name, read_labels, write_labels
from core.media.reader import open_source
from core.media.writer import write_png
from core.sample import Scene
from core.sample.files import write_sample


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--size", default="854x480")
    parser.add_argument("--label", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--pages", type=int, default=1)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    width, height = (int(side) for side in given.size.split("x"))
    pictures, masks = to_and_fro(given.out, Scene(width, height), given.frames, given.label)
    print(f"before: {largest():.0f} MB", flush=True)
    said, result = "", given.out / "atlas"
    result.mkdir(exist_ok=True)
    question = {"clip": str(pictures), "masks": str(masks)}
    for progress in atlas(result, **question, pages=given.pages, rounds=given.rounds):
        if progress.message != said:
            said = progress.message
            print(f"{time.process_time():6.0f} s CPU  {largest():6.0f} MB  {said}", flush=True)
    report = read_report(result)
    print(f"{report.frames} frames, {report.psnr:.2f} dB, pages {report.pages}; largest {largest():.0f} MB")


def to_and_fro(out: Path, scene: Scene, count: int, label: int) -> tuple[Path, Path]:
    """Folders of numbered pictures and of masks of one object."""
    own, pictures, masks = out / "own", out / "pictures", out / "masks"
    for folder in (own, pictures, masks):
        folder.mkdir(parents=True, exist_ok=True)
    files = write_sample(own, scene)
    truth = sorted(files.truth.glob("*.png"))
    with closing(open_source(files.clip)) as source:
        for n in range(scene.frames):
            write_png(own / f"p{mask_name(n)}", np.ascontiguousarray(source.frame(n)[..., :3]))
            shown = read_labels(truth[n], (source.width, source.height)) == label
            write_labels(own / f"m{mask_name(n)}", shown.astype(np.uint8))
    turn = 2 * scene.frames - 2
    for n in range(count):
        at = min(n % turn, turn - n % turn)
        for folder, kind in ((pictures, "p"), (masks, "m")):
            link = folder / mask_name(n)
            link.unlink(missing_ok=True)
            link.symlink_to((own / f"{kind}{mask_name(at)}").resolve())
    return pictures, masks


def largest() -> float:
    """Megabytes that this process took at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
