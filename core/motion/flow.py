"""Optical flow and the backward warp: the one home of their conventions.

Flow F from picture a to picture b, float32 (H, W, 2), x first, in pixels: what is at p in a is at p + F(p) in b. The
warp of b by F looks like a.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32

Grey = npt.NDArray[np.uint8]
SMALLEST = 16
"""Pictures with a shorter side have no flow."""


def flow_between(a: Grey, b: Grey) -> Array32:
    """Flow from a to b, uint8 (H, W) each, by dense inverse search (Kroeger et al. 2016); zero for tiny pictures."""
    if min(a.shape) < SMALLEST:
        return np.zeros((*a.shape, 2), np.float32)
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    return np.asarray(search.calc(a, b, None), np.float32)


def positions(flow: Array32) -> Array32:
    """Where each pixel goes, float32 (H, W, 2): its own place and the flow."""
    return flow + places(*flow.shape[:2])


@lru_cache(maxsize=4)
def places(height: int, width: int) -> Array32:
    """Each pixel's own place, float32 (height, width, 2), x first; kept for the next frames of the same size."""
    here = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)
    here.flags.writeable = False
    return here


def warp(picture: Array32, flow: Array32) -> Array32:
    """The backward bilinear warp of (H, W, K) by a flow; beyond the border the border's pixels go on."""
    where = positions(flow)
    moved = [
        cv2.remap(
            np.ascontiguousarray(picture[..., k]),
            where,
            None,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        for k in range(picture.shape[2])
    ]
    return np.stack(moved, axis=-1).astype(np.float32)
