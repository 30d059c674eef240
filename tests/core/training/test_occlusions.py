"""Clips in which objects are lost: out of sight for as long as was asked, in sight before and after."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import MediaError
from core.training import occlusions
from core.training.footage import Footage
from tests.core.training.drawn import disc_clip, footage

SIZE = (120, 208)


@pytest.mark.parametrize("kind", occlusions.KINDS)
def test_targets_are_lost_and_come_back(kind: str) -> None:
    clips = Footage((disc_clip("one", 1, 20), disc_clip("two", 3, 20, radius=24)), footage().plain)
    for seed in range(3):
        made = occlusions.lost_clip(np.random.default_rng(seed), clips, SIZE, kind, (10, 14))
        again = occlusions.lost_clip(np.random.default_rng(seed), clips, SIZE, kind, (10, 14))
        np.testing.assert_array_equal(made.frames, again.frames)
        np.testing.assert_array_equal(made.labels, again.labels)
        assert made.kind == kind
        assert made.targets == (2 if kind == "crossing" else 1)
        assert made.frames.shape == (*made.labels.shape, 3)
        for label in range(1, made.targets + 1):
            seen = (made.labels == label).sum(axis=(1, 2))
            assert seen[0] > 0.6 * seen.max()
            assert seen[-1] > 0.2 * seen.max()
            gone = np.flatnonzero(seen == 0)
            assert len(gone) >= 10
            assert np.ptp(gone) == len(gone) - 1


def test_an_object_that_is_never_whole_is_not_taken() -> None:
    clips = Footage((disc_clip("large", 1, 20, radius=120),))
    with pytest.raises(MediaError):
        occlusions.lost_clip(np.random.default_rng(0), clips, SIZE)
