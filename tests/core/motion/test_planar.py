"""Surfaces that are followed through drawn films with exact truth."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from core.motion.planar import PATIENCE, Corners, Surface, flat, onto
from core.motion.points import Grey

SIZE, FRAMES = (320, 180), 24
SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1.0]])


def texture(seed: int, size: tuple[int, int], blur: float) -> Grey:
    noise = np.random.default_rng(seed).integers(0, 256, size[::-1], np.uint8)
    return np.asarray(
        cv2.normalize(cv2.GaussianBlur(noise, (0, 0), blur), None, 0, 255, cv2.NORM_MINMAX), np.uint8
    )


def corners_at(frame: int) -> Corners:
    """It drifts to the right, turns, shrinks and is seen more and more from the side."""
    part = frame / FRAMES
    turn = 0.3 * part
    around = np.array([[-52, -38], [50, -34], [54, 40], [-50, 36.0]]) * (1 - 0.25 * part)
    around = around @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    around[:, 0] *= 1 - 0.2 * part * around[:, 1] / 50
    return np.asarray(around + np.array([110 + 90 * part, 88 + 14 * np.sin(4 * part)]))


def shot(sign: Grey, noise: float = 2.0) -> Iterator[Grey]:
    """The sign before a wall that goes another way, with the light going down."""
    rng, wall = np.random.default_rng(5), texture(2, (420, 260), 3)
    for frame in range(FRAMES + 1):
        behind = wall[20 + frame : 200 + frame, 80 - frame : 400 - frame]
        matrix = onto((sign.shape[1] - 1, sign.shape[0] - 1), corners_at(frame))
        drawn = cv2.warpPerspective(sign, matrix, SIZE)
        covered = cv2.warpPerspective(np.full_like(sign, 255), matrix, SIZE)
        picture = np.where(covered > 127, drawn, behind) * (1 - 0.01 * frame)
        yield np.clip(picture + rng.normal(0, noise, picture.shape), 0, 255).astype(np.uint8)


def errors(frames: list[Grey]) -> list[float]:
    """The farthest corner of every frame, in pixels; infinite where the surface is not seen."""
    surface = Surface.marked(frames[0], corners_at(0))
    found = [surface.step(frame) for frame in frames[1:]]
    return [
        float(np.abs(corners - corners_at(n)).max()) if corners is not None else np.inf
        for n, corners in enumerate(found, 1)
    ]


def test_the_corners_go_with_the_surface() -> None:
    assert max(errors(list(shot(texture(1, (160, 120), 2.5))))) < 0.6


def test_a_blank_screen_is_followed_by_its_edge() -> None:
    screen = np.full((120, 160), 205, np.uint8)
    cv2.rectangle(screen, (0, 0), (159, 119), 25, 10)
    assert max(errors(list(shot(screen))[: FRAMES // 2])) < 1.0


def test_what_passes_before_it_does_not_take_it_along() -> None:
    frames = list(shot(texture(1, (160, 120), 2.5)))
    passing = texture(7, (40, 180), 2)
    for frame in range(4, 20):
        left = 20 + 12 * (frame - 4)
        frames[frame][:, left : left + 40] = passing[:, : max(0, min(40, 320 - left))]
    assert max(errors(frames)) < 2.0, "two fifths of it are covered at times"


def test_a_surface_that_goes_away_is_lost_and_not_made_up() -> None:
    frames = list(shot(texture(1, (160, 120), 2.5)))[:4]
    surface = Surface.marked(frames[0], corners_at(0))
    assert all(surface.step(frame) is not None for frame in frames[1:])
    elsewhere = texture(9, SIZE, 3)
    assert all(surface.step(elsewhere) is None for _ in range(PATIENCE))
    assert not surface.lost
    assert surface.step(elsewhere) is None
    assert surface.lost


def test_it_is_taken_up_again_where_it_comes_back() -> None:
    frames = list(shot(texture(1, (160, 120), 2.5)))
    frames[3:6] = [texture(9, SIZE, 3)] * 3
    far = errors(frames)
    assert np.isinf(far[2:5]).all()
    assert max(far[6:]) < 1.0


@pytest.mark.parametrize("frame", [np.zeros((180, 320), np.uint8), np.full((180, 320), 255, np.uint8)])
def test_a_picture_of_nothing_shows_no_surface(frame: Grey) -> None:
    surface = Surface.marked(frame, corners_at(0))
    assert surface.step(frame) is None


def test_what_lies_flat() -> None:
    assert flat(SQUARE)
    assert not flat(SQUARE[::-1]), "seen from behind"
    assert not flat(SQUARE[[0, 2, 1, 3]]), "crossed"
    assert not flat(np.array([[0, 0], [1, 0], [0.2, 0.2], [0, 1.0]])), "dented"
    assert not flat(np.zeros((4, 2)))


def test_a_rectangle_onto_corners() -> None:
    corners = corners_at(7)
    high = np.array([[0, 0, 1], [160, 0, 1], [160, 120, 1], [0, 120, 1.0]]) @ onto((160, 120), corners).T
    assert np.allclose(high[:, :2] / high[:, 2:], corners, atol=1e-3)
