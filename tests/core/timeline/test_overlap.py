"""Transitions between clips that have no source beyond their cut."""

from __future__ import annotations

from core.timeline import edits
from core.timeline.model import Transition
from tests.core.timeline.films import FRAME, cut_film, drawn, faults, out_of_step


def test_whole_clips_are_shortened_where_they_meet_and_what_follows_closes_up() -> None:
    film = cut_film(("A", 0, 100), ("B", 0, 100), ("C", 0, 100))
    after = edits.overlap(film, "B-V1", 20 * FRAME)
    assert drawn(after, "V1") == "A[0:90]0:90 B[90:180]10:100 C[180:280]0:100" == drawn(after, "A1")
    for name in ("B-V1", "B-A1"):
        assert after.find(name)[2].transition == Transition(before=10 * FRAME, after=10 * FRAME)
    assert not faults(after) and not out_of_step(after)


def test_clips_that_have_source_beyond_the_cut_keep_their_length() -> None:
    film = cut_film(("A", 0, 60), ("B", 40, 100))
    after = edits.overlap(film, "B-V1", 20 * FRAME)
    assert drawn(after, "V1") == drawn(film, "V1")
    assert after == edits.set_transition(film, "B-V1", 20 * FRAME)


def test_only_the_side_that_lacks_source_is_shortened() -> None:
    after = edits.overlap(cut_film(("A", 0, 96), ("B", 40, 100)), "B-V1", 20 * FRAME)
    assert drawn(after, "V1") == "A[0:90]0:90 B[90:150]40:100"


def test_short_clips_get_a_short_transition() -> None:
    after = edits.overlap(cut_film(("A", 0, 100), ("B", 91, 100)), "B-V1", 50 * FRAME)
    assert after.find("B-V1")[2].transition == Transition(before=FRAME, after=FRAME)
    assert not faults(after) and not out_of_step(after)
