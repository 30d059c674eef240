"""Words found in a film: in the names of its clips, in its titles and subtitles, and in the names of its markers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from core.timeline.lanes import track_with_clips
from core.timeline.model import Clip, Sequence, Title

Place = Literal["title", "clip", "marker"]


@dataclass(frozen=True)
class Hit:
    """Where words are: in the text of a title, the name of a clip, or the name of a marker.

    id: of the clip or the marker.
    text: all of what they are in, on one line.
    start: record time.
    track: the track's name; empty for a marker.
    """

    place: Place
    id: str
    text: str
    start: int
    track: str = ""


def found(sequence: Sequence, words: str) -> list[Hit]:
    """What has all the words in it, whatever their case, in the order of time; nothing for no words. Of
    linked clips of the same name one counts: the picture, not its sound."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    hits = [
        Hit("marker", marker.id, marker.name, marker.time)
        for marker in sequence.markers
        if _has(marker.name, wanted)
    ]
    linked: set[tuple[str, str]] = set()
    for track, where, clip in sorted(sequence.clips(), key=lambda one: one[0].kind != "video"):
        place: Place = "title" if isinstance(clip.content, Title) else "clip"
        text = clip.content.text if isinstance(clip.content, Title) else clip.name
        if not _has(text, wanted) or (clip.link, clip.name) in linked:
            continue
        if clip.link:
            linked.add((clip.link, clip.name))
        hits.append(Hit(place, clip.id, " ".join(text.split()), where.start, track.name))
    return sorted(hits, key=lambda hit: hit.start)


def _has(text: str, wanted: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in wanted)


def replaced(sequence: Sequence, words: str, by: str, *, case: bool = False) -> tuple[Sequence, int, int]:
    """Every occurrence of some words in titles and subtitles replaced by others, also in the names of these clips.

    Args:
        words: as they stand there, in this order.
        case: only where upper and lower case are the same.

    Returns:
        The film, in how many titles something was replaced, and in how many on locked tracks it was left.
    """
    pattern = re.compile(re.escape(words), re.NOFLAG if case else re.IGNORECASE)
    count = left = 0

    def changed(clip: Clip) -> Clip:
        nonlocal count
        if not isinstance(clip.content, Title) or not words or not pattern.search(clip.content.text):
            return clip
        count += 1
        text, name = (pattern.sub(lambda _: by, one) for one in (clip.content.text, clip.name))
        return replace(clip, content=replace(clip.content, text=text), name=name)

    tracks = []
    for track in sequence.tracks:
        before = count
        after = track_with_clips(track, changed)
        if track.locked:
            left, count, after = left + count - before, before, track
        tracks.append(after)
    return (replace(sequence, tracks=tuple(tracks)) if count else sequence), count, left
