"""Small questions that nothing goes on without: a number, a text, one of several. None means that it was cancelled."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QInputDialog, QWidget


def ask_number(
    parent: QWidget | None,
    title: str,
    words: str,
    value: float,
    bounds: tuple[float, float],
    decimals: int = 2,
) -> float | None:
    """A number between two, both allowed; value: what stands there at first."""
    number, good = QInputDialog.getDouble(parent, title, words, value, *bounds, decimals)
    return number if good else None


def ask_text(parent: QWidget | None, title: str, words: str, text: str) -> str | None:
    """A line without white space around it; may be empty. text: what stands there at first."""
    answer, good = QInputDialog.getText(parent, title, words, text=text)
    return answer.strip() if good else None


def ask_choice(
    parent: QWidget | None,
    title: str,
    words: str,
    choices: Iterable[str],
    *,
    begin: int = 0,
    others: bool = False,
) -> str | None:
    """One of several.

    Args:
        begin: number of the one that is chosen at first.
        others: whether something else may be typed.
    """
    answer, good = QInputDialog.getItem(parent, title, words, list(choices), begin, others)
    return answer if good else None
