"""A clean background on disk, so that interrupted work goes on from it. safetensors; nothing in it is executed.

The canvas of each shot has a file of its own, beside that of the camera, which is written last.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from core.arrays import Array32
from core.files import write_atomic
from core.layers.paged import Room
from core.layers.plane import Plane
from core.motion.camera import Camera, Shot

CANVAS = "canvas", "seen", "sigma"


def save_plane(path: Path, plane: Plane) -> None:
    """Raises OSError when the disk refuses."""
    camera = plane.camera
    for number, rows in enumerate(camera.bands):
        _write(_shot(path, number), {name: getattr(plane, name)[rows] for name in CANVAS})
        plane.room.let_go()
    shots = [(shot.first, shot.last, shot.key, int(shot.still)) for shot in camera.shots]
    arrays: dict[str, np.ndarray] = {
        "gains": plane.gains, "bends": plane.bends,
        "to_canvas": camera.to_canvas, "misfit": camera.misfit, "shots": np.array(shots, np.int64),
        "extra": np.array(camera.extra, np.int64).reshape(-1, 2), "extra_to_canvas": camera.extra_to_canvas,
        "sizes": np.array([*camera.size, *camera.canvas], np.int64),
    }  # fmt: skip
    _write(path, arrays)


def load_plane(path: Path, room: Room | None = None) -> Plane | None:
    """The background that was saved; None when there is none or it cannot be read.

    Args:
        room: where its canvas lies.
    """
    try:
        arrays = load(path.read_bytes())
        sizes = [int(size) for size in arrays["sizes"]]
        shots = tuple(Shot(int(a), int(b), int(key), bool(still)) for a, b, key, still in arrays["shots"])
        extra = tuple((int(frame), int(shot)) for frame, shot in arrays["extra"])
        camera = Camera(
            (sizes[0], sizes[1]), (sizes[2], sizes[3]), arrays["to_canvas"], shots, arrays["misfit"],
            extra, arrays["extra_to_canvas"],
        )  # fmt: skip
        room = room or Room()
        canvas, seen, sigma = _canvas(path, camera, room)
        return Plane(camera, canvas, seen, sigma, arrays["gains"], arrays["bends"], room=room)
    except (OSError, SafetensorError, KeyError, ValueError):
        return None


def forget_plane(path: Path) -> None:
    """Delete what was saved."""
    for each in (path, *path.parent.glob(f"{path.stem}_*{path.suffix}")):
        each.unlink(missing_ok=True)


def _canvas(path: Path, camera: Camera, room: Room) -> tuple[Array32, Array32, Array32]:
    """The canvas, how often it was seen, and its noise. Raises OSError, SafetensorError, KeyError or ValueError."""
    wide, tall = camera.canvas
    made = room.zeros((tall, wide, 3)), room.zeros((tall, wide)), room.zeros((tall, wide))
    for number, rows in enumerate(camera.bands):
        shot = load(_shot(path, number).read_bytes())
        for array, name in zip(made, CANVAS, strict=True):
            array[rows] = shot[name]
        room.let_go()
    return made


def _shot(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}_{number:04d}{path.suffix}")


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    write_atomic(path, save(whole), sync=False)
