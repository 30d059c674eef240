"""The small film of tests.cuts in a timeline, and its commands as a shortcut runs them."""

from __future__ import annotations

from collections.abc import Iterator

from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.panels.timeline import TimelinePanel
from tests.cuts import SECOND, project


def timeline_shown(qtbot: QtBot, editor: Editor) -> Iterator[TimelinePanel]:
    """The panel, until the test ends."""
    editor.document.reset(project(), None, None)
    made = TimelinePanel(editor)
    editor.add_panel(made)
    qtbot.addWidget(made)
    made.resize(900, 300)
    yield made
    made.view.pictures.close()


def run(editor: Editor, name: str, *selection: str, at: float | None = None) -> None:
    """Run a command; nothing may be complained of. at: the playhead in seconds."""
    if selection:
        editor.state.set("selection", frozenset(selection))
    if at is not None:
        editor.state.set("playhead", round(at * SECOND))
    trigger(editor, find_action(name))
    assert editor.notify.waiting == []
