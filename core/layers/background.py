"""The clean background of a clip with masks: the camera's motion, then the canvas, and whether one canvas is enough."""

from __future__ import annotations

import time
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np

from core.arrays import Array32, to_float
from core.layers.budget import Budget, Smaller, enlarged, smaller_camera
from core.layers.clock import Allows, always
from core.layers.fill import fill
from core.layers.footage import Footage
from core.layers.ground_flow import GroundFlow
from core.layers.neighbours import OFFSETS, put_together
from core.layers.paged import Room, Stack
from core.layers.painting import paint_plane
from core.layers.plane import MARGIN, Plane, trusted
from core.layers.preview import Show, hidden, part
from core.layers.unseen import complete
from core.layers.warped import Warped, paint_warped, with_canvas
from core.media.cuts import Look, is_cut, look_at
from core.media.info import Frame
from core.media.matte import Labels
from core.motion.camera import Camera, follow, working_size

GOOD_PLANE = 36.0
"""dB near the objects from which on the canvas is enough."""
CLEARLY = 2.0
"""dB by which neighbouring frames must be better."""
SAMPLE = 6
PAINTED, FOLLOWED = 0.4, 0.3
"""Of finding the background of every frame, finding the canvas; and of that, following the camera."""
FILMS = 3.8
"""Finding and writing the layers, as a multiple of the time of a pass over the canvas."""
_NOT_FLAT = (
    "The background has depth: each frame's was put together from neighbouring frames, and the one picture is only a "
    "survey"
)
_NO_TIME = "The background has depth, and there was no time to put it together from neighbours"
_NOT_ASKED = (
    "The background has depth: the one picture is a survey. In a film of it, which you can ask for, each "
    "frame's is put "
    "together from its neighbours"
)

Background: TypeAlias = Plane | Warped
"""Both answer `render`, `noise`, `known` and `picture`, and know the `camera`."""


def find_camera(
    footage: Footage, folder: Path | None = None, show: Show = hidden, budget: Budget | None = None
) -> Generator[float, None, Camera]:
    """Follow the camera with the objects left out; yields how much is done, 0 to 1, and shows what frames are bare."""
    size = working_size(footage.size)
    greys, free = (Stack((footage.count, size[1], size[0]), folder) for _ in range(2))
    radius = max(1, round(1.5 * MARGIN * size[1]))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    looks: list[Look] = []
    for n in range(footage.count):
        grey = cv2.cvtColor(footage.frame(n), cv2.COLOR_RGB2GRAY)
        looks.append(look_at(footage.frame(n)))
        greys[n] = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        mask = cv2.resize((footage.labels(n) > 0).astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA)
        free[n] = 1 - cv2.dilate((mask > 0).astype(np.uint8), kernel)
        show(partial(_bared, greys[n], free[n]))
        yield 0.3 * (n + 1) / footage.count
    if budget is not None and budget.small_camera():
        half = max(1, size[0] // 2), max(1, size[1] // 2)
        greys = _smaller(greys, half, cv2.INTER_AREA, folder)
        free = _smaller(free, half, cv2.INTER_NEAREST, folder)
    cuts = {n for n in range(1, footage.count) if is_cut(looks, n)}
    return (yield from part(follow(greys, free, footage.size, cuts, show), 0.3, 1.0))


def _smaller(stack: Stack, size: tuple[int, int], how: int, folder: Path | None) -> Stack:
    """Pictures uint8 (N, h, w) of another size (width, height)."""
    made = Stack((len(stack), size[1], size[0]), folder)
    for n, each in enumerate(stack):
        made[n] = cv2.resize(each, size, interpolation=how)
    return made


def _bared(grey: Labels, free: Labels) -> Frame:
    """A frame with its objects filled from around."""
    bare = fill(grey.astype(np.float32), free.astype(np.float32))
    return np.asarray(cv2.cvtColor(bare.astype(np.uint8), cv2.COLOR_GRAY2RGB), np.uint8)


def find_background(
    footage: Footage,
    folder: Path | None = None,
    plane: Plane | None = None,
    show: Show = hidden,
    allows: Allows = always,
    seed: int = 0,
    after: float = FILMS,
    budget: Budget | None = None,
    frames: bool = True,
) -> Generator[float | Plane, None, Background]:
    """The clean background; yields how much is done, 0 to 1, and once the canvas, as soon as it is made.

    Args:
        folder: where what is too large for memory may lie while it is needed.
        plane: the canvas of an earlier run.
        show: gets the canvas as it grows.
        allows: seconds to whether there is time for work that takes so long, the layers after it left aside.
        seed: of what is put where no frame shows the background.
        after: times a pass over the canvas, what comes after the background takes.
        budget: what must be left out, for lack of time.
        frames: whether the background of each frame is asked for. If not, the canvas is all that
            is made, and its `flat` says whether it is enough.
    """
    painted = PAINTED if frames else 0.98
    if plane is None:
        camera = yield from part(find_camera(footage, folder, show, budget), 0.0, FOLLOWED * painted)
        plane = yield from part(
            _painted(footage, camera, Room(folder), show, _with_rest(allows, after), seed, budget),
            FOLLOWED * painted,
            painted,
        )
        yield plane
    plane.notes += _notes(plane.camera)
    yield painted
    began = time.monotonic()
    if not needs_warping(footage, plane, budget):
        yield 1.0
        return plane
    plane.flat = False
    in_time = frames and allows(1.5 * (time.monotonic() - began) * footage.count / SAMPLE)
    plane.notes.append(_NOT_FLAT if in_time else _NO_TIME if frames else _NOT_ASKED)
    if not in_time:
        yield 1.0
        return plane
    return (yield from part(paint_warped(footage, plane, folder, show, seed), painted, 1.0))


def _painted(
    footage: Footage, camera: Camera, room: Room, show: Show, allows: Allows, seed: int, budget: Budget | None
) -> Generator[float, None, Plane]:
    """The canvas, whole; from smaller pictures where there is no time for more."""
    by = 1 if budget is None else budget.reduction()
    if by == 1:
        plane = yield from part(paint_plane(footage, camera, show, allows, room), 0.0, 0.8)
        yield from part(complete(plane, footage, seed), 0.8, 1.0)
        return plane
    small = Smaller(footage, by)
    plane = yield from part(paint_plane(small, smaller_camera(camera, small.size), show, allows), 0.0, 1.0)
    yield from part(complete(plane, small, seed), 1.0, 1.0)
    plane.notes.append(f"There was little time: the background was painted {by} times smaller")
    return enlarged(plane, camera, room)


def _with_rest(allows: Allows, after: float) -> Allows:
    """Whether there is time for a pass and for what comes after it."""
    return lambda seconds: allows((1 + after) * seconds)


def needs_warping(footage: Footage, plane: Plane, budget: Budget | None = None) -> bool:
    """Whether neighbouring frames tell the background near the objects clearly better than the canvas; if there is no
    time to look, the plane's notes say so."""
    moving = [shot for shot in plane.camera.shots if not shot.still]
    frames = [n for shot in moving for n in range(shot.first, shot.last + 1) if footage.known(n)]
    sample = sorted({frames[k * (len(frames) - 1) // (SAMPLE - 1)] for k in range(SAMPLE)}) if frames else []
    flat = [_near_error(footage, n, plane.render(n)) for n in sample]
    if not flat or np.mean(flat) < 10 ** (-GOOD_PLANE / 10):
        return False
    if budget is not None and not budget.neighbours(len(sample)):
        plane.notes.append("There was no time to look whether one canvas is enough")
        return False
    ground = GroundFlow(footage, plane.camera, OFFSETS[-1])
    local = (put_together(footage, plane, n, ground) for n in sample)
    warped = [
        _near_error(footage, n, with_canvas(plane, n, each)) for n, each in zip(sample, local, strict=True)
    ]
    return float(np.mean(warped)) < float(np.mean(flat)) * 10 ** (-CLEARLY / 10)


def _near_error(footage: Footage, n: int, clean: Array32) -> float:
    """Mean squared error where a frame shows background not far from its objects (in all of it when there are none),
    without the worst quarter, which may be a shadow."""
    weight = trusted(footage.labels(n))
    near = (weight > 0) & (weight < 0.9)
    used = near if near.any() else weight > 0
    if not used.any():
        return 0.0
    off = to_float(footage.frame(n)[used]) - clean[used]
    squares = (off * off).mean(1)
    return float(np.partition(squares, len(squares) * 3 // 4)[: len(squares) * 3 // 4 + 1].mean())


def _notes(camera: Camera) -> list[str]:
    """What the user should know of the camera's motion."""
    if len(camera.shots) == 1:
        return []
    starts = [str(shot.first) for shot in camera.shots[1:]]
    frames = f"frame {starts[0]}" if len(starts) == 1 else f"frames {', '.join(starts)}"
    return [
        f"The background picture has {len(camera.shots)} parts, one below the other: the film cuts, or the "
        f"camera leaves "
        f"what it saw, at {frames}"
    ]
