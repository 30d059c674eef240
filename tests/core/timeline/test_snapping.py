"""Where dragged edges catch."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.timeline.snapping import candidates, snap, snap_delta
from core.timeline.tracks import add_marker, set_in_out
from tests.core.timeline.films import FRAME, cut_film

TIMES = st.integers(-1000, 1000)
MARKS = st.sets(TIMES, max_size=8).map(lambda found: tuple(sorted(found)))
REACH = st.integers(0, 200)


@given(TIMES, MARKS, REACH)
def test_the_nearest_mark_in_reach_is_caught(time: int, marks: tuple[int, ...], reach: int) -> None:
    caught = snap(time, marks, reach)
    near = [mark for mark in marks if abs(mark - time) <= reach]
    if caught is None:
        assert not near
    else:
        assert caught in marks and abs(caught - time) == min(abs(mark - time) for mark in near)


@given(TIMES, st.lists(TIMES, max_size=4), MARKS, REACH)
def test_a_move_brings_an_edge_onto_a_mark_or_stays(
    delta: int, edges: list[int], marks: tuple[int, ...], reach: int
) -> None:
    moved = snap_delta(delta, edges, marks, reach)
    reachable = [mark - edge - delta for edge in edges for mark in marks if abs(mark - edge - delta) <= reach]
    assert abs(moved - delta) == min(map(abs, reachable), default=0)
    assert not reachable or any(edge + moved in marks for edge in edges)


def test_marks_are_edges_markers_points_and_the_playhead_but_not_what_is_dragged() -> None:
    film = cut_film(("A", 10, 40), ("B", 20, 50))
    film = set_in_out(add_marker(film, 7 * FRAME), 3 * FRAME, 44 * FRAME)
    assert candidates(film, playhead=55 * FRAME) == tuple(n * FRAME for n in (0, 3, 7, 30, 44, 55, 60))
    without = candidates(film, without={clip.id for _, _, clip in film.clips()})
    assert without == tuple(n * FRAME for n in (0, 3, 7, 44))
