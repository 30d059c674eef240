"""Words found and replaced in films."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.timeline.finding import found, replaced
from core.timeline.model import Clip, Gap, Marker, Sequence, Title, Track
from tests.core.timeline.films import FRAME, cut_film


def captioned(*lines: str, locked: bool = False) -> Sequence:
    """Pictures and sounds, and a line of subtitles a second, with two markers."""
    film = cut_film(("Harbour A", 0, 30), ("Harbour pier", 30, 50))
    titles = tuple(Clip(f"t{n}", line[:20], Title(line), 25 * FRAME) for n, line in enumerate(lines))
    track = Track("T", "video", "Subtitles", (Gap(5 * FRAME), *titles), locked=locked)
    markers = (Marker("m1", 40 * FRAME, "Anna waves"), Marker("m0", 2 * FRAME, "harbour wall"))
    return replace(film, tracks=(*film.tracks, track), markers=markers)


def test_words_are_found_in_names_titles_and_markers_in_the_order_of_time() -> None:
    film = captioned("At the HARBOUR,\nAnna waits", "No one comes")
    assert [(hit.place, hit.start // FRAME, hit.track) for hit in found(film, "harbour")] == [
        ("clip", 0, "V1"),
        ("marker", 2, ""),
        ("title", 5, "Subtitles"),
        ("clip", 30, "V1"),
    ]


def test_all_words_must_be_there_in_any_order() -> None:
    film = captioned("At the HARBOUR,\nAnna waits", "Anna comes")
    assert [hit.text for hit in found(film, "anna  harbour")] == ["At the HARBOUR, Anna waits"]
    assert found(film, "") == found(film, "   ") == found(film, "nobody") == []


def test_a_picture_and_its_sound_are_one_place() -> None:
    assert len(found(captioned(), "pier")) == 1


def test_words_are_replaced_in_titles_alone() -> None:
    film = captioned("At the HARBOUR, harbour", "Anna")
    after, count, left = replaced(film, "harbour", "Quay")
    assert (count, left) == (1, 0)
    texts = [clip.content.text for _, _, clip in after.clips() if isinstance(clip.content, Title)]
    assert texts == ["At the Quay, Quay", "Anna"]
    assert after.find("t0")[2].name == "At the Quay, harb", "names are cut off after twenty letters here"
    assert after.markers == film.markers and after.tracks[:-1] == film.tracks[:-1]


def test_case_is_kept_apart_where_it_is_asked_for() -> None:
    film = captioned("Anna and anna")
    after, count, _ = replaced(film, "anna", "Eva", case=True)
    assert count == 1 and [
        clip.content.text for _, _, clip in after.clips() if isinstance(clip.content, Title)
    ] == ["Anna and Eva"]


def test_locked_tracks_are_counted_and_left() -> None:
    film = captioned("Anna", "Anna", "Eva", locked=True)
    after, count, left = replaced(film, "anna", "Eva")
    assert (count, left) == (0, 2) and after is film


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=20))
def test_nothing_that_is_typed_is_a_pattern(words: str, by: str, line: str) -> None:
    film = captioned(line)
    after, count, _ = replaced(film, words, by, case=True)
    title = after.find("t0")[2].content
    assert isinstance(title, Title)
    assert title.text == (line.replace(words, by) if words else line)
    assert count == (1 if words and words in line else 0)
