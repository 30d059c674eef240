"""Painting a canvas: the robust mean of a clip's frames, registered, with the objects left out.

Each pass reads the clip once, shot by shot, and keeps one frame at a time; of a long rest of the camera it takes
only as many frames as say something new (core.layers.view_choice). The first takes the plain mean; the others render
the canvas as each frame would see it, fit the frame's light (core.layers.light) and a coarse bend for what is no plane,
and add back what the frame saw differently, weighted by w = 1 / (1 + (r / TOLERANCE)^4): what moved through, such
as a shadow, fades, and what rendering blurred comes back (iterated back-projection, Irani and Peleg 1991).

Colours are float32 in [0, 1].
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, to_bytes, to_float
from core.layers.border_masks import Borders
from core.layers.channels import largest, mean, total
from core.layers.clock import Allows, always
from core.layers.fill import fill
from core.layers.footage import Pictures
from core.layers.light import fit_gain, flat, spread_gain
from core.layers.paged import Room
from core.layers.parting import fading
from core.layers.plane import (
    KEPT,
    LEAST_TRUST,
    TOLERANCE,
    Plane,
    believed,
    bend_shape,
    certainty,
    grey_of,
    grid_of,
    moved_by,
    spread_bend,
    trusted,
)
from core.layers.preview import Show, hidden
from core.layers.view_choice import chosen_views
from core.media.info import Frame
from core.media.matte import Labels
from core.motion.camera import Camera, working_size
from core.motion.flow import SMALLEST, flow_between
from core.motion.homography import Matrix

PASSES = 3
FITTED = 1, 2, 3, 4
"""Passes before which light and bend are fitted."""
FITTING = 0.6
"""Finding a frame's light and bend, as a part of the time of a whole look at it."""
STIFFNESS = 0.015
"""What holds a bend at none: where less than this is seen of a place, it stays as the camera says."""
WORTH_BENDING = 1.0
"""A bend is kept when it brings a frame's misfit below so many times what it was."""
LIGHT_WEIGHT = 10.0
"""How much a frame counts that shows the same picture in more light, where a shadow lies at times."""
LIGHT_WINDOW = 0.02
"""In heights of the frame: the window over which that is one light."""
UNKNOWN_WEIGHT = 0.1
"""What a frame counts in which it is not known where the objects are."""
BORDER = 1


@dataclass(frozen=True)
class Belief:
    """How much each pixel of a frame is believed to show the background.

    weigh: masks, uint8 (H, W), to how much it counts, float32 (H, W).
    effects: frame to where something lies on the background, bool (H, W); None where that is not known.
    shaded: (Hc, Wc), where on the canvas the lightest frames count most; None for nowhere.
    """

    weigh: Callable[[Labels], Array32] = trusted
    effects: Callable[[int], npt.NDArray[np.bool_]] | None = None
    shaded: Array32 | None = None

    def of(self, footage: Pictures, borders: Borders, at: int) -> Array32:
        """Of a frame, float32 (H, W); little where it is not known where the objects are."""
        weight = self.weigh(borders.labels(at)) * np.float32(1.0 if footage.known(at) else UNKNOWN_WEIGHT)
        if self.effects is not None:
            weight = np.where(self.effects(at), LEAST_TRUST * weight, weight)
        return weight


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
    chosen = chosen_views(footage, camera)
    others = sorted((set(range(footage.count)) | fading(camera)) - chosen)
    whole = PASSES * len(chosen) + FITTING * len(others)
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
        for done in look_over(plane, footage, chosen, number, show=show):
            yield (number + done) * len(chosen) / whole
        if 0 < number < PASSES - 1 and not allows(time.monotonic() - began):
            plane.notes.append("There was no time for the last pass over the background")
            break
    for done in _fit_others(plane, footage, others):
        yield 1 + (done - 1) * FITTING * len(others) / whole
    return plane


def look_over(
    plane: Plane,
    footage: Pictures,
    chosen: frozenset[int],
    number: int,
    belief: Belief = Belief(),
    show: Show = hidden,
) -> Iterator[float]:
    """One look at the chosen views, shot by shot; pass 0 starts the canvas. Yields how much is done."""
    camera, done = plane.camera, 0
    for shot, rows in zip(camera.shots, camera.bands, strict=True):
        sums, borders = Sums(plane, rows), Borders(footage)
        for at, view in sorted(camera.views_of(shot).items()):
            if view not in chosen:
                continue
            frame, weight = to_float(footage.frame(at)), belief.of(footage, borders, at)
            if not shot.still:
                weight = weight * _inside(footage.size)
            if number in FITTED:
                _fit(plane, view, frame, weight)
            sums.add(view, frame, weight, first=number == 0, shaded=belief.shaded)
            show(sums.picture if number == 0 else partial(to_bytes, plane.canvas[rows]))
            done += 1
            yield done / len(chosen)
        sums.finish(first=number == 0)
        plane.room.let_go()


def _fit_others(plane: Plane, footage: Pictures, views: list[int]) -> Iterator[float]:
    """The light and bend of views that the canvas was not painted from; yields how much is done."""
    borders, belief = Borders(footage), Belief()
    for done, view in enumerate(views):
        at = plane.camera.frame_of(view)
        weight = belief.of(footage, borders, at) * _inside(footage.size)
        _fit(plane, view, to_float(footage.frame(at)), weight)
        if done % KEPT == 0:
            plane.room.let_go()
        yield (done + 1) / len(views)


def brighter(frame: Array32, view: Array32) -> Array32:
    """1 where a picture is the same as `view` in clearly more light, float32 (H, W)."""
    wide = (2 * round(LIGHT_WINDOW * len(frame) / 2) + 1,) * 2
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
        lit, earlier = view * gain, plane.bends[n].copy()
        plane.bends[n] = earlier + fit_bend(frame, lit, used)
        if plane.bends[n].any():
            bent = plane.view(plane.canvas, n) * gain
            if _misfit(frame, bent, weight) > WORTH_BENDING * _misfit(frame, lit, weight):
                plane.bends[n] = earlier


def _misfit(frame: Array32, view: Array32, weight: Array32) -> float:
    """How far apart two pictures are, with what does not belong there counted as no worse than TOLERANCE."""
    off = np.minimum(mean(cv2.absdiff(frame, view)), np.float32(TOLERANCE))
    return float((off * weight).sum() / max(1e-6, float(weight.sum())))


def fit_bend(frame: Array32, view: Array32, weight: Array32) -> Array32:
    """How `view` must bend to lie on `frame`: flow averaged in the cells of the grid, float32 (rows, columns, 2),
    pixels."""
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
    bend = bend / (known + np.float32(STIFFNESS))[..., None]  # what is hardly seen stays as the camera says
    smooth = cv2.GaussianBlur(np.asarray(bend, np.float32), (3, 3), 0.7)
    return np.asarray(smooth, np.float32).reshape(*cells[::-1], 2)


@dataclass(frozen=True)
class Part:
    """The part of some rows of the canvas that a view covers.

    here: its rows and columns among them.
    matrix: the view's pixels to those of the part.
    size: width and height.
    """

    here: tuple[slice, slice]
    matrix: Matrix
    size: tuple[int, int]


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
        """Take what a view saw: frame (H, W, 3), weight (H, W).

        Args:
            n: the view.
            first: the canvas is not there yet, so that the frame itself counts and not what it differs by.
            shaded: (Hc, Wc), where the lightest frames count most.
        """
        plane, part = self._plane, self.part(n)
        here = part.here
        if first:
            share = self.back(weight, n, part, cv2.INTER_LINEAR)
            _gather(self._change[here], self.back(frame, n, part, cv2.INTER_CUBIC), share)
            self._weight[here] += share
            return
        gain = spread_gain(plane.gains[n], plane.size)
        off = frame - plane.view(plane.canvas, n, cv2.INTER_CUBIC) * gain
        trust = believed(largest(np.abs(cv2.blur(off, (3, 3)))))
        if shaded is not None:
            more = plane.view(shaded, n) * brighter(frame, frame - off)
            trust = trust * (1 - more) + LIGHT_WEIGHT * more
        share = self.back(np.asarray(weight * trust, np.float32), n, part, cv2.INTER_LINEAR)
        change = self.back(np.asarray(off / gain, np.float32), n, part, cv2.INTER_CUBIC)
        _gather(self._change[here], change, share)
        self._square[here] += share * self.back(mean(off * off), n, part, cv2.INTER_LINEAR)
        self._weight[here] += share

    def part(self, n: int) -> Part:
        """The part of the rows that a view covers."""
        left, top, right, bottom = self._plane.camera.box(n)
        top, bottom = max(top, self._rows.start), min(bottom, self._rows.stop)
        matrix = moved_by(-left, -top) @ self._plane.camera.matrix(n)
        here = np.s_[top - self._rows.start : bottom - self._rows.start, left:right]
        return Part(here, matrix, (right - left, bottom - top))

    def back(self, picture: Array32, n: int, part: Part, how: int) -> Array32:
        """A picture of frame n, (H, W[, 3]), moved to its part of the canvas, interpolated as
        OpenCV's flag `how` says."""
        plane, matrix, size = self._plane, part.matrix, part.size
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
        return to_bytes(self.mean()[0])

    def mean(self) -> tuple[Array32, Array32]:
        """What was gathered, (h, Wc, 3), and how much of it there is, (h, Wc)."""
        change = self._change / np.maximum(self._weight, 1e-6)[..., None]
        return np.asarray(change, np.float32), self._weight

    def finish(self, *, first: bool) -> None:
        """Change the canvas by what was gathered."""
        plane, rows, (change, weight) = self._plane, self._rows, self.mean()
        some = np.minimum(1, weight / np.float32(LEAST_TRUST / 3))
        if first:
            plane.canvas[rows] = fill(change, some)
        else:
            plane.canvas[rows] += change * some[..., None]
            noise = np.sqrt(self._square / np.maximum(weight, np.float32(1e-6)))
            plane.sigma[rows] = cv2.GaussianBlur(fill(np.asarray(noise, np.float32), some), (0, 0), 1.0)
        plane.seen[rows] = weight


def _gather(total: Array32, picture: Array32, share: Array32) -> None:
    """Add a picture (H, W, 3), weighed by `share` (H, W)."""
    cv2.accumulateProduct(picture, cv2.merge([share] * 3), total)
