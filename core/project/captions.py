"""Subtitles in a film: cues become titles on tracks of their own, and titles become cues. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence as Many

from msgspec.structs import replace

from core.errors import EditError
from core.media.subtitles import Cue
from core.timeline.model import Clip, Gap, Item, Sequence, Title, Track, new_id

TRACK = "Subtitles"
LOOK = Title("", size=0.055, y=0.88, outline=0.08)
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
    rate = sequence.rate
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
        title = replace(LOOK, text=cue.text, y=max(LOOK.y - RAISED * lane, 0.1))
        lanes[lane].append(Clip(new_id(), cue.text.partition("\n")[0][:40], title, length))
        ends[lane] = start + length
    tracks = tuple(Track(new_id(), "video", TRACK, tuple(items)) for items in lanes)
    return replace(sequence, tracks=sequence.tracks + tracks)


def cues_of(sequence: Sequence) -> tuple[Cue, ...]:
    """What the film's titles say and when: those on tracks of subtitles, or all where there is no such track.

    Raises:
        EditError: when the film has no titles.
    """
    titles = [
        (track.name == TRACK, Cue(where.start, where.end, clip.content.text))
        for track in sequence.tracks
        if track.kind == "video" and not track.muted
        for where, clip in track.clips()
        if clip.enabled and isinstance(clip.content, Title) and clip.content.text.strip()
    ]
    if not titles:
        raise EditError("this film has no titles", "Import subtitles, or add a title")
    only = any(subtitle for subtitle, _ in titles)
    cues = [cue for subtitle, cue in titles if subtitle or not only]
    return tuple(sorted(cues, key=lambda cue: (cue.start, cue.end)))
