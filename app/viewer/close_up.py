"""A close-up of the object in hand that goes along with it from frame to frame, so that the pen stays where it is."""

from __future__ import annotations

import cv2
import numpy as np

from app.masks.live_stroke import Rect
from app.viewer.canvas import Canvas
from core.media.matte import Labels


def box_of(labels: Labels, label: int) -> Rect | None:
    """The pixels that an object lies within; None where it has none. labels: uint8 (H, W)."""
    area = cv2.compare(labels, label, cv2.CMP_EQ)
    left, top, width, height = cv2.boundingRect(np.asarray(area, np.uint8))
    return (left, top, left + width, top + height) if width else None


class CloseUp:
    """Keeps the object in hand large and in its place.

    on: the picture goes along with the object in hand.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.on = False
        self._seen = -1

    def begin(self, labels: Labels, label: int, frame: int) -> bool:
        """Show the object as large as it fits with its surroundings. False when it is not in the frame."""
        box = box_of(labels, label)
        if box is None:
            return False
        self.on, self._seen = True, frame
        self._canvas.show_box(box)
        return True

    def end(self) -> None:
        """Show the whole picture again."""
        if self.on:
            self.on = False
            self._canvas.fit()

    def follow(self, labels: Labels | None, label: int, frame: int) -> None:
        """Another frame is shown; where the object is missing the view stays."""
        if not self.on or labels is None or frame == self._seen:
            return
        self._seen = frame
        box = box_of(labels, label)
        if box is not None:
            self._canvas.centre_on((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
