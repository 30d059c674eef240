"""The start page: go on with a recent project, begin one, open one, try the sample, or drop files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDateTime, QEvent, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QIcon
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.editor import Editor
from app.project.disk import thumbnail_path
from app.widgets.captions import heading
from core.assets import asset

_PATH = Qt.ItemDataRole.UserRole


class DropArea(QFrame):
    """Signals: dropped(list[Path])."""

    dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "drop")
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        words = QLabel(
            self.tr("Drop video, pictures or a project here"), alignment=Qt.AlignmentFlag.AlignCenter
        )
        words.setProperty("role", "dim")
        column.addWidget(words)

    def _mark(self, over: bool) -> None:
        self.setProperty("over", over)
        self.style().unpolish(self)
        self.style().polish(self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._mark(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(False)
        event.acceptProposedAction()
        self.dropped.emit([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])


class StartPage(QWidget):
    """Signals: asked(id of a command), project_asked(Path), dropped(list[Path])."""

    asked = Signal(str)
    project_asked = Signal(object)
    dropped = Signal(object)

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self.setAccessibleName(self.tr("Start page"))
        self.drop = DropArea()
        self.drop.dropped.connect(self.dropped)
        self._choices: list[tuple[QToolButton, str]] = []
        middle = QWidget(maximumWidth=960, maximumHeight=620)
        columns = QHBoxLayout(middle)
        columns.setContentsMargins(32, 32, 32, 32)
        columns.setSpacing(48)
        columns.addLayout(self._left(), 4)
        columns.addLayout(self._right(), 5)
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(middle, 20)
        outer.addStretch(1)

    def _left(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        mark = QLabel()
        mark.setPixmap(QIcon(str(asset("icons", "laminar.svg"))).pixmap(QSize(64, 64)))
        title = QLabel("Laminar")
        title.setProperty("role", "title")
        words = QLabel(self.tr("Cut films, follow objects, export."))
        words.setProperty("role", "dim")
        for widget in (mark, title, words):
            column.addWidget(widget)
        column.addSpacing(24)
        for text, hint, icon, command in (
            (self.tr("New project"), self.tr("Begin with an empty film"), "new", "file.new"),
            (self.tr("Open project…"), self.tr("A .laminar file"), "open", "file.open"),
            (self.tr("Open the sample"), self.tr("A small clip to try everything on"), "film", "file.sample"),
            (self.tr("Take the tour"), self.tr("Five minutes, step by step"), "help", "help.tour"),
        ):
            column.addWidget(self._choice(text, hint, icon, command))
        column.addStretch(1)
        return column

    def _choice(self, text: str, hint: str, icon: str, command: str) -> QToolButton:
        button = QToolButton()
        button.setText(f"  {text}\n  {hint}")
        button.setIcon(theme.icon(icon))
        button.setIconSize(QSize(24, 24))
        button.setProperty("role", "card")
        button.setAccessibleName(text)
        button.setAccessibleDescription(hint)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setMinimumWidth(300)
        button.clicked.connect(lambda: self.asked.emit(command))
        self._choices.append((button, command))
        return button

    def _right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self._none = QLabel(self.tr("Projects you save appear here."))
        self._none.setProperty("role", "dim")
        self.recent = QListWidget()
        self.recent.setAccessibleName(self.tr("Recent projects"))
        self.recent.setIconSize(QSize(96, 54))
        self.recent.setUniformItemSizes(True)
        self.recent.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.recent.itemActivated.connect(self._open_item)
        self.recent.itemClicked.connect(self._open_item)
        self.drop.setMinimumHeight(96)
        self.drop.setMaximumHeight(160)
        column.addWidget(heading(self, self.tr("Recent projects")))
        column.addWidget(self._none)
        column.addWidget(self.recent, 12)
        column.addSpacing(8)
        column.addWidget(self.drop, 1)
        column.addStretch(1)
        return column

    def _open_item(self, item: QListWidgetItem) -> None:
        self.project_asked.emit(Path(item.data(_PATH)))

    def refresh(self) -> None:
        """Read the recent list again; projects that are gone are left out."""
        self.recent.clear()
        for path in self._editor.desk.recent():
            try:
                changed = QDateTime.fromSecsSinceEpoch(int(path.stat().st_mtime))
            except OSError:
                continue
            when = QLocale().toString(changed, QLocale.FormatType.ShortFormat)
            item = QListWidgetItem(_thumbnail(path), f"{path.stem}\n{when}  ·  {path.parent}")
            item.setData(_PATH, str(path))
            item.setToolTip(str(path))
            item.setSizeHint(QSize(0, 64))
            self.recent.addItem(item)
        self.recent.setVisible(self.recent.count() > 0)
        self._none.setVisible(self.recent.count() == 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


def _thumbnail(project: Path) -> QIcon:
    """The picture that was kept at the last save, or a plain film strip."""
    picture = thumbnail_path(project)
    return QIcon(str(picture)) if picture.is_file() else theme.icon("film")
