"""The data that confidence is fitted to."""

from __future__ import annotations

import numpy as np
import torch

from core.masks.confidence import CUES
from core.training.calibrate import rank_correlation, real_clip, tracked
from core.training.footage import BAND, OBJECT, masked_clip
from tests.core.masks.scenes import draw


def test_a_clip_is_tracked_and_its_frames_are_told_with_their_truth() -> None:
    torch.set_num_threads(1)
    frames, labels = (np.stack(each) for each in zip(*(draw(n) for n in range(10)), strict=True))
    seen = (labels == 1).astype(np.uint8) * np.uint8(OBJECT)
    seen[:, :3] |= np.uint8(BAND)
    clip = masked_clip("drawn", frames, seen)
    truth = real_clip(clip, np.random.default_rng(3), 6)
    assert truth is not None
    assert truth.known[:, 3:].all()
    assert not truth.known[:, :3].any()
    track = tracked(truth, fast=True)
    assert track.cues.shape == (len(truth.frames) - 1, len(CUES))
    assert track.overlap.shape == (len(truth.frames) - 1,)
    assert track.overlap.mean() > 0.7
    assert track.cues[:, CUES.index("back")].mean() > 0.6


def test_a_clip_without_its_object_is_left_out() -> None:
    clip = masked_clip("empty", np.zeros((4, 20, 20, 3), np.uint8), np.zeros((4, 20, 20), np.uint8))
    assert real_clip(clip, np.random.default_rng(0), 4) is None


def test_ranks() -> None:
    values = np.array([0.1, 0.5, 0.9])
    assert rank_correlation(values, values**3) == 1
    assert rank_correlation(values, -values) == -1
    assert rank_correlation(values, np.ones(3)) == 0
