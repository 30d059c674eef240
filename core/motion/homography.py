"""Homographies between pictures, and finding the one under which two of them agree.

float64 (3, 3) matrices that map pixel centres. `register` is Gauss-Newton on the eight parameters, coarse to fine, with
Cauchy weights (the inverse compositional form of Baker and Matthews 2004).
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, to_float
from core.motion.flow import SMALLEST

Matrix = npt.NDArray[np.float64]
"""float64 (3, 3)."""

FEWEST_POINTS = 24
FLOW_GRID = 4
"""Pixels between two points of a flow to which a homography is fitted."""
FLOW_PIXELS = 1.0
"""How far a point may be off and still agree with it."""
FLOW_TRIES = 200
"""How many homographies are tried at most."""
LEVELS = ((4, 1.6), (2, 1.2), (1, 0.8))
"""Registration: (how much smaller, blur in pixels there)."""
STEPS = 6
MOST_POINTS = 9000
CAUCHY = 0.04
"""Of the range of grey: residuals beyond it count little."""


def normal(matrix: Matrix) -> Matrix:
    """The same homography with 1 in the corner."""
    return np.asarray(matrix / matrix[2, 2])


def scaling(small: tuple[int, int], large: tuple[int, int]) -> Matrix:
    """Pixels of a picture of size `small` to those of the same picture at size `large`; centres are at +0.5."""
    sx, sy = large[0] / small[0], large[1] / small[1]
    return np.array([[sx, 0, 0.5 * sx - 0.5], [0, sy, 0.5 * sy - 0.5], [0, 0, 1.0]])


def apply(matrix: Matrix, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Points (K, 2) through a homography."""
    high = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(high[:, :2] / high[:, 2:])


def moved_corners(matrix: Matrix, size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """Where the corners of a picture of `size` go, (4, 2)."""
    width, height = size
    corners = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], np.float64)
    return apply(matrix, corners)


def sane(matrix: Matrix, size: tuple[int, int]) -> bool:
    """Whether two frames may differ so: corners move less than a third of the longer side, nothing flips."""
    if not np.isfinite(matrix).all() or abs(matrix[2, 2]) < 1e-6:
        return False
    matrix = normal(matrix)
    corners, own = moved_corners(matrix, size), moved_corners(np.eye(3), size)
    return bool(np.abs(corners - own).max() < max(size) / 3 and steepness(matrix, size) < 1.5)


def of_flow(flow: Array32, clear: npt.NDArray[np.bool_]) -> tuple[Matrix, float] | None:
    """The homography that most of a flow follows (RANSAC), and the share of its points that agree with it.

    Args:
        flow: float32 (h, w, 2) in pixels, x first.
        clear: (h, w), where it is looked at.

    Returns:
        None where too few points are clear, and where no camera moves so between two frames.
    """
    half = FLOW_GRID // 2
    points = np.argwhere(clear[half::FLOW_GRID, half::FLOW_GRID]) * FLOW_GRID + half
    if len(points) < FEWEST_POINTS:
        return None
    here = points[:, ::-1].astype(np.float64)
    there = here + flow[points[:, 0], points[:, 1]]
    found, agree = cv2.findHomography(here, there, cv2.RANSAC, FLOW_PIXELS, maxIters=FLOW_TRIES)
    if found is None or not sane(found, clear.shape[::-1]):
        return None
    return np.asarray(found, np.float64), float(agree.mean())


def steepness(matrix: Matrix, size: tuple[int, int]) -> float:
    """The largest factor by which a corner's surroundings grow or shrink; infinite behind the horizon."""
    width, height = size
    corners = np.array([[0, 0, 1], [width - 1, 0, 1], [width - 1, height - 1, 1], [0, height - 1, 1]], float)
    depth = corners @ matrix[2]
    if depth.min() <= 1e-6:
        return float("inf")
    areas = np.linalg.det(matrix) / depth**3  # of the Jacobian
    if areas.min() <= 0:
        return float("inf")
    factor = np.sqrt(areas)
    return float(max(factor.max(), 1 / factor.min()))


def register(grey: npt.NDArray[np.uint8], view: Array32, used: npt.NDArray[np.bool_]) -> Matrix:
    """The homography W for which grey at W(x) looks like view at x, starting from the identity.

    Args:
        grey: uint8 (h, w).
        view: float32 (h, w) of the same range.
        used: bool (h, w), where the two may be compared.
    """
    found = np.eye(3)
    tall, wide = grey.shape
    for factor, sigma in LEVELS:
        size = max(1, wide // factor), max(1, tall // factor)
        if min(size) < SMALLEST:
            continue
        there = _reduced(to_float(grey), size, sigma)
        here = _reduced(view / np.float32(255), size, sigma)
        clear = cv2.resize(used.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        clear = cv2.erode((clear > 0.99).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        to_level = scaling((wide, tall), size)
        guess = to_level @ found @ np.linalg.inv(to_level)
        guess = _gauss_newton(there, here, clear, normal(guess))
        found = normal(np.linalg.inv(to_level) @ guess @ to_level)
    return found


def _reduced(picture: Array32, size: tuple[int, int], sigma: float) -> Array32:
    return np.asarray(
        cv2.GaussianBlur(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), (0, 0), sigma), np.float32
    )


def _gauss_newton(there: Array32, here: Array32, clear: npt.NDArray[np.bool_], guess: Matrix) -> Matrix:
    """Steps of the inverse compositional update at one level; `guess` comes back when nothing can be compared."""
    gx = cv2.Sobel(here, cv2.CV_32F, 1, 0, scale=0.125)
    gy = cv2.Sobel(here, cv2.CV_32F, 0, 1, scale=0.125)
    strength = np.where(clear, gx * gx + gy * gy, 0)
    rows, columns = np.nonzero(strength > 1e-5)
    if len(rows) < FEWEST_POINTS:
        return guess
    if len(rows) > MOST_POINTS:
        # Spread over all of them: the strongest stand together.
        spread = np.linspace(0, len(rows) - 1, MOST_POINTS).astype(int)
        rows, columns = rows[spread], columns[spread]
    points = np.stack([columns, rows], 1).astype(np.float64)
    scale = 1.0 / max(here.shape)  # so that the eight parameters are of one size
    jacobian = _jacobian(points * scale, gx[rows, columns], gy[rows, columns], scale)
    wanted = here[rows, columns].astype(np.float64)
    even = 1 / np.sqrt(strength[rows, columns] + 1e-4)  # strong edges would outvote the rest of the picture
    to_unit = np.diag([scale, scale, 1.0])
    for _ in range(STEPS):
        where = apply(guess, points).astype(np.float32)
        seen = cv2.remap(there, where[:, None], None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[:, 0]
        off = seen.astype(np.float64) - wanted
        off -= np.median(off)  # a change of light
        inside = (where >= 0).all(1) & (where <= np.array(here.shape[::-1]) - 1).all(1)
        weight = inside * even / (1 + (off / CAUCHY) ** 2)
        weighted = jacobian * weight[:, None]
        normal_matrix = weighted.T @ jacobian + 1e-9 * np.eye(8)
        step = np.linalg.solve(normal_matrix, weighted.T @ off)
        change = np.linalg.inv(to_unit) @ _homography(step) @ to_unit
        guess = normal(guess @ np.linalg.inv(change))
        if np.abs(step).max() * max(here.shape) < 5e-3:
            break
    return guess


def _jacobian(
    points: npt.NDArray[np.float64], gx: Array32, gy: Array32, scale: float
) -> npt.NDArray[np.float64]:
    """How grey changes with the parameters at the identity, (K, 8); points and gradients in unit coordinates."""
    x, y = points[:, 0], points[:, 1]
    dx, dy = gx.astype(np.float64) / scale, gy.astype(np.float64) / scale
    along = -(dx * x + dy * y)
    return np.stack([dx * x, dx * y, dx, dy * x, dy * y, dy, along * x, along * y], 1)


def _homography(step: npt.NDArray[np.float64]) -> Matrix:
    a, b, c, d, e, f, g, h = step
    return np.array([[1 + a, b, c], [d, 1 + e, f], [g, h, 1.0]])
