"""Shadows of what rises and falls, and of what is hidden for a while."""

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

COUNT, SIZE = 20, (280, 160)
LIGHT = np.array([0.5, 1.2])
"""Pixels right and down that a shadow lies for each pixel of height."""


def bounce(goes_along: bool, company: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A box bounces over a wall; its shadow lies in the light's direction, or stays where it is on the ground.

    Args:
        company: somebody is at the shadow's place instead.

    Returns:
        frames float32 (N, H, W, 3), the wall, labels uint8 (N, H, W), and the shadow, bool (N, H, W).
    """
    plate, rng = wall(SIZE).astype(np.float32), np.random.default_rng(2)
    frames, labels, shadows = [], np.zeros((COUNT, *SIZE[::-1]), np.uint8), []
    for n in range(COUNT):
        x, height = 20 + 9 * n, round(22 + 34 * abs(np.sin(0.5 * n)))
        there, frame = np.zeros(SIZE[::-1], np.uint8), plate.copy()
        labels[n, 76 - height : 96 - height, x : x + 18] = 1
        middle = np.array([x + 9, 86 - height]) + height * LIGHT if goes_along else np.array([120, 130])
        cv2.ellipse(there, tuple(np.round(middle).astype(int).tolist()), (15, 5), 0, 0, 360, 1, -1)
        if company:
            frame[there > 0] = (0.1, 0.15, 0.5)
        else:
            frame *= 1 - 0.45 * cv2.GaussianBlur(there.astype(np.float32), (0, 0), 1.2)[..., None]
        frame[labels[n] > 0] = (0.8, 0.2, 0.15)
        frames.append(frame + rng.normal(0, 0.008, frame.shape).astype(np.float32))
        shadows.append((there > 0) & (labels[n] == 0))
    return np.stack(frames), plate, labels, np.stack(shadows)


def linked(frames: np.ndarray, plate: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Whose effect each pixel is, half size, under a still camera."""
    count, size = len(frames), plate.shape[1::-1]
    sigma, bare = np.full(size[::-1], 0.01, np.float32), np.ones(size[::-1], np.float32)
    surely = Stack.of(np.stack([evidence(frame, plate, sigma, bare) for frame in frames]))
    halves = Stack.of(np.stack([halved(each) for each in labels]))
    shots, misfit = (Shot(0, count - 1, 0, True),), np.zeros(count, np.float32)
    camera = Camera(size, size, np.stack([np.eye(3)] * count), shots, misfit, (), np.zeros((0, 3, 3)))
    scene = Scene(camera, lambda n: (frames[n], plate))
    return np.stack(list(link(surely, halves, measure(halves, camera), scene)))


@pytest.mark.parametrize(
    ("goes_along", "company", "found"), [(True, False, 0.8), (False, False, 0), (True, True, 0)]
)
def test_the_shadow_of_what_bounces_is_its_own(goes_along: bool, company: bool, found: float) -> None:
    """A dark spot that stays, and somebody who looks like somebody, are not."""
    frames, plate, labels, shadows = bounce(goes_along, company)
    owners = linked(frames, plate, labels)
    mine = (owners > 0)[shadows[:, ::2, ::2]]
    assert mine.mean() > found if found else mine.mean() < 0.05


def test_the_shadow_of_who_is_hidden_stays_his() -> None:
    """He goes behind a post: a hand shows last, then nothing, then a hand; his shadow shows
    beside the post all the time."""
    count = 30
    plate, rng = wall(SIZE).astype(np.float32), np.random.default_rng(3)
    plate[20:120, 120:170] = (0.2, 0.35, 0.25)
    frames, labels, shadows = [], np.zeros((count, *SIZE[::-1]), np.uint8), []
    for n in range(count):
        x, there, frame = 60 + 3 * n, np.zeros(SIZE[::-1], np.uint8), plate.copy()
        labels[n, 40:118, x : x + 26] = 1
        labels[n, 70:76, x - 9 : x + 35] = 1  # a hand is the last of him
        labels[n, 20:120, 120:170] = 0
        cv2.ellipse(there, (x + 60, 132), (50, 9), 0, 0, 360, 1, -1)
        there[20:120, 120:170] = 0
        frame *= 1 - 0.4 * cv2.GaussianBlur(there.astype(np.float32), (0, 0), 1.2)[..., None]
        frame[labels[n] > 0] = (0.8, 0.2, 0.15)
        frames.append(frame + rng.normal(0, 0.008, frame.shape).astype(np.float32))
        shadows.append((there > 0) & (labels[n] == 0))
    hidden = [n for n in range(count) if np.count_nonzero(labels[n]) < 400]
    assert len(hidden) > 8 and not all(labels[n].any() for n in hidden)
    owners = linked(np.stack(frames), plate, labels)
    for n in hidden:
        assert owners[n][shadows[n][::2, ::2]].mean() > 0.85, n
