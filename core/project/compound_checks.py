"""What a project file may say of films inside one another; see core.project.checks."""

from __future__ import annotations

from collections.abc import Callable

from core.timeline.lanes import with_clips
from core.timeline.model import Clip, Gap, Item, Sequence
from core.timeline.nesting import shown_in, well_nested, with_length_of


def believable_compounds(films: tuple[Sequence, ...], dropped: Callable[[str], None]) -> tuple[Sequence, ...]:
    """The films with compound clips only of films that are there, that do not lead back, and that are not too deep;
    a gap stands in place of others. All know the length of what they show."""
    known = frozenset(film.id for film in films)
    shown = {film.id: shown_in(film) for film in films}
    good = well_nested(shown)
    result = []
    for film in films:
        inner = shown[film.id]
        film = _without(film, inner - known, "the film that it shows is not there", dropped)
        if film.id not in good:
            film = _without(film, inner, "too many films lie inside one another, or in a ring", dropped)
        result.append(film)
    lengths = {film.id: film for film in result}
    return tuple(_with_lengths(film, shown[film.id] & known, lengths) for film in result)


def _with_lengths(film: Sequence, names: frozenset[str], films: dict[str, Sequence]) -> Sequence:
    for name in names:
        film = with_length_of(film, films[name])
    return film


def _without(film: Sequence, bad: frozenset[str], why: str, dropped: Callable[[str], None]) -> Sequence:
    def kept(clip: Clip) -> Item:
        if clip.sequence_id not in bad:
            return clip
        dropped(f"clip {clip.name[:80]}: {why}; a gap stands in its place")
        return Gap(clip.duration)

    return with_clips(film, kept)
