"""In and out points of media."""

from __future__ import annotations

import pytest

from core.errors import EditError
from core.project.parts import with_part, without_part
from core.project.project import Project
from core.time import TimeRange
from tests.cuts import SECOND, project


def part(known: Project) -> TimeRange | None:
    return known.find_media("m").part


def test_points_are_set_one_by_one() -> None:
    first = with_part(project(), "m", start=2 * SECOND)
    assert part(first) == TimeRange.between(2 * SECOND, 20 * SECOND)
    both = with_part(first, "m", end=6 * SECOND)
    assert part(both) == TimeRange.between(2 * SECOND, 6 * SECOND)
    assert part(without_part(both, "m")) is None


def test_a_point_on_the_wrong_side_of_the_other_takes_it_away() -> None:
    both = with_part(with_part(project(), "m", start=2 * SECOND), "m", end=6 * SECOND)
    assert part(with_part(both, "m", start=8 * SECOND)) == TimeRange.between(8 * SECOND, 20 * SECOND)
    assert part(with_part(both, "m", end=SECOND)) == TimeRange.between(0, SECOND)


def test_around_all_of_it_there_is_no_part() -> None:
    assert part(with_part(with_part(project(), "m", start=0), "m", end=99 * SECOND)) is None


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(EditError, match="nothing would be left"):
        with_part(project(), "m", start=20 * SECOND)
    with pytest.raises(EditError, match="not in the bin"):
        with_part(project(), "gone", start=0)
