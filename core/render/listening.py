"""Edits that a listener would make: pauses cut out, music lowered under a voice, recordings of one event laid together,
beats marked.

Each has two halves: what is heard, which takes time and is found beside the window, and a pure edit that uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from msgspec.structs import replace

from core.errors import Cancelled, EditError
from core.job import Report
from core.media import activity
from core.media.activity import STEP, Meeting, Values
from core.media.beats import beats
from core.render.mixer import mix
from core.render.sources import Sources
from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline import edits
from core.timeline.effects import CLIP_GAIN
from core.timeline.lanes import track_with_clips
from core.timeline.model import (
    Animated,
    Clip,
    Footage,
    Key,
    Keys,
    Marker,
    Sequence,
    Title,
    Track,
    new_id,
    value_at,
)

BLOCK_SECONDS = 10
TICKS_PER_STEP = round(STEP * TICKS_PER_SECOND)
KEEP = 0.12
"""Seconds that stay beside what is heard when a pause is cut out."""
VOICE_PAUSE = 0.8
"""Seconds for which music stays low between two words."""
DOWN = 0.25
"""Seconds in which music goes down before a voice."""
UP = 0.7
"""Seconds in which it comes up after it."""
BEAT_COLOUR = "#5c9dff"
LONGEST = 30 * 60
"""Seconds of each recording that are compared."""


@dataclass(frozen=True, eq=False)
class Heard:
    """How loud a clip is over time.

    levels: float64 (N,), decibels of full scale, each of STEP seconds from record time `start` on.
    """

    start: int
    levels: Values

    def record(self, step: int) -> int:
        """Record time at which a step begins."""
        return self.start + step * TICKS_PER_STEP


def only(sequence: Sequence, clip_ids: Iterable[str], *, without: bool = False) -> Sequence:
    """The film in which these clips are the only ones that sound, muted or not; or, `without`, all but them."""
    wanted = frozenset(clip_ids)
    tracks = tuple(
        replace(
            track_with_clips(
                track, lambda one: replace(one, enabled=one.enabled and (one.id in wanted) != without)
            ),
            muted=track.muted and without,
            solo=track.solo and without,
        )
        for track in sequence.tracks
        if track.kind == "audio"
    )
    return replace(sequence, tracks=tracks)


def listen(sequence: Sequence, span: TimeRange, sources: Sources, report: Report) -> Heard:
    """How loud a film is over a record range.

    Args:
        report: told how much is done, 0 to 1; its False stops the work.

    Raises:
        MediaError: when media cannot be read.
        Cancelled: when `report` asked for it.
    """
    rate = sequence.sample_rate
    first, count = span.start * rate // TICKS_PER_SECOND, span.duration * rate // TICKS_PER_SECOND
    block = BLOCK_SECONDS * rate
    found = []
    for done in range(0, count, block):
        found.append(activity.levels(mix(sequence, first + done, min(block, count - done), sources), rate))
        if not report(min(1.0, (done + block) / count)):
            raise Cancelled("listening was stopped")
    return Heard(span.start, np.concatenate(found) if found else np.zeros(0))


def without_pauses(sequence: Sequence, clip_id: str, heard: Heard, shortest: float) -> Sequence:
    """The film without the stretches of a clip in which nobody says anything; what is linked to it is cut as well.

    Titles on tracks of nothing but titles, such as subtitles, and markers stay with what is said.

    Args:
        heard: the clip alone, from its head on.
        shortest: seconds; a shorter pause stays.

    Raises:
        EditError: when there is no such pause, or a locked track is in the way.
        KeyError: when the clip is not in the film.
    """
    track, where, clip = sequence.find(clip_id)
    limit = activity.threshold(heard.levels)
    if limit is None:
        raise EditError(f"{clip.name} is equally loud all along", "Cut it by hand")
    tracks = {track.id} | {
        one.id for one, _, other in sequence.clips() if clip.link and other.link == clip.link
    }
    captions = {one.id for one in sequence.tracks if not one.locked and _only_titles(one)} - tracks
    frames, cut = sequence.rate, 0
    for first, last in reversed(activity.silences(heard.levels, limit, shortest=shortest, keep=KEEP)):
        start = frames.time_of(frames.frames_before(max(heard.record(first), where.start)))
        end = frames.time_of(frames.frame_at(min(heard.record(last), where.end)))
        if end - start > frames.frame_ticks and end - start < where.duration:
            sequence = _closed_up(
                edits.extract(sequence, start, end, tracks | captions), captions, start, end
            )
            cut += 1
    if not cut:
        raise EditError(f"{clip.name} has no pause of {shortest:g} seconds", "Give a shorter one")
    return sequence


def _only_titles(track: Track) -> bool:
    clips = [clip for _, clip in track.clips()]
    return bool(clips) and all(isinstance(clip.content, Title) for clip in clips)


def _closed_up(sequence: Sequence, captions: Set[str], start: int, end: int) -> Sequence:
    """The film after `start` to `end` was cut out: titles that went on over it are whole again, markers go along."""
    markers = tuple(
        replace(one, time=one.time - (end - start) if one.time >= end else min(one.time, start))
        for one in sequence.markers
    )
    tracks = tuple(_joined(one, start) if one.id in captions else one for one in sequence.tracks)
    return replace(sequence, tracks=tracks, markers=markers)


def _joined(track: Track, time: int) -> Track:
    """The track with the halves of a title that meet at a time as one."""
    at = 0
    for number, (left, right) in enumerate(pairwise(track.items)):
        at += left.duration
        if at >= time:
            if (
                at == time
                and isinstance(left, Clip)
                and isinstance(right, Clip)
                and left.content == right.content
            ):
                whole = replace(left, duration=left.duration + right.duration, fade_out=right.fade_out)
                return replace(track, items=(*track.items[:number], whole, *track.items[number + 2 :]))
            break
    return track


def ducked(sequence: Sequence, clip_ids: Iterable[str], others: Heard, by: float) -> Sequence:
    """The film with clips, such as music, lower wherever something else is heard; by keyframes of their volume.

    Args:
        others: the film without these clips.
        by: decibels, negative.

    Raises:
        EditError: when nothing else is heard, or a clip's speed does not let keyframes rise.
        KeyError: when a clip is not in the film.
    """
    limit = activity.threshold(others.levels)
    voices = [] if limit is None else activity.sounding(others.levels, limit, pause=VOICE_PAUSE)
    spans = [TimeRange.between(others.record(first), others.record(last)) for first, last in voices]
    changed = False
    for clip_id in clip_ids:
        _, where, clip = sequence.find(clip_id)
        bends = _bends(spans, where, by)
        if any(value for _, value in bends):
            gain = _summed(clip.gain, _in_source(clip, where.start, bends))
            sequence, changed = edits.set_clip(sequence, clip_id, gain=gain), True
    if not changed:
        raise EditError("nothing else is heard while it plays", "Put a voice on another track first")
    return sequence


def _bends(voices: Iterable[TimeRange], where: TimeRange, by: float) -> list[tuple[int, float]]:
    """(record time, decibels) between which the volume goes straight, inside `where`."""
    down, up = round(DOWN * TICKS_PER_SECOND), round(UP * TICKS_PER_SECOND)
    bends: list[tuple[int, float]] = []
    for voice in voices:
        if voice.start - down >= where.end or voice.end + up <= where.start:
            continue
        if bends and voice.start - down <= bends[-1][0]:
            bends[-1:] = []  # it has not come up again
            bends[-1] = voice.end, by
        else:
            bends += [(voice.start - down, 0.0), (voice.start, by), (voice.end, by)]
        bends.append((voice.end + up, 0.0))
    if not bends:
        return []
    times, values = (np.array(column, np.float64) for column in zip(*bends, strict=True))
    inside = [(time, value) for time, value in bends if where.start < time < where.end - 1]
    ends = [(time, float(np.interp(time, times, values))) for time in (where.start, where.end - 1)]
    return [ends[0], *inside, ends[1]]


def _in_source(clip: Clip, start: int, bends: list[tuple[int, float]]) -> Keys:
    keys = sorted((clip.time_map.at(time - start), value) for time, value in bends)
    if any(a[0] == b[0] for a, b in pairwise(keys)):
        raise EditError(f"{clip.name} stands still for a while", "Set its volume by hand")
    return Keys(tuple(Key(time, value) for time, value in keys))


def _summed(gain: Animated, change: Keys) -> Keys:
    """Volume and change together; at every key of either, straight between them."""
    times = {key.time for key in change.keys}
    if isinstance(gain, Keys):
        times |= {key.time for key in gain.keys}
    sums = {time: value_at(gain, time) + change.at(time) for time in sorted(times)}
    return Keys(tuple(Key(time, round(CLIP_GAIN.bounded(value), 2)) for time, value in sums.items()))


def meet(clip: Clip, other: Clip, sources: Sources, report: Report = lambda part: True) -> Meeting | None:
    """Where what two clips use of their sound meets: `other` begins so many seconds after `clip`,
    both at natural speed; None when one of them says nothing.

    Args:
        report: as for `listen`.

    Raises:
        MediaError: when media cannot be read.
        Cancelled: when `report` asked for it.
    """
    first = _recording(clip, sources, lambda part: report(part / 2))
    second = _recording(other, sources, lambda part: report((1 + part) / 2))
    return activity.meeting(first, second)


def beats_of(clip: Clip, sources: Sources, report: Report = lambda part: True) -> list[int]:
    """Clip times, ticks, of the beats in what a clip uses of its sound, at natural speed.

    Args:
        report: as for `listen`.

    Raises:
        MediaError: when media cannot be read.
        Cancelled: when `report` asked for it.
    """
    return [round(second * TICKS_PER_SECOND) for second in beats(_recording(clip, sources, report))]


def with_beats(sequence: Sequence, clip_id: str, times: Iterable[int]) -> Sequence:
    """The film with a marker on every beat of a clip, on the nearest frame; where there is a
    marker already, none is added.

    Args:
        times: as `beats_of`.

    Raises:
        EditError: when there are none.
        KeyError: when the clip is not in the film.
    """
    _, where, clip = sequence.find(clip_id)
    known = {marker.time for marker in sequence.markers}
    frames = (sequence.rate.snap(where.start + time) for time in times if time < where.duration)
    fresh = sorted({frame for frame in frames if frame < where.end} - known)
    if not fresh:
        raise EditError(f"{clip.name} has no regular beat", "Set markers by hand, with M while it plays")
    markers = [*sequence.markers, *(Marker(new_id(), time, colour=BEAT_COLOUR) for time in fresh)]
    return replace(sequence, markers=tuple(sorted(markers, key=lambda marker: marker.time)))


def _recording(clip: Clip, sources: Sources, report: Report) -> activity.Sound:
    """What a clip uses of its sound, mono; nothing of a title or a colour."""
    footage = isinstance(clip.content, Footage)
    audio, used, rate = sources.audio(clip) if footage else None, clip.source_range, activity.RATE
    if audio is None:
        return np.zeros(0, np.float32)
    first, count = used.start * rate // TICKS_PER_SECOND, used.duration * rate // TICKS_PER_SECOND
    count, block = min(count, LONGEST * rate), BLOCK_SECONDS * rate
    sound = np.zeros(count, np.float32)
    for done in range(0, count, block):
        part = sound[done : done + block]
        part[:] = audio.read(first + done, len(part), rate).mean(axis=1)
        if not report(min(1.0, (done + block) / count)):
            raise Cancelled("listening was stopped")
    return sound


def laid_together(sequence: Sequence, clip_id: str, meetings: Mapping[str, Meeting | None]) -> Sequence:
    """The film with other clips put where they sound together with one, on tracks that are free there.

    Args:
        meetings: where each other clip's sound meets that of `clip_id`, see `meet`.

    Raises:
        EditError: when none is certain enough.
        KeyError: when a clip is not in the film.
    """
    sure = {other: found for other, found in meetings.items() if found is not None and found.certain}
    if not sure:
        raise EditError(
            "nothing that both have heard was found", "Line them up by hand, at a clap for instance"
        )
    for other, found in sure.items():
        start = sequence.find(clip_id)[1].start + round(found.seconds * TICKS_PER_SECOND)
        sequence = edits.put_beside(sequence, other, start)
    return sequence
