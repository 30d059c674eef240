"""Subtitles in a film: cues become titles on tracks of their own, and titles become cues. Pure functions."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Many

from msgspec.structs import replace

from core.errors import EditError
from core.media.subtitles import Cue
from core.timeline.lettering import share
from core.timeline.model import Clip, Gap, Item, Sequence, Title, Track, new_id
from core.timeline.time_map import Curve

TRACK = "Subtitles"
LOOK = Title("", size=0.055, y=0.88, outline=0.08, wrap=True)
RAISED = 0.14
"""How much higher each further track of cues that show at the same time stands, of the frame's height."""


def with_cues(sequence: Sequence, cues: Many[Cue]) -> Sequence:
    """The film with a title for every cue, at whole frames, on new tracks on top; cues that overlap in time go on
    several.

    Raises:
        EditError: when there are no cues.
    """
    if not cues:
        raise EditError("there are no subtitles in it", "Choose another file")
    rate, look = sequence.rate, replace(LOOK, size=LOOK.size * share(sequence.width, sequence.height))
    lanes: list[list[Item]] = []
    ends: list[int] = []
    for cue in sorted(cues, key=lambda cue: (cue.start, cue.end)):
        start = rate.snap(cue.start)
        length = max(rate.frame_ticks, rate.snap(cue.end) - start)
        lane = next((number for number, end in enumerate(ends) if end <= start), len(lanes))
        if lane == len(lanes):
            lanes.append([])
            ends.append(0)
        if start > ends[lane]:
            lanes[lane].append(Gap(start - ends[lane]))
        title = replace(look, text=cue.text, y=max(LOOK.y - RAISED * lane, 0.1))
        lanes[lane].append(Clip(new_id(), cue.text.partition("\n")[0][:40], title, length))
        ends[lane] = start + length
    tracks = tuple(Track(new_id(), "video", TRACK, tuple(items)) for items in lanes)
    return replace(sequence, tracks=sequence.tracks + tracks)


def cues_of(sequence: Sequence, films: Many[Sequence] = ()) -> tuple[Cue, ...]:
    """What the film's titles say and when: those on tracks of subtitles, or all where there is no such track.

    films: of the project; titles inside compound clips are told of as those clips show them.

    Raises:
        EditError: when the film has no titles.
    """
    titles = [*_titles(sequence, {film.id: film for film in films})]
    if not titles:
        raise EditError("this film has no titles", "Import subtitles, or add a title")
    only = any(subtitle for subtitle, _ in titles)
    cues = [cue for subtitle, cue in titles if subtitle or not only]
    return tuple(sorted(cues, key=lambda cue: (cue.start, cue.end)))


def _titles(sequence: Sequence, films: Mapping[str, Sequence]) -> Iterator[tuple[bool, Cue]]:
    """Every title that can be seen, and whether it is on a track of subtitles."""
    for track in sequence.tracks:
        if track.kind != "video" or track.muted:
            continue
        for where, clip in track.clips():
            if not clip.enabled:
                continue
            if isinstance(clip.content, Title) and clip.content.text.strip():
                yield track.name == TRACK, Cue(where.start, where.end, clip.content.text)
            elif clip.sequence_id is not None and clip.sequence_id in films:
                for subtitle, cue in _titles(films[clip.sequence_id], films):
                    for start, end in _shown(clip, cue.start, cue.end):
                        yield subtitle, Cue(where.start + start, where.start + end, cue.text)


def _shown(clip: Clip, start: int, end: int) -> list[tuple[int, int]]:
    """From when to when, in clip time, a clip shows source times from `start` to before `end`."""
    at = clip.time_map.at
    turns = clip.time_map.turns(0, clip.duration) if isinstance(clip.time_map, Curve) else ()
    found: list[tuple[int, int]] = []
    for low, high in itertools.pairwise(sorted({0, clip.duration, *turns})):
        times = range(low, high)
        if at(low) <= at(high - 1):
            on, off = bisect_left(times, start, key=at), bisect_left(times, end, key=at)
        else:
            on, off = (bisect_left(times, -edge, key=lambda t: -at(t)) for edge in (end - 1, start - 1))
        if on == off:
            continue
        if found and found[-1][1] == low + on:  # over a turn of the curve it stays
            found[-1] = (found[-1][0], low + off)
        else:
            found.append((low + on, low + off))
    return found
