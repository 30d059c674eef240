"""People retimed: each layer of a film has a time of its own, and the film is put together again.

The verbs take a clip's time map and its length and give another map of the same length; what no longer fits at the end
is cut off, and where time runs out the last moment is held. Times are ticks of the clip. A verb raises EditError for
moments outside of the clip, and for amounts that would change nothing or leave nothing. `retimed` applies one to a
person on the timeline, the object and its shadow alike. Method: "Layered neural rendering for retiming people in
video" (Lu et al., SIGGRAPH Asia 2020), where a person's layer holds all that belongs to it and plays on a clock of its
own.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from core.errors import EditError
from core.retime.lanes import Piece, cut, fitted, lane_of, map_of, stretched, turned
from core.time import TimeRange
from core.timeline.draft import Draft
from core.timeline.lanes import check_source
from core.timeline.model import Sequence
from core.timeline.time_map import TimeMap

Verb = Callable[[TimeMap, int], TimeMap]
"""(map, length of the clip in ticks) -> map."""
MOST_REPEATS = 100


def freeze(time_map: TimeMap, duration: int, at: int, hold: int | None = None) -> TimeMap:
    """Hold the moment at clip time `at` for `hold` ticks, then go on; None holds it to the end.

    1 2 3 4 5 6      freeze at 3 for two      1 2 3 3 3 4
    """
    _inside(at, duration)
    if hold is not None and hold <= 0:
        raise EditError("a freeze lasts longer than nothing", "Give it a length")
    left, right = cut(lane_of(time_map, duration), at)
    still = Piece(duration - at if hold is None else hold, time_map.at(at), 0)
    return map_of(fitted((*left, still, *right), duration))


def delay(time_map: TimeMap, duration: int, by: int) -> TimeMap:
    """Everything `by` ticks later, the first moment held before it; negative: earlier, the last moment held after it.

    1 2 3 4 5 6      by two      1 1 1 2 3 4      by minus two      3 4 5 6 6 6
    """
    if by == 0:
        return time_map
    if abs(by) >= duration:
        raise EditError("nothing of the person would move any more", "Choose a shorter delay")
    lane = lane_of(time_map, duration)
    if by > 0:
        return map_of(fitted((Piece(by, time_map.at(0), 0), *lane), duration))
    return map_of(fitted(cut(lane, -by)[1], duration))


def slow(
    time_map: TimeMap, duration: int, num: int, den: int = 1, start: int = 0, end: int | None = None
) -> TimeMap:
    """From clip time `start` to `end` at num/den of the speed there; what follows waits, or comes sooner.

    1 2 3 4 5 6      half from 3 on      1 2 3 3 4 4
    """
    start, end = _range(duration, start, end)
    if num <= 0 or den <= 0:
        raise EditError(
            "a speed is more than nothing", "Use Freeze to hold a moment, Reverse to play backwards"
        )
    left, rest = cut(lane_of(time_map, duration), start)
    middle, right = cut(rest, end - start)
    return map_of(fitted((*left, *stretched(middle, num, den), *right), duration))


def repeat(time_map: TimeMap, duration: int, start: int, end: int, times: int = 2) -> TimeMap:
    """Show clip time `start` to `end` so many times in a row; what follows waits.

    1 2 3 4 5 6      2 3 twice      1 2 3 2 3 4
    """
    start, end = _range(duration, start, end)
    if not 1 <= times <= MOST_REPEATS:
        raise EditError(f"a moment is repeated 1 to {MOST_REPEATS} times", "Choose another number")
    left, rest = cut(lane_of(time_map, duration), start)
    middle, right = cut(rest, end - start)
    return map_of(fitted((*left, *(middle * times), *right), duration))


def reverse(time_map: TimeMap, duration: int, start: int = 0, end: int | None = None) -> TimeMap:
    """Play clip time `start` to `end` backwards, in its place; twice gives the same moments again.

    1 2 3 4 5 6      2 to 5      1 5 4 3 2 6
    """
    start, end = _range(duration, start, end)
    left, rest = cut(lane_of(time_map, duration), start)
    middle, right = cut(rest, end - start)
    return map_of((*left, *turned(middle), *right))


def align(time_map: TimeMap, duration: int, moment: int, to: int) -> TimeMap:
    """Let what now shows at clip time `moment` show at clip time `to`: a delay, or the contrary.

    robot    1 2 3 J 5 6 7            1 1 1 2 3 J 5       its jump together with
    girl     a b c d e J g            a b c d e J g       that of the other
    """
    _inside(moment, duration)
    _inside(to, duration)
    return delay(time_map, duration, to - moment)


def retimed(sequence: Sequence, clip_id: str, verb: Verb) -> Sequence:
    """Another time for a person: for the clip and for what is linked to it (object and shadow), in their places.

    Raises:
        EditError: from the verb, for a locked track, or when the linked clips do not start and end together.
    """
    draft = Draft(sequence)
    group = draft.group(clip_id, linked=True)
    if any((spot.start, spot.end) != (group[0].start, group[0].end) for spot in group):
        raise EditError(
            f"{group[0].clip.name or 'the clip'} and its shadow do not start and end together",
            "Trim them to the same length, or unlink them first",
        )
    for spot in group:
        clip = replace(spot.clip, time_map=verb(spot.clip.time_map, spot.clip.duration))
        check_source(clip)
        draft.replace_clip(spot, clip)
    return draft.done()


def _inside(at: int, duration: int) -> None:
    if not 0 <= at < duration:
        raise EditError("the person does not play at this time", "Put the playhead inside the clip")


def _range(duration: int, start: int, end: int | None) -> tuple[int, int]:
    found = TimeRange(0, duration).intersection(
        TimeRange.between(start, max(start, duration if end is None else end))
    )
    if found.duration == 0:
        raise EditError("the range holds nothing of the person", "Set in and out points within the clip")
    return found.start, found.end
