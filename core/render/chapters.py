"""Chapters of an exported film: its named markers, by which players jump."""

from __future__ import annotations

from core.media.info import Chapter
from core.time import TICKS_PER_SECOND
from core.timeline.model import Sequence


def chapters_of(sequence: Sequence, first: int, last: int) -> tuple[Chapter, ...]:
    """The chapters of frames `first` to `last`, inclusive, in time from the first of them; none
    without a named marker there.

    A chapter goes on to the next. What comes before the first is one by itself, with the film's name. Of markers on one
    frame the last counts.
    """
    rate = sequence.rate
    start, end = rate.time_of(first), rate.time_of(last + 1)
    titles = {
        rate.time_of(rate.frame_at(marker.time)): " ".join(marker.name.split())
        for marker in sequence.markers
        if marker.name.strip() and start <= rate.time_of(rate.frame_at(marker.time)) < end
    }
    if not titles:
        return ()
    titles.setdefault(start, sequence.name)
    times = sorted(titles)
    return tuple(
        Chapter(time - start, until - start, titles[time])
        for time, until in zip(times, [*times[1:], end], strict=True)
    )


def chapter_list(sequence: Sequence) -> str:
    """The chapters of the whole film as lines "0:00 Title", as video sites read them; empty without any."""
    lines = []
    for chapter in chapters_of(sequence, 0, max(0, sequence.frame_count - 1)):
        minutes, seconds = divmod(chapter.start // TICKS_PER_SECOND, 60)
        hours, minutes = divmod(minutes, 60)
        clock = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        lines.append(f"{clock} {chapter.title}")
    return "\n".join(lines)
