"""Drags that edit, as values: what was grabbed, how it snaps, and the sequence that a movement gives.

Everything here is plain: (sequence at the start of the drag, grab, movement) -> sequence.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Values
from dataclasses import dataclass, replace
from typing import Literal

from msgspec import structs
from PySide6.QtCore import QCoreApplication

from app.timeline.clipboard import pasted, pieces
from app.timeline.layout import Hit, fade_ends
from core.project.placing import outward
from core.time import FrameRate, timecode
from core.timeline import edits, snapping
from core.timeline.edits import MoveMode
from core.timeline.model import Clip, Sequence, Track
from core.timeline.time_map import Linear

Kind = Literal[
    "move", "trim_start", "trim_end", "ripple_trim_start", "ripple_trim_end", "roll", "slip", "slide",
    "transition", "fade_in", "fade_out", "stretch_start", "stretch_end",
]  # fmt: skip
TITLES: dict[Kind, str] = {
    "move": "Move",
    "trim_start": "Trim",
    "trim_end": "Trim",
    "ripple_trim_start": "Ripple trim",
    "ripple_trim_end": "Ripple trim",
    "roll": "Roll",
    "slip": "Slip",
    "slide": "Slide",
    "transition": "Transition length",
    "fade_in": "Fade in",
    "fade_out": "Fade out",
    "stretch_start": "Rate stretch",
    "stretch_end": "Rate stretch",
}
_EDGE_EDITS: dict[Kind, Callable[..., Sequence]] = {
    "trim_start": edits.trim_start,
    "trim_end": edits.trim_end,
    "ripple_trim_start": edits.ripple_trim_start,
    "ripple_trim_end": edits.ripple_trim_end,
    "roll": edits.roll,
    "stretch_start": edits.rate_stretch_start,
    "stretch_end": edits.rate_stretch_end,
}
"""The edits that bring an edge to where the pointer is: (sequence, clip id, record time, linked=...)."""
HEADS = frozenset[Kind](("trim_start", "ripple_trim_start", "stretch_start"))
TAILS = frozenset[Kind](("trim_end", "ripple_trim_end", "stretch_end"))
FIRST = frozenset[Kind](("roll", "slip"))
"""Besides edits of the head, those that one judges by the clip's first picture."""


@dataclass(frozen=True)
class Grab:
    """What a drag holds.

    ids: clips that an edit names.
    edges: record times that snap.
    moving: clips that are no snapping marks for it.
    """

    kind: Kind
    clip: Clip
    track_id: str
    time: int
    ids: frozenset[str]
    edges: tuple[int, ...]
    moving: frozenset[str]
    linked: bool

    @property
    def snaps(self) -> bool:
        return self.kind not in ("slip", "transition")


def grab(found: Hit, base: Sequence, tool: str, selection: frozenset[str], linked: bool) -> Grab | None:
    """What pressing on `found` with `tool` takes hold of; None when there is nothing to drag.

    The cut for rolling is the edge of the clip nearest to the pointer.
    """
    clip, where, track = found.clip, found.where, found.track
    if clip is None or where is None or track is None:
        return None
    nearer_head = found.time - where.start < where.end - found.time
    one = frozenset({clip.id})

    def made(kind: Kind, time: int, *, holder: Clip = clip) -> Grab:
        moving = _partners(base, frozenset({holder.id}) | one) if linked else one
        return Grab(kind, holder, track.id, time, one, (time,), moving, linked)

    if found.part == "transition":
        return made("transition", found.time)
    if (found.part == "fade_in" or found.part == "fade_out") and tool == "select":
        return made(found.part, fade_ends(clip, where)[found.part])
    if tool == "roll":
        if nearer_head:
            return made("roll", where.start)
        after = _following(found)
        return made("roll", where.end, holder=after) if after is not None else None
    if tool == "slip":
        return made("slip", found.time)
    if tool == "slide":
        return replace(made("slide", where.start), edges=(where.start, where.end))
    if tool == "stretch":
        return made("stretch_start", where.start) if nearer_head else made("stretch_end", where.end)
    if found.part == "head":
        return made("ripple_trim_start" if tool == "ripple" else "trim_start", where.start)
    if found.part == "tail":
        return made("ripple_trim_end" if tool == "ripple" else "trim_end", where.end)
    return _grab_move(base, clip, track, selection | one if clip.id in selection else one, linked)


def _following(found: Hit) -> Clip | None:
    """The clip that starts where the one under the pointer ends."""
    assert found.track is not None and found.where is not None
    place = found.track.at(found.where.end)
    return place[1] if place is not None and isinstance(place[1], Clip) else None


def _grab_move(base: Sequence, clip: Clip, track: Track, ids: frozenset[str], linked: bool) -> Grab:
    moving = _partners(base, ids) if linked else ids
    edges = [time for other in base.tracks for clip_id, (_, at, one) in other.spots.items() if clip_id in moving
             for time in (at, at + one.duration)]  # fmt: skip
    start = track.spots[clip.id][1]
    same = frozenset(one.id for other, _, one in base.clips() if one.id in ids and other.kind == track.kind)
    if linked and _partners(base, same) >= ids:
        ids = same  # linked sound follows in time and stays on its own track
    return Grab("move", clip, track.id, start, ids, tuple(sorted(set(edges))), moving, linked)


def _partners(sequence: Sequence, ids: frozenset[str]) -> frozenset[str]:
    """The clips and those linked to them."""
    links = {clip.link for _, clip in sequence.chosen(ids) if clip.link}
    if not links:
        return ids
    return ids | {clip.id for _, _, clip in sequence.clips() if clip.link in links}


def snapped_delta(
    edges: Values[int], delta: int, marks: tuple[int, ...], reach: int, rate: FrameRate
) -> tuple[int, int | None]:
    """The movement that brings an edge onto a mark within `reach`, with that mark; else onto the nearest frame."""
    if reach > 0:
        caught = snapping.snap_delta(delta, edges, marks, reach)
        known = frozenset(marks)
        for edge in edges:
            if edge + caught in known:
                return caught, edge + caught
    first = edges[0] if edges else 0
    return rate.snap(first + delta) - first, None


def copied(base: Sequence, held: Grab, delta: int, target: str, *, insert: bool = False) -> Sequence:
    """The sequence with copies of the held clips by `delta` later, what was grabbed on `target` where that is a
    track of its kind; nothing new where they would lie on themselves.

    Raises EditError for a locked track.
    """
    kind = base.track(held.track_id).kind
    lanes = [track.id for track in outward(base, kind)]
    shift = lanes.index(target) - lanes.index(held.track_id) if target in lanes else 0
    start = min(where.start for _, where, clip in base.clips() if clip.id in held.moving)
    if delta == shift == 0:
        return base
    found = (
        structs.replace(piece, lane=max(0, piece.lane + shift)) if piece.kind == kind else piece
        for piece in pieces(base, held.moving)
    )
    return pasted(base, tuple(found), max(0, start + delta), insert=insert)


def apply(base: Sequence, held: Grab, delta: int, target: str, *, insert: bool) -> Sequence:
    """The sequence when what is held has moved by `delta` ticks, the pointer being over track `target`.

    Raises:
        EditError: when that is not possible.
    """
    clip_id, time, linked = held.clip.id, held.time + delta, held.linked
    edit = _EDGE_EDITS.get(held.kind)
    if edit is not None:
        return edit(base, clip_id, time, linked=linked)
    match held.kind:
        case "slip":
            # The picture moves with the pointer, so the source goes the other way.
            return edits.slip(base, clip_id, -_source_ticks(held.clip, delta), linked=linked)
        case "slide":
            return edits.slide(base, clip_id, delta, linked=linked)
        case "fade_in":
            start = base.find(clip_id)[1].start
            return edits.set_fade(base, clip_id, "fade_in", max(0, time - start), linked=linked)
        case "fade_out":
            end = base.find(clip_id)[1].end
            return edits.set_fade(base, clip_id, "fade_out", max(0, end - time), linked=linked)
        case "transition":
            return _with_fade(base, held, delta)
        case _:
            return _moved(base, held, delta, target, insert)


def _source_ticks(clip: Clip, delta: int) -> int:
    if isinstance(clip.time_map, Linear) and clip.time_map.num:
        return delta * clip.time_map.num // clip.time_map.den
    return delta


def _moved(base: Sequence, held: Grab, delta: int, target: str, insert: bool) -> Sequence:
    by = track_delta(base, held.track_id, target)
    if delta == 0 and by == 0:
        return base
    mode: MoveMode = "insert" if insert else "overwrite"
    return edits.move(base, held.ids, delta, by, mode=mode, linked=held.linked)


def track_delta(sequence: Sequence, origin: str, target: str) -> int:
    """Tracks of the same kind from `origin` to `target`, away from the border of picture and sound; 0 across kinds."""
    kind = sequence.track(origin).kind
    if sequence.track(target).kind != kind:
        return 0
    ids = [track.id for track in sequence.tracks if track.kind == kind]
    steps = ids.index(target) - ids.index(origin)
    return steps if kind == "video" else -steps


def _with_fade(base: Sequence, held: Grab, delta: int) -> Sequence:
    fade = held.clip.transition
    assert fade is not None
    _, where, _ = base.find(held.clip.id)
    rate = base.rate
    left = held.time < where.start
    before = max(0, fade.before - delta) if left else fade.before
    after = max(0, fade.after + delta) if not left else fade.after
    changed = structs.replace(fade, before=rate.snap(before), after=rate.snap(after))
    kept = changed if changed.before + changed.after else None
    return edits.set_clip(base, held.clip.id, transition=kept)


def title(kind: Kind) -> str:
    """What the undo step is called."""
    return QCoreApplication.translate("Timeline", TITLES[kind])


def describe(held: Grab, delta: int, after: Sequence) -> str:
    """The movement in words, and for an edge how long the clip is in `after`, the sequence that it leads to."""
    sign = "+" if delta >= 0 else ""
    words = f"{title(held.kind)} {sign}{timecode(delta, after.rate)}"
    if held.kind not in HEADS | TAILS:
        return words
    length = QCoreApplication.translate("Timeline", "{0} long").format(
        timecode(after.find(held.clip.id)[2].duration, after.rate)
    )
    return f"{words} · {length}"


def moment(held: Grab, after: Sequence) -> int | None:
    """Record time of the picture that an edge edit is about: the clip's first or last in `after`; None for others."""
    if held.kind not in HEADS | TAILS | FIRST:
        return None
    where = after.find(held.clip.id)[1]
    return where.end - after.rate.frame_ticks if held.kind in TAILS else where.start
