"""Cues as titles and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EditError
from core.media.subtitles import Cue
from core.project.captions import TRACK, cues_of, with_cues
from core.time import TICKS_PER_SECOND, FrameRate
from core.timeline.model import Clip, Sequence, Title, Track

RATE = FrameRate(25)
FRAME = TICKS_PER_SECOND // 25
FILM = Sequence("film", "Film", 1920, 1080, RATE, tracks=(Track("v", "video", "V1"),))


def test_cues_become_titles_at_whole_frames() -> None:
    film = with_cues(
        FILM, [Cue(FRAME * 10 + 3, FRAME * 30 - 5, "One\ntwo"), Cue(FRAME * 40, FRAME * 50, "Three")]
    )
    (track,) = film.tracks[1:]
    assert track.name == TRACK and film.tracks[0] is FILM.tracks[0]
    placed = [(where.start // FRAME, where.end // FRAME, clip.content) for where, clip in track.clips()]
    assert [(start, end) for start, end, _ in placed] == [(10, 30), (40, 50)]
    assert all(isinstance(title, Title) and title.y > 0.8 for *_, title in placed)
    assert cues_of(film) == (Cue(FRAME * 10, FRAME * 30, "One\ntwo"), Cue(FRAME * 40, FRAME * 50, "Three"))


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 50)), min_size=1, max_size=30))
def test_all_are_there_and_none_is_on_another(times: list[tuple[int, int]]) -> None:
    cues = [Cue(start * FRAME, (start + length) * FRAME, f"{n}") for n, (start, length) in enumerate(times)]
    film = with_cues(FILM, cues)
    assert sorted(cue.text for cue in cues_of(film)) == sorted(cue.text for cue in cues)
    assert set(cues_of(film)) == set(cues)
    together = max(sum(start <= one < start + length for start, length in times) for one, _ in times)
    assert len(film.tracks) - 1 == together


def test_titles_elsewhere_count_when_there_are_no_subtitles() -> None:
    with pytest.raises(EditError, match="no titles"):
        cues_of(FILM)
    title = Clip("t", "Title", Title("Hello"), FRAME * 5)
    film = Sequence("film", "Film", 1920, 1080, RATE, tracks=(Track("v", "video", "V1", (title,)),))
    assert cues_of(film) == (Cue(0, FRAME * 5, "Hello"),)
    assert cues_of(with_cues(film, [Cue(0, FRAME, "Sub")])) == (Cue(0, FRAME, "Sub"),)
    with pytest.raises(EditError):
        with_cues(FILM, [])
