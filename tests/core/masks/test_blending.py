"""What becomes of several opinions on a frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.masks.blending import DRAFTS, Earlier, blended, corrected, write_draft
from core.masks.features import make_grid
from core.masks.keymasks import Pass
from core.masks.tracker import Step
from core.media.matte import MASKS, Labels, MaskFolder, mask_name, write_labels

GRID = make_grid(64, 32, 8, 4)
KEYS = {0: np.ones((32, 64), np.uint8), 10: np.ones((32, 64), np.uint8)}
SECOND, ALONE = Pass(10, range(9, 0, -1), other=0), Pass(10, range(11, 20))


def mask(left: int, right: int) -> Labels:
    found = np.zeros((32, 64), np.uint8)
    found[8:24, left:right] = 1
    return found


def step(labels: Labels, sure: float) -> Step:
    return Step(labels[..., None].astype(np.float32), (sure,))


def earlier(root: Path, labels: Labels, sure: float) -> Earlier:
    (root / MASKS).mkdir(parents=True)
    for number in range(20):
        write_labels(root / MASKS / mask_name(number), labels)
    return Earlier(MaskFolder(root), {number: {1: sure} for number in range(20)})


def vote(root: Path, ours: Step, draft: Step, before: Earlier, keys: dict[int, Labels] = KEYS) -> Step:
    (root / DRAFTS).mkdir(exist_ok=True)
    write_draft(root, 5, draft)
    return corrected(root, SECOND, 5, ours, keys, (1,), before, GRID)


LEFT, RIGHT = mask(8, 24), mask(30, 60)


@pytest.mark.parametrize(
    ("ours", "draft", "before"), [(LEFT, LEFT, RIGHT), (LEFT, RIGHT, LEFT), (RIGHT, LEFT, LEFT)]
)
def test_two_of_three_win(tmp_path: Path, ours: Labels, draft: Labels, before: Labels) -> None:
    found = vote(tmp_path, step(ours, 0.6), step(draft, 0.5), earlier(tmp_path / "base", before, 0.5))
    np.testing.assert_array_equal(found.objects[..., 0] > 0.5, LEFT > 0)
    assert 0.5 <= found.confidence[0] <= 0.6


def test_one_that_is_much_surer_wins_over_two(tmp_path: Path) -> None:
    found = vote(tmp_path, step(LEFT, 0.95), step(RIGHT, 0.2), earlier(tmp_path / "base", RIGHT, 0.2))
    np.testing.assert_array_equal(found.objects[..., 0] > 0.5, LEFT > 0)


def test_after_the_last_key_mask_the_earlier_one_stays_where_it_is_surer(tmp_path: Path) -> None:
    before = earlier(tmp_path / "base", LEFT, 0.8)
    for sure, want in ((0.5, LEFT), (0.95, RIGHT)):
        found = corrected(tmp_path, ALONE, 15, step(RIGHT, sure), KEYS, (1,), before, GRID)
        np.testing.assert_array_equal(found.objects[..., 0] > 0.5, want > 0)


def test_what_was_drawn_as_gone_is_not_brought_back(tmp_path: Path) -> None:
    nothing = step(np.zeros_like(LEFT), 0.0)
    keys = KEYS | {10: np.zeros((32, 64), np.uint8)}
    before = earlier(tmp_path / "base", LEFT, 0.9)
    assert not corrected(tmp_path, ALONE, 15, nothing, keys, (1,), before, GRID).objects.any()
    assert vote(tmp_path, nothing, nothing, before, keys).objects.max() == 0
    assert vote(tmp_path, nothing, nothing, before).objects.max() > 0.9


def test_two_passes_take_the_surer_and_leave_out_the_one_that_began_without(tmp_path: Path) -> None:
    (tmp_path / DRAFTS).mkdir()
    write_draft(tmp_path, 5, step(LEFT, 0.9))
    found = blended(tmp_path, SECOND, 5, step(RIGHT, 0.5), KEYS, (1,))
    np.testing.assert_array_equal(found.objects[..., 0] > 0.5, LEFT > 0)
    assert found.confidence[0] == pytest.approx(0.9, abs=0.01)
    keys = KEYS | {0: np.zeros((32, 64), np.uint8)}
    found = blended(tmp_path, SECOND, 5, step(RIGHT, 0.5), keys, (1,))
    np.testing.assert_array_equal(found.objects[..., 0], RIGHT)
    assert found.confidence == (0.5,)
