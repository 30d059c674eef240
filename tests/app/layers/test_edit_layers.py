"""The stretch of a person that the in and out points mark."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.editor import Editor
from app.layers.edit_layers import in_and_out
from core.time import TimeRange
from tests.cuts import SECOND, project

WHERE = TimeRange(2 * SECOND, 4 * SECOND)
"""The person plays from second 2 to second 6 of the film."""


@pytest.mark.parametrize(
    ("first", "last", "stretch"),
    [(3, 5, (1, 2)), (None, 5, (0, 3)), (3, None, (1, 3)), (0, 9, (0, 4)), (7, 9, None), (None, None, None)],
)
def test_points_mark_what_they_have_of_the_person_in_its_own_time(
    editor: Editor, first: int | None, last: int | None, stretch: tuple[int, int] | None
) -> None:
    editor.document.reset(project(), None, None)
    points = [None if second is None else second * SECOND for second in (first, last)]
    editor.document.edit_sequence("Mark", replace, in_point=points[0], out_point=points[1])
    wanted = None if stretch is None else TimeRange(stretch[0] * SECOND, stretch[1] * SECOND)
    assert in_and_out(editor, WHERE) == wanted
