"""Sampling pictures through a map, and carrying paint against it: the arithmetic under core.media.atlases.

Maps are float32 (H, W, 2): where each pixel of a frame lies in the atlas, x first. Paint is straight alpha, uint8;
what is mixed or smoothed is premultiplied.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.motion.alpha import premultiplied, straight

COARSE = 1.6
"""Pixels of a picture that a map may step over from one pixel to the next before it is sampled more finely."""
FINEST = 3
Paint = npt.NDArray[np.uint8]
"""uint8 (h, w, 4) RGBA, straight alpha."""


def sample(picture: Paint, uv: Array32) -> Array32:
    """The colours of a map's places, float32 (H, W, 4) in [0, 255]; outside it is 0."""
    part, where, finer = _near(picture, uv)
    if part is None:
        return np.zeros((*uv.shape[:2], picture.shape[2]), np.float32)
    return _remap(part.astype(np.float32), where, finer)


def sample_paint(paint: Paint, uv: Array32) -> Array32 | None:
    """Paint at a map's places, float32 (H, W, 4): straight RGB in [0, 255], alpha in [0, 1]; None without any."""
    part, where, finer = _near(paint, uv)
    if part is None or not part[..., 3].any():
        return None
    seen = _remap(premultiplied(part), where, finer)
    seen[..., 3] /= 255
    seen[..., :3] /= np.maximum(seen[..., 3:], 1e-4)
    return seen


def reached(paint: Paint, uv: Array32) -> tuple[slice, slice] | None:
    """The rows and columns of a map (H, W, 2) that lead to where there is paint; None when nothing does."""
    x, y, width, height = cv2.boundingRect(np.ascontiguousarray(paint[..., 3]))
    if not width:
        return None
    low, high = (x - 2.0, y - 2.0), (x + width + 1.0, y + height + 1.0)
    inside = cv2.inRange(uv, (*low, 0, 0), (*high, 0, 0))
    left, top, across, down = cv2.boundingRect(inside)
    return np.s_[top : top + down, left : left + across] if across else None


def splat_paint(stroke: Paint, uv: Array32, size: tuple[int, int]) -> Paint:
    """Carry a stroke on a frame's box to the atlas.

    Each cell between four neighbouring pixels is filled in the atlas: the map is sampled finer than the atlas's pixels,
    so no hole stays where the atlas is larger than the frame. Only what is painted, and what lies next to it, is looked
    at, and only the part of the atlas where that goes.

    Args:
        stroke: uint8 (H, W, 4) straight alpha.
        uv: float32 (H, W, 2).
        size: (width, height) of the atlas.

    Returns:
        uint8 (height, width, 4), straight alpha.
    """
    width, height = size
    out = np.zeros((height, width, 4), np.uint8)
    alpha = np.ascontiguousarray(stroke[..., 3])
    x, y, across, down = cv2.boundingRect(alpha)
    if not across:
        return out
    box = np.s_[max(0, y - 2) : y + down + 2, max(0, x - 2) : x + across + 2]
    near = cv2.dilate(alpha[box], np.ones((5, 5), np.uint8))
    stroke, uv = stroke[box], np.ascontiguousarray(uv[box])
    fine = max(2, min(6, int(np.ceil(2 * _step(uv)))))
    grown = (uv.shape[1] * fine, uv.shape[0] * fine)
    chosen = cv2.resize(near, grown, interpolation=cv2.INTER_NEAREST) > 0
    mixed = np.dstack([premultiplied(stroke), np.ones(alpha[box].shape, np.float32)])
    colours = cv2.resize(mixed, grown, interpolation=cv2.INTER_LINEAR)[chosen]
    found = splat(colours, cv2.resize(uv, grown, interpolation=cv2.INTER_LINEAR)[chosen], size)
    if found is not None:
        place, total = found
        out[place] = _mean(total)
    return out


def splat(
    values: Array32, places: Array32, size: tuple[int, int]
) -> tuple[tuple[slice, slice], Array32] | None:
    """Gather values (N, K) in the pixels of a picture of (width, height) that their places (N, 2) are nearest to.

    Returns:
        The rows and columns of the part that has any, and its sums, float32 (h, w, K); None when all fall outside.
    """
    width, height = size
    x, y = (np.rint(places[:, k]).astype(np.int32) for k in (0, 1))
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    if not inside.any():
        return None
    if not inside.all():
        values, x, y = values[inside], x[inside], y[inside]
    left, top = max(int(x.min()) - 1, 0), max(int(y.min()) - 1, 0)
    right, bottom = min(int(x.max()) + 2, width), min(int(y.max()) + 2, height)
    width, height = right - left, bottom - top
    at = (y - top) * width + (x - left)
    sums = [np.bincount(at, values[:, k], width * height) for k in range(values.shape[1])]
    total = np.stack(sums, -1).reshape(height, width, -1).astype(np.float32)
    return np.s_[top:bottom, left:right], total


def _mean(total: Array32) -> Paint:
    """Weighted sums (h, w, 5) of premultiplied RGBA and the weight as straight RGBA.

    Where the map is stretched, pixels between the places take the mean of their neighbours.
    """
    holes = total[..., 4] < 0.5
    if holes.any():
        total = np.where(holes[..., None], cv2.blur(total, (3, 3), borderType=cv2.BORDER_CONSTANT), total)
    return straight(total[..., :4] / np.maximum(total[..., 4:], 1e-6))


def _near(picture: Paint, uv: Array32) -> tuple[Paint | None, Array32, int]:
    """The part of a picture that a map reaches, made as small as the map sees it where it is finest, the map into that
    part, and by how much the map is to be sampled finer where, or in the direction in which, it is coarser."""
    height, width = picture.shape[:2]
    low = np.floor(uv.reshape(-1, 2).min(0)).astype(int) - 2
    high = np.ceil(uv.reshape(-1, 2).max(0)).astype(int) + 3
    left, top = np.maximum(low, 0)
    right, bottom = np.minimum(high, (width, height))
    if left >= right or top >= bottom:
        return None, uv, 1
    part, where = picture[top:bottom, left:right], uv - np.array([left, top], np.float32)
    fine, coarse = _steps(uv)
    smaller = 1 << max(0, int(np.floor(np.log2(max(1.0, fine * 1.2)))))
    if smaller > 1 and min(part.shape[:2]) >= smaller:
        reduced = part.shape[1] // smaller, part.shape[0] // smaller
        kept = part[: reduced[1] * smaller, : reduced[0] * smaller]
        part = np.asarray(cv2.resize(kept, reduced, interpolation=cv2.INTER_AREA), np.uint8)
        where = (where + np.float32(0.5)) / np.float32(smaller) - np.float32(0.5)
        coarse /= smaller
    finer = max(1, min(FINEST, int(np.ceil(coarse / COARSE))))
    return part, np.ascontiguousarray(where, np.float32), finer


def _step(uv: Array32) -> float:
    """Atlas pixels a frame pixel, of the middle one; what leads nowhere does not count."""
    if min(uv.shape[:2]) < 2:
        return 1.0
    found = _spans(uv[::4], 1)
    return float(np.median(found)) if len(found) else 1.0


def _steps(uv: Array32) -> tuple[float, float]:
    """Atlas pixels a frame pixel, along rows and columns: what most of them reach, and what most stay under."""
    if min(uv.shape[:2]) < 2:
        return 1.0, 1.0
    found = [_spans(uv[::4], 1), _spans(np.ascontiguousarray(uv[:, ::4]), 0)]
    if not len(found[0]) or not len(found[1]):
        return 1.0, 1.0
    low, high = np.percentile(found[0], (25, 75)), np.percentile(found[1], (25, 75))
    return float(min(low[0], high[0])), float(max(low[1], high[1]))


def _spans(uv: Array32, axis: int) -> Array32:
    """How far neighbours of a map lie apart, (N,)."""
    ahead = np.s_[1:] if axis == 0 else np.s_[:, 1:]
    back = np.s_[:-1] if axis == 0 else np.s_[:, :-1]
    known = (uv[ahead][..., 0] > -1e5) & (uv[back][..., 0] > -1e5)
    return np.asarray(np.abs(uv[ahead] - uv[back]).max(-1)[known], np.float32)


def _remap(picture: Array32, where: Array32, finer: int) -> Array32:
    size = (where.shape[1], where.shape[0])
    if finer > 1:
        where = cv2.resize(where, (size[0] * finer, size[1] * finer), interpolation=cv2.INTER_LINEAR)
    found = cv2.remap(picture, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    if finer > 1:
        found = cv2.resize(found, size, interpolation=cv2.INTER_AREA)
    return np.asarray(found, np.float32)
