"""One world for a take, however many canvases its pan needed."""

from __future__ import annotations

import numpy as np

from core.layers.world import world_of
from core.motion.camera import Camera, Shot

SIZE = (40, 30)
PAN = 10.0


def at(x: float, y: float = 0.0) -> np.ndarray:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def camera() -> Camera:
    """A pan of 6 frames on two canvases, 100 pixels apart, that share frame 3; then a cut and two frames more."""
    first = [at(PAN * n) for n in range(3)]
    second = [at(PAN * (n - 2), 100) for n in range(3, 6)]
    third = [at(0, 200)] * 2
    shots = (Shot(0, 2, 1, False), Shot(3, 5, 4, False), Shot(6, 7, 6, True))
    return Camera(
        SIZE, (90, 240), np.stack([*first, *second, *third]), shots, np.zeros(8, np.float32), ((3, 0),),
        np.stack([at(PAN * 3)]),
    )  # fmt: skip


def test_a_pan_on_two_canvases_is_one_world_and_a_cut_begins_another() -> None:
    world, takes = world_of(camera())
    assert takes == (0, 6)
    assert np.allclose(world[:6, 0, 2], PAN * np.arange(6))
    assert np.allclose(world[:6, 1, 2], 0)
    assert np.allclose(world[6], world[7])
