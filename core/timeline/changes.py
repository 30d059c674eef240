"""What differs between two values of a project, found by identity first: what an edit did not touch is the same
object, so only the touched track is looked through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Ordered
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.timeline.model import Clip, Sequence, Track


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T")
N = TypeVar("N", bound=_Named)


class Document(Protocol):
    """What is compared; core.project.project.Project is one."""

    @property
    def media(self) -> Ordered[_Named]: ...
    @property
    def sequences(self) -> Ordered[Sequence]: ...
    @property
    def active(self) -> str: ...


@dataclass(frozen=True)
class Changes:
    """Ids of what was added, removed or changed.

    clips: whose value or track differs; one that only stands elsewhere because time was added before it is not
        listed, its track is.
    settings: sequences whose name, size, rate, markers, in/out or order of tracks differ.
    """

    media: frozenset[str] = frozenset()
    sequences: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    tracks: frozenset[str] = frozenset()
    clips: frozenset[str] = frozenset()
    active: bool = False
    """Another sequence is shown."""

    def __bool__(self) -> bool:
        return bool(self.media or self.sequences or self.active)


def changes(before: Document, after: Document) -> Changes:
    """What differs between two values of a project; false when nothing does."""
    if before is after:
        return Changes()
    changed = _differing(_by_id(before.sequences), _by_id(after.sequences))
    settings: set[str] = set()
    tracks: set[str] = set()
    clips: set[str] = set()
    for old, new in changed.values():
        if old is None or new is None or _settings(old) != _settings(new):
            settings.update(sequence.id for sequence in (old, new) if sequence is not None)
        touched = _differing(_by_id(old.tracks if old else ()), _by_id(new.tracks if new else ()))
        tracks |= touched.keys()
        clips |= _clips(touched.values())
    return Changes(
        media=frozenset(_differing(_by_id(before.media), _by_id(after.media))),
        sequences=frozenset(changed),
        settings=frozenset(settings),
        tracks=frozenset(tracks),
        clips=frozenset(clips),
        active=before.active != after.active,
    )


def _by_id(values: Iterable[N]) -> dict[str, N]:
    return {value.id: value for value in values}


def _differing(old: Mapping[str, T], new: Mapping[str, T]) -> dict[str, tuple[T | None, T | None]]:
    pairs = {name: (old.get(name), new.get(name)) for name in {**old, **new}}
    return {name: (a, b) for name, (a, b) in pairs.items() if a is not b and a != b}


def _settings(sequence: Sequence) -> tuple[object, ...]:
    return (
        sequence.name,
        sequence.width,
        sequence.height,
        sequence.rate,
        sequence.sample_rate,
        sequence.markers,
        sequence.in_point,
        sequence.out_point,
        tuple(track.id for track in sequence.tracks),
    )


def _clips(touched: Iterable[tuple[Track | None, Track | None]]) -> set[str]:
    old: dict[str, tuple[str, Clip]] = {}
    new: dict[str, tuple[str, Clip]] = {}
    for a, b in touched:
        for track, found in ((a, old), (b, new)):
            if track is not None:
                found.update((item.id, (track.id, item)) for item in track.items if isinstance(item, Clip))
    return {
        name
        for name in {**old, **new}
        if name not in old
        or name not in new
        or old[name][0] != new[name][0]
        or (old[name][1] is not new[name][1] and old[name][1] != new[name][1])
    }
