"""What the speediness job leaves in its folder, and reading it without torch.

    curve.csv        frame, seconds, speediness: a row for every frame of the clip, from frame 0
    activation.npz   frames int64 (K,); maps uint8 (K, h, w): where in the picture the pace was seen, 0 to 255
    embedding.npz    seconds float64 (K,); frames int64 (K,); motion float16 (K, D), look float16 (K, 48):
                     what is alike in pace and motion, and in colours, lies near
    motion.npz       frames int64 (K,); motion float32 (K,): how far things move from one frame to the next, mean over
                     the picture, hundredths of its short side

Speediness lies between 0 and 1: 1 looks as fast as anything may, 0 could go faster.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.arrays import read_arrays
from core.errors import MediaError
from core.files import write_atomic
from core.time import TICKS_PER_SECOND

CURVE, ACTIVATION, EMBEDDING, MOTION = "curve.csv", "activation.npz", "embedding.npz", "motion.npz"
HEADER = ("frame", "seconds", "speediness")
_HINT = "Compute the speediness of the clip again"

Values = npt.NDArray[np.float64]
Ticks = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Moments:
    """The moments of a clip by which similar ones are found: (K,) seconds and frames, (K, D) unit vectors float32."""

    seconds: Values
    frames: Ticks
    vectors: npt.NDArray[np.float32]


def write_curve(path: Path, times: Ticks, speediness: Values) -> None:
    """Write a curve: a row a frame with its number, its time in seconds and its speediness.

    Args:
        times: ticks at which each frame starts.

    Raises:
        OSError: when the disk refuses.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEADER)
    for n, (ticks, value) in enumerate(zip(times, speediness, strict=True)):
        rows.writerow([n, f"{ticks / TICKS_PER_SECOND:.6f}", f"{value:.4f}"])
    write_atomic(path, text.getvalue().encode())


def read_speediness(path: Path) -> tuple[Values, Values]:
    """Seconds and speediness of every frame, float64 (N,) each, of a curve.csv or of the folder it lies in.

    Raises:
        MediaError: when it is not there or is no such table.
    """
    file = path / CURVE if path.is_dir() else path
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            rows = [(float(row["seconds"]), float(row["speediness"])) for row in csv.DictReader(stream)]
    except (OSError, ValueError, TypeError, KeyError, csv.Error) as error:
        raise MediaError(f"{file} holds no speediness", _HINT) from error
    values = np.array(rows, np.float64).reshape(-1, 2)
    if not len(values) or not ((values[:, 1] >= 0) & (values[:, 1] <= 1)).all():
        raise MediaError(f"{file} holds no speediness", _HINT)
    return values[:, 0], values[:, 1]


def read_activation(folder: Path) -> tuple[Ticks, npt.NDArray[np.uint8]]:
    """frames (K,) and maps (K, h, w). Raises MediaError when there are none."""
    found = _arrays(folder / ACTIVATION, ("frames", "maps"))
    if found["maps"].ndim != 3 or found["maps"].dtype != np.uint8:
        raise MediaError(f"{folder / ACTIVATION} holds no activation", _HINT)
    return found["frames"].astype(np.int64), found["maps"].astype(np.uint8)


def read_motion(folder: Path, count: int) -> Values | None:
    """How far things move from each of the clip's `count` frames to the next, float64 (count,); None when it was not
    written, as by a job that still runs or an earlier version. Raises MediaError when it is damaged."""
    if not (folder / MOTION).exists():
        return None
    found = _arrays(folder / MOTION, ("frames", "motion"))
    if not len(found["frames"]) or not (found["motion"] >= 0).all():
        raise MediaError(f"{folder / MOTION} is damaged", _HINT)
    return np.interp(np.arange(count), found["frames"], found["motion"]).astype(np.float64)


def read_moments(folder: Path, motion: float = 0.5) -> Moments:
    """The moments of a speediness result.

    Args:
        motion: how much likeness of motion counts, 0 to 1; the rest is likeness of colours.

    Raises:
        MediaError: when there are none.
    """
    found = _arrays(folder / EMBEDDING, ("seconds", "frames", "motion", "look"))
    parts = [
        np.sqrt(np.float32(share)) * _unit(found[name].astype(np.float32))
        for name, share in (("motion", motion), ("look", 1 - motion))
    ]
    return Moments(
        found["seconds"].astype(np.float64), found["frames"].astype(np.int64), np.concatenate(parts, 1)
    )


def _unit(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))


def _arrays(path: Path, names: tuple[str, ...]) -> dict[str, npt.NDArray[Any]]:
    try:
        arrays = read_arrays(path, *names)
    except (OSError, ValueError) as error:
        raise MediaError(f"{path} cannot be read", _HINT) from error
    if len({len(array) if array.ndim else -1 for array in arrays.values()}) != 1:
        raise MediaError(f"{path} is damaged", _HINT)
    return arrays
