"""Which frames a canvas is painted from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.arrays import to_bytes
from core.layers.painting import paint_plane
from core.layers.view_choice import ENOUGH, chosen_views, evenly
from core.motion.camera import Camera, Shot
from tests.core.layers.scenes import wall
from tests.core.layers.test_plane import last_of, psnr

SIZE = 64, 48


class Drawn:
    """Frames of a wall in changing light, labels (N, 48, 64)."""

    def __init__(self, labels: npt.NDArray[np.uint8]) -> None:
        self.size, self.count = SIZE, len(labels)
        self.plate = wall(SIZE)
        self._labels = labels

    def light(self, n: int) -> float:
        return 1 + 0.15 * float(np.sin(n / 5))

    def frame(self, n: int) -> npt.NDArray[np.uint8]:
        lit = to_bytes(np.asarray(self.plate * self.light(n), np.float32))
        return np.where(self._labels[n][..., None] > 0, np.uint8([200, 20, 10]), lit)

    def known(self, n: int) -> bool:
        return True

    def labels(self, n: int) -> npt.NDArray[np.uint8]:
        return self._labels[n]


def camera_of(steps: npt.NDArray[np.float64]) -> Camera:
    """A camera that goes to the right by so many pixels a frame."""
    count = len(steps)
    moved = np.stack([np.eye(3)] * count)
    moved[:, 0, 2] = np.cumsum(steps)
    canvas = SIZE[0] + int(np.ceil(moved[-1, 0, 2])) + 1, SIZE[1]
    shot = Shot(0, count - 1, count // 2, not steps.any())
    return Camera(SIZE, canvas, moved, (shot,), np.zeros(count, np.float32), (), np.zeros((0, 3, 3)))


@given(st.integers(1, 300))
def test_every_beginning_of_an_even_order_is_spread(count: int) -> None:
    order = evenly(count)
    assert sorted(order) == list(range(count))
    for first in (k for k in (2, 4, 8, 16, 32) if 2 * k <= count):
        gaps = np.diff([-1, *sorted(order[:first]), count])
        assert gaps.max() <= 3 * count / first


def test_a_short_clip_and_a_pan_are_painted_from_all_their_frames() -> None:
    short = Drawn(np.zeros((ENOUGH, *SIZE[::-1]), np.uint8))
    assert chosen_views(short, camera_of(np.zeros(ENOUGH))) == frozenset(range(ENOUGH))
    pan = Drawn(np.zeros((200, *SIZE[::-1]), np.uint8))
    assert chosen_views(pan, camera_of(np.full(200, 2.0))) == frozenset(range(200))


@pytest.mark.parametrize("where", [np.s_[10:40, 10:40], np.s_[34:46, 8:56], np.s_[5:20, 40:62]])
def test_of_a_long_rest_a_part_is_taken_and_all_that_is_seldom_bare(where: tuple[slice, slice]) -> None:
    labels = np.zeros((600, *SIZE[::-1]), np.uint8)
    labels[:, *where] = 1
    labels[290:310] = 0
    taken = chosen_views(Drawn(labels), camera_of(np.zeros(600)))
    assert set(range(290, 310)) <= taken
    assert ENOUGH <= len(taken) <= ENOUGH + 20
    assert max(np.diff(sorted(taken))) < 20


def test_a_long_rest_is_followed_in_light_also_where_it_was_not_painted_from() -> None:
    labels = np.zeros((220, *SIZE[::-1]), np.uint8)
    for n in range(220):
        labels[n, 14:34, n % 50 : n % 50 + 12] = 1
    drawn = Drawn(labels)
    camera = camera_of(np.zeros(220))
    plane = last_of(paint_plane(drawn, camera))
    left_out = sorted(set(range(220)) - chosen_views(drawn, camera))
    assert len(left_out) > 60
    for n in left_out[::15]:
        truth = to_bytes(np.asarray(drawn.plate * drawn.light(n), np.float32))
        assert psnr(to_bytes(plane.render(n)), truth) > 34
