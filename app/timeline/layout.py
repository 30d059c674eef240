"""Where things stand on the timeline: ticks to pixels, rows to tracks, and what lies under the pointer.

Plain values and functions without widgets. Pixels are the view's own, origin top left; the header column and the
ruler are part of it. Tracks are drawn top to bottom in the reverse order of the sequence, so that a track that
covers another lies above it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from app.theme import grown
from core.time import TICKS_PER_SECOND, FrameRate, TimeRange
from core.timeline.fades import FadeSide
from core.timeline.model import Clip, Sequence, Track

HEADER = grown(148)
"""Width of the column of track headers."""
RULER = grown(30)
GRIP = 7
"""Pixels from an edge within which the pointer takes hold of it."""
FADE_GRIP = 5
"""The same for the end of a fade."""
TITLE = grown(16)
"""Height of a clip's title bar."""
KEYS = TITLE + 6
"""From the top of a clip to the middle of its keyframes."""
STRIP = grown(5)
"""Height of one object's strip under a clip."""
TRACK_HEIGHT = {"video": grown(68), "audio": grown(50)}
LANE_HEIGHT = grown(96)
"""Of a track with pictures while speed curves are shown."""
MIN_HEIGHT = grown(24)
"""Least height of a track in pixels."""
MAX_HEIGHT = grown(240)
"""Greatest height of a track in pixels."""
LABEL_ROOM = grown(90)
"""Pixels between the labels of the ruler, at least."""
MIN_SCALE = TICKS_PER_SECOND / 2000
"""Ticks a pixel at the closest: 2000 pixels a second."""
MAX_SCALE = TICKS_PER_SECOND * 60.0

Part = Literal[
    "ruler", "marker", "header", "resize", "body", "head", "tail", "transition", "fade_in", "fade_out",
    "gap", "empty",
    "speed_point", "speed_ease", "speed_line", "keyframe", "value_line", "value_point",
]  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A track's stripe, in view pixels."""

    track: Track
    top: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height


@dataclass(frozen=True)
class Layout:
    """One view of a sequence.

    left: record time at the header's right edge.
    scale: ticks a pixel.
    """

    rows: tuple[Row, ...]
    left: int
    scale: float
    width: int
    height: int

    def x_of(self, time: int) -> float:
        return HEADER + (time - self.left) / self.scale

    def time_at(self, x: float) -> int:
        return self.left + round((x - HEADER) * self.scale)

    def ticks(self, pixels: float) -> int:
        return round(pixels * self.scale)

    @property
    def visible(self) -> TimeRange:
        return TimeRange(self.left, max(1, self.ticks(max(1, self.width - HEADER))))

    def row_at(self, y: float) -> Row | None:
        if y < RULER:
            return None
        return next((row for row in self.rows if row.top <= y < row.bottom), None)

    def row_of(self, track_id: str) -> Row | None:
        return next((row for row in self.rows if row.track.id == track_id), None)


def make_rows(sequence: Sequence, heights: dict[str, int], scroll: int) -> tuple[Row, ...]:
    """Stripes of all tracks, top to bottom, with a pixel between them."""
    rows, top = [], RULER - scroll
    for track in reversed(sequence.tracks):
        height = heights.get(track.id, TRACK_HEIGHT[track.kind])
        rows.append(Row(track, top, height))
        top += height + 1
    return tuple(rows)


@dataclass(frozen=True)
class Places:
    """The clips of one track with their record starts, for search by time."""

    track: Track
    starts: tuple[int, ...]
    clips: tuple[tuple[TimeRange, Clip], ...]

    def between(self, start: int, end: int) -> tuple[tuple[TimeRange, Clip], ...]:
        """Clips that touch [start, end)."""
        first = max(0, bisect_right(self.starts, start) - 1)
        last = bisect_right(self.starts, end)
        return self.clips[first:last]

    def at(self, time: int) -> tuple[TimeRange, Clip] | None:
        index = bisect_right(self.starts, time) - 1
        if index < 0:
            return None
        where, clip = self.clips[index]
        return (where, clip) if time in where else None

    def neighbours(self, time: int, reach: int) -> tuple[tuple[TimeRange, Clip], ...]:
        """Clips with an edge within `reach` of `time`, or that hold it."""
        return tuple(
            place for place in self.between(time - reach, time + reach) if place[0].end >= time - reach
        )


def places_of(track: Track) -> Places:
    clips = tuple(track.clips())
    return Places(track, tuple(where.start for where, _ in clips), clips)


class PlaceCache:
    """Places of the tracks that were asked for last; tracks are frozen, so identity tells whether they hold."""

    def __init__(self) -> None:
        self._known: dict[str, Places] = {}

    def of(self, track: Track) -> Places:
        known = self._known.get(track.id)
        if known is None or known.track is not track:
            known = self._known[track.id] = places_of(track)
        return known


@dataclass(frozen=True)
class Hit:
    """What lies under the pointer.

    time: record time there, not snapped; of a speed point its own.
    marker: id of a marker.
    """

    part: Part
    time: int
    track: Track | None = None
    clip: Clip | None = None
    where: TimeRange | None = None
    marker: str = ""


def gain_part(gain: float) -> float:
    """Where a gain in dB is drawn: 0 at the bottom (-60 dB), 1 at the top (+24 dB), 0 dB over the middle."""
    return max(0.0, min(1.0, (gain + 60) / 84))


def gain_at(part: float) -> float:
    """The inverse of `gain_part`, rounded to a tenth of a dB."""
    return float(round(max(0.0, min(1.0, part)) * 84 - 60, 1))


def body_box(row: Row) -> tuple[int, int]:
    """Top and height of the part of a clip under its title bar."""
    return row.top + TITLE, max(1, row.height - TITLE - 1)


def hit(layout: Layout, sequence: Sequence, cache: PlaceCache, x: float, y: float) -> Hit:
    """What is at view pixel (x, y)."""
    time = layout.time_at(x)
    if y < RULER:
        reach = layout.ticks(GRIP)
        near = [marker for marker in sequence.markers if abs(marker.time - time) <= reach]
        if near and x >= HEADER and y > RULER / 2:
            return Hit("marker", time, marker=near[0].id)
        return Hit("ruler", time)
    row = layout.row_at(y)
    if row is None:
        return Hit("empty", time)
    if x < HEADER:
        return Hit("resize" if row.bottom - y <= 4 else "header", time, row.track)
    return _hit_clip(layout, row, cache.of(row.track), time, y)


def _hit_clip(layout: Layout, row: Row, places: Places, time: int, y: float) -> Hit:
    reach = layout.ticks(GRIP)
    for where, clip in places.neighbours(time, reach):
        fade = clip.transition
        if fade and where.start - fade.before <= time < where.start + fade.after and y < row.top + TITLE:
            return Hit("transition", time, row.track, clip, where)
    under = places.at(time)
    if under is None:
        return _hit_outside(row, places, time, reach)
    where, clip = under
    held = _hit_fade(layout, row, where, clip, time, y)
    if held is not None:
        return held
    grip = min(reach, where.duration // 3)  # a narrow clip keeps a body to hold
    if time - where.start < grip:
        return Hit("head", time, row.track, clip, where)
    if where.end - time <= grip:
        return Hit("tail", time, row.track, clip, where)
    return Hit("body", time, row.track, clip, where)


def fade_ends(clip: Clip, where: TimeRange) -> dict[FadeSide, int]:
    """Record times of the inner ends of a clip's own fades, where they are held; none at a head with a cross-fade."""
    ends: dict[FadeSide, int] = {}
    if clip.transition is None:
        ends["fade_in"] = where.start + min(clip.fade_in, where.duration)
    ends["fade_out"] = where.end - min(clip.fade_out, where.duration)
    return ends


def _hit_fade(layout: Layout, row: Row, where: TimeRange, clip: Clip, time: int, y: float) -> Hit | None:
    """The handle of a fade: a spot under the title bar, on clips wide enough to keep a body beside it."""
    top, reach = body_box(row)[0], layout.ticks(FADE_GRIP)
    if not top <= y < top + 2 * FADE_GRIP or where.duration < 6 * reach:
        return None
    for part, end in fade_ends(clip, where).items():
        if abs(time - end) <= reach:
            return Hit(part, time, row.track, clip, where)
    return None


def _hit_outside(row: Row, places: Places, time: int, reach: int) -> Hit:
    """In a gap the edges of the clips beside it can still be held."""
    for where, clip in places.neighbours(time, reach):
        if 0 <= where.start - time <= reach // 2:
            return Hit("head", time, row.track, clip, where)
        if 0 <= time - where.end <= reach // 2:
            return Hit("tail", time, row.track, clip, where)
    return Hit("gap", time, row.track)


def tick_step(scale: float, rate: FrameRate) -> tuple[int, int]:
    """Distance of the ruler's labelled and of its small marks, in ticks: labels stand LABEL_ROOM
    pixels apart or more."""
    frame = rate.frame_ticks
    fps = max(1, round(rate.fps))
    frames = (1, 2, 5, 10, fps // 2 if fps % 2 == 0 else fps)
    steps = [frame * count for count in frames if count <= fps]
    steps += [frame * fps * s for s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 36000)]
    for step in steps:
        if step / scale >= LABEL_ROOM:
            return step, max(frame, step // 5 if step % 5 == 0 else step // 2)
    return steps[-1], steps[-1] // 5


def cuts(sequence: Sequence) -> list[int]:
    """Every record time at which a clip starts or ends, rising."""
    times = {0}
    for _, where, _ in sequence.clips():
        times.update((where.start, where.end))
    return sorted(times)
