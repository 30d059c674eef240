"""What differs between two results, per pixel, frame and result."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.media.mask_changes import GAINED, LOST, Change, change_of, compare, difference, totals
from tests.squares import square, write_result


def test_gained_and_lost_are_told_apart() -> None:
    before, after = square(10), square(15)
    changed = difference(before, after)
    assert (changed[30, 12], changed[30, 20], changed[30, 32]) == (LOST, 0, GAINED)
    change = change_of(before, after)
    assert change == Change(pytest.approx(0.2), pytest.approx(0.2))  # type: ignore[arg-type]
    assert difference(before, square(10, 2))[30, 12] == GAINED, "it belongs to another object now"
    assert change_of(before, before).amount == 0


def test_frames_that_one_result_lacks_count_as_empty(tmp_path: Path) -> None:
    one, two = write_result(tmp_path / "one", {0: 10, 1: 10}), write_result(tmp_path / "two", {1: 10, 2: 10})
    found = compare(one, two, range(4))
    assert [found[frame] for frame in range(4)] == [Change(lost=1.0), Change(), Change(gained=1.0), Change()]
    assert totals(found).frames == 2
    assert totals({}).most == -1
