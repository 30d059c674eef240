"""The note while something is read or made."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.main_window import MainWindow


def test_a_long_wait_is_told_and_a_short_one_is_not(window: MainWindow, qtbot: QtBot) -> None:
    note, busy = window.busy, window.editor.desk.busy
    busy.emit("Opening A…")
    busy.emit("")
    qtbot.wait(note.PATIENCE_MS + 50)
    assert not note.isVisible()
    busy.emit("Drawing the sample…")
    qtbot.waitUntil(note.isVisible)
    assert note.words.text() == "Drawing the sample…"
    assert not note.isModal()
    busy.emit("")
    assert not note.isVisible()
