"""What becomes of several opinions on a frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.masks.blending import DRAFTS, Blender
from core.masks.encoding import Encoding
from core.masks.features import make_grid
from core.masks.judging import Judge
from core.masks.keymasks import Pass
from core.masks.memory_frame import MemoryFrame, to_grid
from core.masks.previous_result import PreviousResult
from core.masks.tracker import Step
from core.media.matte import MASKS, Labels, MaskFolder, mask_name, write_labels
from core.media.sureness import told

GRID = make_grid(64, 32, 8, 4)
SECOND, ALONE = Pass(10, range(9, 0, -1), other=0), Pass(10, range(11, 20))


def mask(left: int, right: int) -> Labels:
    found = np.zeros((32, 64), np.uint8)
    found[8:24, left:right] = 1
    return found


LEFT, RIGHT = mask(8, 24), mask(36, 52)
KEYS = {0: LEFT, 10: LEFT}


def encoding(shown: Labels | None) -> Encoding:
    """A textured object on a textured ground; None for a frame in which all looks alike."""
    keys = np.zeros((8, 16, 6), np.float32)
    if shown is not None:
        keys = np.random.default_rng(1).normal(0, 1, keys.shape).astype(np.float32)
        inside = to_grid(shown, (1,), GRID)[2::4, 2::4, 0] > 0.5
        keys[inside] = np.random.default_rng(2).normal(3, 1, (int(inside.sum()), 6))
    return Encoding(torch.from_numpy(keys.reshape(-1, 6)), np.zeros((32, 64), np.uint8))


def judge(shown: Labels | None, number: int = 5) -> Judge:
    """Of a frame that shows the object there; it is drawn at the left, as KEYS tell."""
    drawn = encoding(None if shown is None else LEFT)
    known = tuple(MemoryFrame(key, drawn, to_grid(labels, (1,), GRID)) for key, labels in KEYS.items())
    return Judge(number, encoding(shown), known, GRID)


def step(labels: Labels, sure: float = 0.5) -> Step:
    return Step(labels[..., None].astype(np.float32), (sure,))


def previous(root: Path, labels: Labels) -> PreviousResult:
    (root / MASKS).mkdir(parents=True, exist_ok=True)
    for number in range(20):
        write_labels(root / MASKS / mask_name(number), labels)
    return PreviousResult(MaskFolder(root), {number: {1: told(0.7)} for number in range(20)})


def vote(
    root: Path, ours: Labels, draft: Labels, before: Labels, by: Judge, keys: dict[int, Labels] = KEYS
) -> Step:
    (root / DRAFTS).mkdir(exist_ok=True)
    blender = Blender(root, keys, (1,))
    blender.write_draft(5, step(draft))
    return blender.corrected(SECOND, 5, step(ours), previous(root / "base", before), by)


@pytest.mark.parametrize(
    ("ours", "draft", "before"), [(LEFT, LEFT, RIGHT), (LEFT, RIGHT, LEFT), (RIGHT, LEFT, LEFT)]
)
def test_where_nothing_tells_them_apart_most_win(
    tmp_path: Path, ours: Labels, draft: Labels, before: Labels
) -> None:
    found = vote(tmp_path, ours, draft, before, judge(None))
    want = (
        LEFT if (before == LEFT).all() else RIGHT
    )  # between two passes that agree by half, what was there stays
    np.testing.assert_array_equal(found.objects[..., 0] > 0.5, want > 0)


@pytest.mark.parametrize(
    ("ours", "draft", "before"), [(LEFT, RIGHT, RIGHT), (RIGHT, LEFT, RIGHT), (RIGHT, RIGHT, LEFT)]
)
def test_one_that_agrees_with_what_is_drawn_wins_over_two(
    tmp_path: Path, ours: Labels, draft: Labels, before: Labels
) -> None:
    found = vote(tmp_path, ours, draft, before, judge(LEFT))
    np.testing.assert_array_equal(found.objects[..., 0] > 0.5, LEFT > 0)
    assert found.confidence[0] == pytest.approx(0.7 if (before == LEFT).all() else 0.5, abs=0.05)


def test_a_foot_that_only_the_better_mask_lacks_stays_and_a_leak_goes(tmp_path: Path) -> None:
    lame, leaking = LEFT.copy(), LEFT | RIGHT
    lame[20:] = 0
    found = vote(tmp_path, lame, leaking, leaking, judge(LEFT))
    np.testing.assert_array_equal(found.objects[..., 0] > 0.5, LEFT > 0)
    (tmp_path / "alone").mkdir()
    found = vote(tmp_path / "alone", lame, lame, leaking, judge(LEFT))
    np.testing.assert_array_equal(found.objects[..., 0] > 0.5, lame > 0)


def test_after_the_last_key_mask_the_previous_one_stays_unless_the_new_one_is_better(tmp_path: Path) -> None:
    (tmp_path / DRAFTS).mkdir()
    before = previous(tmp_path / "base", LEFT)
    for shown, want in ((LEFT, LEFT), (None, LEFT), (RIGHT, RIGHT)):
        for old in (tmp_path / DRAFTS).iterdir():
            old.unlink()
        by = judge(shown, 15)
        found = Blender(tmp_path, KEYS, (1,)).corrected(ALONE, 15, step(RIGHT), before, by)
        np.testing.assert_array_equal(found.objects[..., 0] > 0.5, want > 0)


def test_a_single_frame_does_not_change_who_was_better_for_some(tmp_path: Path) -> None:
    (tmp_path / DRAFTS).mkdir()
    before, found = previous(tmp_path / "base", LEFT), {}
    for number in range(11, 20):
        by = judge(RIGHT if number in (14, 18, 19) else LEFT, number)
        found[number] = Blender(tmp_path, KEYS, (1,)).corrected(ALONE, number, step(RIGHT), before, by)
    for number in (11, 14, 15, 18):
        np.testing.assert_array_equal(found[number].objects[..., 0] > 0.5, LEFT > 0)
    for path in (tmp_path / DRAFTS).glob("0001[1-7].evidence"):
        path.unlink()
    again = Blender(tmp_path, KEYS, (1,)).corrected(ALONE, 18, step(RIGHT), before, judge(RIGHT, 18))
    np.testing.assert_array_equal(again.objects[..., 0] > 0.5, RIGHT > 0)


def test_a_soft_rim_makes_a_mask_neither_better_nor_worse() -> None:
    by, hard = judge(LEFT), step(LEFT).objects
    assert by.agreement(hard * 0.7)[0] == by.agreement(hard)[0] > by.agreement(step(RIGHT).objects)[0]
    assert np.isnan(by.agreement(hard * 0)[0])


def test_what_was_drawn_as_gone_is_not_brought_back(tmp_path: Path) -> None:
    nothing, by = np.zeros_like(LEFT), judge(LEFT, 15)
    keys = KEYS | {10: nothing}
    (tmp_path / DRAFTS).mkdir()
    before = previous(tmp_path / "base", LEFT)
    assert not Blender(tmp_path, keys, (1,)).corrected(ALONE, 15, step(nothing, 0), before, by).objects.any()
    assert vote(tmp_path, nothing, nothing, LEFT, judge(LEFT), keys).objects.max() == 0
    assert vote(tmp_path, nothing, nothing, LEFT, judge(LEFT)).objects.max() > 0.9
    began_without = KEYS | {0: nothing}
    assert not vote(tmp_path, nothing, LEFT, LEFT, judge(LEFT), began_without).objects.any()


def test_two_passes_take_the_surer_and_leave_out_the_one_that_began_without(tmp_path: Path) -> None:
    (tmp_path / DRAFTS).mkdir()
    Blender(tmp_path, KEYS, (1,)).write_draft(5, step(LEFT, 0.9))
    found = Blender(tmp_path, KEYS, (1,)).blended(SECOND, 5, step(RIGHT, 0.5))
    np.testing.assert_array_equal(found.objects[..., 0] > 0.5, LEFT > 0)
    assert found.confidence[0] == pytest.approx(0.9, abs=0.01)
    keys = KEYS | {0: np.zeros((32, 64), np.uint8)}
    found = Blender(tmp_path, keys, (1,)).blended(SECOND, 5, step(RIGHT, 0.5))
    np.testing.assert_array_equal(found.objects[..., 0], RIGHT)
    assert found.confidence == (0.5,)
