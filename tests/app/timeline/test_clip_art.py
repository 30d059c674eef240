"""What stands on clips."""

from __future__ import annotations

import pytest

from app.timeline.clip_art import caption
from core.timeline.model import Clip, Solid, Title


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("Title", "Over\nthere", "Over there"),
        ("Title", "  ", "Title"),
        ("Credits", "a" * 300, "a" * 200),
    ],
)
def test_a_title_shows_what_it_says(name: str, text: str, shown: str) -> None:
    assert caption(Clip("t", name, Title(text), 100)) == shown


def test_another_clip_shows_its_name() -> None:
    assert caption(Clip("c", "Red", Solid("#ff0000"), 100)) == "Red"
