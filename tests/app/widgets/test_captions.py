"""Words that are no controls."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.widgets.captions import OneLine


def test_words_without_room_end_in_dots_and_are_whole_in_the_tip(qtbot: QtBot) -> None:
    label = OneLine()
    qtbot.addWidget(label)
    label.show()
    label.resize(80, 20)
    label.show_words("A very long name of a clip")
    assert label.text().endswith("…") and label.toolTip() == label.words == "A very long name of a clip"
    label.resize(600, 20)
    assert label.text() == label.words and label.toolTip() == ""
