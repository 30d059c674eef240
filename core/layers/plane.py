"""A clean background on one canvas: the robust mean of all frames, registered, with the objects left out.

Each pass reads the clip once, shot by shot, and keeps one frame at a time; a large canvas lies in files, so memory does
not grow with the clip. The first takes the plain mean; the others render the
canvas as each frame would see it, fit the frame's light (core.layers.light) and a coarse bend for what is no plane,
and add back what the frame saw differently, weighted by w = 1 / (1 + (r / TOLERANCE)^4): what moved through, such as
a shadow, fades, and what rendering blurred comes back (iterated back-projection, Irani and Peleg 1991).

Colours are float32 in [0, 1].
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import partial

import cv2
import numpy as np
import numpy.typing as npt

from core.layers.channels import largest, mean, total
from core.layers.clock import Allows, always
from core.layers.entering import Borders
from core.layers.fill import fill
from core.layers.footage import Pictures
from core.layers.light import fit_gain, flat, spread_gain
from core.layers.paged import Room
from core.layers.showing import Show, hidden
from core.media.info import Frame
from core.media.matte import Labels
from core.motion.camera import Camera, working_size
from core.motion.flow import SMALLEST, Array32, flow_between
from core.motion.homography import Matrix

TOLERANCE = 0.06
PASSES = 3
FITTED = 1, 2, 3, 4
"""Passes before which light and bend are fitted."""
CELL, MOST_CELLS = 26, 24
"""Pixels between nodes of the grid of bends, at least, and nodes along the longer side, at most."""
HELD, WORTH = 0.015, 1.0
"""How strongly a bend is held at none, and to what it must bring the misfit of a frame to be kept."""
LIT, STRETCH = 10.0, 0.02
"""How much a frame counts that shows the same picture in more light, where a shadow lies at times; and over what part of
the height it is one light."""
UNKNOWN_WEIGHT = 0.1
"""Of frames in which it is not known where the objects are."""
NOISE_FLOOR = 0.006
BORDER = 1
NEARBY, LEAST = 0.35, 0.03
"""Of the shorter side, from where on a frame is fully believed, and how much it is right beside an object."""
KEPT, ROWS = 32, 256
"""Frames after which a canvas that was looked at leaves memory, and rows of it that are worked on at a time."""
MARGIN = 0.012
"""Of the height: how far around a mask a frame is not trusted to show background."""


@dataclass
class Plane:
    """canvas: float32 (Hc, Wc, 3). seen: float32 (Hc, Wc), how often each pixel was seen. sigma: float32 (Hc, Wc),
    the noise around it. gains: float32 (V, 4, 7, 3), of every view of the camera. bends: float32 (V, rows, columns, 2), pixels, x first: what is at p in
    frame n is on the canvas where p + bend would be without one. room: where arrays of the canvas's size lie."""

    camera: Camera
    canvas: Array32
    seen: Array32
    sigma: Array32
    gains: Array32
    bends: Array32
    notes: list[str] = field(default_factory=list)
    room: Room = field(default_factory=Room)

    @property
    def size(self) -> tuple[int, int]:
        return self.camera.size

    def render(self, n: int) -> Array32:
        """The clean background of frame n, float32 (H, W, 3) in [0, 1]."""
        if n % KEPT == 0:
            self.room.let_go()
        lit = self.view(self.canvas, n, cv2.INTER_CUBIC) * spread_gain(self.gains[n], self.size)
        return np.clip(lit, 0, 1)

    def noise(self, n: int) -> Array32:
        """The standard deviation of frame n's background around `render`, float32 (H, W)."""
        return np.maximum(self.view(self.sigma, n), np.float32(NOISE_FLOOR))

    def known(self, n: int) -> Array32:
        """How often the background at each pixel was seen, float32 (H, W); 0 where it is guessed from around."""
        return self.view(self.seen, n)

    def picture(self) -> Frame:
        """The whole canvas, uint8 RGB."""
        whole = np.empty(self.canvas.shape, np.uint8)
        for rows in self.camera.bands:
            whole[rows] = to_bytes(self.canvas[rows])
            self.room.let_go()
        return whole

    def view(self, canvas: Array32, n: int, how: int = cv2.INTER_LINEAR) -> Array32:
        """What frame n sees of a canvas, float32 (H, W[, K])."""
        shot = self.camera.shot_of(n)
        left, top, right, bottom = self.camera.box(n)
        part = canvas[top:bottom, left:right]
        to_part = _shift(-left, -top) @ self.camera.matrix(n)
        border = cv2.BORDER_REPLICATE
        if not self.bends[n].any():
            if shot.still:
                x, y = round(to_part[0, 2]), round(to_part[1, 2])
                return part[y : y + self.size[1], x : x + self.size[0]].copy()
            flags = how | cv2.WARP_INVERSE_MAP
            return np.asarray(
                cv2.warpPerspective(part, to_part, self.size, flags=flags, borderMode=border), np.float32
            )
        where = grid_of(self.size) + spread_bend(self.bends[n], self.size)
        where = cv2.perspectiveTransform(where.reshape(-1, 1, 2), to_part).reshape(where.shape)
        return np.asarray(cv2.remap(part, where, None, how, borderMode=border), np.float32)


def to_bytes(picture: Array32) -> Frame:
    """float32 in [0, 1] as uint8."""
    made = np.empty(picture.shape, np.uint8)
    for top in range(0, len(picture), ROWS):
        made[top : top + ROWS] = np.clip(picture[top : top + ROWS], 0, 1) * 255 + 0.5
    return made


def grid_of(size: tuple[int, int]) -> Array32:
    """The place of every pixel, float32 (H, W, 2), x first."""
    x, y = np.meshgrid(np.arange(size[0], dtype=np.float32), np.arange(size[1], dtype=np.float32))
    return np.stack([x, y], -1)


def bend_shape(size: tuple[int, int]) -> tuple[int, int]:
    """Rows and columns of the grid of bends for frames of `size` (width, height)."""
    cell = max(CELL, max(size) / MOST_CELLS)
    return max(1, round(size[1] / cell)), max(1, round(size[0] / cell))


def spread_bend(bend: Array32, size: tuple[int, int]) -> Array32:
    """The grid over a picture of `size`, float32 (H, W, 2)."""
    return np.asarray(cv2.resize(bend, size, interpolation=cv2.INTER_LINEAR), np.float32)


def trusted(labels: Labels) -> Array32:
    """How much a frame is believed to show bare background, float32 (H, W): not inside its masks and a margin, little
    near them, where a shadow falls, fully far from them."""
    if not labels.any():
        return np.ones(labels.shape, np.float32)
    reach = NEARBY * min(labels.shape)
    away = cv2.distanceTransform((labels == 0).astype(np.uint8), cv2.DIST_L2, 3)
    far = np.minimum(1, away / np.float32(reach)) ** 2
    return np.where(away > MARGIN * labels.shape[0] + 1, LEAST + (1 - LEAST) * far, 0).astype(np.float32)


def beside(labels: Labels) -> Array32:
    """1 outside the masks and a margin around them, float32 (H, W)."""
    if not labels.any():
        return np.ones(labels.shape, np.float32)
    away = cv2.distanceTransform((labels == 0).astype(np.uint8), cv2.DIST_L2, 3)
    return (away > MARGIN * labels.shape[0] + 1).astype(np.float32)


def paint_plane(
    footage: Pictures,
    camera: Camera,
    show: Show = hidden,
    allows: Allows = always,
    room: Room | None = None,
) -> Generator[float, None, Plane]:
    """Make the canvas of a clip whose camera is known; yields how much is done, 0 to 1, after each frame.

    Args:
        allows: seconds that a pass takes to whether there is time for it; asked after the second.
        room: where the canvas lies.
    """
    (width, height), count, room = camera.canvas, camera.views, room or Room()
    plane = Plane(
        camera,
        room.zeros((height, width, 3)),
        room.zeros((height, width)),
        room.zeros((height, width)),
        np.stack([flat()] * count),
        np.zeros((count, *bend_shape(camera.size), 2), np.float32),
        room=room,
    )
    for number in range(PASSES):
        began = time.monotonic()
        for done in look_over(plane, footage, number, trusted, show=show):
            yield (number + done) / PASSES
        if 0 < number < PASSES - 1 and not allows(time.monotonic() - began):
            plane.notes.append("There was no time for the last pass over the background")
            break
    return plane


def look_over(
    plane: Plane,
    footage: Pictures,
    number: int,
    weigh: Callable[[Labels], Array32],
    effects: Callable[[int], npt.NDArray[np.bool_]] | None = None,
    show: Show = hidden,
    shaded: Array32 | None = None,
) -> Iterator[float]:
    """One look at all views, shot by shot; pass 0 starts the canvas. Yields how much is done, after each view.

    Args:
        weigh: masks to how much each pixel is believed. effects: frame to where something lies on the background.
        shaded: (Hc, Wc), where the lightest frames count most.
    """
    camera, done = plane.camera, 0
    for shot, rows in zip(camera.shots, camera.bands, strict=True):
        sums, borders = Sums(plane, rows), Borders(footage)
        for at, view in sorted(camera.views_of(shot).items()):
            frame = footage.frame(at).astype(np.float32) / np.float32(255)
            weight = weigh(borders.labels(at)) * np.float32(1.0 if footage.known(at) else UNKNOWN_WEIGHT)
            if effects is not None:
                weight = np.where(effects(at), LEAST * weight, weight)
            if not shot.still:
                weight = weight * _inside(footage.size)
            if number in FITTED:
                _fit(plane, view, frame, weight)
            sums.add(view, frame, weight, first=number == 0, shaded=shaded)
            show(sums.picture if number == 0 else partial(to_bytes, plane.canvas[rows]))
            done += 1
            yield done / camera.views
        sums.finish(first=number == 0)
        plane.room.let_go()


def brighter(frame: Array32, view: Array32) -> Array32:
    """1 where a picture is the same as `view` in clearly more light, float32 (H, W)."""
    wide = (2 * round(STRETCH * len(frame) / 2) + 1,) * 2
    lit, squared = cv2.blur(total(frame * view), wide), cv2.blur(total(view * view), wide)
    light = lit / np.maximum(squared, np.float32(1e-3))
    off = cv2.blur(frame - view, (5, 5))
    rest = largest(np.abs(off - (light - 1)[..., None] * cv2.blur(view, (5, 5))))
    same = np.clip(1.5 - 2 * rest / np.maximum(largest(np.abs(off)), np.float32(1e-3)), 0, 1)
    return np.asarray(np.clip((light - 1.05) / 0.06, 0, 1) * same, np.float32)


def _inside(size: tuple[int, int]) -> Array32:
    """0 in the outermost pixels, which warping mixes with nothing, 1 elsewhere."""
    inside = np.zeros(size[::-1], np.float32)
    inside[BORDER:-BORDER, BORDER:-BORDER] = 1
    return inside


def _fit(plane: Plane, n: int, frame: Array32, weight: Array32) -> None:
    """The frame's light and bend against the canvas so far."""
    view = plane.view(plane.canvas, n)
    off = largest(np.abs(cv2.blur(frame - view * spread_gain(plane.gains[n], plane.size), (3, 3))))
    used = weight * believed(off)
    plane.gains[n] = fit_gain(frame, view, used)
    if not plane.camera.shot_of(n).still:
        gain = spread_gain(plane.gains[n], plane.size)
        earlier = plane.bends[n].copy()
        plane.bends[n] = earlier + fit_bend(frame, view * gain, used)
        if plane.bends[n].any():
            bent = plane.view(plane.canvas, n) * gain
            if _misfit(frame, bent, weight) > WORTH * _misfit(frame, view * gain, weight):
                plane.bends[n] = earlier


def _misfit(frame: Array32, view: Array32, weight: Array32) -> float:
    """How far apart two pictures are, with what does not belong there counted as no worse than TOLERANCE."""
    off = np.minimum(mean(np.abs(frame - view)), np.float32(TOLERANCE))
    return float((off * weight).sum() / max(1e-6, float(weight.sum())))


def fit_bend(frame: Array32, view: Array32, weight: Array32) -> Array32:
    """How `view` must bend to lie on `frame`: flow averaged in the cells of the grid, float32 (rows, columns, 2), pixels."""
    tall, wide = frame.shape[:2]
    size = working_size((wide, tall))
    if min(size) < 2 * SMALLEST:
        return np.zeros((*bend_shape((wide, tall)), 2), np.float32)
    a, b = (grey_of(picture, size) for picture in (frame, view))
    flow = flow_between(a, b) * np.float32(wide / size[0])
    share = cv2.resize(weight, size, interpolation=cv2.INTER_AREA) * certainty(a)
    share = share * (largest(np.abs(flow)) < 0.02 * wide)
    cells = bend_shape((wide, tall))[::-1]
    known = cv2.resize(share, cells, interpolation=cv2.INTER_AREA)
    bend = cv2.resize(flow * share[..., None], cells, interpolation=cv2.INTER_AREA)
    bend = bend / (known + np.float32(HELD))[..., None]  # what is hardly seen stays as the camera says
    smooth = cv2.GaussianBlur(np.asarray(bend, np.float32), (3, 3), 0.7)
    return np.asarray(smooth, np.float32).reshape(*cells[::-1], 2)


def grey_of(picture: Array32, size: tuple[int, int]) -> Frame:
    """A colour picture as uint8 grey (h, w) of `size`."""
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(to_bytes(small), cv2.COLOR_RGB2GRAY), np.uint8)


def certainty(grey: Frame) -> Array32:
    """How well flow is known: from nothing in flat places towards 1 in textured ones."""
    picture = grey.astype(np.float32)
    gx, gy = (
        cv2.Sobel(picture, cv2.CV_32F, 1, 0, scale=0.125),
        cv2.Sobel(picture, cv2.CV_32F, 0, 1, scale=0.125),
    )
    strength = cv2.blur(gx * gx + gy * gy, (9, 9))
    return np.asarray(strength / (strength + 16), np.float32)


def believed(off: Array32, tolerance: float = TOLERANCE) -> Array32:
    """How much a pixel counts that is `off` by so much, 0 to 1."""
    doubt = np.square(np.square(off / np.float32(tolerance)))
    return np.asarray(1 / (1 + doubt), np.float32)


class Sums:
    """One pass over some rows of the canvas: what the frames saw differently from it, weighted."""

    def __init__(self, plane: Plane, rows: slice) -> None:
        self._plane, self._rows = plane, rows
        shape = rows.stop - rows.start, plane.canvas.shape[1]
        self._change = np.zeros((*shape, 3), np.float32)
        self._weight = np.zeros(shape, np.float32)
        self._square = np.zeros(shape, np.float32)

    def add(
        self, n: int, frame: Array32, weight: Array32, *, first: bool, shaded: Array32 | None = None
    ) -> None:
        plane = self._plane
        if first:
            change, square = frame, np.zeros(frame.shape[:2], np.float32)
        else:
            gain = spread_gain(plane.gains[n], plane.size)
            off = frame - plane.view(plane.canvas, n, cv2.INTER_CUBIC) * gain
            trust = believed(largest(np.abs(cv2.blur(off, (3, 3)))))
            if shaded is not None:
                more = plane.view(shaded, n) * brighter(frame, frame - off)
                trust = trust * (1 - more) + LIT * more
            weight = weight * trust
            change = np.asarray(off / gain, np.float32)
            square = mean(off * off)
        here, (matrix, size) = self.part(n)
        share = self.back(weight, n, matrix, size, cv2.INTER_LINEAR)
        self._change[here] += share[..., None] * self.back(change, n, matrix, size, cv2.INTER_CUBIC)
        self._square[here] += share * self.back(square, n, matrix, size, cv2.INTER_LINEAR)
        self._weight[here] += share

    def part(self, n: int) -> tuple[tuple[slice, slice], tuple[Matrix, tuple[int, int]]]:
        """The part of the rows that a view covers; its pixels to those of the part, and the part's size."""
        left, top, right, bottom = self._plane.camera.box(n)
        top, bottom = max(top, self._rows.start), min(bottom, self._rows.stop)
        matrix = _shift(-left, -top) @ self._plane.camera.matrix(n)
        here = np.s_[top - self._rows.start : bottom - self._rows.start, left:right]
        return here, (matrix, (right - left, bottom - top))

    def back(self, picture: Array32, n: int, matrix: Matrix, size: tuple[int, int], how: int) -> Array32:
        """A picture of frame n moved to its part of the canvas."""
        plane = self._plane
        if plane.bends[n].any():
            where = grid_of(plane.size) - spread_bend(plane.bends[n], plane.size)
            bent = cv2.remap(picture, where, None, how, borderMode=cv2.BORDER_REPLICATE)
            picture = np.asarray(bent, np.float32)
        if plane.camera.shot_of(n).still:
            whole = np.zeros((size[1], size[0], *picture.shape[2:]), np.float32)
            x, y = round(matrix[0, 2]), round(matrix[1, 2])
            whole[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
            return whole
        border = cv2.BORDER_CONSTANT if picture.ndim == 2 else cv2.BORDER_REPLICATE
        return np.asarray(
            cv2.warpPerspective(picture, matrix, size, flags=how, borderMode=border), np.float32
        )

    def picture(self) -> Frame:
        """The mean so far, uint8 RGB; black where nothing was seen yet."""
        return to_bytes(np.asarray(self._change / np.maximum(self._weight, 1e-6)[..., None], np.float32))

    def finish(self, *, first: bool) -> None:
        """Change the canvas by what was gathered."""
        plane, weight, rows = self._plane, self._weight, self._rows
        change = np.asarray(self._change / np.maximum(weight, 1e-6)[..., None], np.float32)
        some = np.minimum(1, weight / np.float32(LEAST / 3))
        if first:
            plane.canvas[rows] = fill(change, some)
        else:
            plane.canvas[rows] += change * some[..., None]
            noise = np.sqrt(self._square / np.maximum(weight, np.float32(1e-6)))
            plane.sigma[rows] = cv2.GaussianBlur(fill(np.asarray(noise, np.float32), some), (0, 0), 1.0)
        plane.seen[rows] = weight


def _shift(x: float, y: float) -> Matrix:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])
