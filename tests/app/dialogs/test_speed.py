"""The speed of the selected clips, with and without room made for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.dialogs.speed import SpeedDialog
from app.editor import Editor
from app.panels.timeline import TimelinePanel
from tests.app.actions.desk import timeline_shown
from tests.cuts import lengths, starts


@pytest.fixture(autouse=True)
def panel(qtbot: QtBot, editor: Editor) -> Iterator[TimelinePanel]:
    yield from timeline_shown(qtbot, editor)


def asked(editor: Editor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> SpeedDialog:
    """The dialog for clip "b", which another one follows."""
    shown: list[SpeedDialog] = []
    monkeypatch.setattr(editor, "show_dialog", shown.append)
    editor.state.set("selection", frozenset({"b"}))
    trigger(editor, find_action("clip.speed"))
    (dialog,) = shown
    qtbot.addWidget(dialog)
    return dialog


def test_a_slower_clip_gets_its_whole_length_and_what_follows_waits(
    editor: Editor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = asked(editor, qtbot, monkeypatch)
    assert dialog.percent.value() == 100.0 and dialog.length.text() == "00:00:04:00"
    dialog.percent.setValue(50.0)
    assert dialog.length.text() == "00:00:08:00"
    dialog.accept()
    assert lengths(editor.document.sequence, "V1")["b"] == 8
    again = asked(editor, qtbot, monkeypatch)
    assert again.percent.value() == 50.0 and again.length.text() == "00:00:08:00"
    again.reject()
    assert starts(editor.document.sequence, "V1")["c"] == 14
    editor.document.undo_stack.undo()
    assert starts(editor.document.sequence, "V1")["c"] == 10


def test_without_ripple_the_next_clip_stays(
    editor: Editor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = asked(editor, qtbot, monkeypatch)
    dialog.percent.setValue(50.0)
    dialog.ripple.setChecked(False)
    (buttons,) = dialog.findChildren(QDialogButtonBox)
    buttons.button(QDialogButtonBox.StandardButton.Ok).click()
    assert asked(editor, qtbot, monkeypatch).percent.value() == 50.0
    assert starts(editor.document.sequence, "V1")["c"] == 10


def test_a_speed_of_nothing_is_refused(editor: Editor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = asked(editor, qtbot, monkeypatch)
    dialog.percent.setValue(0.0)
    assert dialog.length.text() == "–"
    before = editor.document.sequence
    dialog.accept()
    assert editor.document.sequence == before
    assert "freeze" in editor.notify.waiting[-1].message
