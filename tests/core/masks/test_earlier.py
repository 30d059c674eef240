"""What a correction keeps of the result it corrects."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.masks.earlier import CHOICE, SWITCH, keep_surer, surer
from core.media.matte import MASKS, MaskFolder, mask_name, write_labels

CHANCES = st.floats(0.01, 1.0)


def cost(path: list[bool], new: list[float], earlier: list[float], alike: list[float]) -> float:
    """What a path is worth, written out."""
    total = sum(float(np.log((earlier[t] if kept else new[t]) + 0.02)) for t, kept in enumerate(path))
    return total - SWITCH * sum(1 - alike[t] for t in range(1, len(path)) if path[t] != path[t - 1])


@given(st.lists(st.tuples(CHANCES, CHANCES, st.floats(0, 1)), min_size=1, max_size=7))
def test_no_other_path_is_worth_more(frames: list[tuple[float, float, float]]) -> None:
    new, earlier, alike = (list(each) for each in zip(*frames, strict=True))
    found = surer(np.array(new), np.array(earlier), np.array(alike)).tolist()
    every = [[bool(code >> t & 1) for t in range(len(new))] for code in range(2 ** len(new))]
    assert cost(found, new, earlier, alike) == pytest.approx(
        max(cost(each, new, earlier, alike) for each in every)
    )


def test_what_is_missing_now_stays_missing() -> None:
    new, earlier = np.array([0.9, 0.0, 0.0, 0.0]), np.array([0.3, 0.9, 0.9, 0.9])
    assert not surer(new, earlier, np.zeros(4)).any()


def folder(root: Path, masks: dict[int, np.ndarray], sure: dict[int, dict[int, float]]) -> Path:
    import msgspec

    (root / MASKS).mkdir(parents=True)
    for number, labels in masks.items():
        write_labels(root / MASKS / mask_name(number), labels)
    (root / "confidence.json").write_bytes(msgspec.json.encode(sure))
    return root


def test_one_object_goes_back_and_the_other_stays(tmp_path: Path) -> None:
    before, after = np.zeros((20, 30), np.uint8), np.zeros((20, 30), np.uint8)
    before[2:10, 2:10], before[12:18, 2:10] = 1, 2
    after[2:10, 4:12], after[12:18, 14:22] = 1, 2
    base = folder(tmp_path / "base", dict.fromkeys(range(4), before), {n: {1: 0.9, 2: 0.2} for n in range(4)})
    sure = {n: {1: 0.3, 2: 0.8} for n in range(4)}
    out = folder(tmp_path / "out", dict.fromkeys(range(4), after), sure)
    assert set(keep_surer(out, base, (1, 2), [1, 2, 3], sure)) == {1, 2, 3}
    for number in (1, 2, 3):
        found = MaskFolder(out).labels(number)
        assert np.array_equal(found == 1, before == 1) and np.array_equal(found == 2, after == 2)
        assert sure[number] == {1: 0.9, 2: 0.8}
    assert np.array_equal(MaskFolder(out).labels(0), after)


def test_a_killed_choice_is_the_same_choice(tmp_path: Path) -> None:
    before, after = np.zeros((20, 30), np.uint8), np.zeros((20, 30), np.uint8)
    before[2:10, 2:10], after[3:11, 2:10] = 1, 1
    base = folder(tmp_path / "base", dict.fromkeys(range(5), before), {n: {1: 0.9} for n in range(5)})
    sure = {n: {1: 0.3} for n in range(5)}
    out = folder(tmp_path / "out", dict.fromkeys(range(5), after), sure)
    steps = keep_surer(out, base, (1,), [1, 2, 3], sure)
    while not (out / CHOICE).exists():
        next(steps)
    steps.close()
    list(keep_surer(out, base, (1,), [1, 2, 3], sure))
    assert [bool((MaskFolder(out).labels(n) == before).all()) for n in range(5)] == [0, 1, 1, 1, 0]
