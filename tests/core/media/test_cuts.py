"""Scene cuts of drawn shots: cuts are found, flashes, pans, shakes and changes of light are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.media import cuts
from core.media.cuts import AROUND, SceneCuts, find_cuts
from core.media.info import Frame
from core.time import FrameRate

WIDTH, HEIGHT = 128, 72


def ground(seed: int, colour: tuple[int, int, int], width: int = WIDTH) -> np.ndarray:
    """Soft shapes around a colour, float32 (72, width, 3)."""
    noise = np.random.default_rng(seed).normal(0, 1, (HEIGHT, width, 3)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 8)
    return np.asarray(np.clip(np.asarray(colour, np.float32) + 45 * soft / soft.std(), 0, 255))


def shot(seed: int, colour: tuple[int, int, int], frames: int, speed: int = 1) -> list[Frame]:
    """A picture that moves `speed` pixels a frame, with a little noise."""
    wide = ground(seed, colour, WIDTH + speed * frames + 1)
    rng = np.random.default_rng(seed + 100)
    made = []
    for n in range(frames):
        picture = wide[:, speed * n : speed * n + WIDTH] + rng.normal(0, 2, (HEIGHT, WIDTH, 3))
        made.append(np.clip(picture, 0, 255).astype(np.uint8))
    return made


RED, GREEN, BLUE = (170, 90, 80), (80, 140, 70), (70, 90, 160)


class Drawn:
    """Frames as a clip."""

    width, height, rate, has_alpha = WIDTH, HEIGHT, FrameRate(25), False

    def __init__(self, frames: list[Frame]) -> None:
        self.frames, self.closed, self.asked = frames, False, 0

    @property
    def frame_count(self) -> int:
        return len(self.frames)

    def frame(self, index: int, size: tuple[int, int] | None = None) -> Frame:
        self.asked += 1
        return self.frames[index]

    def index_at(self, time: int) -> int:
        return 0

    def time_of(self, index: int) -> int:
        return 0

    def close(self) -> None:
        self.closed = True


def test_cuts_between_shots_are_found() -> None:
    film = shot(1, RED, 30) + shot(2, GREEN, 20, 3) + shot(3, BLUE, 9) + shot(1, RED, 12)
    assert list(find_cuts(film)) == [30, 50, 59]


def test_a_cut_near_either_end_is_found() -> None:
    assert list(find_cuts(shot(1, RED, 3) + shot(2, BLUE, 30))) == [3]
    assert list(find_cuts(shot(1, RED, 30) + shot(2, BLUE, 3))) == [30]
    assert list(find_cuts(shot(1, RED, 1))) == [] and list(find_cuts([])) == []


@pytest.mark.parametrize("length", [1, 2])
def test_a_flash_is_no_cut(length: int) -> None:
    film = shot(1, RED, 30)
    for n in range(12, 12 + length):
        film[n] = np.clip(film[n].astype(np.float32) * 0.2 + 210, 0, 255).astype(np.uint8)
    assert list(find_cuts(film)) == []


def test_light_switched_on_is_no_cut() -> None:
    film = shot(1, RED, 40)
    for n in range(20, 40):
        film[n] = np.clip(film[n] * 0.45, 0, 255).astype(np.uint8)
    assert list(find_cuts(film)) == []


def test_a_whip_pan_is_no_cut() -> None:
    wide = np.concatenate([ground(n, c) for n, c in enumerate((RED, GREEN, BLUE, RED, GREEN, BLUE))], axis=1)
    places = [0] * 15 + [28 * n for n in range(1, 23)] + [28 * 22] * 15
    assert list(find_cuts([wide[:, x : x + WIDTH].astype(np.uint8) for x in places])) == []


def test_a_black_and_a_flat_shot() -> None:
    black = [np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * 15
    assert list(find_cuts(black)) == []
    assert list(find_cuts(black + shot(1, RED, 15))) == [15]


def test_in_any_order_and_in_pieces_the_cuts_are_the_same() -> None:
    film = shot(1, RED, 31) + shot(2, GREEN, 33) + shot(3, BLUE, 40)
    clip = Drawn(film)
    found = SceneCuts(lambda: clip)
    assert [n for n in reversed(range(len(film))) if n in found] == [64, 31]
    asked = clip.asked
    assert asked <= len(film) + 2 * AROUND * (len(film) // cuts._PIECE + 1)
    assert found.between(20, 64) == (31, 64) and clip.asked == asked
    found.close()
    assert clip.closed
