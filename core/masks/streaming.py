"""A clip's frames as tracking wants them: RGB, forward or backward, never all at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.media.info import Frame, FrameSource

BACKWARD_BYTES = 96 * 2**20
"""Frames that are decoded ahead when the clip is tracked backward."""


def picture(source: FrameSource, number: int) -> Frame:
    """One frame, uint8 (H, W, 3)."""
    return np.ascontiguousarray(source.frame(number)[..., :3])


def frames_of(source: FrameSource, numbers: range) -> Iterator[tuple[int, Frame]]:
    """The frames in the given order; a backward range is decoded forward in pieces."""
    if numbers.step > 0:
        for number in numbers:
            yield number, picture(source, number)
        return
    size = max(1, min(64, BACKWARD_BYTES // (source.width * source.height * 3)))
    for start in range(0, len(numbers), size):
        piece = numbers[start : start + size]
        frames = [(number, picture(source, number)) for number in reversed(piece)]
        while frames:
            yield frames.pop()
