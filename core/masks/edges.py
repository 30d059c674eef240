"""The colour guided filter: brings a soft mask onto the edges of the picture (He, Sun, Tang 2013).

In each window the result is a linear function of the picture's three channels. Callers solve for the
coefficients at a fraction of the size and bring them up (the fast variant, He and Sun 2015), so that the time grows
with the small picture.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

Image32 = npt.NDArray[np.float32]
PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
"""Of the channels of a picture. Planes of one channel are worked on: several times quicker than all at once."""


def linear_model(
    guide: Image32, mask: Image32, radius: int, epsilon: float = 1e-4
) -> tuple[Image32, Image32]:
    """Least squares of mask on guide in every window: slope (H, W, 3) and offset (H, W), averaged over windows."""
    planes, mask_mean = cv2.split(guide), box_mean(mask, radius)
    means = [box_mean(plane, radius) for plane in planes]
    spread = [box_mean(planes[i] * planes[j], radius) - means[i] * means[j] for i, j in PAIRS]
    shared = [
        box_mean(plane * mask, radius) - mean * mask_mean for plane, mean in zip(planes, means, strict=True)
    ]
    slope = _solve(spread, shared, epsilon)
    offset = mask_mean - (slope[0] * means[0] + slope[1] * means[1] + slope[2] * means[2])
    return np.dstack([box_mean(each, radius) for each in slope]), box_mean(offset, radius)


def box_mean(picture: Image32, radius: int) -> Image32:
    """The mean over a square window of 2 * radius + 1 pixels, mirrored at the border: float32
    (H, W[, C]) as `picture`."""
    window = (2 * radius + 1, 2 * radius + 1)
    return np.asarray(cv2.boxFilter(picture, -1, window, borderType=cv2.BORDER_REFLECT), np.float32)


def _solve(spread: Sequence[Image32], shared: Sequence[Image32], epsilon: float) -> list[Image32]:
    """Solve the symmetric 3x3 system of every pixel by cofactors; spread holds the PAIRS. Three pictures (H, W)."""
    rr, rg, rb, gg, gb, bb = spread
    rr, gg, bb = rr + epsilon, gg + epsilon, bb + epsilon
    c_rr, c_rg, c_rb = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    c_gg, c_gb, c_bb = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    inverse = 1.0 / np.maximum(rr * c_rr + rg * c_rg + rb * c_rb, epsilon**3)
    r, g, b = shared
    return [
        (c_rr * r + c_rg * g + c_rb * b) * inverse,
        (c_rg * r + c_gg * g + c_gb * b) * inverse,
        (c_rb * r + c_gb * g + c_bb * b) * inverse,
    ]
