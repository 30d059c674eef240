"""Chapters from named markers: of the whole film, of a part, and as a list for a video site."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from core.media.info import Chapter
from core.render.chapters import chapter_list, chapters_of
from core.time import TICKS_PER_SECOND
from core.timeline.model import Marker, Sequence
from tests.core.render.fakes import RATE, clip, film

SECOND = TICKS_PER_SECOND


def marked(*markers: tuple[float, str]) -> Sequence:
    """Ten seconds."""
    made = tuple(Marker(f"m{n}", round(at * SECOND), name) for n, (at, name) in enumerate(markers))
    return film(clip("a", 250), markers=made)


def test_each_goes_on_to_the_next_and_the_beginning_has_the_films_name() -> None:
    assert chapters_of(marked((2, "Garden"), (3.5, ""), (6, " Sea ")), 0, 249) == (
        Chapter(0, 2 * SECOND, "film"),
        Chapter(2 * SECOND, 6 * SECOND, "Garden"),
        Chapter(6 * SECOND, 10 * SECOND, "Sea"),
    )


def test_without_a_name_there_is_none() -> None:
    assert chapters_of(marked((2, ""), (3, "  ")), 0, 249) == ()
    assert chapter_list(marked((2, ""))) == ""


def test_a_part_counts_from_its_first_frame_and_keeps_what_lies_in_it() -> None:
    assert chapters_of(marked((1, "Early"), (4, "Garden"), (9, "Late")), 100, 149) == (
        Chapter(0, 2 * SECOND, "Garden"),
    )


@given(
    st.lists(st.tuples(st.floats(0, 12), st.sampled_from(["", "a", "b"]))),
    st.integers(0, 200),
    st.integers(0, 49),
)
def test_chapters_cover_the_film_and_begin_on_frames(
    marks: list[tuple[float, str]], first: int, more: int
) -> None:
    found = chapters_of(marked(*marks), first, first + more)
    if not found:
        return
    assert found[0].start == 0
    assert found[-1].end == RATE.time_of(first + more + 1) - RATE.time_of(first)
    assert all(a.end == b.start for a, b in itertools.pairwise(found))
    assert all(one.start < one.end and one.start % RATE.frame_ticks == 0 for one in found)


def test_the_list_is_as_video_sites_read_it() -> None:
    assert chapter_list(marked((0, "Start"), (4, "Garden"))) == "0:00 Start\n0:04 Garden"


def test_a_name_of_several_lines_is_one_line_of_the_list() -> None:
    assert chapter_list(marked((0, " Start\nof it "))) == "0:00 Start of it"
