"""Shadows that do not touch their object."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.layers.detached_shadows import Scene
from core.layers.effects import evidence, link
from core.layers.paged import Stack
from core.layers.tracks import halved, measure
from core.motion.camera import Camera, Shot
from tests.core.layers.scenes import wall

COUNT, SIZE = 16, (240, 120)


def flight(company: bool, goes: int = 9) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A box flies over a wall; below it, apart, is its shadow, or somebody who goes along with it.

    Returns:
        frames float32 (N, H, W, 3), the wall, labels uint8 (N, H, W), and what lies below it, bool (N, H, W).
    """
    plate, rng = wall(SIZE).astype(np.float32), np.random.default_rng(2)
    frames, labels, below = [], np.zeros((COUNT, *SIZE[::-1]), np.uint8), []
    for n in range(COUNT):
        x = 20 + goes * n
        frame, there = plate.copy(), np.zeros(SIZE[::-1], np.uint8)
        labels[n, 20:40, x : x + 18] = 1
        if company:
            frame[70:80, x : x + 18], frame[80:96, x : x + 18] = (0.1, 0.15, 0.5), (0.12, 0.12, 0.12)
            there[70:96, x : x + 18] = 1
        else:
            cv2.ellipse(there, (x + 14, 90), (16, 6), 0, 0, 360, 1, -1)
            frame *= 1 - 0.4 * cv2.GaussianBlur(there.astype(np.float32), (0, 0), 1.5)[..., None]
        frame[labels[n] > 0] = (0.8, 0.2, 0.15)
        frames.append(frame + rng.normal(0, 0.008, frame.shape).astype(np.float32))
        below.append(there > 0)
    return np.stack(frames), plate, labels, np.stack(below)


@pytest.mark.parametrize(("company", "goes", "found"), [(False, 9, 0.8), (True, 9, 0.0), (False, 0, 0.0)])
def test_a_shadow_that_goes_along_is_found_and_company_stays(company: bool, goes: int, found: float) -> None:
    """Where the object stays, nothing is known of what lies beside it."""
    frames, plate, labels, below = flight(company, goes)
    sigma, bare = np.full(SIZE[::-1], 0.01, np.float32), np.ones(SIZE[::-1], np.float32)
    surely = Stack.of(np.stack([evidence(frame, plate, sigma, bare) for frame in frames]))
    halves = Stack.of(np.stack([halved(each) for each in labels]))
    still = np.stack([np.eye(3)] * COUNT)
    shots, misfit = (Shot(0, COUNT - 1, 0, True),), np.zeros(COUNT, np.float32)
    camera = Camera(SIZE, SIZE, still, shots, misfit, (), np.zeros((0, 3, 3)))
    scene = Scene(camera, lambda n: (frames[n], plate))
    owners = link(surely, halves, measure(halves), scene)
    for mine, there in zip(owners, below, strict=True):
        share = (mine[there[::2, ::2]] > 0).mean()
        assert share > found if found else share == 0
