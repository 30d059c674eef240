"""The objects of a mask as coloured areas with an outline, painted over the picture.

The overlay has the size it is seen at. Its indices are 2 * label inside an object, 2 * label + 1 on its rim, 0
elsewhere; a table turns them into premultiplied ARGB, the format that Qt blends fastest. A stroke updates its
patch only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.masks.live_stroke import Rect
from app.state import MaskLook
from core.media.matte import Labels
from core.project.project import TrackedObject, first_colour

MOST_LABELS = 127
RIM = 0.95
"""Opacity of an object's outline."""
BEHIND: dict[str, str] = {"matte": "#000000", "cutout": "#7f7f7f"}
"""What stands in for all that is in no object, in the looks that hide it."""
Pixels = npt.NDArray[np.uint32]


class Overlay:
    """The painted masks of a frame.

    labels: uint8 (H, W), the memory that is drawn from; call `refresh` when it changes in place.
    """

    def __init__(self) -> None:
        self.labels: Labels | None = None
        self._scale = 1.0
        self._indices: Labels | None = None
        self._pixels: Pixels | None = None
        self._image: QImage | None = None
        self._table: Pixels = np.zeros(256, np.uint32)
        self._look: MaskLook = "colours"
        self._matte: Labels | None = None
        self._soft: tuple[Pixels, QImage] | None = None
        """The matte as it is painted, with the memory that the image looks into."""

    def set_colours(
        self, objects: Iterable[TrackedObject], opacity: float, look: MaskLook = "colours", only: int = 0
    ) -> None:
        """As `colour_table`."""
        if look != self._look:
            self._look = look
            self._soften()
        table = colour_table(objects, opacity, look, only)
        if np.array_equal(table, self._table):
            return
        self._table = table
        if self._indices is not None and self._pixels is not None:
            self._pixels[:] = table[self._indices]

    def set_labels(self, labels: Labels | None, seen_at: float) -> None:
        """Show these labels, None for nothing; seen_at: device pixels of a picture pixel, below 1 the overlay is made
        smaller to be quick and clean."""
        if labels is not self.labels:
            self._matte = None
        self.labels, self._scale = labels, 1.0 if seen_at >= 0.9 else max(seen_at, 0.05)
        if labels is None:
            self._indices = self._pixels = self._image = self._soft = None
            return
        height, width = (max(1, round(side * self._scale)) for side in labels.shape)
        if self._indices is None or self._indices.shape != (height, width):
            self._indices = np.zeros((height, width), np.uint8)
            self._pixels = np.zeros((height, width), np.uint32)
            kind = QImage.Format.Format_ARGB32_Premultiplied
            self._image = QImage(self._pixels.data, width, height, width * 4, kind)
        self.refresh((0, 0, labels.shape[1], labels.shape[0]))
        self._soften()

    def set_matte(self, matte: Labels | None) -> None:
        """How much of each pixel belongs to the objects, uint8 (H, W), for the looks that show it; it
        holds for the labels there are. None: they have hard edges."""
        if matte is not self._matte:
            self._matte = matte
            self._soften()

    def _soften(self) -> None:
        self._soft = None
        if self._matte is None or self._indices is None or self._look not in BEHIND:
            return
        rows, columns = self._indices.shape
        seen = cv2.resize(self._matte, (columns, rows), interpolation=cv2.INTER_AREA)
        pixels = matte_table(self._look).take(seen)
        kind = QImage.Format.Format_ARGB32_Premultiplied
        self._soft = pixels, QImage(pixels.data, columns, rows, columns * 4, kind)

    def refresh(self, rect: Rect) -> None:
        """Take over what changed in `labels` inside `rect`."""
        if self._indices is None or self._pixels is None:
            return
        height, width = self._indices.shape
        margin = 2
        left = max(0, int(rect[0] * self._scale) - margin)
        top = max(0, int(rect[1] * self._scale) - margin)
        right = min(width, int(rect[2] * self._scale) + margin + 1)
        bottom = min(height, int(rect[3] * self._scale) + margin + 1)
        if left < right and top < bottom:
            marked = self._marked(left, top, right, bottom)
            self._indices[top:bottom, left:right] = marked
            self._pixels[top:bottom, left:right] = self._table.take(marked, mode="clip")

    def _marked(self, left: int, top: int, right: int, bottom: int) -> Labels:
        """The indices of a part of the overlay: labels at the overlay's size, their rims marked."""
        assert self._indices is not None
        rows, columns = self._indices.shape
        a, b = max(0, top - 1), min(rows, bottom + 1)
        c, d = max(0, left - 1), min(columns, right + 1)
        part = cv2.min(self._seen(a, b, c, d), MOST_LABELS)
        cross = np.ones((3, 3), np.uint8)
        rim = cv2.compare(cv2.erode(part, cross), cv2.dilate(part, cross), cv2.CMP_NE)
        rim = cv2.bitwise_and(rim, cv2.min(part, 1))  # compare gives 0 or 255; the background has no rim
        marked = cv2.add(cv2.add(part, part), rim)
        return np.asarray(
            marked[top - a : top - a + bottom - top, left - c : left - c + right - left], np.uint8
        )

    def _seen(self, a: int, b: int, c: int, d: int) -> Labels:
        """Rows a to b and columns c to d of the labels at the overlay's size, nearest pixel."""
        assert self.labels is not None and self._indices is not None
        (height, width), (rows, columns) = self.labels.shape, self._indices.shape
        if (height, width) == (rows, columns):
            return np.ascontiguousarray(self.labels[a:b, c:d])
        ys = np.minimum((np.arange(a, b) * (height / rows)).astype(np.intp), height - 1)
        xs = np.minimum((np.arange(c, d) * (width / columns)).astype(np.intp), width - 1)
        return self.labels.take(ys, axis=0).take(xs, axis=1)  # twice as quick as both at once

    def paint(self, painter: QPainter, target: QRectF) -> None:
        """Draw over the picture, which lies in `target`."""
        if self._image is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        draw_image(painter, target, self._image if self._soft is None else self._soft[1])


def draw_image(painter: QPainter, target: QRectF, image: QImage) -> None:
    """Draw an image into `target`, without scaling where it fits to the pixel."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    off = (target.width() * ratio - image.width(), target.height() * ratio - image.height())
    if ratio == 1.0 and max(abs(off[0]), abs(off[1])) < 2.0:
        painter.drawImage(QPointF(round(target.left()), round(target.top())), image)
    else:
        painter.drawImage(target, image)


def twice(painter: QPainter, colour: QColor, draw: Callable[[], object], *, dashed: bool = False) -> None:
    """Draw a coloured line on a dark one: seen on any picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 120), 4))
    draw()
    painter.setPen(QPen(colour, 2, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))
    draw()


def colour_table(
    objects: Iterable[TrackedObject], opacity: float, look: MaskLook = "colours", only: int = 0
) -> Pixels:
    """Premultiplied ARGB of each index, uint32 (256,).

    Args:
        opacity: 0 to 1 of the areas in the look "colours"; the rim stays, and is alone in the look "outlines".
        look: "matte" is white on black, "cutout" the picture inside the objects and grey around them.
        only: label of the one object that is shown, 0 for all that are not hidden.
    """
    known = {each.label: each for each in objects}
    behind = _premultiplied(QColor(BEHIND[look]), 1.0) if look in BEHIND else 0
    table = np.full(256, behind, np.uint32)
    for label in range(1, MOST_LABELS + 1):
        each = known.get(label)
        if not (label == only if only else each is None or each.visible):
            continue
        colour = QColor(each.colour if each else first_colour(label))
        inside = _premultiplied(colour, opacity if look == "colours" else 0.0)
        rim = _premultiplied(colour, RIM)
        if look in BEHIND:
            inside = rim = _premultiplied(QColor("#ffffff"), 1.0 if look == "matte" else 0.0)
        table[2 * label : 2 * label + 2] = inside, rim
    return table


def matte_table(look: MaskLook) -> Pixels:
    """Premultiplied ARGB of each share of a pixel, uint32 (256,): from what stands behind the
    objects to what they show."""
    inside = QColor(255, 255, 255, 255 if look == "matte" else 0)
    ends = [_premultiplied(QColor(BEHIND[look]), 1.0), _premultiplied(inside, inside.alphaF())]
    one, other = (np.array([end >> shift & 255 for shift in (24, 16, 8, 0)]) for end in ends)
    parts = np.arange(256)[:, None] / 255
    levels = np.rint(one * (1 - parts) + other * parts).astype(np.uint32)
    return np.asarray(levels @ np.array([1 << 24, 1 << 16, 1 << 8, 1], np.uint32), np.uint32)


def _premultiplied(colour: QColor, alpha: float) -> int:
    red, green, blue = (round(channel * alpha) for channel in (colour.red(), colour.green(), colour.blue()))
    return round(255 * alpha) << 24 | red << 16 | green << 8 | blue
