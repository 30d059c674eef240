"""The objects of a mask as coloured areas with an outline, painted over the picture.

The overlay is an image of indices at the size it is seen at: 2 * label inside an object, 2 * label + 1 on its
rim, 0 elsewhere. Colours are a table, so visibility and opacity cost nothing; a stroke updates its patch only.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.mask_editing import Rect
from core.media.matte import Labels
from core.project.project import OBJECT_COLOURS, TrackedObject

MOST_LABELS = 127


class Overlay:
    """labels: uint8 (H, W), the memory that is drawn from; call `refresh` when it changes in place."""

    def __init__(self) -> None:
        self.labels: Labels | None = None
        self._scale = 1.0
        self._indices: Labels | None = None
        self._image: QImage | None = None
        self._table: list[int] = [0] * 256

    def set_colours(self, objects: Iterable[TrackedObject], opacity: float) -> None:
        """opacity: 0 to 1 of the areas; the rim stays."""
        colours = [QColor(OBJECT_COLOURS[(label - 1) % len(OBJECT_COLOURS)]) for label in range(128)]
        visible = [True] * 128
        for known in objects:
            if 0 < known.label <= MOST_LABELS:
                colours[known.label], visible[known.label] = QColor(known.colour), known.visible
        table = [0, 0]
        for colour, shown in zip(colours[1:], visible[1:], strict=True):
            for alpha in (opacity, 0.95):
                shade = QColor(colour)
                shade.setAlphaF(alpha if shown else 0.0)
                table.append(shade.rgba())
        self._table = table
        if self._image is not None:
            self._image.setColorTable(table)

    def set_labels(self, labels: Labels | None, seen_at: float) -> None:
        """seen_at: device pixels of a picture pixel; below 1 the overlay is made smaller to be quick and clean."""
        scale = 1.0 if seen_at >= 0.75 else max(seen_at, 0.05)
        self.labels, self._scale = labels, scale
        if labels is None:
            self._indices = self._image = None
            return
        height, width = (max(1, round(side * scale)) for side in labels.shape)
        if self._indices is None or self._indices.shape != (height, width):
            # Qt wants rows that are a multiple of four bytes long.
            memory = np.zeros((height, (width + 3) // 4 * 4), np.uint8)
            self._indices = memory[:, :width]
            self._image = QImage(memory.data, width, height, memory.strides[0], QImage.Format.Format_Indexed8)
            self._image.setColorTable(self._table)
        self.refresh((0, 0, labels.shape[1], labels.shape[0]))

    def refresh(self, rect: Rect) -> None:
        """Take over what changed in `labels` inside `rect`."""
        if self.labels is None or self._indices is None:
            return
        height, width = self._indices.shape
        margin = 2
        left = max(0, int(rect[0] * self._scale) - margin)
        top = max(0, int(rect[1] * self._scale) - margin)
        right = min(width, int(rect[2] * self._scale) + margin + 1)
        bottom = min(height, int(rect[3] * self._scale) + margin + 1)
        if left < right and top < bottom:
            small = self._small(left, top, right, bottom)
            self._indices[top:bottom, left:right] = small

    def _small(self, left: int, top: int, right: int, bottom: int) -> Labels:
        """The indices of a part of the overlay: labels at the overlay's size, their rims marked."""
        assert self.labels is not None and self._indices is not None
        height, width = self.labels.shape
        rows, columns = self._indices.shape
        a, b = max(0, top - 1), min(rows, bottom + 1)
        c, d = max(0, left - 1), min(columns, right + 1)
        if self._scale == 1.0:
            part = self.labels[a:b, c:d]
        else:
            ys = np.minimum(((np.arange(a, b) + 0.5) * height / rows).astype(np.intp), height - 1)
            xs = np.minimum(((np.arange(c, d) + 0.5) * width / columns).astype(np.intp), width - 1)
            part = self.labels[np.ix_(ys, xs)]
        part = np.minimum(part, MOST_LABELS)
        around = cv2.erode(part, np.ones((3, 3), np.uint8)), cv2.dilate(part, np.ones((3, 3), np.uint8))
        rim = ((around[0] != part) | (around[1] != part)) & (part > 0)
        marked = (part * 2 + rim).astype(np.uint8)
        return marked[top - a : top - a + bottom - top, left - c : left - c + right - left]

    def paint(self, painter: QPainter, target: QRectF) -> None:
        """Draw over the picture, which lies in `target`."""
        if self._image is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.drawImage(target, self._image, QRectF(self._image.rect()), Qt.ImageConversionFlag.AutoColor)
