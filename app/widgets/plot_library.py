"""pyqtgraph, loaded when there is first something to plot, without holding up the window.

It takes a fifth of a second, so it is imported on a thread. But Qt's classes come into being when they are first named,
pyqtgraph names them all, and the window crashed when both threads made the same class. So the window's own thread
names them first, a few milliseconds at a time, and the other thread finds them made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.editor import Editor

SLICE = 0.008
"""Seconds of the window's thread that are taken at a time."""
NAMED = ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtTest", "QtOpenGLWidgets")
"""What pyqtgraph imports of PySide6."""


class PlotLibrary(QObject):
    """Shared by all plots; see `plot_library`."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._library: Any = None
        self._waiting: list[Callable[[Any], object]] = []
        self._names = classes()
        self._next = QTimer(self, interval=0)
        self._next.timeout.connect(self._name_some)

    def load(self, then: Callable[[Any], object]) -> None:
        """Hand the module to `then`, at once when it is there."""
        if self._library is not None:
            then(self._library)
            return
        self._waiting.append(then)
        if len(self._waiting) == 1:
            self._next.start()

    def _name_some(self) -> None:
        until = perf_counter() + SLICE
        for _ in self._names:
            if perf_counter() >= until:
                return
        self._next.stop()
        load = partial(import_module, "pyqtgraph")
        self._editor.background.run(load, self._loaded, self._editor.notify.failure)

    def _loaded(self, library: Any) -> None:
        self._library = library
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then(library)


def classes() -> Iterator[object]:
    """Everything in the modules of Qt that plots use, made as it is named."""
    for name in NAMED:
        module = import_module(f"PySide6.{name}")
        for one in dir(module):
            yield getattr(module, one)


def plot_library(editor: Editor) -> PlotLibrary:
    """The session's one, made when first asked for."""
    return editor.one(PlotLibrary)
