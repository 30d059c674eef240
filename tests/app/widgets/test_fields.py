"""Controls of values that several clips may share."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.widgets.fields import ColourButton


@pytest.mark.parametrize(
    ("colour", "ink"),
    [("#000000", "#ffffff"), ("#ffffff", "#000000"), ("#0000ff", "#ffffff"), ("#ffff00", "#000000")],
)
def test_the_name_of_a_colour_is_read_on_it(qtbot: QtBot, colour: str, ink: str) -> None:
    button = ColourButton("Fill")
    qtbot.addWidget(button)
    button.show_colour(colour)
    assert button.text() == colour
    assert f"background: {colour}; color: {ink};" in button.styleSheet()
    button.show_colour("")
    assert button.text() == "none" and not button.styleSheet()
