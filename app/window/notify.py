"""The one road to the user's eye: notices, kept until a window connects."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from core.errors import Cancelled, LaminarError

log = logging.getLogger("laminar.notify")
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENAMETOOLONG}
"""What a disk says that is full, write-protected or broken."""
Level = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class Notice:
    """What the user is told.

    report: text to copy for a defect report; empty for expected errors.
    offers: what can be done about it, and the words on its button; a notice with offers stays until it is closed.
    """

    level: Level
    message: str
    hint: str = ""
    report: str = ""
    offers: tuple[tuple[str, Callable[[], object]], ...] = ()

    @property
    def stays(self) -> bool:
        """Until it is closed."""
        return bool(self.report or self.offers)


class Notifier(QObject):
    """Signals: posted(Notice); said(text): words for the status bar, empty to take them away; hinted(text): words that
    are soon taken away."""

    posted = Signal(object)
    said = Signal(str)
    hinted = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.waiting: list[Notice] = []
        self.connected = False

    def status(self, words: str) -> None:
        """Something worth a glance, which nobody has to close; empty takes it away."""
        self.said.emit(words)

    def hint(self, words: str) -> None:
        """What was done, or why nothing was, for a few seconds in the status bar."""
        self.hinted.emit(words)

    def info(self, message: str, hint: str = "") -> None:
        self.post(Notice("info", message, hint))

    def warning(self, message: str, hint: str = "") -> None:
        self.post(Notice("warning", message, hint))

    def error(self, message: str, hint: str = "", report: str = "") -> None:
        self.post(Notice("error", message, hint, report))

    def failure(self, error: BaseException, report: str = "") -> None:
        """Show an exception: expected ones by message and hint, cancellation not at all, others as a
        defect. A disk that is full or refuses is expected anywhere."""
        if isinstance(error, Cancelled):
            return
        if isinstance(error, LaminarError):
            self.error(error.message, error.hint)
        elif isinstance(error, OSError) and error.errno in DISK:
            where = f" ({error.filename})" if error.filename else ""
            self.error(
                f"the disk refuses: {error.strerror}{where}",
                "Free some space, or save the project on another disk",
            )
        else:
            self.error(
                "something went wrong that should not",
                "Copy the report and send it to us",
                report or repr(error),
            )

    @contextmanager
    def failures(self) -> Iterator[None]:
        """What the user can mend and ends the block becomes a notice; a defect goes on."""
        try:
            yield
        except LaminarError as error:
            self.failure(error)
        except OSError as error:
            if error.errno not in DISK:
                raise
            self.failure(error)

    def post(self, notice: Notice) -> None:
        log.info("%s: %s %s", notice.level, notice.message, notice.hint)
        if self.connected:
            self.posted.emit(notice)
        else:
            self.waiting.append(notice)

    def connect_window(self) -> list[Notice]:
        """Called by the window when it can show notices; returns those that waited."""
        self.connected = True
        waiting, self.waiting = self.waiting, []
        return waiting
