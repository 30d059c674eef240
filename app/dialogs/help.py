"""The help pages: assets/help/*.md with pictures, a list of pages, a search through all of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app import theme
from core.assets import asset

_PATH = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Page:
    """order is the number that the file's name begins with: 01-tour.md."""

    path: Path
    title: str
    text: str

    @property
    def name(self) -> str:
        """The file's name without its number: "tour"."""
        return self.path.stem.partition("-")[2]


def pages() -> list[Page]:
    """All help pages in their order."""
    found = []
    for path in sorted(asset("help").glob("[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        title = text.lstrip().partition("\n")[0].lstrip("# ").strip()
        found.append(Page(path, title, text))
    return found


class PageView(QTextBrowser):
    """A page whose pictures are never wider than the view."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        found = super().loadResource(kind, name)
        if kind == QTextDocument.ResourceType.ImageResource.value and isinstance(found, QByteArray | bytes):
            found = QImage.fromData(found)
        bar = self.verticalScrollBar().sizeHint().width()
        room = round(self.contentsRect().width() - bar - 2 * self.document().documentMargin())
        if isinstance(found, QImage) and found.width() > room > 0:
            return found.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
        return found


class HelpDialog(QDialog):
    """Not modal: read while working."""

    def __init__(self, page: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Help"))
        self.resize(theme.roomy(980, 720))
        self._pages = pages()
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(self.tr("Search the help"))
        self.search.setAccessibleName(self.tr("Search the help"))
        self.search.textChanged.connect(self._find)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Help pages"))
        self.list.currentItemChanged.connect(self._open)
        self.view = PageView(openExternalLinks=True)
        self.view.setAccessibleName(self.tr("Help page"))
        self.view.setSearchPaths([str(asset("help"))])
        self.view.document().setDocumentMargin(24)
        self.view.document().setDefaultStyleSheet("h1, h2 { font-weight: 600 }")
        side = QVBoxLayout()
        side.addWidget(self.search)
        side.addWidget(self.list, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addLayout(side, 1)
        row.addWidget(self.view, 3)
        self._find("")
        self.show_page(page)

    def show_page(self, name: str) -> None:
        """Open a page by name, such as "tour"; the first for an unknown one."""
        for row in range(self.list.count()):
            if Path(self.list.item(row).data(_PATH)).stem.partition("-")[2] == name:
                self.list.setCurrentRow(row)
                return
        self.list.setCurrentRow(0)

    def _find(self, typed: str) -> None:
        words = typed.lower().split()
        self.list.clear()
        for page in self._pages:
            if all(word in page.text.lower() for word in words):
                item = QListWidgetItem(page.title)
                item.setData(_PATH, str(page.path))
                self.list.addItem(item)
        self.list.setCurrentRow(0)
        if words and self.list.count():
            self.view.moveCursor(QTextCursor.MoveOperation.Start)
            self.view.find(words[0])

    def _open(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.view.setSource(QUrl.fromLocalFile(item.data(_PATH)))
