"""What the window remembers between runs: its size, its docks, the recent projects in its menu."""

from __future__ import annotations

from base64 import b64decode, b64encode
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from app.window.main_window import MainWindow
    from app.window.workspace import Workspace

USUAL = QSize(1440, 900)


def save(window: MainWindow) -> None:
    """Keep size and docks."""
    geometry = b64encode(window.saveGeometry().data()).decode()
    docks = window.workspace.layout_text() if window.workspace is not None else _parts(window)[1]
    window.editor.keep_setting("layout", f"{geometry} {docks}")


def _parts(window: MainWindow) -> tuple[str, str]:
    geometry, _, docks = window.editor.settings.text("layout").partition(" ")
    return geometry, docks


def restore_size(window: MainWindow) -> None:
    """The size of last time, or most of the screen on the first start."""
    geometry, _ = _parts(window)
    try:
        known = bool(geometry) and window.restoreGeometry(QByteArray(b64decode(geometry, validate=True)))
    except ValueError:
        known = False
    if not known:
        screen = QGuiApplication.primaryScreen()
        room = screen.availableSize() if screen is not None else USUAL
        window.resize(USUAL.boundedTo(room))


def restore_layout(window: MainWindow, workspace: Workspace) -> None:
    _, docks = _parts(window)
    if docks:
        workspace.restore_layout(docks)


def connect_recent(window: MainWindow) -> None:
    """Fill File > Open recent each time it opens."""
    menu = QMenu(window.tr("Open &recent"), window)
    window.commands.menu("File").insertMenu(window.commands.action("file.sample"), menu)

    def fill() -> None:
        menu.clear()
        for path in window.editor.desk.recent():
            entry = menu.addAction(f"{path.stem}  —  {path.parent}")
            entry.triggered.connect(partial(window.editor.desk.open_asking, path))
        if menu.isEmpty():
            menu.addAction(window.tr("No recent projects")).setEnabled(False)

    menu.aboutToShow.connect(fill)
