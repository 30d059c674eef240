"""Sampling pictures through a map, and carrying paint against it: the arithmetic under core.media.atlases.

Maps are float32 (H, W, 2): where each pixel of a frame lies in the atlas, x first. Paint is straight alpha, uint8;
what is mixed or smoothed is premultiplied.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.motion.control_grid import Array32

Paint = npt.NDArray[np.uint8]
"""uint8 (h, w, 4) RGBA, straight alpha."""
_THIN = 0.35
"""Atlas pixels with less weight than this are filled from their surroundings."""


def sample(picture: Paint, uv: Array32) -> Array32:
    """The colours of a map's places, float32 (H, W, 4) in [0, 255]; outside it is 0."""
    part, where = _near(picture, uv)
    if part is None:
        return np.zeros((*uv.shape[:2], picture.shape[2]), np.float32)
    return _remap(part.astype(np.float32), where)


def sample_paint(paint: Paint, uv: Array32) -> Array32 | None:
    """Paint at a map's places, float32 (H, W, 4): straight RGB in [0, 255], alpha in [0, 1]; None without any."""
    part, where = _near(paint, uv)
    if part is None or not part[..., 3].any():
        return None
    mixed = part.astype(np.float32)
    mixed[..., :3] *= mixed[..., 3:] / np.float32(255)
    seen = _remap(mixed, where)
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
    so no hole stays where the atlas is larger than the frame.

    Args:
        stroke: uint8 (H, W, 4) straight alpha. uv: float32 (H, W, 2). size: (width, height) of the atlas.

    Returns:
        uint8 (height, width, 4), straight alpha.
    """
    width, height = size
    empty = np.zeros((height, width, 4), np.uint8)
    rows, columns = np.nonzero(stroke[..., 3])
    if not len(rows):
        return empty
    top, bottom = max(0, rows.min() - 2), rows.max() + 3
    left, right = max(0, columns.min() - 2), columns.max() + 3
    stroke, uv = stroke[top:bottom, left:right], uv[top:bottom, left:right]
    fine = max(2, min(6, int(np.ceil(2 * _step(uv)))))
    grown = (uv.shape[1] * fine, uv.shape[0] * fine)
    mixed = stroke.astype(np.float32)
    mixed[..., :3] *= mixed[..., 3:] / np.float32(255)
    mixed = np.dstack([mixed, np.ones(mixed.shape[:2], np.float32)])
    colours = cv2.resize(mixed, grown, interpolation=cv2.INTER_LINEAR).reshape(-1, 5)
    places = cv2.resize(uv, grown, interpolation=cv2.INTER_LINEAR).reshape(-1, 2)
    total = splat(colours, places, size)
    weight = total[..., 4:]
    total = np.asarray(total[..., :4] / np.maximum(weight, 1e-6), np.float32)
    total[weight[..., 0] < _THIN] = 0
    alpha = total[..., 3:]
    straight = np.concatenate([total[..., :3] * 255 / np.maximum(alpha, 1e-3), alpha], -1)
    return np.asarray(np.clip(np.rint(straight), 0, 255), np.uint8)


def splat(values: Array32, places: Array32, size: tuple[int, int]) -> Array32:
    """Add values (N, K) to a picture at places (N, 2) with bilinear weights, float32 (height, width, K).

    It is the transpose of sampling the picture at these places.
    """
    width, height = size
    whole = np.floor(places).astype(np.int64)
    part = (places - whole).astype(np.float32)
    total = np.zeros((height * width, values.shape[1]), np.float32)
    for dy in (0, 1):
        for dx in (0, 1):
            x, y = whole[:, 0] + dx, whole[:, 1] + dy
            inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
            share = (part[:, 0] if dx else 1 - part[:, 0]) * (part[:, 1] if dy else 1 - part[:, 1])
            at, share = (y * width + x)[inside], share[inside]
            for k in range(values.shape[1]):
                total[:, k] += np.bincount(at, share * values[inside, k], height * width)
    return total.reshape(height, width, -1)


def _near(picture: Paint, uv: Array32) -> tuple[Paint | None, Array32]:
    """The part of a picture that a map reaches, made as small as the map sees it, and the map into that part."""
    height, width = picture.shape[:2]
    low = np.floor(uv.reshape(-1, 2).min(0)).astype(int) - 2
    high = np.ceil(uv.reshape(-1, 2).max(0)).astype(int) + 3
    left, top = np.maximum(low, 0)
    right, bottom = np.minimum(high, (width, height))
    if left >= right or top >= bottom:
        return None, uv
    part, where = picture[top:bottom, left:right], uv - np.array([left, top], np.float32)
    smaller = 1 << max(0, int(np.floor(np.log2(max(1.0, _step(uv) * 1.2)))))
    if smaller > 1 and min(part.shape[:2]) >= smaller:
        reduced = part.shape[1] // smaller, part.shape[0] // smaller
        kept = part[: reduced[1] * smaller, : reduced[0] * smaller]
        part = np.asarray(cv2.resize(kept, reduced, interpolation=cv2.INTER_AREA), np.uint8)
        where = (where + np.float32(0.5)) / np.float32(smaller) - np.float32(0.5)
    return part, np.ascontiguousarray(where, np.float32)


def _step(uv: Array32) -> float:
    """Atlas pixels a frame pixel, of the middle one."""
    if min(uv.shape[:2]) < 2:
        return 1.0
    across = np.abs(np.diff(uv[::4], axis=1)).max(-1)
    return float(np.median(across))


def _remap(picture: Array32, where: Array32) -> Array32:
    found = cv2.remap(picture, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(found, np.float32)
