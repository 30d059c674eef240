"""Panels that lie among tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QTabWidget, QWidget


def tabs_of(panel: QWidget) -> tuple[QTabWidget, int] | None:
    """The tabs that hold a panel, and the number of its page; None when it stands alone."""
    page: QWidget = panel
    parent = panel.parentWidget()
    while parent is not None:
        if isinstance(parent, QTabWidget):
            return parent, parent.indexOf(page)
        if isinstance(parent.parentWidget(), QTabWidget):  # the stack of pages
            tabs = parent.parentWidget()
            assert isinstance(tabs, QTabWidget)
            return tabs, tabs.indexOf(page)
        page, parent = parent, parent.parentWidget()
    return None


def lies_behind(widget: QWidget) -> bool:
    """Whether a widget is in a dock whose tab is not the one in front. Qt keeps these shown, beside the window."""
    at: QWidget | None = widget
    while at is not None and not isinstance(at, QDockWidget):
        at = at.parentWidget()
    return at is not None and at.visibleRegion().isEmpty()


def bring_to_front(panel: QWidget) -> None:
    """Show the panel's page."""
    found = tabs_of(panel)
    if found is not None:
        found[0].setCurrentIndex(found[1])


def focus_in(panel: QWidget) -> QWidget | None:
    """Where the keys go in a panel: where they were last, else the first part that takes them; None when none does."""

    def takes(part: QWidget) -> bool:
        wanted = part.focusPolicy() & Qt.FocusPolicy.TabFocus
        return bool(wanted) and part.isVisible() and part.isEnabled() and not lies_behind(part)

    last = panel.focusWidget()
    if last is not None and takes(last):
        return last
    at = panel.nextInFocusChain()
    while at is not None and at is not panel:
        if panel.isAncestorOf(at) and takes(at):
            return at
        at = at.nextInFocusChain()
    return None
