"""Shadows beside somebody whom the camera goes along with."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.layers.followed_shadows import followed_shadows, without_shadows
from core.layers.footage import open_footage
from core.layers.paged import Stack
from core.layers.tracks import halved, measure
from core.motion.camera import Camera, Shot
from tests.core.layers.scenes import wall, write_clip
from tests.core.layers.test_plane import psnr

COUNT, SIZE = 30, (240, 160)


def along(goes: int, company: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A box stands in the picture while the ground passes below it, `goes` pixels a frame; at its feet lies its shadow,
    or somebody in the dark keeps it company.

    Returns:
        frames and bare ground uint8 (N, H, W, 3), labels uint8, shadows bool (N, H, W).
    """
    world, rng = wall((SIZE[0] + goes * COUNT, SIZE[1]), seed=2), np.random.default_rng(0)
    frames, grounds, labels, shadows = [], [], [], []
    for n in range(COUNT):
        ground = world[:, goes * n : goes * n + SIZE[0]]
        label, there = np.zeros((2, SIZE[1], SIZE[0]), np.uint8)
        label[40 + n % 2 : 110 + n % 2, 100:124] = 1
        cv2.ellipse(there, (90, 114), (34, 9), 0, 0, 360, 1, -1)
        dark = 0.5 * cv2.GaussianBlur(there.astype(np.float32), (0, 0), 1.2)[..., None]
        frame = (
            np.where(there[..., None] > 0, 0.5 * world[:, : SIZE[0]], ground)
            if company
            else ground * (1 - dark)
        )
        frame = np.where(label[..., None] > 0, np.float32([0.8, 0.2, 0.15]), frame)
        frame = np.clip(frame + rng.normal(0, 0.008, frame.shape), 0, 1)
        frames.append((frame * 255 + 0.5).astype(np.uint8))
        grounds.append((np.clip(ground, 0, 1) * 255 + 0.5).astype(np.uint8))
        labels.append(label)
        shadows.append((there > 0) & (label == 0))
    return np.stack(frames), np.stack(grounds), np.stack(labels), np.stack(shadows)


@pytest.mark.parametrize(("goes", "company"), [(4, False), (0, False), (4, True)])
def test_a_shadow_is_what_the_ground_passes_through(tmp_path: Path, goes: int, company: bool) -> None:
    """Where nothing passes, a dark place may be a dark ground, and company has textures of its own."""
    frames, grounds, labels, shadows = along(goes, company)
    still = np.stack([np.eye(3)] * COUNT)
    camera = Camera(
        SIZE,
        SIZE,
        still,
        (Shot(0, COUNT - 1, 0, True),),
        np.zeros(COUNT, np.float32),
        (),
        np.zeros((0, 3, 3)),
    )
    with closing(open_footage(*write_clip(tmp_path, frames, labels))) as footage:
        halves = Stack.of(np.stack([halved(each) for each in labels]))
        found = followed_shadows(footage, halves, measure(halves, camera), camera)
    if goes == 0 or company:
        assert not found
        return
    assert len(found) == 1
    for n in (3, 15, 26):
        relit = without_shadows(frames[n].astype(np.float32) / 255, halves[n], found, n)
        inside = cv2.erode(shadows[n].astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
        made = (relit.frame * 255 + 0.5).astype(np.uint8)
        assert psnr(made[inside], grounds[n][inside]) > psnr(frames[n][inside], grounds[n][inside]) + 10
        assert relit.ground[inside].min() > 0.9
        assert not relit.ground[:60].any() and not relit.shadow[:30].any()
