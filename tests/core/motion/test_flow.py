"""The conventions of flow and warp."""

from __future__ import annotations

import cv2
import numpy as np

from core.motion.flow import flow_between, positions, warp


def texture(seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).random((120, 160)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    return (255 * (smooth - smooth.min()) / np.ptp(smooth)).astype(np.uint8)


def test_flow_says_where_things_go_and_the_warp_brings_them_back() -> None:
    a = texture()
    b = np.roll(a, (3, -5), axis=(0, 1))
    flow = flow_between(a, b)
    inner = flow[20:-20, 20:-20]
    assert np.abs(inner - (-5, 3)).max() < 0.5
    back = warp(b[..., None].astype(np.float32), flow)[..., 0]
    assert np.abs(back - a)[20:-20, 20:-20].mean() < 2


def test_a_tiny_picture_has_no_flow() -> None:
    dot = np.zeros((3, 3), np.uint8)
    assert not flow_between(dot, dot).any()
    assert np.array_equal(positions(flow_between(dot, dot))[2, 1], (1, 2))
