"""Track every clip of a DAVIS folder from its first mask: J, F, and what it costs.

    python tests/bench/track_davis.py [DATA/davis-dev] --score PATH/score.py [--clips a,b] [--frames N] [--fast]
        [--set NAME=VALUE ...] [--sheets DIR] [--objects 3] [--threads 2]

DATA defaults to the environment's LAMINAR_DATA, then ../shared/data. score.py holds the DAVIS definitions and prints
{"J", "F", "J&F"} for `score.py masks PREDICTED TRUTH --json`; its path may come from LAMINAR_SCORE. The tracking
runs as the catalog's job does, on one thread unless --threads says more; what numpy multiplies, on one in any case.
--set gives the job a parameter (network=false). --sheets keeps a picture a clip: its masks at five moments, the truth's
outline in white. --objects cuts the first mask into upright strips of equal area, to see what several objects cost; J
and F are then of all together.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as a worker on two cores has it; before numpy asks
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np

from core import catalog
from core.job import content_key
from core.media.matte import MASKS, MaskFolder, read_labels, write_labels
from core.media.reader import open_source

MOMENTS = 5


@dataclass(frozen=True)
class Tracked:
    """folder: the result. adapting: seconds of wall time before the first frame. cpu, wall: seconds a frame after."""

    folder: Path
    adapting: float
    cpu: float
    wall: float


def track(clip: Path, mask: Path, root: Path, frames: int, more: dict[str, Any]) -> Tracked:
    """Run the job; the time until its first frame counts as adapting."""
    parameters: dict[str, Any] = {"clip": str(clip), "key_masks": {"0": str(mask)}, **more}
    if frames:
        parameters["last"] = min(frames, len(list(clip.iterdir()))) - 1
    began, first, done = time.monotonic(), None, 0
    cpu = 0.0
    for step in catalog.run(catalog.JOBS["track"], root, parameters, {}):
        if "frame" in step.fields and first is None:
            first, cpu = time.monotonic(), time.process_time()
        done += "frame" in step.fields
    first = first or began
    job = catalog.JOBS["track"]
    folder = root / content_key(job.id, job.version, parameters, {})
    count = max(1, done - 1)
    return Tracked(
        folder, first - began, (time.process_time() - cpu) / count, (time.monotonic() - first) / count
    )


def in_strips(mask: Path, count: int, root: Path) -> Path:
    """A mask cut into so many objects, upright strips of equal area."""
    labels = (read_labels(mask) > 0).astype(np.uint8)
    columns = np.cumsum(labels.sum(axis=0)) * count // max(1, int(labels.sum()))
    write_labels(root / "strips.png", labels * np.clip(1 + columns, 1, count).astype(np.uint8))
    return root / "strips.png"


def score(script: Path, masks: Path, truth: Path, frames: int) -> dict[str, float]:
    """J and F of the folder by the given script; of the first frames only where the clip was cut short."""
    with tempfile.TemporaryDirectory() as name:
        wanted = sorted(truth.iterdir())[: frames or None]
        for path in wanted:
            shutil.copy(path, Path(name) / path.name)
        command = [sys.executable, str(script), "masks", str(masks), name, "--json"]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(result.stdout)
    return figures


def sheet(clip: Path, result: Path, truth: Path) -> np.ndarray:
    """The masks at five moments, uint8 (H, W, 3) RGB."""
    masks, paths = MaskFolder(result), sorted(truth.glob("*.png"))
    source, pictures = open_source(clip), []
    last = max(masks.frames())
    for number in np.linspace(0, last, MOMENTS).round().astype(int):
        picture = np.ascontiguousarray(source.frame(int(number))[..., :3])
        found = masks.labels(int(number)) > 0
        picture[found] = picture[found] // 2 + np.array((0, 110, 90), np.uint8)
        outline, _ = cv2.findContours(
            (read_labels(paths[number]) > 0).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE
        )
        cv2.drawContours(picture, outline, -1, (255, 255, 255), 1)
        pictures.append(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    source.close()
    return np.hstack(pictures)


def main() -> None:
    data = Path(os.environ.get("LAMINAR_DATA", "../shared/data"))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    given = os.environ.get("LAMINAR_SCORE")
    parser.add_argument("data", nargs="?", type=Path, default=data / "davis-dev")
    parser.add_argument("--score", type=Path, default=given, required=given is None)
    parser.add_argument("--clips", default="")
    parser.add_argument("--frames", type=int, default=0)
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--sheets", type=Path)
    parser.add_argument("--objects", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    more = {name: json.loads(value) for name, value in (text.split("=", 1) for text in args.set)}
    import torch

    torch.set_num_threads(args.threads)
    cv2.setNumThreads(args.threads)
    rows = []
    found = sorted(path.name for path in (args.data / "JPEGImages/480p").iterdir())
    print(f"{'clip':16} {'J':>6} {'F':>6} {'J&F':>6} {'adapting s':>11} {'CPU s/frame':>12} {'wall':>6}")
    for name in args.clips.split(",") if args.clips else found:
        truth, clip = args.data / "Annotations/480p" / name, args.data / "JPEGImages/480p" / name
        with tempfile.TemporaryDirectory() as root:
            first = sorted(truth.iterdir())[0]
            if args.objects > 1:
                first = in_strips(first, args.objects, Path(root))
            got = track(clip, first, Path(root), args.frames, {"fast": args.fast, **more})
            figures = score(args.score, got.folder / MASKS, truth, args.frames)
            if args.sheets:
                args.sheets.mkdir(parents=True, exist_ok=True)
                picture = cv2.cvtColor(sheet(clip, got.folder, truth), cv2.COLOR_RGB2BGR)
                cv2.imwrite(str(args.sheets / f"{name}.jpg"), picture)
        rows.append((figures["J"], figures["F"], figures["J&F"], got.adapting, got.cpu, got.wall))
        print(_line(name, rows[-1]), flush=True)
    print(_line("mean", [sum(column) / len(rows) for column in zip(*rows, strict=True)]))


def _line(name: str, row: Any) -> str:
    j, f, both, adapting, cpu, wall = row
    return f"{name:16} {j:6.3f} {f:6.3f} {both:6.3f} {adapting:11.1f} {cpu:12.3f} {wall:6.3f}"


if __name__ == "__main__":
    main()
