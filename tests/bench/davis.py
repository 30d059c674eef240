"""What the tracking benches share: the arguments, the catalog's job, and J and F of every frame.

score.py (its path from --score or LAMINAR_SCORE) holds the DAVIS definitions as `jaccard(a, b)` and `f_measure(a, b)`.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core import catalog
from core.job import content_key, drain
from core.media.matte import Labels, MaskFolder, read_labels

Scores = npt.NDArray[np.float64]
"""(frames, 2): J and F."""


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """DATA, --score, --clips, --frames, --fast."""
    data = Path(os.environ.get("LAMINAR_DATA", "../shared/data"))
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=data)
    given = os.environ.get("LAMINAR_SCORE")
    parser.add_argument("--score", type=Path, default=given, required=given is None)
    parser.add_argument("--clips", default="", help="names, with commas between; all when empty")
    parser.add_argument("--frames", type=int, default=0, help="only the first ones of each clip; 0 for all")
    parser.add_argument("--fast", action="store_true")
    return parser


def wanted(found: Sequence[str], asked: str) -> list[str]:
    """The clips asked for. Raises SystemExit when there are none."""
    names = [name for name in found if not asked or name in asked.split(",")]
    if not names:
        raise SystemExit("no such clips: is DATA the right folder?")
    return names


def scorer(path: Path) -> ModuleType:
    """The functions of score.py."""
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SystemExit(f"{path} is no script with the DAVIS measures")
    module = importlib.util.module_from_spec(spec)
    sys.modules["score"] = module
    spec.loader.exec_module(module)
    return module


def read_truth(folder: Path, frames: int = 0) -> list[Labels]:
    """The true labels (H, W) of a folder of DAVIS masks."""
    return [read_labels(path) for path in sorted(folder.glob("*.png"))[: frames or None]]


def run_track(root: Path, clip: Path, keys: dict[int, Path], **parameters: Any) -> Path:
    """Run the catalog's job on this thread; its result folder."""
    asked = {
        "clip": str(clip),
        "key_masks": {str(frame): str(path) for frame, path in sorted(keys.items())},
        "soft": False,
        **parameters,
    }
    job = catalog.JOBS["track"]
    drain(catalog.run(job, root, asked, {}))
    return root / content_key(job.id, job.version, asked, {})


def frame_scores(score: ModuleType, result: Path, truth: Sequence[Labels], label: int = 1) -> Scores:
    """J and F of one object in every frame; a frame without a mask counts as empty."""
    masks, rows = MaskFolder(result), []
    for frame, want in enumerate(truth):
        found = masks.labels(frame) == label if frame in masks else np.zeros(want.shape, bool)
        rows.append((score.jaccard(found, want == label), score.f_measure(found, want == label)))
    return np.asarray(rows, np.float64)


def scored(values: Scores) -> float:
    """Mean J&F as DAVIS counts it: without the first and the last frame."""
    return float(values[1:-1].mean())


def rank_correlation(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> float:
    """Spearman's, with equal values sharing their ranks; 0 when either does not vary."""
    ranks = [_ranks(np.asarray(values)) for values in (a, b)]
    if min(rank.std() for rank in ranks) == 0:
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])


def _ranks(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[place], np.float64)
