"""The panels and where they stand: viewer in the middle, docks around it.

A main window inside the main window, so that the start page can take the whole place and the docks keep theirs.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QTabWidget, QWidget

if TYPE_CHECKING:
    from app.editor import Editor

LAYOUT_VERSION = 1
"""Raised when docks come or go, so that an older layout is not forced on them."""
_LEFT, _RIGHT, _BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


def _panel(editor: Editor, module: str, kind: str) -> QWidget | None:
    """A panel by name, loaded when it is made; None when this build does not have it."""
    if find_spec(module) is None:
        return None
    panel: QWidget = getattr(import_module(module), kind)(editor)
    editor.add_panel(panel)
    return panel


class Workspace(QMainWindow):
    """Docks by name in `docks`: media, inspector, timeline, history, jobs."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Widget)
        self._editor = editor
        self.docks: dict[str, QDockWidget] = {}
        self.inspector = QTabWidget(documentMode=True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
        )
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, _BOTTOM), (Qt.Corner.BottomRightCorner, _BOTTOM),
            (Qt.Corner.TopLeftCorner, _LEFT), (Qt.Corner.TopRightCorner, _RIGHT),
        ):  # fmt: skip
            self.setCorner(corner, area)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._fill()
        self.reset_layout()

    def _fill(self) -> None:
        editor = self._editor
        viewer = _panel(editor, "app.panels.viewer", "ViewerPanel")
        self.setCentralWidget(viewer or QLabel(self.tr("No viewer"), alignment=Qt.AlignmentFlag.AlignCenter))
        self._dock("media", self.tr("Media"), _panel(editor, "app.panels.media_bin", "MediaBinPanel"), _LEFT)
        self._dock("history", self.tr("History"), _panel(editor, "app.panels.history", "HistoryPanel"), _LEFT)
        self._dock("jobs", self.tr("Jobs"), _panel(editor, "app.panels.jobs", "JobsPanel"), _LEFT)
        for title, module, kind in (
            (self.tr("Clip"), "app.panels.inspector", "InspectorPanel"),
            (self.tr("Objects"), "app.panels.objects", "ObjectsPanel"),
        ):
            tab = _panel(editor, module, kind)
            if tab is not None:
                self.inspector.addTab(tab, title)
        self.inspector.setAccessibleName(self.tr("Inspector"))
        self._dock("inspector", self.tr("Inspector"), self.inspector, _RIGHT)
        timeline = _panel(editor, "app.panels.timeline", "TimelinePanel")
        self._dock("timeline", self.tr("Timeline"), timeline, _BOTTOM)

    def _dock(self, name: str, title: str, panel: QWidget | None, area: Qt.DockWidgetArea) -> None:
        if panel is None:
            return
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setAccessibleName(title)
        dock.setWidget(panel)
        dock.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self.addDockWidget(area, dock)
        self.docks[name] = dock

    def reset_layout(self) -> None:
        """Everything where it stood on the first start."""
        areas = {"media": _LEFT, "history": _LEFT, "jobs": _LEFT, "inspector": _RIGHT, "timeline": _BOTTOM}
        for name, dock in self.docks.items():
            dock.setFloating(False)
            self.addDockWidget(areas[name], dock)
            dock.show()
        for name in ("history", "jobs"):
            if "media" in self.docks and name in self.docks:
                self.tabifyDockWidget(self.docks["media"], self.docks[name])
        if "media" in self.docks:
            self.docks["media"].raise_()
        self.share(self.size())

    def share(self, size: QSize) -> None:
        """Split the room: a fifth to each side, two fifths of the height to the timeline."""
        sides = [self.docks[name] for name in ("media", "inspector") if name in self.docks]
        width = max(240, min(420, size.width() // 5))
        self.resizeDocks(sides, [width] * len(sides), Qt.Orientation.Horizontal)
        if "timeline" in self.docks:
            height = max(220, size.height() * 2 // 5)
            self.resizeDocks([self.docks["timeline"]], [height], Qt.Orientation.Vertical)

    def layout_text(self) -> str:
        """Where the docks stand, for the settings."""
        return b64encode(self.saveState(LAYOUT_VERSION).data()).decode()

    def restore_layout(self, text: str) -> bool:
        """False when the text is of another version or damaged; then nothing moves."""
        try:
            state = QByteArray(b64decode(text, validate=True))
        except ValueError:
            return False
        return bool(self.restoreState(state, LAYOUT_VERSION))
