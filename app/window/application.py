"""`laminar edit`: makes the application, the editor and the window, and runs them until the window is closed."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app import theme
from app.editor import Editor
from app.threads.garbage import Collector
from app.window.crash import CrashLog, report_of
from app.window.main_window import MainWindow
from core.assets import asset
from core.errors import LaminarError
from core.settings import Settings

INTERRUPTED = 130


class _Unexpected(QObject):
    """Carries an exception from any thread to the GUI thread. Signals: happened(exception)."""

    happened = Signal(object)


def make_application(arguments: list[str] | None = None) -> QApplication:
    """The one QApplication, named; Raises RuntimeError when there is one already."""
    app = QApplication(arguments if arguments is not None else sys.argv[:1])
    app.setApplicationName("laminar")
    app.setApplicationDisplayName("Laminar")
    app.setDesktopFileName("laminar")
    app.setWindowIcon(QIcon(str(asset("icons", "laminar.svg"))))
    return app


def scale(settings: Settings) -> None:
    """Have Qt draw everything as large as the user chose, unless the system was told already; before the application is
    made."""
    size = settings.number("size")
    if size != 100:
        os.environ.setdefault("QT_SCALE_FACTOR", f"{size / 100:g}")


def require_screen() -> None:
    """Raises LaminarError where Qt would end the program, with lines for its developers, because there is no screen."""
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in shown):
        raise LaminarError(
            "there is no screen to open the window on",
            "Start it on a desktop; laminar --help lists what works without one",
        )


def run(project: Path | None = None) -> int:
    """Open the window, with a project when one is named; returns the exit code."""
    with CrashLog() as crash_log:
        settings = Settings()
        scale(settings)
        app = make_application()
        collector = Collector()
        editor = Editor(settings)
        theme.apply(app, editor.settings.text("theme"))
        window = MainWindow(editor)
        unexpected = _Unexpected(editor)
        unexpected.happened.connect(lambda error: editor.notify.failure(error, report_of(error)))
        crash_log.hook(unexpected.happened.emit)
        window.first_painted.connect(window.begin_workspace)
        window.workspace_made.connect(lambda: _workspace_stands(window, project, crash_log.last_crash))
        window.workspace_made.connect(collector.spare_what_stands)
        window.show()
        with_interrupt = QTimer(app, interval=500)  # lets Python see Ctrl+C in the terminal
        with_interrupt.timeout.connect(lambda: None)
        with_interrupt.start()
        for number in (signal.SIGINT, signal.SIGTERM):  # nobody was asked: unsaved work stays recoverable
            signal.signal(number, lambda *_: app.exit(INTERRUPTED))
        code = app.exec()
        window.shut_down()
        collector.close()
    return int(code)


def _workspace_stands(window: MainWindow, project: Path | None, last_crash: str) -> None:
    editor = window.editor
    if last_crash:
        editor.notify.error(
            window.tr("Laminar ended unexpectedly last time"),
            window.tr("What was edited until then is offered for recovery"),
            last_crash,
        )
    window.autosave.look_for_work()
    if project is not None:
        editor.desk.open(project)
