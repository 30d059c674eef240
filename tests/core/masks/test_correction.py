"""What a correction can change."""

import math

import pytest
import torch

from core.masks.correction import reach
from core.masks.memory import nearness


def test_a_correction_ends_at_the_neighbouring_key_masks() -> None:
    assert reach([0], 20, 50) == (1, 49)
    assert reach([], 20, 50) == (0, 49)
    assert reach([0, 30], 20, 50) == (1, 29)
    assert reach([30, 0, 10], 20, 50) == (11, 29)
    assert reach([10, 20, 30], 20, 50) == (11, 29)


def test_a_correction_beside_key_masks_changes_its_own_frame() -> None:
    assert reach([4, 6], 5, 10) == (5, 5)
    assert reach([0], 0, 1) == (0, 0)


def test_key_masks_outside_of_the_clip_do_not_matter() -> None:
    assert reach([0, 90], 20, 50) == (1, 49)


def test_frames_outside_of_the_clip_are_refused() -> None:
    for frame in (-1, 50):
        with pytest.raises(ValueError, match="not in a clip of 50 frames"):
            reach([0], frame, 50)


def test_key_frames_count_by_nearness() -> None:
    numbers = torch.tensor([0, 26])
    assert nearness(numbers, 1)[0] == 0
    assert nearness(numbers, 1)[1] == pytest.approx(-math.log(13))
    assert nearness(numbers, 13).abs().max() == 0
    assert nearness(numbers[:1], 90)[0] == 0
