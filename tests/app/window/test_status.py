"""The note while something is read or made."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.threads import large_edit
from app.threads.long_work import long_work_of
from app.window.main_window import MainWindow
from app.window.status import EditStatus, WorkStatus
from core.errors import Cancelled
from core.job import Report
from core.project.project import Project
from core.timeline.model import Sequence
from tests.app.film import open_film


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


def test_a_large_edit_tells_how_far_it_is_once_it_takes_a_while(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_edit, "MANY", 2)
    editor = window.editor
    open_film(editor, tmp_path)
    (status,) = window.findChildren(EditStatus)
    go_on = threading.Event()

    def slow(film: Sequence, clip_id: str) -> Sequence:
        go_on.wait(60) if clip_id == "2" else None
        return replace(film, name=f"{film.name} {clip_id}")

    large_edit.edit_each(editor, "Slow", ["1", "2", "3"], slow)
    large_edit.edit(editor, "Next", 2, lambda project: project)
    assert status.isHidden(), "a short one is not told"
    qtbot.waitUntil(lambda: status.bar.value() == 1)
    assert not status.isHidden() and status.bar.maximum() == 3
    assert status.words.text() == "Slow  ·  1 of 3 clips  ·  1 more waiting"
    go_on.set()
    qtbot.waitUntil(status.isHidden)
    film = editor.document.sequence
    assert film is not None and film.name == "Film 1 2 3"


def test_a_large_edit_that_cannot_tell_says_what_it_is(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_edit, "MANY", 2)
    open_film(window.editor, tmp_path)
    (status,) = window.findChildren(EditStatus)
    go_on = threading.Event()

    def slow(project: Project) -> Project:
        go_on.wait(60)
        return project

    large_edit.edit(window.editor, "Slow", 5000, slow)
    qtbot.waitUntil(lambda: not status.isHidden())
    assert status.words.text() == "Slow  ·  5,000 clips" and status.bar.maximum() == 0
    go_on.set()
    qtbot.waitUntil(status.isHidden)
