"""What is remembered of frames."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from core.masks.memory import followed, nearness


def test_a_key_frame_loses_by_how_many_times_farther_it_is_than_the_nearest() -> None:
    nats = nearness(torch.tensor([0, 10, 104]), 4)
    assert nats.tolist() == pytest.approx([0.0, math.log(5 / 7), math.log(5 / 101)])


def test_what_was_drawn_goes_with_its_object() -> None:
    was, now = np.zeros((20, 30, 2), np.float32), np.zeros((20, 30, 2), np.float32)
    was[2:5, 2:5, 0] = now[12:15, 6:9, 0] = 1
    was[10:13, 20:23, 1] = 1  # hidden now
    places = torch.tensor([[3.0, 3.0], [5.0, 6.0], [11.0, 21.0]])
    assert followed(places, was, now).tolist() == [[13, 7], [15, 10], [11, 21]]
