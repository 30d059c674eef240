"""The plot library comes when it is asked for, once, and its classes of Qt are made by the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.threads.background import Background
from app.widgets import plot_library as loading
from app.widgets.plot_library import plot_library


def test_it_is_handed_to_all_that_wait_and_to_those_that_come_later(editor: Editor, qtbot: QtBot) -> None:
    editor.background = Background(editor)
    got: list[Any] = []
    library = plot_library(editor)
    library.load(got.append)
    library.load(got.append)
    qtbot.waitUntil(lambda: len(got) == 2)
    plot_library(editor).load(got.append)
    assert [one.__name__ for one in got] == ["pyqtgraph"] * 3
    editor.background.close()


def test_the_classes_are_named_in_slices_by_the_windows_thread(
    editor: Editor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor.background = Background(editor)
    threads: list[threading.Thread] = []
    slices = 0

    def names() -> Iterator[object]:
        for _ in range(5):
            threads.append(threading.current_thread())
            yield None

    def now() -> float:
        nonlocal slices
        slices += 1
        return float(slices)  # every look at the clock is a slice later

    monkeypatch.setattr(loading, "classes", names)
    monkeypatch.setattr(loading, "perf_counter", now)
    got: list[Any] = []
    plot_library(editor).load(got.append)
    assert not threads
    qtbot.waitUntil(lambda: bool(got))
    assert threads == [threading.main_thread()] * 5
    assert slices > 5
    editor.background.close()
