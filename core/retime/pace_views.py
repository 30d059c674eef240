"""What the pace network looks at: the motion from one chosen frame of a clip to the next, on a coarse grid.

Each step from frame a to frame b gives CHANNELS planes: the picture, its flow, what the flow leaves unexplained, the
plain difference, and how sharp the picture is along and across the motion (moving things are blurred along their way;
frames left out make the way longer and not the blur). All come from pictures of SHORT_SIDE pixels, so that what a
codec did to single frames is mostly averaged away, and are pooled to GRID cells a short side.

Flow is in hundredths of the short side, so the same for every size of picture. numpy and OpenCV only.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from core.media.info import Frame
from core.motion.flow import flow_between, warp

Planes = npt.NDArray[np.float32]
"""float32 (CHANNELS, h, w): grey in [0, 1], flow x and y, residual, difference, sharpness along, across."""
Grey = npt.NDArray[np.uint8]

CHANNELS = 7
SHORT_SIDE = 192
GRID = 48
USUAL_RATE = 26.0
"""Frames a second that natural speed is looked at; a clip of 50 or 60 is looked at every second frame."""
SAME = 0.35
"""Mean difference (of 255) below which a frame repeats the one before, when its neighbours differ five times more."""


def step_of(fps: float) -> int:
    """Every how manieth frame shows natural speed at about USUAL_RATE."""
    return max(1, round(fps / USUAL_RATE))


def small(frame: Frame) -> Grey:
    """uint8 (h, w) grey with a short side of SHORT_SIDE."""
    grey = cv2.cvtColor(np.ascontiguousarray(frame[..., :3]), cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    factor = SHORT_SIDE / min(height, width)
    size = (max(16, round(width * factor)), max(16, round(height * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def view(a: Grey, b: Grey) -> Planes:
    """The step from a to b, uint8 (h, w) each."""
    flow = flow_between(a, b)
    first, second = (np.asarray(grey, np.float32) / np.float32(255) for grey in (a, b))
    residual = np.abs(warp(second[..., None], flow)[..., 0] - first)
    along, across = _sharpness(first, flow)
    scaled = flow * np.float32(100 / min(a.shape))
    planes = (first, scaled[..., 0], scaled[..., 1], residual, np.abs(second - first), along, across)
    return np.stack([_pooled(plane) for plane in planes])


def distinct(greys: Sequence[Grey]) -> list[int]:
    """The frames that do not merely repeat the one before (24 pictures in 30 frames, a recorder that dropped some):
    repetitions would tell the speed without looking at what moves."""
    if len(greys) < 3:
        return list(range(len(greys)))
    change = np.array([np.abs(a.astype(np.int16) - b).mean() for a, b in itertools.pairwise(greys)])
    around = np.array([np.median(change[max(0, i - 3) : i + 4]) for i in range(len(change))])
    return [0] + [i + 1 for i in range(len(change)) if not (change[i] < SAME and change[i] * 5 < around[i])]


def windows_of(count: int, speed: float, step: int, length: int, centre: int) -> list[int]:
    """The frames of a window of `length` steps at `speed` around frame `centre`, reflected at the clip's ends."""
    offsets = (np.arange(length + 1) - length / 2) * speed * step
    numbers = np.rint(centre + offsets).astype(int)
    period = max(1, 2 * (count - 1))
    folded = np.abs(numbers) % period
    return np.minimum(folded, period - folded).tolist() if count > 1 else [0] * (length + 1)


class Views:
    """Steps of a clip, each computed once. load: the small grey picture of a frame."""

    def __init__(self, load: Callable[[int], Grey]) -> None:
        self._load = load
        self._greys: dict[int, Grey] = {}
        self._steps: dict[tuple[int, int], Planes] = {}

    def step(self, a: int, b: int) -> Planes:
        """The planes of the step from frame a to frame b."""
        found = self._steps.get((a, b))
        if found is None:
            found = self._steps[a, b] = view(self._grey(a), self._grey(b))
        return found

    def _grey(self, n: int) -> Grey:
        if n not in self._greys:
            self._greys[n] = self._load(n)
        return self._greys[n]


def _sharpness(picture: npt.NDArray[np.float32], flow: npt.NDArray[np.float32]) -> tuple[Planes, Planes]:
    """The gradient along the motion and across it, absolute."""
    dx = cv2.Sobel(picture, cv2.CV_32F, 1, 0, ksize=3, scale=0.25)
    dy = cv2.Sobel(picture, cv2.CV_32F, 0, 1, ksize=3, scale=0.25)
    length = np.hypot(flow[..., 0], flow[..., 1]) + np.float32(1e-3)
    x, y = flow[..., 0] / length, flow[..., 1] / length
    return np.abs(dx * x + dy * y), np.abs(dx * y - dy * x)


def _pooled(plane: npt.NDArray[np.float32]) -> Planes:
    height, width = plane.shape
    factor = GRID / min(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)
