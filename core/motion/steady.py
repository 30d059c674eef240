"""A steady camera: how a hand-held one shakes, and by what each frame is moved so that it seems to glide.

Between two frames the camera's motion is a similarity (shift, turn, zoom) through corners that are followed forth and
back (pyramidal Lucas-Kanade) and agree (RANSAC): four numbers cannot wobble as a homography can. The steps are summed
to a path, the path is smoothed in time, and each frame is moved by what lies between the two, after Matsushita et al.,
"Full-frame video stabilization with motion inpainting" (2006). No border shows: one zoom for a whole shot hides it, and
where the most zoom that is allowed would not do, the frame is moved less.

A motion is (dx, dy, turn, zoom): pixels that the frame's centre is moved by, radians, natural logarithm. Coordinates
are continuous: a pixel's middle is at its index plus a half.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from core.motion.points import Grey, followed

Motions = npt.NDArray[np.float64]

WORKING = 640
"""Longest side of the pictures that motion is found in."""
CORNERS = 400
FEWEST = 12
"""Corners that must agree."""
AGREE = 1.0
"""Working pixels by which a corner may not be moved as all are."""
MOST_TURN = 0.3
"""Radians from one frame to the next; a larger turn is a mistake."""
MOST_ZOOM = 0.2
"""Logarithm of the scale from one frame to the next; a larger zoom is a mistake."""
CALM = 0.5
"""Seconds over which a frame that cannot be moved as far as wanted leads over to those that can."""
HALVINGS = 24


@dataclass(frozen=True, eq=False)
class CameraPath:
    """How a clip's camera moves and shakes, frame by frame.

    size: (width, height).
    steps: float64 (N, 4), each frame's motion onto the one before, 0 for the first of a shot.
    cuts: first frames of further shots, ascending.
    fps: frames a second.
    """

    size: tuple[int, int]
    steps: Motions
    cuts: tuple[int, ...]
    fps: float

    @property
    def shots(self) -> list[tuple[int, int]]:
        """First frame of each shot, and the first after it."""
        return list(itertools.pairwise([0, *self.cuts, len(self.steps)]))


def step_between(grey: Grey, before: Grey, free: Grey | None = None) -> Motions:
    """The motion (4,) of a frame onto the one before it, in these pictures' pixels; 0 where too little can be followed.

    Args:
        grey, before: uint8 (h, w).
        free: uint8 (h, w), not 0 where no object is; None for everywhere.
    """
    mask = None if free is None else np.asarray(free != 0, np.uint8)
    least = max(4.0, min(grey.shape) / 40)
    points = followed(grey, before, CORNERS, 0.005, least, mask)
    if len(points[0]) < FEWEST:
        return np.zeros(4)
    centre = np.array([grey.shape[1], grey.shape[0]]) / 2 - 0.5
    a, b = (each.astype(np.float64) - centre for each in points)
    matrix, agreed = cv2.estimateAffinePartial2D(
        a, b, method=cv2.RANSAC, ransacReprojThreshold=AGREE, maxIters=1000, confidence=0.995, refineIters=20
    )
    if matrix is None or np.count_nonzero(agreed) < max(FEWEST, 0.2 * len(a)):
        return np.zeros(4)
    turn, zoom = np.arctan2(matrix[1, 0], matrix[0, 0]), np.log(np.hypot(matrix[0, 0], matrix[1, 0]))
    if abs(turn) > MOST_TURN or abs(zoom) > MOST_ZOOM:
        return np.zeros(4)
    return np.array([matrix[0, 2], matrix[1, 2], turn, zoom])


def matrices_of(motions: Motions, size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """float64 (N, 3, 3) of motions (N, 4) of frames of `size`."""
    scale = np.exp(motions[:, 3])
    cosine, sine = np.cos(motions[:, 2]) * scale, np.sin(motions[:, 2]) * scale
    out = np.tile(np.eye(3), (len(motions), 1, 1))
    out[:, 0, 0], out[:, 0, 1], out[:, 1, 0], out[:, 1, 1] = cosine, -sine, sine, cosine
    centre = np.array(size) / 2
    out[:, :2, 2] = centre + motions[:, :2] - out[:, :2, :2] @ centre
    return out


def motions_of(matrices: npt.NDArray[np.float64], size: tuple[int, int]) -> Motions:
    """The motions (N, 4) of matrices (N, 3, 3); turns go on over half a turn."""
    centre = np.array([*np.array(size) / 2, 1.0])
    moved = (matrices @ centre)[:, :2] - centre[:2]
    turns = np.unwrap(np.arctan2(matrices[:, 1, 0], matrices[:, 0, 0]))
    zooms = np.log(np.hypot(matrices[:, 0, 0], matrices[:, 1, 0]))
    return np.column_stack([moved, turns, zooms])


@lru_cache(maxsize=16)
def corrections(path: CameraPath, smoothness: float, most_zoom: float) -> npt.NDArray[np.float64]:
    """What each frame is moved by, float64 (N, 3, 3), frame pixels to pixels of the steady picture of the same size.

    Args:
        smoothness: seconds that the path is smoothed over (sigma of a Gaussian).
        most_zoom: at most so much of the frame is enlarged to hide the border; 1 and more.
    """
    out = np.tile(np.eye(3), (len(path.steps), 1, 1))
    for first, last in path.shots:
        wanted = _wanted(path, first, last, smoothness)
        out[first:last] = _bordered(wanted, path.size, most_zoom, path.fps)
    return out


def at_frame(path: CameraPath, smoothness: float, most_zoom: float, frame: float) -> npt.NDArray[np.float64]:
    """The correction (3, 3) of a frame, or of a moment between two of one shot."""
    known = corrections(path, smoothness, most_zoom)
    low = min(max(int(frame), 0), len(known) - 1)
    part = frame - low
    if part <= 0 or low + 1 >= len(known) or low + 1 in path.cuts:
        return np.asarray(known[low])
    return np.asarray((1 - part) * known[low] + part * known[low + 1])


def _wanted(path: CameraPath, first: int, last: int, smoothness: float) -> Motions:
    """From each frame's place on the path to its place on the smoothed one, (last - first, 4)."""
    steps = path.steps[first:last].copy()
    steps[0] = 0
    places = np.stack(list(itertools.accumulate(matrices_of(steps, path.size), np.matmul)))
    smoothed = matrices_of(_smoothed(motions_of(places, path.size), smoothness * path.fps), path.size)
    return motions_of(np.linalg.inv(smoothed) @ places, path.size)


def _smoothed(path: Motions, sigma: float) -> Motions:
    """Gaussian in time; beyond its ends the path goes on as it came, so that a pan stays a pan."""
    reach = min(int(np.ceil(3 * sigma)), len(path) - 1)
    if reach < 1:
        return path
    before, after = 2 * path[0] - path[reach:0:-1], 2 * path[-1] - path[-2 : -reach - 2 : -1]
    longer = np.concatenate([before, path, after])
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    return np.column_stack([np.convolve(column, kernel, "valid") for column in longer.T])


def _bordered(
    wanted: Motions, size: tuple[int, int], most_zoom: float, fps: float
) -> npt.NDArray[np.float64]:
    """The corrections with one zoom for all that hides the border, each made smaller where the
    most zoom would not do."""
    needed = float(_needed_zoom(wanted, size).max())
    zoom = min(needed, most_zoom)
    if needed > most_zoom:
        share = _bisected(len(wanted), lambda part: _needed_zoom(wanted * part[:, None], size) <= most_zoom)
        wanted = wanted * _calm(share, max(1, round(CALM * fps)))[:, None]
    larger = matrices_of(np.array([[0, 0, 0, np.log(zoom)]]), size)[0]
    return np.asarray(larger @ matrices_of(wanted, size))


def _needed_zoom(wanted: Motions, size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """The least enlargement, (N,), under which the moved frame covers its own place."""
    corners = np.array([[0, 0], [size[0], 0], [0, size[1]], size], float)
    centre = np.array(size) / 2
    back = np.linalg.inv(matrices_of(wanted, size))
    # A corner of the view, drawn in to the centre by 1 / zoom, is taken back into the frame: linear in 1 / zoom.
    middle = back[:, :2, :2] @ centre + back[:, :2, 2] - centre
    spread = np.abs(np.einsum("nij,kj->nki", back[:, :2, :2], corners - centre)).max(1)
    room = np.maximum(centre - np.abs(middle), 1e-6)
    return np.maximum(1.0, (spread / room).max(1))


def _bisected(count: int, fits: Callable[[Motions], npt.NDArray[np.bool_]]) -> npt.NDArray[np.float64]:
    """The largest part, (count,) of 0 to 1, that fits; 0 always does."""
    low, high = np.zeros(count), np.ones(count)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        good = fits(middle)
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return np.where(fits(np.ones(count)), 1.0, low)


def _calm(share: npt.NDArray[np.float64], reach: int) -> npt.NDArray[np.float64]:
    """The shares without jumps, nowhere more than they are: the mean of the least around."""
    around = np.lib.stride_tricks.sliding_window_view
    least = around(np.pad(share, 2 * reach, mode="edge"), 2 * reach + 1).min(1)
    return np.asarray(around(least, 2 * reach + 1).mean(1))
