"""Labels: clips coloured on the timeline, and selected by their colour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app import theme
from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.panels.timeline import TimelinePanel
from core.timeline.model import LABELS
from tests.cuts import project


@pytest.fixture
def panel(qtbot: QtBot, editor: Editor) -> Iterator[TimelinePanel]:
    editor.document.reset(project(), None, None)
    made = TimelinePanel(editor)
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show()
    yield made
    made.view.pictures.close()


def label(editor: Editor, clip_id: str) -> str:
    assert editor.document.sequence is not None
    return editor.document.sequence.find(clip_id)[2].label


def test_clips_are_labelled_found_together_and_the_label_is_taken_off(
    editor: Editor, panel: TimelinePanel
) -> None:
    editor.state.set("selection", frozenset({"a", "c"}))
    trigger(editor, find_action("clip.label_teal"))
    assert [label(editor, one) for one in "abc"] == ["teal", "", "teal"]
    teal = find_action("clip.label_teal")
    assert teal.checked is not None and teal.checked(editor)
    editor.state.set("selection", frozenset({"c"}))
    trigger(editor, find_action("clip.select_label"))
    assert editor.state.selection == {"a", "c"}
    trigger(editor, find_action("clip.no_label"))
    assert label(editor, "a") == "" and not teal.checked(editor)
    editor.document.undo_stack.undo()
    assert label(editor, "a") == "teal"


def test_a_label_shows_on_the_timeline(editor: Editor, panel: TimelinePanel, qtbot: QtBot) -> None:
    def shows(colour: str) -> bool:
        image = panel.grab().toImage()
        wanted = theme.label_colour(colour)
        return any(image.pixelColor(x, y) == wanted for x in range(0, 900, 6) for y in range(300))

    assert not shows("pink")
    editor.state.set("selection", frozenset({"b"}))
    trigger(editor, find_action("clip.label_pink"))
    qtbot.waitUntil(lambda: shows("pink"))


@pytest.mark.parametrize("name", theme.THEMES)
def test_every_label_has_a_colour_of_its_own_in_every_theme(name: str) -> None:
    theme.apply(theme.application(), name)
    try:
        found = {colour.name() for one in LABELS if (colour := theme.label_colour(one)) is not None}
    finally:
        theme.apply(theme.application(), "dark")
    assert len(found) == len(LABELS) and theme.label_colour("no such") is None
