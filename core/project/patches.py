"""What differs between two projects as a small JSON value, for the journal.

The document is immutable, so an edit shares nearly all of its value with the one before: the comparison skips what
is the same object, and the patch of an edit on a track of thousands of clips is a few hundred bytes.

    {"=": value}               the whole value
    {"f": {name: patch}}       fields of a struct
    {"i": {index: patch}}      elements of a list that keeps its length
    {"s": [at, count, [...]]}  `count` elements from `at` give way to others
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import compress
from operator import is_not
from typing import Any

import msgspec
from msgspec.structs import astuple

Patch = dict[str, Any]


def diff(before: Any, after: Any) -> Patch | None:
    """The patch from one frozen value to another, its values as they are, to be encoded; None when they are equal."""
    if before is after:
        return None
    kind = type(before)
    if kind is not type(after):
        return {"=": after}
    if kind is tuple:
        return _diff_lists(before, after)
    if names := _fields(kind):  # type: ignore[arg-type]  # a class
        olds, news = astuple(before), astuple(after)
        fields = {}
        for at in compress(range(len(names)), map(is_not, olds, news)):
            if (patch := diff(olds[at], news[at])) is not None:
                fields[names[at]] = patch
        return {"f": fields} if fields else None
    return None if before == after else {"=": after}


@cache
def _fields(kind: type[object]) -> tuple[str, ...]:
    """The names of a struct's fields; none for what is no struct."""
    return kind.__struct_fields__ if issubclass(kind, msgspec.Struct) else ()


def _diff_lists(before: tuple[Any, ...], after: tuple[Any, ...]) -> Patch | None:
    if len(before) == len(after):
        changed = {
            str(index): patch
            for index, (old, new) in enumerate(zip(before, after, strict=True))
            if old is not new and (patch := diff(old, new)) is not None
        }
        return {"i": changed} if changed else None
    head = _same(before, after)
    tail = min(_same(before[::-1], after[::-1]), min(len(before), len(after)) - head)
    return {"s": [head, len(before) - head - tail, after[head : len(after) - tail]]}


def _same(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many elements from the start are equal."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a is not b and a != b:
            break
        count += 1
    return count


def apply(value: Any, patch: Patch) -> Any:
    """Decoded JSON with the patch applied; lists and dicts of `value` are changed in place.

    Raises:
        KeyError, IndexError, TypeError, ValueError: when the patch does not fit.
    """
    ((kind, content),) = patch.items()
    if kind == "=":
        return content
    if kind == "f":
        for name, inner in content.items():
            value[name] = apply(value.get(name), inner)
    elif kind == "i":
        for index, inner in content.items():
            value[int(index)] = apply(value[int(index)], inner)
    elif kind == "s":
        at, count, fresh = content
        if at + count > len(value):
            raise IndexError("the patch reaches past the end of the list")
        value[at : at + count] = fresh
    else:
        raise ValueError(f"no such patch: {kind}")
    return value
