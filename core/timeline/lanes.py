"""Lists of items laid end to end, as a track holds them: cutting, looking, tidying, and what cross-fades they allow."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from core.errors import EditError
from core.time import TimeRange
from core.timeline.model import Clip, Gap, Item, Sequence, Track, Transition
from core.timeline.time_map import lies_in


def before_the_beginning() -> EditError:
    """The error for a clip that would start before 0."""
    return EditError(
        "a clip cannot start before the beginning of the sequence", "Move it less far to the left"
    )


def clips_on(lane: Iterable[Item]) -> Iterator[tuple[int, int, Clip]]:
    """Place, record start and value of every clip."""
    start = 0
    for place, item in enumerate(lane):
        if type(item) is Clip:
            yield place, start, item
        start += item.duration


def track_with_clips(track: Track, change: Callable[[Clip], Item]) -> Track:
    """The track with every clip as `change` makes it; the very same value when that leaves all as they are."""
    items = tuple(change(item) if isinstance(item, Clip) else item for item in track.items)
    return track if all(map(operator.is_, items, track.items)) else replace(track, items=items)


def with_clips(sequence: Sequence, change: Callable[[Clip], Item]) -> Sequence:
    """As `track_with_clips`, on every track."""
    tracks = tuple(track_with_clips(track, change) for track in sequence.tracks)
    return sequence if all(map(operator.is_, tracks, sequence.tracks)) else replace(sequence, tracks=tracks)


def cut_items(items: list[Item], time: int) -> tuple[list[Item], list[Item]]:
    """Items before and from `time`; both halves of a clip that is cut carry its id. The first list lasts `time`.

    Raises:
        EditError: for a time before 0.
    """
    if time < 0:
        raise before_the_beginning()
    start = 0
    for index, item in enumerate(items):
        if start >= time:
            return items[:index], items[index:]
        if start + item.duration > time:
            a, b = halves(item, time - start)
            return [*items[:index], a], [b, *items[index + 1 :]]
        start += item.duration
    return items + ([Gap(time - start)] if time > start else []), []


def halves(item: Item, at: int) -> tuple[Item, Item]:
    """The item cut `at` ticks after its head."""
    return until(item, at), beyond(item, at)


def until(item: Item, at: int) -> Item:
    """The first `at` ticks of an item."""
    if isinstance(item, Gap):
        return Gap(at)
    return replace(item, duration=at, fade_out=0)


def beyond(item: Item, at: int) -> Item:
    """The item without its first `at` ticks."""
    if isinstance(item, Gap):
        return Gap(item.duration - at)
    return replace(
        item, duration=item.duration - at, time_map=item.time_map.shifted(at), transition=None, fade_in=0
    )


def plays_across(lane: Iterable[Item], time: int) -> bool:
    """Whether a clip starts before `time` and ends after it."""
    start = 0
    for item in lane:
        end = start + item.duration
        if end > time:
            return start < time and isinstance(item, Clip)
        start = end
    return False


def is_free(lane: Iterable[Item], start: int, end: int) -> bool:
    """Whether no clip plays between `start` and `end`."""
    return not any(at < end and at + clip.duration > start for _, at, clip in clips_on(lane))


def links_after(lane: Iterable[Item], time: int) -> set[str]:
    """Links of the clips that end after `time`."""
    return {clip.link for _, at, clip in clips_on(lane) if clip.link and at + clip.duration > time}


def links_from(lane: Iterable[Item], time: int) -> set[str]:
    """Links of the clips that start at `time` or later."""
    return {clip.link for _, at, clip in clips_on(lane) if clip.link and at >= time}


def tidy(items: Iterable[Item], before: dict[str, Clip | None]) -> list[Item]:
    """Gaps merged, none at the end, transitions valid. before: see `Draft._sources_of_fades`."""
    result: list[Item] = []
    for item in items:
        last = result[-1] if result else None
        if isinstance(item, Gap):
            if isinstance(last, Gap):
                result[-1] = Gap(last.duration + item.duration)
            else:
                result.append(item)
            continue
        if item.transition is not None:
            previous = last if isinstance(last, Clip) else None
            known = item.id not in before or _same_source(before[item.id], previous)
            fade = fitted(item.transition, previous, item) if known else None
            if fade != item.transition:
                item = replace(item, transition=fade)
        result.append(item)
    if result and isinstance(result[-1], Gap):
        result.pop()
    return result


def _same_source(old: Clip | None, new: Clip | None) -> bool:
    """Whether a fade still comes from the clip it came from, or from the later half of it."""
    if old is None or new is None:
        return old is new
    same_end = new.content == old.content and new.time_map.at(new.duration) == old.time_map.at(old.duration)
    return new.id == old.id or same_end


def fitted(fade: Transition, previous: Clip | None, clip: Clip) -> Transition | None:
    """The transition shortened to the source and the clips there are; None when nothing is left of it."""
    most_before, most_after = fade_room(previous, clip)
    before, after = min(fade.before, most_before), min(fade.after, most_after)
    if before == fade.before and after == fade.after:
        return fade
    return replace(fade, before=before, after=after) if before + after > 0 else None


def fade_room(previous: Clip | None, clip: Clip) -> tuple[int, int]:
    """The most ticks a cross-fade may last before and after the cut."""
    if previous is None:
        return 0, clip.duration
    free = previous.duration - (previous.transition.after if previous.transition else 0)
    head, tail = clip.head_room, previous.tail_room
    return (free if head is None else min(free, head)), (
        clip.duration if tail is None else min(clip.duration, tail)
    )


def available_range(clip: Clip) -> TimeRange | None:
    """The source that a clip can be cut from; None for stills and where nothing is known."""
    available = clip.available
    return available if available is not None and available.duration > 0 else None


def check_source(clip: Clip) -> None:
    """Raises EditError when the clip uses source that does not exist."""
    available = available_range(clip)
    if available is not None and not lies_in(clip.time_map, clip.duration, available):
        raise EditError(f"{clip.name or 'the clip'} is longer than its media", "Make the clip shorter")
