"""The films of a project: new ones, copies, clips made into a film of their own and back; pure, for `document.edit`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from core.errors import EditError
from core.project.project import Project
from core.time import FrameRate
from core.timeline.effects import CORNER_PIN, EFFECT_KINDS
from core.timeline.lanes import with_clips
from core.timeline.model import Clip, Sequence, new_id, new_sequence
from core.timeline.nesting import compound, fresh_copy, shown_in, taken_apart

COMPOUND = "Compound"
"""The name of a film that was made of clips."""


def with_new_film(project: Project) -> Project:
    """The project with an empty film as its active one, of the size and rates of the one before."""
    before = project.sequence
    name = _free_name(project, "Film")
    if before is None:
        return project.with_sequence(new_sequence(name, 1920, 1080, FrameRate(25)))
    film = new_sequence(name, before.width, before.height, before.rate, before.sample_rate)
    return replace(project.with_sequence(film), active=film.id)


def with_copied_film(project: Project, film_id: str) -> Project:
    """The project with a copy of a film as its active one; compound clips in it show what they showed."""
    film = _film(project, film_id)
    links: dict[str, str] = {"": ""}
    tracks = tuple(
        replace(track, id=new_id(), items=tuple(fresh_copy(item, links) for item in track.items))
        for track in film.tracks
    )
    markers = tuple(replace(marker, id=new_id()) for marker in film.markers)
    name = _free_name(project, f"{film.name} copy")
    copy = replace(film, id=new_id(), name=name, tracks=tracks, markers=markers)
    return replace(project.with_sequence(copy), active=copy.id)


def with_film_shown(project: Project, film_id: str) -> Project:
    """The project with another of its films in the timeline. Raises EditError when it is not there."""
    return replace(project, active=_film(project, film_id).id)


def without_film(project: Project, film_id: str) -> Project:
    """The project without a film; another one is active then.

    Raises:
        EditError: when it is the only one, or a compound clip shows it.
    """
    film = _film(project, film_id)
    others = tuple(one for one in project.sequences if one.id != film_id)
    if not others:
        raise EditError("this is the only film of the project", "Add a new one first")
    showing = next((one.name for one in others if film_id in shown_in(one)), None)
    if showing is not None:
        raise EditError(
            f"a compound clip in {showing} shows {film.name}", "Delete that clip or take it apart first"
        )
    active = others[0].id if project.active == film_id else project.active
    return replace(project, sequences=others, active=active)


def unused(project: Project) -> tuple[Sequence, ...]:
    """The films that neither the timeline nor any clip shows, such as those that deleted compound clips leave."""
    shown = frozenset[str]().union(*(shown_in(one) for one in project.sequences))
    return tuple(one for one in project.sequences if one.id not in shown and one.id != project.active)


def without_films(project: Project, film_ids: Iterable[str]) -> Project:
    """The project without several films. Raises EditError as `without_film` does."""
    for film_id in film_ids:
        project = without_film(project, film_id)
    return project


def has_given_name(film: Sequence) -> bool:
    """Whether somebody named the film; those of compound clips are numbered until then."""
    return re.fullmatch(rf"{COMPOUND}( \d+)?", film.name) is None


def with_compound(project: Project, clip_ids: Iterable[str]) -> Project:
    """The project with clips of the active film in a film of their own, see core.timeline.nesting.compound."""
    made = compound(_active(project), clip_ids, _free_name(project, COMPOUND))
    return replace(project.with_sequence(made.inner), active=project.active).with_sequence(made.outer)


def with_parts_of(project: Project, clip_id: str) -> Project:
    """The project with a compound clip of the active film taken apart, and without its film when nothing else shows it.

    Raises:
        EditError: when it is no compound clip, or has more to it than its film has.
    """
    sequence = _active(project)
    found = next((clip.sequence_id for _, _, clip in sequence.clips() if clip.id == clip_id), None)
    if found is None:
        raise EditError("this is no compound clip", "Select a compound clip")
    project = project.with_sequence(taken_apart(sequence, clip_id, _film(project, found)))
    if any(found in shown_in(one) for one in project.sequences):
        return project
    return replace(project, sequences=tuple(one for one in project.sequences if one.id != found))


def without_effects(project: Project) -> Project:
    """The project with all clips of all films without the effects on their pictures, as a film is looked
    at before it is graded; their place, size, opacity and time stay."""

    def bare(clip: Clip) -> Clip:
        kept = tuple(one for one in clip.effects if EFFECT_KINDS[one.kind].sound or one.kind == CORNER_PIN)
        return replace(clip, effects=kept) if len(kept) != len(clip.effects) else clip

    films = tuple(with_clips(film, bare) for film in project.sequences)
    return replace(project, sequences=films)


def _active(project: Project) -> Sequence:
    if project.sequence is None:
        raise EditError("there is no sequence yet", "Put a clip on the timeline first")
    return project.sequence


def _film(project: Project, film_id: str) -> Sequence:
    film = next((one for one in project.sequences if one.id == film_id), None)
    if film is None:
        raise EditError("this film is not in the project", "Pick one of the list above the timeline")
    return film


def _free_name(project: Project, name: str) -> str:
    """The name, with a number when there is one of it."""
    known = {one.name for one in project.sequences}
    return next(text for number in range(1, len(known) + 2)
                if (text := name if number == 1 else f"{name} {number}") not in known)  # fmt: skip
