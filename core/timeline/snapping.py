"""Where a dragged edge catches: clip edges, the playhead, markers, in and out points."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from collections.abc import Sequence as Ordered

from core.timeline.model import Sequence


def candidates(
    sequence: Sequence, *, playhead: int | None = None, without: Collection[str] = ()
) -> tuple[int, ...]:
    """Record times that an edge can catch on, rising. without: ids of the clips that are being dragged."""
    times = {0}
    for track in sequence.tracks:
        for clip_id, (_, start, clip) in track.spots.items():
            if clip_id not in without:
                times.add(start)
                times.add(start + clip.duration)
    times.update(marker.time for marker in sequence.markers)
    times.update(point for point in (sequence.in_point, sequence.out_point, playhead) if point is not None)
    return tuple(sorted(times))


def snap(time: int, candidates: Ordered[int], tolerance: int) -> int | None:
    """The candidate nearest to `time`, at most `tolerance` ticks away; None when none is near.

    candidates: rising times, as `candidates` gives them.
    """
    place = bisect_left(candidates, time)
    near = [at for at in candidates[max(0, place - 1) : place + 1] if abs(at - time) <= tolerance]
    return min(near, key=lambda at: abs(at - time), default=None)


def snap_delta(delta: int, edges: Ordered[int], candidates: Ordered[int], tolerance: int) -> int:
    """The move nearest to `delta` that brings one of the dragged `edges` onto a candidate; else `delta`."""
    if len(edges) <= len(candidates):
        caught = ((edge, snap(edge + delta, candidates, tolerance)) for edge in edges)
        moves = [at - edge for edge, at in caught if at is not None]
    else:  # nearly all of the film is dragged: what it can catch on is less
        rising = sorted(edges)
        under = ((snap(at - delta, rising, tolerance), at) for at in candidates)
        moves = [at - edge for edge, at in under if edge is not None]
    return min(moves, key=lambda move: abs(move - delta), default=delta)
