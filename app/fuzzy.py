"""How well a few typed letters fit a name: every letter in order, better at the start of words and in a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def score(typed: str, name: str) -> float:
    """0 when the letters do not all appear in order, else higher for a better fit. Case does not matter."""
    letters, text = typed.lower().replace(" ", ""), name.lower()
    if not letters:
        return 1.0
    if (at := text.find(typed.lower().strip())) >= 0:
        return 1000.0 - at + (500.0 if at == 0 or not text[at - 1].isalnum() else 0.0) - len(text) * 0.1
    total, place, run = 0.0, 0, 0
    for letter in letters:
        found = text.find(letter, place)
        if found < 0:
            return 0.0
        run = run + 1 if found == place and place > 0 else 0
        starts = found == 0 or not text[found - 1].isalnum()
        total += 1.0 + 3.0 * run + (8.0 if starts else 0.0) - 0.05 * (found - place)
        place = found + 1
    return max(total, 0.01)


def best(typed: str, names: Iterable[tuple[str, T]]) -> list[T]:
    """The things whose names fit, best first; all in their order when nothing is typed."""
    scored = [(score(typed, name), number, thing) for number, (name, thing) in enumerate(names)]
    return [thing for value, _, thing in sorted(scored, key=lambda entry: (-entry[0], entry[1])) if value > 0]
