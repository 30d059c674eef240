"""Short work beside the window: a few threads, answers delivered on the GUI thread in the order they are ready."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from app.threads.gui_thread import gui_thread

T = TypeVar("T")


class Background(QObject):
    """Runs plain functions, never anything that touches Qt or the document, and never a job of the catalog.

    threads: with one, the work is done in the order in which it was asked for.
    """

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, "background")
        self._open, self._finished = True, False
        self.stopping = threading.Event()
        """Set when the window closes: long work, such as waiting for a process, ends early."""
        self._gui = gui_thread()

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Call `work` on a thread, then `done(result)` or `failed(error)` on the GUI thread.

        After `close` nothing is run or delivered any more, after `finish` nothing is run.
        """
        if self._finished or not self._open:
            return

        def finished(future: Future[T]) -> None:
            if self._open:
                self._gui.call(self._deliver, future, done, failed)

        self._pool.submit(work).add_done_callback(finished)

    def finish(self) -> None:
        """Do all that was asked for and join the threads; the answers are still delivered, nothing more is run."""
        self._finished = True
        self._pool.shutdown(wait=True)

    def close(self) -> None:
        """Let what is running end, drop what waits, join the threads."""
        self._open = False
        self.stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _deliver(
        self,
        future: Future[Any],
        done: Callable[[Any], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        if not self._open or future.cancelled():
            return
        error = future.exception()
        if error is None:
            done(future.result())
        else:
            failed(error)
