"""The palette's search."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.fuzzy import best, score

WORDS = st.text("abcde SV…", max_size=12)


def in_order(typed: str, name: str) -> bool:
    letters = iter(name.lower())
    return all(letter in letters for letter in typed.lower() if letter != " ")


@given(WORDS, WORDS)
def test_a_name_fits_when_it_has_all_letters_in_order(typed: str, name: str) -> None:
    assert (score(typed, name) > 0) == in_order(typed, name)
    assert score(typed.upper(), name) == score(typed, name.upper())


@given(WORDS.filter(str.strip), st.lists(WORDS, max_size=6))
def test_a_name_typed_whole_is_never_behind_a_longer_one(name: str, others: list[str]) -> None:
    longer = [f"{name}{other}" for other in others if other]
    found = best(name.strip(), [(one, one) for one in (*longer, name)])
    assert score(name.strip(), name) == max(score(name.strip(), one) for one in found)


@given(st.lists(WORDS, max_size=6))
def test_with_nothing_typed_all_stay_in_their_order(names: list[str]) -> None:
    assert best("", [(one, one) for one in names]) == names
