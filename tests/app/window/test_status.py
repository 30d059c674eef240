"""The note while something is read or made."""

from __future__ import annotations

import time

from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.threads.long_work import long_work_of
from app.window.main_window import MainWindow
from app.window.status import WorkStatus
from core.errors import Cancelled
from core.job import Report


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


def test_work_beside_the_window_can_be_stopped_wherever_one_is(window: MainWindow, qtbot: QtBot) -> None:
    window.make_workspace()
    (status,) = window.findChildren(WorkStatus)
    assert status.isHidden()
    work, ended = long_work_of(window.editor), []

    def wait(report: Report) -> None:
        while report(0.5):
            time.sleep(0.005)
        raise Cancelled("stopped")

    work.run("Listening", wait, ended.append)
    assert not status.isHidden() and status.stop.accessibleName() == "Stop: Listening"
    assert find_action("mask.stop").enabled(window.editor)
    status.stop.click()
    qtbot.waitUntil(lambda: not work.busy)
    assert status.isHidden() and ended == []
