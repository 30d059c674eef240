"""How a thread hands a result to the window.

A signal that a thread emits on an object the window has just deleted is a crash of the whole program, however short
the moment between the two. So no thread emits a signal of anything that can be deleted: all of them go through one
object that lives as long as the program, and whether the receiver still lives is asked on the GUI thread, where
objects are deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid


class GuiThread(QObject):
    """Calls methods on the thread it was made on; see `gui_thread`."""

    _posted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def call(self, method: Callable[..., object], *values: object) -> None:
        """Call `method(*values)` when the GUI thread gets to it; from any thread, never waits.

        Calls come in the order in which they were asked for, never before this returns. A method of a QObject that
        is deleted by then is not called.
        """
        self._posted.emit(method, values)

    def _call(self, method: Callable[..., object], values: tuple[object, ...]) -> None:
        owner = getattr(method, "__self__", None)
        if not isinstance(owner, QObject) or isValid(owner):
            method(*values)


@cache
def gui_thread() -> GuiThread:
    """The program's one way to its GUI thread. It is first asked for on that thread, before any other starts."""
    return GuiThread()
