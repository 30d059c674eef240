"""What stands still over a moving picture, in video that is never quite the same twice."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.motion.between import Betweens
from core.motion.overlay import Mask, overlay
from tests.core.motion.drawn import SIZE, Picture, frame, texture


def ground(time: float) -> Picture:
    """Hard-edged patches that go 13 pixels a frame."""
    rng = np.random.default_rng(4)
    patches = rng.integers(20, 180, (40, 60, 3), np.uint8)
    large = cv2.resize(patches, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    left = 40 + round(13 * time)
    return np.ascontiguousarray(large[60 : 60 + SIZE[1], left : left + SIZE[0]])


def lettered(picture: Picture) -> tuple[Picture, Mask]:
    """With letters, and where they are quite white."""
    out = picture.copy()
    cv2.putText(out, "LAMINAR", (14, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (255, 255, 255), 6, cv2.LINE_AA)
    return out, (out == 255).all(2)


def compressed(picture: Picture, quality: int) -> Picture:
    stored = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)


@pytest.mark.parametrize("quality", [90, 75])
def test_letters_stay_in_compressed_video(quality: int) -> None:
    frames = [compressed(lettered(ground(n))[0], quality) for n in range(4)]
    letters = lettered(ground(0))[1]
    made = Betweens(frames.__getitem__, 4).picture(1, 0.5)
    assert letters.sum() > 1500
    assert (np.abs(made[letters].astype(int) - 255).max(1) > 40).mean() < 0.05


def test_letters_are_not_smeared_over_what_moves_below() -> None:
    frames, truth = [frame(n, (60, 40), pan=14, letters=True) for n in range(4)], frame(1.5, (60, 40), pan=14)
    written = lettered_by_frame()
    between = Betweens(frames.__getitem__, 4)
    pair = between.neighbours(1)
    made = between.picture(1, 0.5)
    assert pair.whole is not None and (made[(frame(0, letters=True) == 255).all(2)] == 255).all()
    around = (cv2.dilate(written.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0) & ~written
    error = np.abs(made.astype(int) - truth)[around].mean()
    blend = (frames[1].astype(float) + frames[2]) / 2
    assert error < 3.5 and error < 0.3 * np.abs(blend - truth)[around].mean()


def lettered_by_frame() -> Mask:
    """Where the drawn clip's letters are."""
    return np.asarray((frame(0, letters=True) != frame(0)).any(2), np.bool_)


def test_a_picture_that_moves_has_none() -> None:
    for make in (
        ground,
        lambda time: np.ascontiguousarray(texture(1)[100:276, 50 + int(9 * time) :][:, :240]),
    ):
        frames = [compressed(make(n), 85) for n in range(4)]
        found = overlay(frames[1], frames[2], [frames[0], frames[3]])
        assert found is None or found.mean() < 0.002


def test_what_flies_past_a_still_wall_is_not_wiped_away() -> None:
    frames = []
    for n in range(4):
        picture = ground(0)
        cv2.circle(picture, (10 + 50 * n, 90), 14, (250, 250, 250), -1)
        frames.append(compressed(picture, 85))
    found = overlay(frames[1], frames[2], [frames[0], frames[3]])
    between = np.zeros(found.shape if found is not None else (1, 1), np.uint8)
    cv2.circle(between, (85, 90), 14, 1, -1)
    assert found is None or found[between > 0].mean() < 0.1
