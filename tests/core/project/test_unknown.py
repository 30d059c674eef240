"""What a newer version wrote is kept, wherever it stood."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.project.unknown import graft, unknown_in

NAMES = st.sampled_from(["name", "colour", "items", "media", "later"])
PLAIN = st.none() | st.integers() | st.text(max_size=3)


def things(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects, and lists of objects with an id of their own."""
    fields = st.dictionaries(NAMES, inner, max_size=4)
    row = st.lists(fields, max_size=3).map(
        lambda found: [{**one, "id": f"i{number}"} for number, one in enumerate(found)]
    )
    return fields | row


JSON = st.dictionaries(NAMES, st.recursive(PLAIN, things, max_leaves=12), max_size=4)


def known_of(value: Any, forgotten: str) -> Any:
    """What a version knows that has no field of that name."""
    if isinstance(value, dict):
        return {name: known_of(one, forgotten) for name, one in value.items() if name != forgotten}
    return [known_of(one, forgotten) for one in value] if isinstance(value, list) else value


@given(JSON, NAMES)
def test_what_is_not_known_comes_back_to_its_place(raw: dict[str, Any], forgotten: str) -> None:
    known = known_of(raw, forgotten)
    saved = copy.deepcopy(known)
    graft(saved, unknown_in(raw, known))
    assert saved == raw


@given(JSON)
def test_where_all_is_known_nothing_is_kept(raw: dict[str, Any]) -> None:
    assert not unknown_in(raw, raw)


def test_fields_go_with_what_carried_them_and_never_over_what_is_known() -> None:
    raw = {"media": [{"id": "a", "later": 1}, {"id": "b", "later": 2}]}
    unknown = unknown_in(raw, {"media": [{"id": "a"}, {"id": "b"}]})
    saved = {"media": [{"id": "b"}, {"id": "c"}, {"id": "a", "later": 3}]}
    graft(saved, unknown)
    assert saved == {"media": [{"id": "b", "later": 2}, {"id": "c"}, {"id": "a", "later": 3}]}
