"""What is seen and heard at a moment of a sequence; pure, on the frozen model, no pixels.

A transition of a clip covers `before` ticks in front of its cut and `after` ticks behind it. Inside, the clip
(from its head handle) and whatever stands before it (to its tail handle) are mixed by a weight that rises from 0
to 1; pictures take the weight at the middle of their frame, so that a fade is symmetric.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline.fades import shown_part
from core.timeline.model import Clip, Item, Sequence, Track, TrackKind, Transition, value_at

CROSS_FADE = Transition()
_NOTHING: Item | None = None
"""What stands before the first item of a track and after the last."""


@dataclass(frozen=True)
class Layer:
    """A clip at one moment with its own parameters evaluated: x, y, scale, rotation, opacity (see Clip).

    step: ticks of source time to the film's next frame, negative where the clip plays backwards, 0 where it
        stands still.
    over: of a layer of a take, the background of the take that shows another moment (core.render.scene).
    """

    clip: Clip
    source_time: int
    x: float
    y: float
    scale: float
    rotation: float
    opacity: float
    step: int = 0
    over: Layer | None = None


@dataclass(frozen=True)
class Visual:
    """What one track shows. Outside a cross-fade `earlier` is None and `weight` is 1.

    layer: the clip, or the later clip of a cross-fade; None when the fade leads to nothing.
    earlier: the clip that fades out below it; None fades from nothing.
    weight: part of `layer` in the mix, 0 to 1.
    how: the transition in which they are mixed.
    """

    layer: Layer | None
    earlier: Layer | None = None
    weight: float = 1.0
    how: Transition = CROSS_FADE


@dataclass(frozen=True)
class Heard:
    """A clip that sounds somewhere in the asked range.

    start: record time of clip time 0.
    span: where it sounds, its handles in cross-fades included.
    fade_in, fade_out: record ranges of its cross-fades; empty when there is none.
    """

    clip: Clip
    start: int
    span: TimeRange
    fade_in: TimeRange
    fade_out: TimeRange


def active_tracks(sequence: Sequence, kind: TrackKind) -> tuple[Track, ...]:
    """The tracks of a kind that are shown or heard, bottom to top: solo tracks alone if there are any, none muted."""
    tracks = [track for track in sequence.tracks if track.kind == kind]
    if any(track.solo for track in tracks):
        tracks = [track for track in tracks if track.solo]
    return tuple(track for track in tracks if not track.muted)


def visuals(sequence: Sequence, time: int) -> tuple[Visual, ...]:
    """What the video tracks show at a record time, bottom to top; nothing for tracks with nothing to show."""
    half = TICKS_PER_SECOND * sequence.rate.den // (2 * sequence.rate.num)
    found = (_visual(track, time, half) for track in active_tracks(sequence, "video"))
    return tuple(visual for visual in found if visual is not None)


def layer_at(clip: Clip, clip_time: int, frame: int = 0) -> Layer:
    """The clip with its parameters at a clip time (also outside its range, into the handles); `frame` is the length of
    the film's frames in ticks."""
    at = clip.time_map.at(clip_time)
    x, y, scale, rotation, opacity = (
        value_at(value, at) for value in (clip.x, clip.y, clip.scale, clip.rotation, clip.opacity)
    )
    step = clip.time_map.at(clip_time + frame) - at if clip.between != "nearest" else 0
    if clip.fade_in or clip.fade_out:
        opacity *= shown_part(clip, clip_time + frame / 2)
    return Layer(clip, at, x, y, scale, rotation, opacity, step)


def _visual(track: Track, time: int, half: int) -> Visual | None:
    start, previous = 0, _NOTHING
    for item, following in zip(track.items, (*track.items[1:], _NOTHING), strict=False):
        end = start + item.duration
        if time < end:
            if time < start + _lag(item):
                earlier_start = start - (previous.duration if previous else 0)
                return _mix(item, start, previous, earlier_start, _fade(item, start), time, half)
            if time >= end - _lead(following):
                return _mix(following, end, item, start, _fade(following, end), time, half)
            layer = _layer(item, start, time, half)
            return Visual(layer) if layer else None
        start, previous = end, item
    return None


def _fade(item: Item | None, cut: int) -> TimeRange:
    """The record range of the transition at the head of `item`, which stands at `cut`."""
    if isinstance(item, Clip) and item.transition is not None:
        return TimeRange.between(cut - item.transition.before, cut + item.transition.after)
    return TimeRange(cut, 0)


def _lead(item: Item | None) -> int:
    """Ticks that the transition of an item reaches in front of its cut."""
    return item.transition.before if isinstance(item, Clip) and item.transition is not None else 0


def _lag(item: Item | None) -> int:
    """Ticks that the transition of an item reaches behind its cut."""
    return item.transition.after if isinstance(item, Clip) and item.transition is not None else 0


def _layer(item: Item | None, start: int, time: int, half: int) -> Layer | None:
    return layer_at(item, time - start, 2 * half) if isinstance(item, Clip) and item.enabled else None


def _mix(
    later: Item | None,
    cut: int,
    earlier: Item | None,
    earlier_start: int,
    fade: TimeRange,
    time: int,
    half: int,
) -> Visual | None:
    top, below = _layer(later, cut, time, half), _layer(earlier, earlier_start, time, half)
    weight = min(1.0, (time + half - fade.start) / fade.duration)
    how = later.transition if isinstance(later, Clip) else None
    return Visual(top, below, weight, how or CROSS_FADE) if top or below else None


def heard(track: Track, span: TimeRange) -> Iterator[Heard]:
    """The enabled clips of an audio track that sound in a record range."""
    start = 0
    for item, following in zip(track.items, (*track.items[1:], _NOTHING), strict=False):
        end = start + item.duration
        if start - _lead(item) < span.end and end + _lag(following) > span.start:
            fade_in, fade_out = _fade(item, start), _fade(following, end)
            sounding = TimeRange.between(min(start, fade_in.start), max(end, fade_out.end))
            if isinstance(item, Clip) and item.enabled:
                yield Heard(item, start, sounding, fade_in, fade_out)
        start = end
