"""Cues as titles and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EditError
from core.media.subtitles import Cue
from core.project.captions import TRACK, cues_of, with_cues
from core.time import TICKS_PER_SECOND, FrameRate, TimeRange
from core.timeline.model import Clip, Gap, Sequence, SequenceUse, Title, Track
from core.timeline.time_map import Curve, CurvePoint, Linear, TimeMap

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


@given(
    st.sampled_from(
        [
            Linear(0),
            Linear(FRAME * 7),
            Linear(0, 2),
            Linear(0, 1, 3),
            Linear(FRAME * 59, -1),
            Linear(FRAME * 12, 0),
            Curve((CurvePoint(0, 0), CurvePoint(FRAME * 20, FRAME * 40), CurvePoint(FRAME * 50, FRAME * 5))),
        ]
    ),
    st.integers(0, 59),
    st.integers(1, 40),
)
def test_titles_in_compound_clips_are_told_of_as_they_are_seen(
    time_map: TimeMap, start: int, length: int
) -> None:
    title = Clip("t", "Title", Title("Hello"), FRAME * length)
    gap = (Gap(FRAME * start),) if start else ()
    inner = Sequence("inner", "In", 1920, 1080, RATE, tracks=(Track("w", "video", "V1", (*gap, title)),))
    use = SequenceUse("inner", TimeRange(0, inner.duration))
    held = Clip("c", "Compound", use, FRAME * 50, time_map)
    film = Sequence(
        "film", "Film", 1920, 1080, RATE, tracks=(Track("v", "video", "V1", (Gap(FRAME * 3), held)),)
    )
    seen = {n for n in range(50) if start * FRAME <= time_map.at(n * FRAME) < (start + length) * FRAME}
    if not seen:
        return
    told = cues_of(film, (film, inner))
    frames = {n for cue in told for n in range(50) if cue.start <= (n + 3) * FRAME < cue.end}
    assert frames == seen
    assert all(cue.text == "Hello" and cue.start >= 3 * FRAME for cue in told)
    with pytest.raises(EditError):
        cues_of(film)
