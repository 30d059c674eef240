"""From JSON to a Project; where that fails, as much of it as can be read.

Media, sequences, tracks and clips are then decoded one by one. A clip that cannot be read leaves a gap of its
length when that can be read.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from core.project.bounds import MAX_TIME, Notes
from core.project.checks import checked
from core.project.project import Media, Project
from core.time import FrameRate
from core.timeline.model import Clip, Gap, Item, Marker, Sequence, Track, new_id

T = TypeVar("T")


def project_from(raw: dict[str, Any], notes: Notes) -> Project:
    """A believable Project from decoded JSON; what was left out is in `notes`.

    Raises:
        ValueError: when nothing in it looks like a project.
    """
    project = _convert(raw, Project)
    return checked(project if project is not None else _salvaged(raw, notes), notes)


def _convert(raw: Any, kind: type[T]) -> T | None:
    try:
        return msgspec.convert(raw, kind)
    except (msgspec.ValidationError, ValueError, RecursionError, OverflowError):
        return None


def _salvaged(raw: dict[str, Any], notes: Notes) -> Project:
    if not any(isinstance(raw.get(name), list) for name in ("media", "sequences")):
        raise ValueError("neither media nor sequences")
    notes.dropped("some of the project could not be read and was left out")
    media = []
    for one in _list(raw, "media"):
        if (found := _convert(one, Media)) is not None:
            media.append(found)
        else:
            notes.dropped(f"{_name(one, 'a media')} could not be read; import it again")
    sequences = [_sequence(one, notes) for one in _list(raw, "sequences") if isinstance(one, dict)]
    schema = raw.get("schema")
    return Project(
        id=_text(raw, "id") or new_id(),
        name=_text(raw, "name") or "Untitled",
        schema=schema if isinstance(schema, int) else 1,
        media=tuple(media),
        sequences=tuple(sequences),
        active=_text(raw, "active"),
    )


def _sequence(raw: dict[str, Any], notes: Notes) -> Sequence:
    if (whole := _convert(raw, Sequence)) is not None:
        return whole
    empty = Sequence(_text(raw, "id") or new_id(), _text(raw, "name") or "Sequence")
    rate = _convert(raw.get("rate"), FrameRate) or empty.rate
    markers = [_convert(one, Marker) for one in _list(raw, "markers")]
    plain = {
        name: raw[name]
        for name in ("width", "height", "sample_rate", "in_point", "out_point")
        if type(raw.get(name)) is int
    }
    return msgspec.structs.replace(
        empty,
        rate=rate,
        markers=tuple(marker for marker in markers if marker is not None),
        tracks=tuple(_track(one, notes) for one in _list(raw, "tracks") if isinstance(one, dict)),
        **plain,
    )


def _track(raw: dict[str, Any], notes: Notes) -> Track:
    if (whole := _convert(raw, Track)) is not None:
        return whole
    items: list[Item] = []
    for one in _list(raw, "items"):
        if (item := _item(one)) is not None:
            items.append(item)
            continue
        notes.dropped(f"{_name(one, 'a clip')} could not be read; a gap stands in its place")
        duration = one.get("duration") if isinstance(one, dict) else None
        if type(duration) is int and 0 < duration <= MAX_TIME:
            items.append(Gap(duration))
    return Track(
        _text(raw, "id") or new_id(),
        "audio" if raw.get("kind") == "audio" else "video",
        _text(raw, "name"),
        tuple(items),
        muted=raw.get("muted") is True,
        solo=raw.get("solo") is True,
        locked=raw.get("locked") is True,
        gain=_number(raw, "gain"),
        balance=_number(raw, "balance"),
    )


def _item(raw: Any) -> Item | None:
    if isinstance(raw, dict) and raw.get("type") == "gap":
        return _convert(raw, Gap)
    return _convert(raw, Clip)


def _list(raw: dict[str, Any], name: str) -> list[Any]:
    value = raw.get(name)
    return value if isinstance(value, list) else []


def _number(raw: dict[str, Any], name: str) -> float:
    value = raw.get(name)
    return float(value) if isinstance(value, int | float) and abs(value) < 1e9 else 0.0


def _text(raw: dict[str, Any], name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def _name(raw: Any, default: str) -> str:
    name = raw.get("name") if isinstance(raw, dict) else None
    return name[:80] if isinstance(name, str) and name else default
