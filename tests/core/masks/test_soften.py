"""Soft mattes: closer to the truth than the edge step's, steady in time, the same when resumed from files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from core.masks.output import full_size
from core.masks.soften import Softener
from core.media.matte import read_matte, write_soft
from tests.core.masks.scenes import texture

WIDTH, HEIGHT = 240, 160


def blurred_disc(frame: int, speed: float = 0.0, noise: float = 4.0) -> tuple[np.ndarray, np.ndarray]:
    """A disc with a wide soft edge before a textured ground: frame and its true alpha."""
    hard = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.circle(hard, (int(80 + speed * frame), 80), 40, 1.0, -1)
    alpha = cv2.GaussianBlur(hard, (0, 0), 1.5)
    picture = alpha[..., None] * texture(HEIGHT, WIDTH, (210, 90, 60), 2) * 0.5
    picture += alpha[..., None] * np.array((105, 45, 30), np.float32)
    picture += (1 - alpha[..., None]) * texture(HEIGHT, WIDTH, (40, 60, 90), 3)
    picture += np.random.default_rng(frame).normal(0, noise, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8), alpha


def edge_matte(picture: np.ndarray, alpha: np.ndarray, seed: int) -> np.ndarray:
    """What the edge step makes of an uncertain tracker."""
    small = cv2.resize((alpha > 0.5).astype(np.float32), (60, 40), interpolation=cv2.INTER_AREA)
    uncertain = cv2.GaussianBlur(small, (0, 0), 1.0)
    uncertain += np.random.default_rng(seed).normal(0, 0.05, small.shape) * (
        uncertain * (1 - uncertain) > 0.02
    )
    return full_size(picture, np.clip(uncertain, 0, 1)[..., None].astype(np.float32), (1,))[1][0]


def run(frames: int, speed: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True, edge-step and softened mattes, each (T, H, W)."""
    softener, truth, before, after = Softener(), [], [], []
    for frame in range(frames):
        picture, alpha = blurred_disc(frame, speed)
        matte = edge_matte(picture, alpha, frame)
        kept = matte.copy()
        after += softener.step(picture, [matte])
        np.testing.assert_array_equal(matte, kept)
        truth.append(alpha)
        before.append(matte)
    return np.stack(truth), np.stack(before), np.stack(after)


def test_mattes_come_closer_to_the_truth() -> None:
    for speed in (0.0, 4.0):
        truth, before, after = run(6, speed)
        assert np.abs(after - truth)[2:].mean() < 0.9 * np.abs(before - truth)[2:].mean()
        assert after.min() >= 0 and after.max() <= 1


def test_a_still_object_flickers_less() -> None:
    truth, before, after = run(8, 0.0)
    band = (truth[0] > 0.05) & (truth[0] < 0.95)
    flicker = [np.abs(np.diff(mattes, axis=0))[2:, band].mean() for mattes in (before, after)]
    assert flicker[1] < 0.7 * flicker[0]


def test_what_is_far_from_an_edge_stays() -> None:
    softener, ground = Softener(), np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    full, empty = np.ones((HEIGHT, WIDTH), np.float32), np.zeros((HEIGHT, WIDTH), np.float32)
    softener.step(ground, [full, empty])
    again = softener.step(ground, [empty, full])
    np.testing.assert_array_equal(again[0], empty)
    np.testing.assert_array_equal(again[1], full)


def test_resumed_from_files_it_gives_the_same(tmp_path: Path) -> None:
    unbroken, resumed = Softener(), Softener()
    frames = [blurred_disc(n, 2.0) for n in range(4)]
    made = [
        unbroken.step(picture, [edge_matte(picture, alpha, n)]) for n, (picture, alpha) in enumerate(frames)
    ]
    write_soft(tmp_path / "2.png", made[2][0])
    resumed.resume(frames[2][0], [read_matte(tmp_path / "2.png")])
    np.testing.assert_array_equal(resumed.step(frames[3][0], [edge_matte(*frames[3], 3)])[0], made[3][0])


def test_tiny_frames_and_another_size() -> None:
    softener = Softener()
    for size in ((1, 1), (3, 2), (40, 60), (40, 60)):
        picture = np.zeros((*size, 3), np.uint8)
        assert softener.step(picture, [np.full(size, 0.5, np.float32)])[0].shape == size
