"""Numbers in titles that go on by themselves: {time}, {tenths} and {left} in their text."""

from __future__ import annotations

import re

from msgspec.structs import replace

from core.time import TICKS_PER_SECOND
from core.timeline.model import Clip, Title

FIELDS = {
    "time": "the time since the title began, as 1:05",
    "tenths": "the same with tenths of a second, as 1:05.3",
    "left": "the time until the clip ends, as 0:10",
}
_FIELD = re.compile("{(" + "|".join(FIELDS) + ")}")


def counted(title: Title, at: int, left: int) -> Title:
    """The title with its fields filled in; the same one where it has none.

    Args:
        at: ticks since it began; it goes on across a cut of its clip.
        left: ticks until its clip ends.
    """
    if not _FIELD.search(title.text):
        return title
    told = {
        "time": _clock(at // TICKS_PER_SECOND),
        "tenths": f"{_clock(at // TICKS_PER_SECOND)}.{at * 10 // TICKS_PER_SECOND % 10}",
        "left": _clock(-(-left // TICKS_PER_SECOND)),
    }
    return replace(title, text=_FIELD.sub(lambda field: told[field[1]], title.text))


def title_now(clip: Clip, source_time: int) -> tuple[Title, int]:
    """The title of a clip as it reads at a source time, and the ticks since the clip's head. The clip's content is a
    title."""
    assert isinstance(clip.content, Title)
    since = abs(source_time - clip.time_map.at(0))
    return counted(clip.content, source_time, clip.duration - since), since


def _clock(seconds: int) -> str:
    minutes, second = divmod(max(0, seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
