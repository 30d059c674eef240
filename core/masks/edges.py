"""The colour guided filter: brings a soft mask onto the edges of the picture (He, Sun, Tang 2013).

In each window the result is a linear function of the picture's three channels. Callers solve for the
coefficients at a fraction of the size and bring them up (the fast variant, He and Sun 2015), so that the time grows
with the small picture.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Image32 = npt.NDArray[np.float32]


def linear_model(
    guide: Image32, mask: Image32, radius: int, epsilon: float = 1e-4
) -> tuple[Image32, Image32]:
    """Least squares of mask on guide in every window: slope (H, W, 3) and offset (H, W), averaged over windows."""
    guide_mean, mask_mean = box_mean(guide, radius), box_mean(mask, radius)
    pairs = guide[..., [0, 0, 0, 1, 1, 2]] * guide[..., [0, 1, 2, 1, 2, 2]]
    spread = (
        box_mean(pairs, radius) - guide_mean[..., [0, 0, 0, 1, 1, 2]] * guide_mean[..., [0, 1, 2, 1, 2, 2]]
    )
    shared = box_mean(guide * mask[..., None], radius) - guide_mean * mask_mean[..., None]
    slope = _solve(spread, shared, epsilon)
    offset = mask_mean - np.einsum("hwc,hwc->hw", slope, guide_mean)
    return box_mean(slope, radius), box_mean(offset, radius)


def box_mean(picture: Image32, radius: int) -> Image32:
    """The mean over a square window of 2 * radius + 1 pixels, mirrored at the border: float32 (H, W[, C]) as `picture`."""
    window = (2 * radius + 1, 2 * radius + 1)
    return np.asarray(cv2.boxFilter(picture, -1, window, borderType=cv2.BORDER_REFLECT), np.float32)


def _solve(spread: Image32, shared: Image32, epsilon: float) -> Image32:
    """Solve the symmetric 3x3 system of every pixel by cofactors; spread holds rr, rg, rb, gg, gb, bb."""
    rr, rg, rb, gg, gb, bb = (spread[..., i] for i in range(6))
    rr, gg, bb = rr + epsilon, gg + epsilon, bb + epsilon
    c_rr, c_rg, c_rb = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    c_gg, c_gb, c_bb = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    inverse = 1.0 / np.maximum(rr * c_rr + rg * c_rg + rb * c_rb, epsilon**3)
    r, g, b = shared[..., 0], shared[..., 1], shared[..., 2]
    solution = np.stack(
        (c_rr * r + c_rg * g + c_rb * b, c_rg * r + c_gg * g + c_gb * b, c_rb * r + c_gb * g + c_bb * b),
        axis=-1,
    )
    return np.asarray(solution * inverse[..., None], np.float32)
