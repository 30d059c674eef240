"""One world for all frames of a take, also where a long pan needed several canvases (core.motion.camera).

The canvases of a pan that was split are seen by frames of their neighbours as well; such a frame ties two of them
together. What a cut parts stays apart: those are takes of their own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.motion.camera import Camera
from core.motion.homography import Matrix, normal


def world_of(camera: Camera) -> tuple[npt.NDArray[np.float64], tuple[int, ...]]:
    """Where each frame looked in its take, and where the takes begin.

    Returns:
        float64 (N, 3, 3), frame pixels to pixels of the take's first canvas, and the first frames of the takes,
        ascending from 0.
    """
    world, takes, onto = [], [], np.eye(3)
    for number, shot in enumerate(camera.shots):
        tie = _tie(camera, number) if number else None
        if tie is None:
            takes.append(shot.first)
        onto = normal(onto @ tie) if tie is not None else np.eye(3)
        world += [normal(onto @ camera.matrix(frame)) for frame in range(shot.first, shot.last + 1)]
    return np.stack(world), tuple(takes)


def _tie(camera: Camera, number: int) -> Matrix | None:
    """Canvas pixels of a shot to those of the shot before, by the frame nearest their border that sees both; None
    when there is none, after a cut."""
    before, after = camera.shots[number - 1], camera.shots[number]
    common = camera.views_of(before).keys() & camera.views_of(after).keys()
    if not common:
        return None
    frame = min(common, key=lambda one: abs(one - after.first))
    there, here = (camera.matrix(camera.views_of(shot)[frame]) for shot in (before, after))
    return normal(there @ np.linalg.inv(here))
