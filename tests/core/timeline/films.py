"""Small films for the timeline tests, and the rules every film keeps."""

from __future__ import annotations

import msgspec

from core.time import FrameRate, TimeRange
from core.timeline import edits
from core.timeline.model import Clip, Gap, MediaUse, Sequence, Track

FRAME = FrameRate(25).frame_ticks


def film(*extra: Track) -> Sequence:
    """Two video and two audio tracks with fixed ids, 25 fps."""
    names = (("A2", "audio"), ("A1", "audio"), ("V1", "video"), ("V2", "video"))
    return Sequence(
        "s", "Film", 640, 360, FrameRate(25), 48000, tuple(Track(n, k, n) for n, k in names) + extra
    )


def use(frames: int = 100, media: str = "m") -> MediaUse:
    return MediaUse(media, TimeRange(0, frames * FRAME))


def pair(name: str, first: int, last: int, *, of: int = 100, media: str = "") -> dict[str, Clip]:
    """A linked pair on V1 and A1 that shows source frames `first` to `last` (exclusive) of `of`."""
    placed = edits.media_clips(
        use(of, media or name),
        name,
        TimeRange(first * FRAME, (last - first) * FRAME),
        video_track="V1",
        audio_track="A1",
    )
    return {track: msgspec.structs.replace(clip, id=f"{name}-{track}") for track, clip in placed.items()}


def cut_film(*spans: tuple[str, int, int]) -> Sequence:
    """Linked pairs end to end: (name, first, last) in source frames of 100."""
    sequence = film()
    for name, first, last in spans:
        sequence = edits.append(sequence, pair(name, first, last))
    return sequence


def drawn(sequence: Sequence, track: str) -> str:
    """A track as text, in frames: "A[0:30]10:40 _5 B[30:50]0:20" is name, record range, source range, gap."""
    parts, start = [], 0
    for item in sequence.track(track).items:
        end = start + item.duration
        if isinstance(item, Gap):
            parts.append(f"_{_frames(item.duration)}")
        else:
            source = item.source_range
            parts.append(
                f"{item.name}[{_frames(start)}:{_frames(end)}]{_frames(source.start)}:{_frames(source.end)}"
            )
        start = end
    return " ".join(parts)


def _frames(ticks: int) -> str:
    return f"{ticks / FRAME:g}"


def faults(sequence: Sequence) -> list[str]:
    """What breaks the rules of a film; empty for a sound one."""
    found = []
    ids = [clip.id for _, _, clip in sequence.clips()]
    if len(ids) != len(set(ids)):
        found.append("two clips with one id")
    for track in sequence.tracks:
        items = track.items
        if items and isinstance(items[-1], Gap):
            found.append(f"{track.name} ends with a gap")
        for before, item in zip((None, *items), items, strict=False):
            if item.duration <= 0:
                found.append("an item without length")
            if isinstance(item, Gap) and isinstance(before, Gap):
                found.append("two gaps in a row")
            if isinstance(item, Clip):
                found += _clip_faults(before if isinstance(before, Clip) else None, item)
        for item, after in zip(items, (*items[1:], None), strict=False):
            if isinstance(item, Clip):
                own = item.transition.after if item.transition else 0
                later = after.transition.before if isinstance(after, Clip) and after.transition else 0
                if own + later > item.duration:
                    found.append(f"fades overlap on {item.name}")
    return found


def _clip_faults(before: Clip | None, clip: Clip) -> list[str]:
    found = []
    available = clip.available
    if available is not None and not available.covers(clip.source_range):
        found.append(f"{clip.name} shows source that is not there: {clip.source_range} of {available}")
    fade = clip.transition
    if fade is not None:
        if fade.before < 0 or fade.after < 0 or fade.before + fade.after == 0:
            found.append("a fade without length")
        head, tail = clip.head_room, before.tail_room if before else None
        if before is None and fade.before:
            found.append("a fade from nothing that starts before the cut")
        if head is not None and fade.before > head:
            found.append("a fade without head handle")
        if before is not None and tail is not None and fade.after > tail:
            found.append("a fade without tail handle")
    return found


def out_of_step(sequence: Sequence) -> list[str]:
    """Linked clips that show different source times at the same record time, by more than a tick."""
    groups: dict[str, list[tuple[int, Clip]]] = {}
    for _, where, clip in sequence.clips():
        if clip.link:
            groups.setdefault(clip.link, []).append((where.start, clip))
    found = []
    for members in groups.values():
        start, first = members[0]
        for other_start, other in members[1:]:
            for time in (other_start, other_start + other.duration - 1):
                if abs(first.time_map.at(time - start) - other.time_map.at(time - other_start)) > 1:
                    found.append(f"{first.name} and {other.name} at {time / FRAME:g}")
    return found
