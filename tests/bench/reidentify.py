"""Track objects that are lost and come back; print how many are found again and what is claimed while they are away.

    python tests/bench/reidentify.py [DATA] [--cases 12] [--seed 0] [--kinds sample,lost,layers,clips] [--only NAME]
                                     [--quick] [--fast] [--without] [--cache FOLDER] [--sheet FOLDER]

DATA defaults to the environment's LAMINAR_DATA, then ../shared/data. Cases:
  sample   the drawn sample: robot, car and ball with exact truth
  lost     composites of held-out footage (core.training.occlusions), --cases of them from --seed on
  layers   DATA/layers/composites: behind a wall, look-alikes that cross, out of the picture and back
  clips    DATA/train-video/davis-train/bmx-bumps: out of the picture and back, true footage

The catalog's job `track` runs on one thread from the mask of the first frame in which all objects are seen.

  return   an object is gone for at least 3 frames and then shows a fifth of its usual area
  found    its mask reaches IoU 0.3 with the truth within 5 frames of the return, and in half of the next 10 frames
  false    frames in which the object is wholly away, but its mask covers more than 0.05 % of the picture
  mixed    frames in which its mask has IoU 0.3 with another object, and not with its own

Asked for: found >= 90 %, false <= 2 %. --quick: four short cases in the tracker's fast mode. --without: tracking as
it is without recognition, where the job has the choice.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core import catalog
from core.job import content_key
from core.media.matte import MaskFolder, read_labels, write_labels
from core.media.reader import open_source
from core.sample import write_sample
from core.training.footage import load_footage
from core.training.occlusions import KINDS, lost_clip

WITHIN, STAYING, IOU = 5, 10, 0.3
LEAST_GAP = 3
FALSE_PART = 0.0005
Labels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Case:
    """A film or folder of frames, its true labels (T, H, W), and the labels that are tracked; `unknown` (T, H, W)
    are pixels whose truth is not known."""

    name: str
    clip: Path
    truth: Labels
    targets: tuple[int, ...]
    unknown: npt.NDArray[np.bool_] | None = None


@dataclass
class Tally:
    """Sums over objects and cases."""

    returns: int = 0
    found: int = 0
    away: int = 0
    false: int = 0
    mixed: int = 0
    frames: int = 0

    def add(self, other: Tally) -> None:
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def row(self) -> str:
        found = f"{self.found}/{self.returns}" if self.returns else "-"
        false = f"{self.false}/{self.away}" if self.away else "-"
        return f"{found:>8} {false:>10} {self.mixed:>6} {self.frames:>7}"


def returns_of(areas: npt.NDArray[np.int64]) -> list[int]:
    """The frames in which an object of these areas is back after it was gone."""
    usual = float(np.percentile(areas[areas > 0], 75)) if areas.any() else 0.0
    found, gone = [], 0
    was_seen = False
    for frame, area in enumerate(areas):
        if area == 0:
            gone += was_seen
        elif area >= 0.2 * usual:
            if gone >= LEAST_GAP:
                found.append(frame)
            gone, was_seen = 0, True
    return found


def overlap(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> float:
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 0.0


def judge(case: Case, got: Labels, first: int) -> Tally:
    """Compare the tracked labels (T, H, W) with the truth from frame `first` on."""
    truth, size = case.truth, case.truth.shape[1] * case.truth.shape[2]
    known = np.ones(truth.shape, bool) if case.unknown is None else ~case.unknown
    tally = Tally(frames=len(truth) - first)
    others = [int(label) for label in np.unique(truth) if label]
    for label in case.targets:
        areas = np.array([np.count_nonzero(plane == label) for plane in truth])
        ious = {
            other: np.array(
                [
                    overlap((g == label) & k, (t == other) & k)
                    for g, t, k in zip(got, truth, known, strict=True)
                ]
            )
            for other in others
        }
        for back in returns_of(areas[first:]):
            tally.returns += 1
            tally.found += _is_found(ious[label], areas, back + first)
        away = np.flatnonzero((areas == 0) & (np.arange(len(areas)) > first))
        claimed = [np.count_nonzero((got[n] == label) & known[n]) > FALSE_PART * size for n in away]
        tally.away += len(away)
        tally.false += sum(claimed)
        strange = np.max([ious[o] for o in others if o != label] or [np.zeros(len(truth))], axis=0)
        tally.mixed += int(((strange >= IOU) & (ious[label] < IOU))[first + 1 :].sum())
    return tally


def _is_found(ious: npt.NDArray[np.float64], areas: npt.NDArray[np.int64], back: int) -> bool:
    for frame in range(back, min(back + WITHIN + 1, len(ious))):
        if ious[frame] >= IOU:
            later = [n for n in range(frame, min(frame + STAYING, len(ious))) if areas[n] > 0]
            return float(np.mean(ious[later] >= IOU)) >= 0.5
    return False


def track(case: Case, root: Path, first: int, options: dict[str, Any]) -> tuple[Labels, float]:
    """The job's labels of every frame (T, H, W), and CPU seconds a frame."""
    key = np.where(np.isin(case.truth[first], case.targets), case.truth[first], 0).astype(np.uint8)
    mask = root / f"key-{case.name}.png"
    write_labels(mask, key)
    parameters = {"clip": str(case.clip), "key_masks": {str(first): str(mask)}, "soft": False, **options}
    parameters["last"] = len(case.truth) - 1
    job = catalog.JOBS["track"]
    began = time.process_time()
    for _ in catalog.run(job, root, parameters, {}):
        pass
    seconds = (time.process_time() - began) / len(case.truth)
    height, width = case.truth.shape[1:]
    masks = MaskFolder(root / content_key(job.id, job.version, parameters, {}) / "masks", (width, height))
    empty = np.zeros((height, width), np.uint8)
    return np.stack([masks.labels(n) if n in masks else empty for n in range(len(case.truth))]), seconds


def sample_cases(args: argparse.Namespace, root: Path) -> Iterator[Case]:
    files = write_sample(root / "sample")
    truth = np.stack([read_labels(path) for path in sorted(files.truth.glob("*.png"))])
    if args.quick:
        truth = truth[:75]
    yield Case("sample", files.clip, truth, tuple(int(n) for n in np.unique(truth) if n))


def lost_cases(args: argparse.Namespace, root: Path) -> Iterator[Case]:
    footage = load_footage(args.data / "train-video", args.cache or root / "cache", held_out=True)
    for number in range(args.seed, args.seed + args.cases):
        kind = KINDS[number % len(KINDS)]
        name = f"lost-{number}-{kind}"
        if args.only and args.only != name:
            continue
        gap = (10, 14) if args.quick else (10, 36)
        made = lost_clip(np.random.default_rng(number), footage, kind=kind, away=gap)
        folder = root / name
        folder.mkdir()
        for frame, picture in enumerate(made.frames):
            path = folder / f"{frame:05d}.jpg"
            cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 93])
        yield Case(name, folder, made.labels, tuple(range(1, made.targets + 1)))


def layer_cases(args: argparse.Namespace, _root: Path) -> Iterator[Case]:
    for folder in sorted((args.data / "layers/composites").iterdir()):
        with np.load(folder / "gt.npz") as stored:
            truth = stored["ids"].astype(np.uint8)
        yield Case(folder.name, folder / "frames.mp4", truth, tuple(int(n) for n in np.unique(truth) if n))


def clip_cases(args: argparse.Namespace, _root: Path) -> Iterator[Case]:
    clip = args.data / "train-video/davis-train/bmx-bumps.mp4"
    with np.load(clip.with_suffix(".npz")) as stored:
        count, height, width = (int(n) for n in stored["mask_shape"])
        planes = [
            np.unpackbits(stored[key], axis=1)[:, : height * width].reshape(count, height, width)
            for key in ("mask", "band")
        ]
    yield Case("bmx-bumps", clip, planes[0], (1,), planes[1].astype(bool))


CASES: dict[str, Callable[[argparse.Namespace, Path], Iterator[Case]]] = {
    "sample": sample_cases,
    "lost": lost_cases,
    "layers": layer_cases,
    "clips": clip_cases,
}


def write_sheet(folder: Path, case: Case, got: Labels) -> None:
    """Twelve frames with the truth (white) and the tracked masks (coloured) outlined."""
    source, tiles = open_source(case.clip), []
    try:
        for frame in np.linspace(0, len(got) - 1, 12).astype(int):
            picture = np.ascontiguousarray(source.frame(int(frame))[..., ::-1])
            for label, colour in zip(case.targets, ((0, 0, 255), (0, 255, 0), (255, 0, 0)), strict=False):
                for plane, tint in ((case.truth[frame], (255, 255, 255)), (got[frame], colour)):
                    lines, _ = cv2.findContours(
                        (plane == label).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
                    )
                    cv2.drawContours(picture, lines, -1, tint, 2)
            cv2.putText(picture, str(frame), (8, 28), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 255, 255), 2)
            tiles.append(cv2.resize(picture, (416, 240), interpolation=cv2.INTER_AREA))
    finally:
        source.close()
    folder.mkdir(parents=True, exist_ok=True)
    rows = [np.hstack(tiles[n : n + 4]) for n in range(0, 12, 4)]
    cv2.imwrite(str(folder / f"{case.name}.jpg"), np.vstack(rows))


def arguments() -> argparse.Namespace:
    data = Path(os.environ.get("LAMINAR_DATA", "../shared/data"))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="?", type=Path, default=data)
    parser.add_argument("--cases", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default=",".join(CASES))
    parser.add_argument("--only", default="", help="the name of one case")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--fast", action="store_true", help="the tracker's fast mode")
    parser.add_argument("--without", action="store_true", help="without recognition")
    parser.add_argument("--cache", type=Path, help="folder that keeps the decoded footage for the next time")
    parser.add_argument("--sheet", type=Path, help="folder for pictures of every case")
    args = parser.parse_args()
    if args.quick:
        args.cases, args.fast = 3, True
        args.kinds = "lost,layers" if args.kinds == ",".join(CASES) else args.kinds
    return args


def main() -> None:
    args = arguments()
    import torch

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    options: dict[str, Any] = {"fast": args.fast}
    if args.without:
        options["reidentify"] = False
    total = Tally()
    print(f"{'case':28} {'found':>8} {'false':>10} {'mixed':>6} {'frames':>7} {'CPU s/frame':>12}")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for kind in args.kinds.split(","):
            for case in CASES[kind](args, root):
                if (args.only and args.only != case.name) or (
                    args.quick and kind == "layers" and not case.name.startswith("a3")
                ):
                    continue
                first = next(
                    n for n, plane in enumerate(case.truth) if set(case.targets) <= set(np.unique(plane))
                )
                got, seconds = track(case, root, first, options)
                tally = judge(case, got, first)
                total.add(tally)
                print(f"{case.name:28} {tally.row()} {seconds:12.3f}", flush=True)
                if args.sheet:
                    write_sheet(args.sheet, case, got)
    print(f"{'all':28} {total.row()}")
    found, false = total.found / max(1, total.returns), total.false / max(1, total.away)
    print(f"found again {found:.1%} (asked 90 %), false frames while away {false:.2%} (asked 2 %)")


if __name__ == "__main__":
    main()
