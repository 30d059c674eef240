"""Track every clip of a DAVIS folder from its first mask and print J, F and seconds a frame.

    python tests/bench/track_davis.py [DATA/davis-dev] --score PATH/score.py [--clips a,b] [--frames N]

DATA defaults to the environment's LAMINAR_DATA, then ../shared/data. score.py holds the DAVIS definitions and prints
{"J", "F", "J&F"} for `score.py masks PREDICTED TRUTH --json`; its path may come from LAMINAR_SCORE. The tracking
runs as the catalog's job does, on one thread.
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
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core import catalog
from core.job import content_key


def track(clip: Path, mask: Path, root: Path, frames: int, more: dict[str, Any]) -> tuple[Path, float, int]:
    """Run the job; the masks' folder, seconds of CPU a frame, and the number of frames."""
    parameters: dict[str, Any] = {"clip": str(clip), "key_masks": {"0": str(mask)}, **more}
    if frames:
        parameters["last"] = min(frames, len(list(clip.iterdir()))) - 1
    cpu, done = time.process_time(), 0
    for step in catalog.run(catalog.JOBS["track"], root, parameters, {}):
        done = max(done, int(step.total))
    job = catalog.JOBS["track"]
    folder = root / content_key(job.id, job.version, parameters, {})
    return folder / "masks", (time.process_time() - cpu) / max(1, done), done


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


def main() -> None:
    data = Path(os.environ.get("LAMINAR_DATA", "../shared/data"))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="?", type=Path, default=data / "davis-dev")
    parser.add_argument(
        "--score",
        type=Path,
        default=os.environ.get("LAMINAR_SCORE"),
        required="LAMINAR_SCORE" not in os.environ,
    )
    parser.add_argument("--clips", default="")
    parser.add_argument("--frames", type=int, default=0)
    parser.add_argument("--fast", action="store_true")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the job"
    )
    args = parser.parse_args()
    more = {name: json.loads(value) for name, value in (text.split("=", 1) for text in args.set)}
    more["fast"] = args.fast
    import torch

    torch.set_num_threads(1)
    rows = []
    names = (
        args.clips.split(",")
        if args.clips
        else sorted(p.name for p in (args.data / "JPEGImages/480p").iterdir())
    )
    print(f"{'clip':16} {'J':>6} {'F':>6} {'J&F':>6} {'CPU s/frame':>12}")
    for name in names:
        truth = args.data / "Annotations/480p" / name
        with tempfile.TemporaryDirectory() as root:
            clip = args.data / "JPEGImages/480p" / name
            masks, seconds, _ = track(clip, sorted(truth.iterdir())[0], Path(root), args.frames, more)
            got = score(args.score, masks, truth, args.frames)
        rows.append((got["J"], got["F"], got["J&F"], seconds))
        print(f"{name:16} {got['J']:6.3f} {got['F']:6.3f} {got['J&F']:6.3f} {seconds:12.3f}", flush=True)
    mean = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    print(f"{'mean':16} {mean[0]:6.3f} {mean[1]:6.3f} {mean[2]:6.3f} {mean[3]:12.3f}")


if __name__ == "__main__":
    main()
