"""The camera's homographies against the drawn truth."""

from __future__ import annotations

import cv2
import numpy as np

from core.motion.camera import Camera, follow, working_size
from core.motion.homography import apply, moved_corners, normal, register
from core.sample.scene import Scene
from tests.core.layers.scenes import wall


def followed(frames: list[np.ndarray], masks: list[np.ndarray], cuts: tuple[int, ...] = ()) -> Camera:
    tall, wide = frames[0].shape[:2]
    size = working_size((wide, tall))
    greys = np.stack([
        cv2.resize(cv2.cvtColor(f, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA) for f in frames
    ])  # fmt: skip
    kernel = np.ones((9, 9), np.uint8)
    free = np.stack([1 - cv2.dilate((cv2.resize(m, size) > 0).astype(np.uint8), kernel) for m in masks])
    steps = follow(greys, free, (wide, tall), cuts)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def test_a_pan_is_followed_to_a_fraction_of_a_pixel() -> None:
    scene, moments = Scene(320, 180, frames=125), range(0, 80, 8)
    frames, labels = [scene.frame(n) for n in moments], [scene.labels(n) for n in moments]
    for n, label in zip(moments, labels, strict=True):  # the column stands before the street
        column = scene.compose(n, ()).astype(int) - (scene.plate(n) * 255 + 0.5).astype(np.uint8)
        label[np.abs(column).max(2) > 3] = 9
    camera = followed(frames, labels)
    assert len(camera.shots) == 1 and not camera.still
    for a, b in ((0, 9), (2, 7)):
        shift = scene.camera((moments[b] + 0.25) / 25)[0, 2] - scene.camera((moments[a] + 0.25) / 25)[0, 2]
        moved = apply(camera.between(a, b), np.array([[160.0, 90.0]]))[0] - (160, 90)
        assert np.abs(moved - (shift, 0)).max() < 0.35


def test_a_still_camera_gets_the_identity_exactly() -> None:
    rng = np.random.default_rng(0)
    picture = wall() * 255
    frames = [np.clip(picture + rng.normal(0, 2, picture.shape), 0, 255).astype(np.uint8) for _ in range(4)]
    camera = followed(frames, [np.zeros(picture.shape[:2], np.uint8)] * 4)
    assert camera.still and camera.canvas == (200, 120)
    assert np.array_equal(camera.to_canvas, np.stack([np.eye(3)] * 4))


def test_shots_have_canvases_of_their_own_below_one_another() -> None:
    one, other = (wall(seed=1) * 255).astype(np.uint8), (wall(seed=2) * 255).astype(np.uint8)
    nothing = np.zeros(one.shape[:2], np.uint8)
    camera = followed([one, one, other, other], [nothing] * 4, cuts=(2,))
    assert [(shot.first, shot.last) for shot in camera.shots] == [(0, 1), (2, 3)]
    assert camera.box(0)[3] <= camera.box(2)[1]


def test_registering_finds_a_known_homography() -> None:
    picture = cv2.GaussianBlur((wall((300, 200)) * 255), (0, 0), 1.0)
    grey = cv2.cvtColor(picture.astype(np.uint8), cv2.COLOR_RGB2GRAY)
    true = normal(np.array([[1.01, 0.006, 1.7], [-0.004, 0.99, -1.2], [2e-5, -1e-5, 1.0]]))
    view = cv2.warpPerspective(grey, true, (300, 200), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
    used = np.zeros(grey.shape, bool)
    used[10:-10, 10:-10] = True
    found = register(grey, view.astype(np.float32), used)
    off = moved_corners(found, (300, 200)) - moved_corners(true, (300, 200))
    assert np.abs(off).max() < 0.15


def test_black_and_covered_frames_keep_their_place() -> None:
    black = [np.zeros((60, 80, 3), np.uint8)] * 3
    assert followed(black, [np.zeros((60, 80), np.uint8)] * 3).still
    textured = [(wall((80, 60)) * 255).astype(np.uint8)] * 3
    assert followed(textured, [np.ones((60, 80), np.uint8)] * 3).still
    assert followed(textured[:1], [np.zeros((60, 80), np.uint8)]).canvas == (80, 60)


def test_a_picture_that_does_not_hold_together_keeps_the_canvas_small() -> None:
    rng = np.random.default_rng(5)
    frames = [(wall((128, 96), seed=int(rng.integers(99))) * 255).astype(np.uint8) for _ in range(12)]
    camera = followed(frames, [np.zeros((96, 128), np.uint8)] * 12)
    assert np.isfinite(camera.to_canvas).all() and camera.canvas[0] * camera.canvas[1] < 300 * 128 * 96
