"""Copies of linked clips."""

from __future__ import annotations

from app.timeline.clipboard import pasted, pieces
from tests.core.timeline.films import FRAME, cut_film, drawn, faults, out_of_step


def test_a_linked_pair_is_pasted_in_with_its_sound_and_later_clips_wait() -> None:
    film = cut_film(("A", 10, 30), ("B", 20, 50))
    copied = pieces(film, frozenset({"A-V1", "A-A1"}))
    after = pasted(film, copied, 20 * FRAME, insert=True)
    assert drawn(after, "V1") == "A[0:20]10:30 A[20:40]10:30 B[40:70]20:50" == drawn(after, "A1")
    links = {clip.link for _, where, clip in after.clips() if where.start == 20 * FRAME}
    assert len(links) == 1 and links != {film.find("A-V1")[2].link}
    assert not faults(after) and not out_of_step(after)
