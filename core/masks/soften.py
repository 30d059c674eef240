"""Soft mattes as a second step: haze away, weak hair lifted, and steady in time.

The edge step's matte is a linear function of the picture near the edge, which follows hair and motion blur but leaves
a haze outside and weak strands too thin: a curve puts both right. Then the matte of the frame before is brought along
the optical flow and mixed in where the picture looks the same there. Only the pixels near an edge change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.masks.output import WORK_ROWS, band_tiles, lifted
from core.media.info import Frame
from core.media.matte import Matte

BLACK = 0.07
"""Alpha up to which a matte becomes 0."""
WHITE = 0.9
"""Alpha from which on it becomes 1."""
SHARE = 0.7
"""Most that the frame before counts."""
AGREEMENT = 6.0
"""Mean difference of colours, of 255, at which it counts 1/e of that."""
REACH = 2
"""Pixels of the working size around a soft edge that are steadied with it."""


@dataclass(frozen=True)
class _Seen:
    """The frame before, from which soft edges are carried on.

    small: uint8 (h, w, 3), the picture at the working size.
    mattes: K of uint8 (H, W).
    """

    small: Frame
    mattes: tuple[npt.NDArray[np.uint8], ...]


class Softener:
    """Softens the mattes of consecutive frames of one pass, in either direction.

    It remembers mattes as they are written, in 8 bits: one that is resumed from files gives the same again.
    """

    def __init__(self) -> None:
        self._previous: _Seen | None = None
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)

    def resume(self, frame: Frame, mattes: Sequence[Matte]) -> None:
        """Go on after a frame, uint8 (H, W, 3), whose mattes, float32 (H, W), were softened before."""
        self._previous = _Seen(_small(frame), tuple(_written(matte) for matte in mattes))

    def step(self, frame: Frame, mattes: Sequence[Matte]) -> list[Matte]:
        """The mattes of the next frame, softened.

        Args:
            frame: uint8 (H, W, 3) RGB.
            mattes: K of float32 (H, W) in [0, 1] from `core.masks.output.full_size`; they are not changed.

        Returns:
            K of float32 (H, W).
        """
        small = _small(frame)
        softened = [lifted_contrast(matte) for matte in mattes]
        before = self._previous
        if before is not None and before.small.shape == small.shape and len(before.mattes) == len(mattes):
            motion = self._motion(small, before.small)
            for matte, earlier in zip(softened, before.mattes, strict=True):
                _steady(matte, earlier, motion)
        self._previous = _Seen(small, tuple(_written(matte) for matte in softened))
        return softened

    def _motion(self, small: Frame, before: Frame) -> Array32:
        """Where each pixel was in the frame before, in frame sizes, and how much that counts: float32 (h, w, 3)."""
        rows, columns = small.shape[:2]
        flow = np.zeros((rows, columns, 2), np.float32)
        if min(rows, columns) >= 16:  # the flow needs a patch or two
            greys = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (small, before)]
            flow = self._flow.calc(greys[0], greys[1], None)
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        came = cv2.remap(
            before, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE
        )
        difference = (
            cv2.transform(cv2.absdiff(small, came).astype(np.float32), np.ones((1, 3), np.float32)) / 3
        )
        unlike = cv2.boxFilter(difference, -1, (5, 5)) / AGREEMENT
        return np.dstack((flow / np.array((columns, rows), np.float32), SHARE * np.exp(-unlike * unlike)))


def _small(frame: Frame) -> Frame:
    height, width = frame.shape[:2]
    reduce = max(1, round(height / WORK_ROWS))
    size = max(1, round(width / reduce)), max(1, round(height / reduce))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)


def _written(matte: Matte) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.convertScaleAbs(matte, alpha=255), np.uint8)


def lifted_contrast(matte: Matte) -> Matte:
    """A single frame's matte, float32 (H, W), with the haze away and weak strands lifted, in [0, 1]."""
    return np.clip((matte - np.float32(BLACK)) * np.float32(1 / (WHITE - BLACK)), 0, 1)


def _steady(matte: Matte, earlier: npt.NDArray[np.uint8], motion: Array32) -> None:
    """Mix the matte of the frame before in near the edges, in place."""
    height, width = matte.shape
    rows, columns = motion.shape[:2]
    coarse = cv2.resize(matte, (columns, rows), interpolation=cv2.INTER_AREA)
    soft = ((coarse > 0.01) & (coarse < 0.99)).astype(np.uint8)
    if not soft.any():
        return
    near = cv2.dilate(soft, np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)) > 0
    kept = motion.copy()
    kept[..., 2] *= near
    for tile in band_tiles(near, (height, width)):
        along = lifted(kept, tile, (height, width))
        y, x = np.mgrid[tile].astype(np.float32)
        came = cv2.remap(
            earlier,
            x + along[..., 0] * np.float32(width),
            y + along[..., 1] * np.float32(height),
            cv2.INTER_LINEAR,
            None,
            cv2.BORDER_REPLICATE,
        )
        part = matte[tile]
        part += along[..., 2] * (came * np.float32(1 / 255) - part)
