"""When the program itself fails: a notice with a report, a log file, and word of a crash at the next start."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import os
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from core.settings import folders

log = logging.getLogger("laminar")
LOG_BYTES = 2 * 2**20


def report_of(error: BaseException) -> str:
    """The text that a user can copy for a defect report."""
    trace = "".join(traceback.format_exception(error))
    return f"Laminar on {platform.platform()}, Python {platform.python_version()}\n\n{trace}"


class CrashLog:
    """Keeps the log, and a file that faulthandler writes a native crash to; used as a context.

    Attributes:
        last_crash: what the run before left when it died, or empty.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or folders().logs
        self._file: IO[str] | None = None
        self._handler: logging.Handler | None = None
        self._hooks = (sys.excepthook, threading.excepthook)
        self.last_crash = ""

    def __enter__(self) -> CrashLog:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self.last_crash = self._take_last_crash()
            self._file = self._crash_file(os.getpid()).open("w", encoding="utf-8")
            self._handler = logging.handlers.RotatingFileHandler(
                self._folder / "laminar.log", maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8", delay=True
            )
        except OSError:
            return self  # a full or read-only disk must not keep the window from opening
        faulthandler.enable(self._file)
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        log.addHandler(self._handler)
        log.setLevel(logging.INFO)
        return self

    def _crash_file(self, process: int) -> Path:
        return self._folder / f"crash-{process}.txt"

    def _take_last_crash(self) -> str:
        """Read and remove what processes that live no more have left."""
        import psutil

        texts = []
        for path in sorted(self._folder.glob("crash-*.txt")):
            if not psutil.pid_exists(int(path.stem.partition("-")[2] or 0)):
                texts.append(path.read_text(encoding="utf-8", errors="replace"))
                path.unlink(missing_ok=True)
        return "\n".join(text for text in texts if text.strip())

    def hook(self, show: Callable[[BaseException], object]) -> None:
        """From now on an exception that nobody caught, on any thread, is logged and handed to `show`."""

        def on_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            log.error("unexpected", exc_info=(kind, error, trace))
            show(error)

        def on_thread(failed: threading.ExceptHookArgs) -> None:
            if failed.exc_value is not None and failed.exc_type is not SystemExit:
                on_main(failed.exc_type, failed.exc_value, failed.exc_traceback)

        sys.excepthook, threading.excepthook = on_main, on_thread

    def __exit__(self, *_: object) -> None:
        sys.excepthook, threading.excepthook = self._hooks
        if self._handler is not None:
            log.removeHandler(self._handler)
            self._handler.close()
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._crash_file(os.getpid()).unlink(missing_ok=True)
