"""What every test of the window gets: a home of its own, an editor, a window, and a look at what is left behind."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from app import theme
from app.editor import Editor
from app.jobs.runner import JobRunner
from app.project.file_watch import file_watch_of
from app.project.media_watch import watch_of
from app.window.main_window import MainWindow, build
from core.settings import Settings

PATIENCE = 60.0
"""Seconds that threads and worker processes have to go, and what is waited for to come: on a busy
machine a thread may wait long for its turn."""


class PatientBot(QtBot):
    """Waits longer than pytest-qt does by itself."""

    def waitUntil(
        self, callback: Callable[[], bool | None], *, timeout: int = round(1000 * PATIENCE)
    ) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = round(1000 * PATIENCE), **more: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """Takes the place of pytest-qt's."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, cache and logs of this test alone."""
    folder = tmp_path / "laminar-home"
    monkeypatch.setenv("LAMINAR_HOME", str(folder))
    return folder


def _workers() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True) if child.status() != "zombie"}


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Cyclic garbage goes on this thread, as in the program (app.threads.garbage); what is young goes with the test."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture(autouse=True)
def nothing_left(request: pytest.FixtureRequest, home: Path) -> Iterator[None]:
    """Threads and processes that a test starts end with it."""
    threads, workers = set(threading.enumerate()), _workers()
    yield
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        left = [thread for thread in threading.enumerate() if thread not in threads and thread.is_alive()]
        alive = _workers() - workers
        if not left and not alive:
            return
        time.sleep(0.02)
    pytest.fail(f"left behind: threads {[thread.name for thread in left]}, processes {sorted(alive)}")


@pytest.fixture(autouse=True)
def no_warnings(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A log record of WARNING or worse fails the test, unless it is marked `expects_warnings`."""
    yield
    if request.node.get_closest_marker("expects_warnings") is None:
        loud = [
            f"{record.name}: {record.getMessage()}"
            for when in ("setup", "call")
            for record in caplog.get_records(when)
            if record.levelno >= logging.WARNING
        ]
        assert not loud, loud


@pytest.fixture
def editor(qtbot: QtBot, home: Path) -> Iterator[Editor]:
    """An editor with a queue, without a window or a player."""
    made = Editor(Settings())
    queue = made.jobs = JobRunner(made.settings, made.notify, made)
    yield made
    queue.shutdown()
    made.close()
    made.deleteLater()
    _delete_later()


@pytest.fixture
def window(qtbot: QtBot, home: Path) -> Iterator[MainWindow]:
    """The whole window, shown offscreen; `window.editor` is its editor. Closed without asking."""
    editor = Editor(Settings())
    made = build(editor)
    file_watch_of(editor).stop()
    watch_of(editor).stop()  # or a slow machine has it look in the middle of a test
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_now()
    made.deleteLater()
    editor.deleteLater()
    _delete_later()
    theme.apply(theme.application(), "dark")


def _delete_later() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
