"""A person of a split clip several times at once: echoes that follow, or pictures that it leaves behind on its way.

Copies lie on tracks of their own below the person, so that it covers them, each with its shadow. Where the camera moves
they keep their place in the scene, as every person does whose time is another (core.render.scene). Pure functions from
project to project.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from core.errors import EditError
from core.project import layer_edits
from core.project.project import Project
from core.timeline import edits
from core.timeline.model import Animated, Clip, Keys, Sequence, new_id
from core.timeline.time_map import Linear, TimeMap

MOST = 24
"""Copies of a person."""
Verb = Callable[[TimeMap, int], TimeMap]
"""(map of the person, start of the copy in clip time) -> map of the copy."""


def echoes(project: Project, clip_id: str, label: int, count: int, apart: int) -> Project:
    """`count` copies that do what the person does, each `apart` ticks later and fainter than the one before.

    Raises:
        EditError: as `layer_edits.person`; for no or too many copies, or when they would come after the end.
    """
    _check(count)
    copies = [(number * apart, 1 - number / (count + 1)) for number in range(count, 0, -1)]
    return _copied(project, clip_id, label, copies, lambda time_map, start: time_map)


def pictures(project: Project, clip_id: str, label: int, apart: int) -> Project:
    """What the person shows at the start and every `apart` ticks stays where it is to the end of the clip.

    Raises:
        EditError: as `layer_edits.person`; when these are too many.
    """
    if apart <= 0:
        raise EditError("pictures lie apart from each other", "Give more than nothing")
    _, where, _ = _film(project).require(layer_edits.person(project, clip_id, label)[0])
    starts = range(0, where.duration, apart)
    _check(len(starts))
    copies = [(start, 1.0) for start in starts]
    return _copied(project, clip_id, label, copies, lambda time_map, start: Linear(time_map.at(start), 0, 1))


def _check(count: int) -> None:
    if not 1 <= count <= MOST:
        raise EditError(
            f"a person is copied 1 to {MOST} times", "Choose fewer, or let more time pass between"
        )


def _film(project: Project) -> Sequence:
    if project.sequence is None:
        raise EditError("there is no film yet", "Put a clip on the timeline first")
    return project.sequence


def _copied(
    project: Project, clip_id: str, label: int, copies: list[tuple[int, float]], shown: Verb
) -> Project:
    """copies: lowest first, when each comes in clip time, and its opacity as a part of the person's own."""
    sequence = _film(project)
    parts = [sequence.require(one) for one in layer_edits.person(project, clip_id, label)]
    above = parts[-1][0].id  # its shadow lies lower, maybe below other people
    for start, opacity in copies:
        link = new_id()
        for _, where, clip in parts:
            if start >= where.duration:
                raise EditError(
                    f"{clip.name or 'the clip'} is too short for that",
                    "Choose fewer copies, or less time between",
                )
            copy = replace(
                clip,
                id=new_id(),
                link=link,
                duration=where.duration - start,
                time_map=shown(clip.time_map, start),
                opacity=_fainter(clip.opacity, opacity),
                transition=None,
            )
            sequence = _below(sequence, above, where.start + start, copy)
    return project.with_sequence(sequence)


def _below(sequence: Sequence, track_id: str, start: int, clip: Clip) -> Sequence:
    """A clip on a new track directly below one: above all that was put there before."""
    track, index = new_id(), [one.id for one in sequence.tracks].index(track_id)
    sequence = edits.add_track(sequence, "video", track_id=track, index=index)
    return edits.overwrite(sequence, start, {track: clip})


def _fainter(opacity: Animated, part: float) -> Animated:
    if isinstance(opacity, Keys):
        return Keys(tuple(replace(key, value=key.value * part) for key in opacity.keys))
    return opacity * part
