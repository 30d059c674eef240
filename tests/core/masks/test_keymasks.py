"""The order in which frames are tracked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.masks.keymasks import Pass, plan


def test_passes_between_and_around_known_frames() -> None:
    assert plan([0, 6], 0, 9, "forward") == (Pass(0, range(1, 6)), Pass(6, range(7, 10)))
    assert plan([0, 6], 0, 9, "backward") == (Pass(6, range(5, 0, -1)),)
    assert plan([0, 6], 0, 9, "both") == (
        Pass(0, range(1, 6), draft=True),
        Pass(6, range(5, 0, -1), other=0),
        Pass(6, range(7, 10)),
    )
    assert plan([0, 9], 4, 4, "one_forward") == (Pass(0, range(4, 5)),)
    assert plan([0, 9], 4, 4, "one_back") == (Pass(9, range(4, 3, -1)),)
    assert plan([4], 4, 4, "one_forward") == ()


@given(st.sets(st.integers(0, 30), min_size=1), st.integers(0, 30), st.integers(0, 30))
def test_both_directions_reach_every_frame_and_no_known_one(known: set[int], a: int, b: int) -> None:
    first, last = min(a, b), max(a, b)
    passes = plan(sorted(known), first, last, "both")
    finished = [frame for each in passes if not each.draft for frame in each.frames]
    assert sorted(finished) == [frame for frame in range(first, last + 1) if frame not in known]
    for each in passes:
        assert each.start in known
        steps = [each.start, *each.frames]
        between = set(range(min(steps), max(steps) + 1)) & known
        assert between == {each.start}
