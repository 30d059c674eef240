"""Several objects at once: how often they swap, on the multi-object clips of DATA.

    python tests/bench/objects.py [DATA] --score PATH/score.py [--clips a,b] [--frames N] [--fast]
                                  [--crossings N --seed S [--cache FOLDER]]

Clips: davis-dev/pseudo-multiobject/NAME (masks not official), and layers/composites/NAME with two objects or more
(exact truth). All objects are tracked together from the masks of the first frame. A frame is swapped when the mask of
any object covers more of another object's truth than of its own. Missed: frames in which an object is seen but has no
mask. J and F are means over the frames and objects; where an object is hidden, an empty mask counts 1. --crossings:
instead of the clips, so many composites of held-out footage in which two objects, often look-alikes, cross behind a
wall (the cases of tests/bench/reidentify.py from this seed on).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

if __package__:
    from tests.bench import davis, reidentify
else:
    import davis
    import reidentify
from core.media.matte import Labels, MaskFolder, write_labels


@dataclass(frozen=True)
class Clip:
    """truth: labels (H, W) of every frame."""

    name: str
    pictures: Path
    truth: list[Labels]


def clips(data: Path, asked: str, frames: int) -> Iterator[Clip]:
    """The clips asked for that have several objects."""
    split = sorted((data / "davis-dev/pseudo-multiobject").glob("*"))
    composites = sorted((data / "layers/composites").glob("*"))
    for name in davis.wanted([path.name for path in (*split, *composites)], asked):
        if (folder := data / "davis-dev/pseudo-multiobject" / name).is_dir():
            truth = davis.read_truth(folder, frames)
            pictures = data / "davis-dev/JPEGImages/480p" / name
        else:
            folder = data / "layers/composites" / name
            with np.load(folder / "gt.npz") as stored:
                truth = [np.asarray(ids, np.uint8) for ids in stored["ids"][: frames or None]]
            pictures = folder / "frames.mp4"
        if len(np.unique(truth[0])) > 2:
            yield Clip(name, pictures, truth)


def crossings(args: argparse.Namespace, root: Path) -> Iterator[Clip]:
    """Composites of two objects that cross behind a wall; only their labels."""
    step = len(reidentify.KINDS)
    first = next(
        seed for seed in range(args.seed, args.seed + step) if reidentify.KINDS[seed % step] == "crossing"
    )
    for seed in range(first, first + step * args.crossings, step):
        one = argparse.Namespace(data=args.data, cache=args.cache, seed=seed, cases=1, only="", quick=False)
        for case in reidentify.lost_cases(one, root):
            truth = [
                np.where(np.isin(plane, case.targets), plane, 0).astype(np.uint8) for plane in case.truth
            ]
            yield Clip(case.name, case.clip, truth)


def is_swapped(found: Labels, truth: Labels, labels: list[int]) -> bool:
    """Whether any object's mask covers more of another's truth than of its own."""
    shared = np.array([[np.count_nonzero((found == a) & (truth == b)) for b in labels] for a in labels])
    return bool((shared > np.diag(shared)[:, None]).any())


def main() -> None:
    parser = davis.arguments(__doc__)
    parser.add_argument("--crossings", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, help="folder that keeps the decoded footage for the next time")
    args = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    score = davis.scorer(args.score)
    print(f"{'clip':26} {'frames':>6} {'swapped':>8} {'missed':>7}  J and F of each object")
    swaps: list[bool] = []
    with tempfile.TemporaryDirectory() as folder:
        made = crossings(args, Path(folder)) if args.crossings else clips(args.data, args.clips, args.frames)
        for clip in made:
            labels = [int(label) for label in np.unique(clip.truth[0]) if label]
            with tempfile.TemporaryDirectory() as root:
                key = Path(root) / "key.png"
                write_labels(key, clip.truth[0])
                result = davis.run_track(
                    Path(root), clip.pictures, {0: key}, fast=args.fast, last=len(clip.truth) - 1
                )
                masks = MaskFolder(result)
                found = [masks.labels(frame) for frame in range(len(clip.truth))]
                scores = [davis.frame_scores(score, result, clip.truth, label) for label in labels]
            mine = [is_swapped(a, b, labels) for a, b in zip(found[1:], clip.truth[1:], strict=True)]
            pairs = [
                (np.any(b == k), np.any(a == k))
                for a, b in zip(found, clip.truth, strict=True)
                for k in labels
            ]
            missed = sum(there and not seen for there, seen in pairs) / max(
                1, sum(there for there, _ in pairs)
            )
            swaps += mine
            told = "  ".join(f"{each[1:-1, 0].mean():.3f} {each[1:-1, 1].mean():.3f}" for each in scores)
            print(f"{clip.name:26} {len(mine):6} {np.mean(mine):8.3f} {missed:7.3f}  {told}", flush=True)
            if any(mine):
                print(f"  swapped: {' '.join(str(n) for n, swapped in enumerate(mine, 1) if swapped)}")
    print(f"without a swap: {1 - np.mean(swaps):.3f} of {len(swaps)} frames")


if __name__ == "__main__":
    main()
