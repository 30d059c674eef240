"""Fields that a newer version wrote into a project file: kept through load and save though nobody here knows them.

`unknown_in` compares the file's JSON with what this version makes of it; `graft` puts the difference into what is
saved. Things in lists are recognised by their id.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Unknown(msgspec.Struct):
    """What a newer version wrote into a value of the document.

    fields: names and values nobody here knows.
    inside: the same for a known field, or a list's element by id.
    """

    fields: dict[str, Any] = {}
    inside: dict[str, Unknown] = {}

    def __bool__(self) -> bool:
        return bool(self.fields or self.inside)


def unknown_in(raw: Any, known: Any) -> Unknown:
    """What `raw` says beyond `known`; both are decoded JSON."""
    found = Unknown()
    if isinstance(raw, dict) and isinstance(known, dict):
        found.fields = {name: value for name, value in raw.items() if name not in known}
        pairs = [(name, raw[name], known[name]) for name in raw if name in known]
    elif isinstance(raw, list) and isinstance(known, list):
        ours = _by_id(known)
        pairs = [(name, value, ours[name]) for name, value in _by_id(raw).items() if name in ours]
    else:
        return found
    for name, theirs, mine in pairs:
        if isinstance(theirs, dict | list) and (deeper := unknown_in(theirs, mine)):
            found.inside[name] = deeper
    return found


def graft(value: Any, unknown: Unknown) -> None:
    """Put the unknown fields into decoded JSON, in place, wherever their owner is still there."""
    if isinstance(value, dict):
        for name, extra in unknown.fields.items():
            value.setdefault(name, extra)
        owners = value
    elif isinstance(value, list):
        owners = _by_id(value)
    else:
        return
    for name, deeper in unknown.inside.items():
        if name in owners:
            graft(owners[name], deeper)


def _by_id(values: list[Any]) -> dict[str, Any]:
    return {
        value["id"]: value for value in values if isinstance(value, dict) and isinstance(value.get("id"), str)
    }
