"""A clean background on disk, so that interrupted work goes on from it. safetensors; nothing in it is executed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from core.files import write_atomic
from core.layers.plane import Plane
from core.motion.camera import Camera, Shot


def save_plane(path: Path, plane: Plane) -> None:
    """Raises OSError when the disk refuses."""
    camera = plane.camera
    shots = [(shot.first, shot.last, shot.key, int(shot.still)) for shot in camera.shots]
    arrays = {
        "canvas": plane.canvas, "seen": plane.seen, "sigma": plane.sigma, "gains": plane.gains, "bends": plane.bends,
        "to_canvas": camera.to_canvas, "misfit": camera.misfit, "shots": np.array(shots, np.int64),
        "extra": np.array(camera.extra, np.int64).reshape(-1, 2), "extra_to_canvas": camera.extra_to_canvas,
        "sizes": np.array([*camera.size, *camera.canvas], np.int64),
    }  # fmt: skip
    write_atomic(
        path, save({name: np.ascontiguousarray(array) for name, array in arrays.items()}), sync=False
    )


def load_plane(path: Path) -> Plane | None:
    """The background that was saved; None when there is none or it cannot be read."""
    try:
        arrays = load(path.read_bytes())
        sizes = [int(size) for size in arrays["sizes"]]
        shots = tuple(Shot(int(a), int(b), int(key), bool(still)) for a, b, key, still in arrays["shots"])
        extra = tuple((int(frame), int(shot)) for frame, shot in arrays["extra"])
        camera = Camera(
            (sizes[0], sizes[1]), (sizes[2], sizes[3]), arrays["to_canvas"], shots, arrays["misfit"],
            extra, arrays["extra_to_canvas"],
        )  # fmt: skip
        names = ("canvas", "seen", "sigma", "gains", "bends")
        return Plane(camera, *(arrays[name] for name in names))
    except (OSError, SafetensorError, KeyError, ValueError):
        return None
