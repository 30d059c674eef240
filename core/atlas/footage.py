"""What the atlas fit looks at: pictures and masks around an object, frame by frame, and the flow between frames.

Everything is read when it is asked for and kept within a bound of bytes, so memory does not grow with the clip. Label 0
is the background: all that is not inside a (grown) mask. Pictures are float32 RGB in [0, 1].
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, to_float
from core.atlas.turn import turn_between, turned_back, with_turn
from core.layers.channels import mean, total
from core.media.info import Frame
from core.media.matte import Labels
from core.motion.control_grid import ControlGrid, cover, pixels
from core.recent import Recent

MARGIN = 6
"""Pixels of surroundings in an object's box."""
FEWEST = 24
"""Objects of fewer pixels in a frame are not there."""
MASK_GROWTH = 7
"""The background keeps this far from masks: their edges are never exact."""
REACH = 24
"""Pixels around an object in which its flow is searched."""
LOOK = 40
"""Pixels of the reduced picture by which an object is looked for in the next frame."""
RETURNS = 0.1
"""Squared pixels by which an object's flow may miss its start, there and back; more where it is
long, four times as much for the background."""
UNLIKE = 12.0
"""Levels of colour by which the two ends of a flow may differ before it is hardly trusted."""
FLOW_UNIT = 64.0
"""Flow is kept in such parts of a pixel, as int16."""

Box = tuple[int, int, int, int]
"""left, top, width, height; may reach over the frame's border."""


class Source(Protocol):
    """Frames and masks of a range of a clip, as core.layers.footage.Footage has them. size: (width, height)."""

    size: tuple[int, int]
    count: int

    def frame(self, n: int) -> Frame: ...
    def labels(self, n: int) -> Labels: ...


@dataclass(frozen=True, eq=False)
class View:
    """An object's box in a frame.

    picture: float32 (h, w, 3).
    mask: float32 (h, w), 1 inside the object.
    """

    left: int
    top: int
    picture: Array32
    mask: Array32

    @property
    def height(self) -> int:
        return self.mask.shape[0]

    @property
    def width(self) -> int:
        return self.mask.shape[1]


def _bytes(picture: npt.NDArray[Any]) -> int:
    return picture.nbytes


class Views:
    """What the fit sees of a range of a clip.

    Args:
        footage: frames and masks.
        reduce: look at pictures that are so many times smaller.
        memory: bytes of pictures, and as many of flow, that stay at hand.
    """

    def __init__(self, footage: Source, reduce: int = 1, memory: int = 256 * 2**20) -> None:
        self._footage, self.reduce = footage, reduce
        self.width, self.height = footage.size[0] // reduce, footage.size[1] // reduce
        self.count = footage.count
        self._frames: Recent[int, Frame] = Recent(memory, _bytes)
        self._labels: Recent[int, Labels] = Recent(memory // 4, _bytes)
        self._flows: Recent[tuple[int, int, int], npt.NDArray[np.int16]] = Recent(memory, _bytes)
        self._medium = _search(1, 4)
        self._fine = _search(0, 4)

    def frame(self, n: int) -> Frame:
        """uint8 (H, W, 3)."""
        return self._frames.made(n, lambda: self._smaller(self._footage.frame(n), cv2.INTER_AREA))

    def labels(self, n: int) -> Labels:
        """uint8 (H, W)."""
        return self._labels.made(n, lambda: self._smaller(self._footage.labels(n), cv2.INTER_NEAREST))

    def _smaller(self, picture: npt.NDArray[np.uint8], how: int) -> npt.NDArray[np.uint8]:
        """The picture reduced; what is left over at the right and at the bottom is cut off."""
        if self.reduce == 1:
            return picture
        kept = picture[: self.height * self.reduce, : self.width * self.reduce]
        return np.asarray(cv2.resize(kept, (self.width, self.height), interpolation=how), np.uint8)

    def area(self, label: int, n: int) -> int:
        """Pixels of an object in a frame."""
        return int(np.count_nonzero(self.labels(n) == label))

    def box(self, label: int, n: int, step: int) -> Box | None:
        """The cells around an object, as (left, top, width, height) in pixels; None where it is not."""
        if label == 0:
            bounds = (0, 0, self.width, self.height)
        else:
            mask = np.asarray(self.labels(n) == label, np.uint8)
            if cv2.countNonZero(mask) < FEWEST:
                return None
            x, y, w, h = cv2.boundingRect(mask)
            bounds = (
                max(0, x - MARGIN),
                max(0, y - MARGIN),
                min(self.width, x + w + MARGIN),
                min(self.height, y + h + MARGIN),
            )
        left, top, columns, rows = cover(bounds, step)
        return left, top, (columns - 1) * step, (rows - 1) * step

    def speed(self, label: int, n: int) -> float:
        """Pixels that the middle of an object moves from a frame to the next, or from the one before; 0 for the
        background."""
        if label == 0:
            return 0.0
        near = [self.box(label, m, 2) for m in (n - 1, n, n + 1) if 0 <= m < self.count]
        middles = [np.array([box[0] + box[2] / 2, box[1] + box[3] / 2]) for box in near if box is not None]
        return max((float(np.hypot(*(b - a))) for a, b in itertools.pairwise(middles)), default=0.0)

    def mask(self, label: int, n: int) -> npt.NDArray[np.uint8]:
        """1 inside the object, uint8 (H, W); of the background, what is well away from all objects."""
        labels = self.labels(n)
        if label:
            return np.asarray(labels == label, np.uint8)
        grown = cv2.dilate(np.asarray(labels > 0, np.uint8), _disc(MASK_GROWTH))
        return np.asarray(1 - grown, np.uint8)

    def view(self, label: int, n: int, box: Box) -> View:
        """The picture and mask of a box."""
        left, top, width, height = box
        picture = to_float(crop(self.frame(n), box))
        mask = crop(self.mask(label, n), box)
        inside = np.zeros((height, width), np.float32)
        x0, y0 = max(0, -left), max(0, -top)
        inside[y0 : self.height - top, x0 : self.width - left] = 1
        return View(left, top, picture, mask * inside)

    def flow(self, label: int, a: int, b: int, box: Box) -> tuple[Array32, Array32]:
        """Flow of a box of frame a to frame b, float32 (h, w, 2), and how far it is to be trusted (h, w) in [0, 1].

        There and back again must end at the start, on the same object, which must look alike at both ends.
        """
        there, back = self._flow(label, a, b), self._flow(label, b, a)
        flow = crop(there, box).astype(np.float32) / np.float32(FLOW_UNIT)
        where = flow + _here(box)
        returned = cv2.remap(back, where, None, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
        apart = flow + returned.astype(np.float32) / np.float32(FLOW_UNIT)
        error = total(apart * apart)
        arrives = cv2.remap(self.mask(label, b), where, None, cv2.INTER_NEAREST)
        length = (RETURNS if label else 4 * RETURNS) * (1 + 0.00625 * total(flow * flow))
        trust = np.exp(-error / (2 * length)) * arrives
        if label:
            trust *= self._alike(a, b, box, where)
        return flow, np.asarray(trust, np.float32)

    def _alike(self, a: int, b: int, box: Box, where: Array32) -> Array32:
        """How alike a box of frame a and its places in frame b look, float32 (h, w) in (0, 1]."""
        there = cv2.remap(self.frame(b), where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        apart = cv2.absdiff(crop(self.frame(a), box), there).astype(np.float32)
        square = cv2.GaussianBlur(mean(apart * apart), (0, 0), 1.5)
        return np.asarray(1 / (1 + square / np.float32(UNLIKE**2)), np.float32)

    def _flow(self, label: int, a: int, b: int) -> npt.NDArray[np.int16]:
        """The flow of the full frame as int16 (H, W, 2); an object's is looked at closely around it."""

        def make() -> npt.NDArray[np.int16]:
            flow = self._far(a, b) if label == 0 else self._close(label, a, b)
            return np.clip(np.rint(flow * FLOW_UNIT), -32767, 32767).astype(np.int16)

        return self._flows.made((label, a, b), make)

    def _far(self, a: int, b: int) -> Array32:
        pictures = [cv2.cvtColor(self.frame(n), cv2.COLOR_RGB2GRAY) for n in (a, b)]
        if min(self.width, self.height) < 32:
            return np.zeros((self.height, self.width, 2), np.float32)
        if self.height > 300:
            size = self.width // 2, self.height // 2
            pictures = [cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in pictures]
        flow = self._medium.calc(pictures[0], pictures[1], None)
        by = np.array([self.width / flow.shape[1], self.height / flow.shape[0]], np.float32)
        return np.asarray(cv2.resize(flow, (self.width, self.height)) * by, np.float32)

    def _close(self, label: int, a: int, b: int) -> Array32:
        """Flow around the object in frame a; elsewhere zero.

        The object's masks tell how far it went as a whole, its picture how it turned: the pictures are laid over one
        another by that, and only the rest is searched, so that what is fast is found as well.
        """
        flow = np.zeros((self.height, self.width, 2), np.float32)
        box = self.box(label, a, 8)
        if box is None:
            return flow
        left, top = max(0, box[0] - REACH), max(0, box[1] - REACH)
        right = min(self.width, box[0] + box[2] + REACH)
        bottom = min(self.height, box[1] + box[3] + REACH)
        if min(right - left, bottom - top) < 16:
            return flow
        shift = self._shift(label, a, b)
        size = right - left, bottom - top
        places = ((a, left, top), (b, left + shift[0], top + shift[1]))
        grey = [cv2.cvtColor(crop(self.frame(n), (x, y, *size)), cv2.COLOR_RGB2GRAY) for n, x, y in places]
        search = self._fine if size[0] * size[1] < 400_000 else self._medium
        turn = turn_between(grey[0], grey[1], crop(self.mask(label, a), (left, top, *size)))
        if turn is None:
            found = search.calc(grey[0], grey[1], None)
        else:
            found = with_turn(search.calc(grey[0], turned_back(grey[1], turn), None), turn)
        flow[top:bottom, left:right] = found + np.array(shift, np.float32)
        return flow

    def _shift(self, label: int, a: int, b: int) -> tuple[int, int]:
        """How far the object of frame a goes to frame b as a whole, in pixels: where its reduced picture fits best.

        It is looked for around where it was and around where the other frame's mask is.
        """
        here, there = self.box(label, a, 2), self.box(label, b, 2)
        if here is None or there is None:
            return 0, 0
        reach = [REACH // 2 + abs(there[k] + there[k + 2] // 2 - here[k] - here[k + 2] // 2) for k in (0, 1)]
        reduce = max(1, round(max(here[2], here[3]) / LOOK))
        size = max(2, here[2] // reduce), max(2, here[3] // reduce)
        reach = [max(1, each // reduce) for each in reach]
        around = (
            here[0] - reach[0] * reduce,
            here[1] - reach[1] * reduce,
            (size[0] + 2 * reach[0]) * reduce,
            (size[1] + 2 * reach[1]) * reduce,
        )
        wide = size[0] + 2 * reach[0], size[1] + 2 * reach[1]
        own = (here[0], here[1], size[0] * reduce, size[1] * reduce)
        piece = cv2.resize(crop(self.frame(a), own), size, interpolation=cv2.INTER_AREA)
        inside = cv2.resize(
            crop(self.mask(label, a), own) * np.uint8(255), size, interpolation=cv2.INTER_AREA
        )
        field = cv2.resize(crop(self.frame(b), around), wide, interpolation=cv2.INTER_AREA)
        chosen = np.dstack([np.asarray(inside > 127, np.float32)] * 3)
        cost = cv2.matchTemplate(
            field.astype(np.float32), piece.astype(np.float32), cv2.TM_SQDIFF, mask=chosen
        )
        _, _, best, _ = cv2.minMaxLoc(cost)
        return (best[0] - reach[0]) * reduce, (best[1] - reach[1]) * reduce


def crop(picture: npt.NDArray[Any], box: Box) -> npt.NDArray[Any]:
    """A box of a picture (H, W[, K]), as large as the box; beyond the border the picture's pixels go on."""
    left, top, width, height = box
    rows, columns = picture.shape[:2]
    if left >= 0 and top >= 0 and left + width <= columns and top + height <= rows:
        return np.ascontiguousarray(picture[top : top + height, left : left + width])
    x0, y0, x1, y1 = max(0, left), max(0, top), min(columns, left + width), min(rows, top + height)
    if x0 < x1 and y0 < y1:
        around = y0 - top, top + height - y1, x0 - left, left + width - x1
        return np.asarray(cv2.copyMakeBorder(picture[y0:y1, x0:x1], *around, cv2.BORDER_REPLICATE))
    down = np.clip(np.arange(top, top + height), 0, rows - 1)
    across = np.clip(np.arange(left, left + width), 0, columns - 1)
    return np.ascontiguousarray(picture[down[:, None], across])


def box_of(grid: ControlGrid) -> Box:
    """The box of a frame that a grid maps."""
    return grid.left, grid.top, grid.width, grid.height


def _here(box: Box) -> Array32:
    return pixels(*box)


def _search(finest: int, stride: int) -> Any:
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(finest)
    if finest == 0:  # on single pixels the flow needs to be smoother
        search.setVariationalRefinementAlpha(40.0)
        search.setVariationalRefinementIterations(10)
    search.setPatchStride(stride)
    return search


def _disc(size: int) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
