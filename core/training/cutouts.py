"""Cut-outs and how they move: objects taken from masked clips or shapes with a real texture, pasted with soft edges.

A cut-out keeps one picture a frame, so that a walking person goes on walking where it is pasted. A layer places it:
position, size, turn and a smooth bending (a 4 x 4 grid of displacements, interpolated) for every frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, Array64
from core.training.footage import BAND, OBJECT, Clip

Picture = npt.NDArray[np.uint8]

_MARGIN = 6
_SMALLEST_AREA = 250


@dataclass(frozen=True, eq=False)
class Cutout:
    """An object cut out of a clip, T frames of it.

    pictures: uint8 (h, w, 4) premultiplied RGBA, one a frame.
    anchors: (T, 2) x, y of the object's middle in each.
    side: the root of its area in pixels.
    extent: (width, height) of its box.
    """

    pictures: tuple[Picture, ...]
    anchors: Array64
    side: float
    extent: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Path:
    """How a cut-out moves through a sample of T frames.

    x, y: pixels of the sample; scale: pixels of the sample a pixel of the cut-out; angle: radians; each (T,).
    bend: (T, 4, 4, 2) pixels of displacement.
    blur: (T, 2) pixels smeared along the motion.
    """

    x: Array64
    y: Array64
    scale: Array64
    angle: Array64
    bend: Array32
    blur: Array64


@dataclass(frozen=True, eq=False)
class Layer:
    """A cut-out on its path. gain: factors of red, green and blue."""

    cutout: Cutout
    path: Path
    flip: bool = False
    gain: Array64 = field(default_factory=lambda: np.ones(3))


def cut_out(clip: Clip, times: npt.NDArray[np.int64], side: float) -> Cutout | None:
    """The object of a masked clip at the given frames, about `side` pixels large and at most twice its own size.

    None when too little of it is free of the band.
    """
    pictures: list[Picture] = []
    anchors: list[tuple[float, float]] = []
    areas: list[float] = []
    factor = min(2.0, side / max(1.0, np.sqrt(clip.areas[times[0]])))
    for time in times:
        cut = _cut(clip, int(time), factor)
        if cut is None or (areas and cut[2] < 0.35 * areas[0]):
            if not pictures:
                return None
            pictures.append(pictures[-1])
            anchors.append(anchors[-1])
            areas.append(areas[-1])
            continue
        pictures.append(cut[0])
        anchors.append(cut[1])
        areas.append(cut[2])
    width, height = cv2.boundingRect(pictures[0][..., 3])[2:]
    return Cutout(tuple(pictures), np.array(anchors), float(np.sqrt(areas[0])), (width, height))


def shape_cutout(
    rng: np.random.Generator, clip: Clip, times: npt.NDArray[np.int64], kind: str = "blob"
) -> Cutout:
    """A drawn shape filled with a part of a clip. kind: "blob", "bar" or "leaves"."""
    side = int(rng.integers(90, 200))
    shape = (
        (side, side) if kind == "blob" else (side * 2, side) if kind == "leaves" else (side * 3, side // 2)
    )
    height, width = min(shape[0], clip.size[0]), min(shape[1], clip.size[1])
    alpha = _SHAPES[kind](rng, (height, width))
    top, left = (
        rng.integers(0, clip.size[0] - height + 1),
        rng.integers(0, clip.size[1] - width + 1),
    )
    moves = rng.random() < 0.5
    pictures = tuple(
        _premultiplied(clip.frames[t if moves else times[0], top : top + height, left : left + width], alpha)
        for t in times
    )
    anchors = np.tile((width / 2, height / 2), (len(times), 1))
    return Cutout(pictures, anchors, float(np.sqrt(alpha.sum() / 255.0)), (width, height))


def scaled(cutout: Cutout, factor: float) -> Cutout:
    """The cut-out `factor` times as large, without aliasing."""
    pictures = [_resized(picture, factor) for picture in cutout.pictures]
    width, height = cutout.extent
    return replace(
        cutout,
        pictures=tuple(pictures),
        anchors=cutout.anchors * factor,
        side=cutout.side * factor,
        extent=(width * factor, height * factor),
    )


def paint(layer: Layer, time: int, size: tuple[int, int]) -> tuple[tuple[slice, slice], Array32] | None:
    """The layer at a frame of the sample: where it lies, and premultiplied RGBA float32 (h, w, 4), 0..255 and
    alpha 0..1. None when nothing of it is in the picture."""
    picture, path = layer.cutout.pictures[time], layer.path
    anchor, scale = layer.cutout.anchors[time], path.scale[time]
    cos, sin = np.cos(path.angle[time]) * scale, np.sin(path.angle[time]) * scale
    turn = np.array([[cos * (-1 if layer.flip else 1), -sin], [sin * (-1 if layer.flip else 1), cos]])
    centre = np.array((path.x[time], path.y[time]))
    height, width = picture.shape[:2]
    corners = (np.array([(x, y) for x in (0, width) for y in (0, height)]) - anchor) @ turn.T + centre
    margin = np.abs(path.bend[time]).max() + np.abs(path.blur[time]).max() + 2
    low = np.floor(corners.min(0) - margin).astype(int)
    high = np.ceil(corners.max(0) + margin).astype(int) + 1
    left, top = np.maximum(low, 0)
    right, bottom = np.minimum(high, (size[1], size[0]))
    if left >= right or top >= bottom:
        return None
    back = np.linalg.inv(turn)
    shift = anchor - back @ centre
    x, y = np.arange(left, right, dtype=np.float32), np.arange(top, bottom, dtype=np.float32)
    maps = np.stack(
        [(b[0] * x)[None] + (b[1] * y + s)[:, None] for b, s in zip(back, shift, strict=True)], axis=-1
    )
    maps = maps.astype(np.float32)
    if path.bend[time].any():
        bend = (path.bend[time] @ back.T).astype(np.float32)
        whole = cv2.resize(bend, tuple(int(n) for n in high - low), interpolation=cv2.INTER_CUBIC)
        maps += whole[top - low[1] : bottom - low[1], left - low[0] : right - low[0]]
    painted = cv2.remap(picture, maps, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    painted = np.asarray(painted, np.float32)
    kernel = _smear(path.blur[time])
    if kernel is not None:
        painted = np.asarray(cv2.filter2D(painted, -1, kernel, borderType=cv2.BORDER_CONSTANT), np.float32)
    painted *= np.append(layer.gain, 1 / 255).astype(np.float32)
    painted[..., :3] = np.minimum(painted[..., :3], 255 * painted[..., 3:])
    return (slice(top, bottom), slice(left, right)), painted


def composite(
    background: Picture, layers: tuple[Layer, ...], time: int
) -> tuple[Picture, list[Array32], Array32]:
    """Paint the layers, the last in front, over one frame.

    Returns:
        The frame uint8 (H, W, 3), the visible alpha of every layer float32 (H, W) 0..1, and that of the background.
    """
    size = background.shape[:2]
    out, free = background.astype(np.float32), np.ones(size, np.float32)
    alphas: list[Array32] = []
    for layer in layers:
        alpha = np.zeros(size, np.float32)
        painted = paint(layer, time, (size[0], size[1]))
        if painted is not None:
            area, part = painted
            through = 1 - part[..., 3]
            out[area] = out[area] * through[..., None] + part[..., :3]
            free[area] *= through
            for behind in alphas:
                behind[area] *= through
            alpha[area] = part[..., 3]
        alphas.append(alpha)
    return (out + np.float32(0.5)).astype(np.uint8), alphas, free


def _cut(clip: Clip, time: int, factor: float) -> tuple[Picture, tuple[float, float], float] | None:
    """The object of a frame `factor` times as large: premultiplied RGBA, its middle and its area."""
    if clip.labels is None or clip.areas[time] < _SMALLEST_AREA:
        return None
    left, top, right, bottom = clip.boxes[time]
    left, top = max(0, left - _MARGIN), max(0, top - _MARGIN)
    labels = np.ascontiguousarray(clip.labels[time, top : bottom + _MARGIN, left : right + _MARGIN])
    trusted = _resized((labels & (OBJECT | BAND) == OBJECT).astype(np.uint8) * np.uint8(255), factor)
    core = _without_crumbs((trusted > 230).astype(np.uint8))
    area = float(cv2.countNonZero(core))
    if area < _SMALLEST_AREA * min(1.0, factor) ** 2 or area < 0.3 * clip.areas[time] * factor**2:
        return None
    inner = cv2.erode(core, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_REPLICATE)
    alpha = cv2.GaussianBlur(inner * np.uint8(255), (0, 0), 0.8)
    alpha = np.where(core > 0, alpha, 0).astype(np.uint8)
    picture = _resized(clip.frames[time, top : bottom + _MARGIN, left : right + _MARGIN], factor)
    moments = cv2.moments(core, binaryImage=True)
    anchor = (moments["m10"] / moments["m00"], moments["m01"] / moments["m00"])
    return _premultiplied(picture, alpha), anchor, area


def _resized(picture: Picture, factor: float) -> Picture:
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(picture), size, interpolation=method), np.uint8)


def _without_crumbs(core: Picture) -> Picture:
    count, parts, stats, _ = cv2.connectedComponentsWithStats(core, connectivity=8)
    if count <= 2:
        return core
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = np.concatenate([[False], areas >= 0.05 * areas.max()])
    return np.asarray(kept[parts], np.uint8)


def _premultiplied(picture: Picture, alpha: Picture) -> Picture:
    colour = (picture.astype(np.uint16) * alpha[..., None] + 127) // 255
    return np.dstack([colour.astype(np.uint8), alpha])


def _noise(rng: np.random.Generator, shape: tuple[int, int], cells: int) -> Array32:
    coarse = rng.standard_normal((cells, cells), np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def _blob(rng: np.random.Generator, shape: tuple[int, int]) -> Picture:
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j].astype(np.float32)
    round_ = 0.62 - np.hypot(x, y * np.float32(rng.uniform(0.8, 1.6)))
    value = round_ + 0.22 * _noise(rng, shape, int(rng.integers(4, 8))) * np.float32(rng.uniform(0.3, 1))
    value[[0, -1]] = value[:, [0, -1]] = -1
    return _without_crumbs_soft(value * max(shape) / 4)


def _leaves(rng: np.random.Generator, shape: tuple[int, int]) -> Picture:
    value = (
        _noise(rng, shape, int(rng.integers(10, 24)))
        + _noise(rng, shape, 3)
        + np.float32(rng.uniform(-0.4, 0.4))
    )
    value[[0, -1]] = value[:, [0, -1]] = -1
    return np.clip(value * 8 * 127 + 127, 0, 255).astype(np.uint8)


def _bar(rng: np.random.Generator, shape: tuple[int, int]) -> Picture:
    alpha = np.zeros(shape, np.uint8)
    alpha[2:-2, 2:-2] = 255
    return np.asarray(cv2.GaussianBlur(alpha, (0, 0), 0.8), np.uint8)


_SHAPES = {"blob": _blob, "bar": _bar, "leaves": _leaves}


def _without_crumbs_soft(value: Array32) -> Picture:
    alpha = np.clip(value * 127 + 127, 0, 255).astype(np.uint8)
    return np.where(_without_crumbs((alpha > 0).astype(np.uint8)) > 0, alpha, 0).astype(np.uint8)


def _smear(motion: Array64) -> Array32 | None:
    """A line along the motion that sums to 1; None for motion below two pixels."""
    length = float(np.hypot(*motion))
    if length < 2:
        return None
    half = int(np.ceil(length / 2))
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    ends = [(round(half + sign * motion[0] / 2), round(half + sign * motion[1] / 2)) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA)
    return kernel / kernel.sum()
