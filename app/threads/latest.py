"""A thread that works on the newest request only.

Scrubbing asks for more pictures than can be made, a smart selection for more cuts than anyone waits for: what was
asked before the newest request and has not begun is forgotten. Results come back by a Qt signal, at most one
underway at a time, so a busy window is never flooded.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from app.threads.gui_thread import gui_thread
from core.errors import LaminarError
from core.threads import stand_back

log = logging.getLogger("laminar.latest")
Request = TypeVar("Request")
Result = TypeVar("Result")


class Mailbox(QObject):
    """Holds the newest value posted from any thread until the GUI thread takes it.

    Signals:
        arrived(value): on the thread that owns the mailbox; older values that were not taken are skipped.
    """

    arrived = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._value: object = None
        self._full = False
        self._gui = gui_thread()

    def post(self, value: object) -> None:
        """Called from any thread; never waits."""
        with self._lock:
            waiting, self._full, self._value = self._full, True, value
        if not waiting:
            self._gui.call(self._deliver)

    @property
    def full(self) -> bool:
        """Something waits for the GUI thread."""
        return self._full

    def _deliver(self) -> None:
        with self._lock:
            value, self._value, self._full = self._value, None, False
        self.arrived.emit(value)


class LatestWorker(QObject, Generic[Request, Result]):
    """Runs `work(request)` on its own thread, newest request first and only.

    Signals:
        done(result): on the GUI thread.
        failed(error): a LaminarError that the work raised.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, name: str, work: Callable[[Request], Result], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._condition = threading.Condition()
        self._request: Request | None = None
        self._busy = False
        self._closed = False
        self._results = Mailbox(self)
        self._results.arrived.connect(self._pass_on)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def ask(self, request: Request) -> None:
        """Work on this next, forgetting what was asked before and has not begun."""
        with self._condition:
            self._request = request
            self._condition.notify()

    @property
    def busy(self) -> bool:
        """Until the answer to what was asked last is handed over on the GUI thread."""
        with self._condition:
            return self._busy or self._request is not None or self._results.full

    def close(self) -> None:
        """End the thread and wait for it."""
        with self._condition:
            self._closed, self._request = True, None
            self._condition.notify()
        self._thread.join()

    def _run(self) -> None:
        stand_back()
        while True:
            with self._condition:
                self._busy = False
                while self._request is None and not self._closed:
                    self._condition.wait()
                if self._closed:
                    return
                request, self._request, self._busy = self._request, None, True
            assert request is not None
            self._results.post(self._answer(request))

    def _answer(self, request: Request) -> Result | LaminarError:
        try:
            return self._work(request)
        except LaminarError as error:
            return error
        except Exception as error:
            log.exception("%s failed", self._thread.name)
            return LaminarError(f"this did not work: {error!r}", "See the log")

    def _pass_on(self, value: object) -> None:
        if self._closed:
            return
        if isinstance(value, LaminarError):
            self.failed.emit(value)
        else:
            self.done.emit(value)
