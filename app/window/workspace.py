"""The panels and where they stand: viewer in the middle, docks around it.

A main window inside the main window, so that the start page can take the whole place and the docks keep theirs.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QScrollArea,
    QTabBar,
    QTabWidget,
    QWidget,
)

from app import theme
from app.widgets.tabs import focus_in, lies_behind
from app.window.panels import AREAS, INSPECTOR, LEFT, make

if TYPE_CHECKING:
    from app.editor import Editor
    from app.panels.viewer import ViewerPanel

Panel = TypeVar("Panel", bound=QWidget)
INSPECTOR_WIDTH = 300
HIDDEN = frozenset(name for name, row in LEFT.items() if row.hidden)
LAYOUT_VERSION = 4
"""Raised when docks come or go (app.window.panels), so that an older layout is not forced on them."""


def _picture_in(viewer: ViewerPanel) -> QImage | None:
    """A copy of the film's picture, if there is one."""
    picture = viewer.canvas.picture
    return picture.image.copy() if picture is not None and picture.labels is None else None


def _scrolling(panel: QWidget) -> QWidget:
    """A panel that may be taller than its place."""
    if isinstance(panel, QScrollArea):
        return panel
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(panel)
    return area


class Workspace(QMainWindow):
    """Docks by name in `docks`, those of app.window.panels; there once `fill` is through."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(None, Qt.WindowType.Widget)
        self._editor = editor
        self.docks: dict[str, QDockWidget] = {}
        self.inspector = QTabWidget(documentMode=True)
        self.inspector.setObjectName("inspector_tabs")
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
        )
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, AREAS["timeline"]), (Qt.Corner.BottomRightCorner, AREAS["timeline"]),
            (Qt.Corner.TopLeftCorner, AREAS["media"]), (Qt.Corner.TopRightCorner, AREAS["inspector"]),
        ):  # fmt: skip
            self.setCorner(corner, area)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._shared = False
        self._before: QByteArray | None = None
        """Where the docks stood before they made room for a large picture."""

    def fill(self) -> Iterator[None]:
        """Make the panels, one a step: each step is short enough to let the window answer in between. Once."""
        from app.panels.viewer import ViewerPanel

        yield
        viewer = self._made(ViewerPanel)
        self.setCentralWidget(viewer)
        self._editor.desk.picture = lambda: _picture_in(viewer)
        yield
        for name, row in LEFT.items():
            self._dock(name, self.tr(row.title), make(row, self._editor))
            yield
        yield from self._fill_inspector()
        from app.panels.timeline import TimelinePanel

        timeline = self._made(TimelinePanel)
        self._editor.player.closing.connect(timeline.view.pictures.close)
        timeline.meter.follow(self._editor.player.playing_changed, self._editor.player.sound.peaks)
        self._dock("timeline", self.tr("Timeline"), timeline)
        yield
        self.reset_layout()
        self.tabifiedDockWidgetActivated.connect(self._trim_titles)
        for name in HIDDEN:
            self.docks[name].visibilityChanged.connect(self._make_room_for_names)

    def _fill_inspector(self) -> Iterator[None]:
        for row in INSPECTOR:
            tab = self.inspector.addTab(_scrolling(make(row, self._editor)), self.tr(row.title))
            self.inspector.setTabToolTip(tab, self.tr(row.hint) if row.hint else "")
            yield
        self.inspector.setAccessibleName(self.tr("Inspector"))
        self.inspector.tabBar().setAccessibleName(self.tr("Inspector"))
        self.inspector.setMinimumWidth(INSPECTOR_WIDTH)
        self._dock("inspector", self.tr("Inspector"), self.inspector)
        yield

    def _made(self, kind: Callable[[Editor], Panel]) -> Panel:
        panel = kind(self._editor)
        self._editor.add_panel(panel)
        return panel

    def _dock(self, name: str, title: str, panel: QWidget) -> None:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setAccessibleName(title)
        dock.setWidget(panel)
        dock.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self.addDockWidget(AREAS[name], dock)
        dock.topLevelChanged.connect(self._trim_titles)
        dock.dockLocationChanged.connect(self._trim_titles)
        self.docks[name] = dock

    def reset_layout(self) -> None:
        """Everything where it stood on the first start."""
        self._before = None
        for name, dock in self.docks.items():
            dock.setFloating(False)
            self.addDockWidget(AREAS[name], dock)
            dock.setVisible(name not in HIDDEN)
        first, *others = LEFT
        for name in others:
            self.tabifyDockWidget(self.docks[first], self.docks[name])
        self.docks["media"].raise_()
        self._trim_titles()
        self.share(self.size())

    def _trim_titles(self) -> None:
        """A dock among tabs shows its name on the tab and needs no title bar."""
        for tabs in self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            tabs.setAccessibleName(self.tr("Panels"))
        for dock in self.docks.values():
            tabbed = bool(self.tabifiedDockWidgets(dock)) and not dock.isFloating()
            bar = dock.titleBarWidget()
            if tabbed and bar is None:
                dock.setTitleBarWidget(QWidget(dock))
            elif not tabbed and bar is not None:
                dock.setTitleBarWidget(None)  # type: ignore[arg-type]  # Qt's own title bar
                bar.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        """The first time the size is known, share the room, unless a layout was restored."""
        super().showEvent(event)
        if not self._shared:
            self._shared = True
            QTimer.singleShot(0, self, lambda: self.share(self.size()))
        self.take_focus()

    def take_focus(self) -> None:
        """Keys go to the film, not to the first field there is; to the viewer where the timeline is put away."""
        shown = self.docks["timeline"].isVisible()
        (self.docks["timeline"].widget() if shown else self.centralWidget()).setFocus()

    def in_front(self, name: str) -> bool:
        """Whether a dock is seen: neither put away nor behind another tab."""
        dock = self.docks[name]
        return dock.isVisible() and not lies_behind(dock)

    def toggle(self, name: str) -> None:
        """Put a dock away that is in front; else bring it there, and the keys to it."""
        dock = self.docks[name]
        if not self.in_front(name):
            dock.show()
            dock.raise_()
            QTimer.singleShot(0, dock, lambda: self._give_keys(dock))  # once Qt has moved it to its place
            return
        had_keys = dock.isAncestorOf(QApplication.focusWidget() or self)
        dock.hide()
        if had_keys:
            self.take_focus()

    def _give_keys(self, panel: QWidget) -> bool:
        """Whether some part of the panel takes them."""
        found = focus_in(panel)
        if found is not None:
            found.setFocus(Qt.FocusReason.TabFocusReason)
        return found is not None

    def focus_next(self, way: int) -> None:
        """The keys go to the next panel in sight, or with a way of -1 to the one before, where they were in it last."""
        order = [self.centralWidget(), *(self.docks[name] for name in ("inspector", "timeline", *LEFT))]
        seen = [one for one in order if one.isVisible() and not one.visibleRegion().isEmpty()]
        at = QApplication.focusWidget()
        here = next(
            (n for n, one in enumerate(seen) if at is not None and one.isAncestorOf(at)), -1 if way > 0 else 0
        )
        for step in range(1, len(seen) + 1):
            if self._give_keys(seen[(here + way * step) % len(seen)]):
                return

    def share(self, size: QSize) -> None:
        """Split the room: a fifth to each side, two fifths of the height to the timeline."""
        sides = [self.docks["media"], self.docks["inspector"]]
        width = max(theme.grown(260), min(420, size.width() // 5))
        width = min(width, size.width() * 3 // 10)
        self.resizeDocks(sides, [width] * len(sides), Qt.Orientation.Horizontal)
        height = max(240, size.height() * 2 // 5)
        self.resizeDocks([self.docks["timeline"]], [height], Qt.Orientation.Vertical)

    @property
    def large_picture(self) -> bool:
        """The viewer and the inspector have the window for themselves."""
        return self._before is not None

    def toggle_large_picture(self) -> None:
        """Put all docks but the inspector away, or bring them back to where they were."""
        if self._before is not None:
            before, self._before = self._before, None
            self.restoreState(before, LAYOUT_VERSION)
            self._trim_titles()
            return
        self._before = self.saveState(LAYOUT_VERSION)
        for name, dock in self.docks.items():
            if name != "inspector" and not dock.isFloating():
                dock.hide()

    def _make_room_for_names(self) -> None:
        """A dock that joins tabs makes them wider, instead of squeezing the names of its neighbours."""

        def widen() -> None:
            dock = self.docks["media"]
            others = self.tabifiedDockWidgets(dock)
            wanted = max((bar.sizeHint().width() for bar in self._tab_bars(dock.windowTitle())), default=0)
            if others and not dock.isFloating() and dock.width() < wanted <= self.width() // 3:
                self.resizeDocks([dock, *others], [wanted] * (1 + len(others)), Qt.Orientation.Horizontal)

        QTimer.singleShot(0, self, widen)  # Qt adds the tab after it says that the dock is seen

    def _tab_bars(self, title: str) -> list[QTabBar]:
        """Those of docks with a tab of that title."""
        bars = self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [
            bar
            for bar in bars
            if bar.isVisible() and title in (bar.tabText(tab) for tab in range(bar.count()))
        ]

    def layout_text(self) -> str:
        """Where the docks stand when no large picture wants their room, for the settings."""
        state = self._before if self._before is not None else self.saveState(LAYOUT_VERSION)
        return b64encode(state.data()).decode()

    def restore_layout(self, text: str) -> bool:
        """False when the text is of another version or damaged; then nothing moves."""
        try:
            state = QByteArray(b64decode(text, validate=True))
        except ValueError:
            return False
        self._shared = bool(self.restoreState(state, LAYOUT_VERSION))
        self._trim_titles()
        return self._shared
