"""In the smallest window nothing in the viewer's rows lies over its neighbour, and no field is cut off."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from app.panels.viewer import ViewerPanel
from app.window.main_window import MainWindow
from tests.app.film import open_film


def _placed(row: QWidget) -> list[tuple[QWidget, QRect]]:
    found = [one for one in row.findChildren(QWidget) if one.parentWidget() is row and one.isVisibleTo(row)]
    return [(one, one.geometry()) for one in found if one.width() > 0]


@pytest.mark.parametrize("size", [QSize(960, 600), QSize(1280, 800)])
def test_rows_of_the_viewer_fit(window: MainWindow, size: QSize, tmp_path: Path) -> None:
    open_film(window.editor, tmp_path)
    window.resize(size)
    viewer = window.editor.panel(ViewerPanel)
    viewer.resize(400 if size.width() == 960 else 700, viewer.height())
    for row in (viewer.options, viewer.atlas.options, viewer.transport):
        row.show()
        row.resize(viewer.width(), row.sizeHint().height())
        layout = row.layout()
        assert layout is not None
        layout.activate()
        for (one, mine), (other, its) in itertools.combinations(_placed(row), 2):
            assert not mine.intersects(its), (one.accessibleName(), other.accessibleName())
        for box in row.findChildren(QAbstractSpinBox):
            assert isinstance(box, QSpinBox | QDoubleSpinBox)
            needed = box.fontMetrics().horizontalAdvance(box.prefix() + box.cleanText() + box.suffix())
            assert box.lineEdit().width() >= needed, box.accessibleName()


def test_names_on_the_tabs_are_whole(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    open_film(window.editor, tmp_path)
    window.resize(960, 600)
    assert window.workspace is not None
    qtbot.waitUntil(lambda: bool(_tab_bars(window)))
    for bar in _tab_bars(window):
        widths = [bar.tabRect(n).width() for n in range(bar.count())]
        texts = [bar.fontMetrics().horizontalAdvance(bar.tabText(n)) for n in range(bar.count())]
        assert all(width >= text + 4 for width, text in zip(widths, texts, strict=True)), (widths, texts)


def _tab_bars(window: MainWindow) -> list[QTabBar]:
    """Of docks that share a place."""
    assert window.workspace is not None
    return [bar for bar in window.workspace.findChildren(QTabBar) if bar.isVisible() and bar.count() > 1]
