"""The media bin: what was imported, as cards or rows; from here media goes onto the timeline or into the mask view."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions.media import MENU, title
from app.actions.registry import find_action, perform, trigger
from app.editor import Editor
from app.media_bin.delegate import MediaDelegate, card_size
from app.media_bin.model import MEDIA_ROLE, MediaModel
from app.media_bin.view_bar import ViewBar
from app.project.dropped import dropped_files, taken
from app.project.media_import import ask_files, import_paths, importer_of
from app.timeline.pictures import pictures_of
from app.widgets.buttons import allow, names_command

OWN_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter,
            Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home,
            Qt.Key.Key_End)  # fmt: skip


BATCH = 400
"""Cards or rows that are laid out in one turn of the event loop."""


class MediaList(QListView):
    """The list itself; while it has the focus its keys are its own."""

    def __init__(self, remove: Callable[[], None], opened: Callable[[QModelIndex], None]) -> None:
        super().__init__()
        self._remove, self._opened = remove, opened

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if (plain and event.key() in OWN_KEYS) or event.matches(QKeySequence.StandardKey.SelectAll):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not editing:
            self._remove()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not editing:
            self._opened(self.currentIndex())
        else:
            super().keyPressEvent(event)


class MediaBinPanel(QWidget):
    """Double click puts media on the timeline at the playhead."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self.model = MediaModel(editor)
        self.list = MediaList(self._remove, self._open)
        self._delegate = MediaDelegate(pictures_of(editor), self.list)
        self._stack = QStackedWidget()
        self.search = QLineEdit()
        self._grid = QToolButton()
        self.view_bar = ViewBar(editor)
        self._busy = QProgressBar()
        self._build()
        self._connect()
        self._show_or_invite()

    def sizeHint(self) -> QSize:
        return QSize(330, 400)

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Media bin"))
        self.setMinimumWidth(200)
        self.setAcceptDrops(True)
        self._build_list()
        bar = QHBoxLayout()
        bar.setContentsMargins(6, 6, 6, 4)
        bar.setSpacing(4)
        load = QPushButton(theme.icon("import"), self.tr("Import"))
        load.setAccessibleName(self.tr("Import media"))
        names_command(load, self.tr("Import video, sound and pictures"), "media.import")
        load.clicked.connect(self._import)
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the media bin"))
        self.search.setClearButtonEnabled(True)
        self._grid.setCheckable(True)
        self._grid.setAutoRaise(True)
        self._grid.setIconSize(QSize(18, 18))
        self._grid.setAccessibleName(self.tr("Show as a list"))
        self._grid.setToolTip(self.tr("Cards or list"))
        self._grid.setIcon(theme.icon("list"))
        for widget, stretch in ((load, 0), (self.search, 1), (self._grid, 0)):
            bar.addWidget(widget, stretch)
        self._busy.setRange(0, 0)
        self._busy.setFixedHeight(3)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(self.tr("Import is running"))
        self._busy.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.view_bar)
        column.addWidget(self._busy)
        column.addWidget(self._stack, 1)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._invitation())

    def _build_list(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(self._delegate)
        self.list.setAccessibleName(self.tr("Media"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setUniformItemSizes(True)
        self.list.setLayoutMode(QListView.LayoutMode.Batched)  # thousands of cards, a part in each turn
        self.list.setBatchSize(BATCH)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self._use_grid(True)

    def _use_grid(self, grid: bool) -> None:
        self._delegate.grid = grid
        self.list.setViewMode(QListView.ViewMode.IconMode if grid else QListView.ViewMode.ListMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self._fit_cards()
        self.list.setDragEnabled(True)  # Qt switches it off with the movement
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.list.doItemsLayout()

    def _fit_cards(self) -> None:
        """Cards fill the width; a scroll bar has its place also where there is none, so that none makes another."""
        bar = self.list.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self.list)
        self._delegate.card = card_size(self.width() - bar - 2)
        self.list.setGridSize(self._delegate.card if self._delegate.grid else QSize())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_cards()

    def _invitation(self) -> QWidget:
        page = QWidget()
        words = QLabel(self.tr("Drop video, sound or pictures here,\nor click Import"))
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setWordWrap(True)
        words.setEnabled(False)
        sign = QLabel()
        sign.setPixmap(theme.icon("drop").pixmap(QSize(40, 40)))
        sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(sign)
        column.addWidget(words)
        column.addStretch(1)
        return page

    def _connect(self) -> None:
        state = self._editor.state
        self.search.textChanged.connect(self.model.filter)
        self.view_bar.shown.connect(self.model.show_only)
        self.view_bar.order.connect(self.model.sort_by)
        self._grid.toggled.connect(lambda on: self._use_grid(not on))
        self.model.modelReset.connect(self._show_or_invite)
        self.model.modelReset.connect(lambda: self._select(state.bin_selection))
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._tell_selection())
        self.list.doubleClicked.connect(self._open)
        self.list.customContextMenuRequested.connect(self._show_menu)
        state.bin_selection_changed.connect(self._reveal)
        self._editor.document.changed.connect(self._show_or_invite)
        pictures_of(self._editor).ready.connect(self.list.viewport().update)
        importer_of(self._editor).busy_changed.connect(self._busy.setVisible)

    def _show_or_invite(self, *changed: object) -> None:
        there = bool(self._editor.document.project.media)
        self._stack.setCurrentIndex(0 if there else 1)
        self.view_bar.setVisible(there)

    # Selection

    def _tell_selection(self) -> None:
        ids = frozenset(index.data(MEDIA_ROLE).id for index in self.list.selectionModel().selectedIndexes())
        self._editor.state.set("bin_selection", ids)

    def _reveal(self, ids: frozenset[str]) -> None:
        """Select media, all of them in sight."""
        if any(self.model.row_of(media_id) is None for media_id in ids):
            self.search.clear()
            self.view_bar.show_everything()
        self._select(ids)

    def _select(self, ids: frozenset[str]) -> None:
        shown = {index.data(MEDIA_ROLE).id for index in self.list.selectionModel().selectedIndexes()}
        if shown == ids:
            return
        selection = self.list.selectionModel()
        selection.blockSignals(True)
        selection.clearSelection()
        for media_id in ids:
            row = self.model.row_of(media_id)
            if row is not None:
                index = self.model.index(row)
                selection.select(index, QItemSelectionModel.SelectionFlag.Select)
                self.list.scrollTo(index)
        selection.blockSignals(False)
        self.list.viewport().update()

    # Commands

    def _import(self) -> None:
        ask_files(self._editor, self.window())

    def _remove(self) -> None:
        perform(self._editor, "media.remove")

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            perform(self._editor, "timeline.overwrite")

    def _show_menu(self, position: QPoint) -> None:
        menu = self.build_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(position))

    def build_menu(self) -> QMenu:
        """The menu for what is selected."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        chosen = bool(self._editor.state.bin_selection)
        if chosen:
            for name in ("timeline.insert", "timeline.overwrite", "", *MENU):
                if not name:
                    menu.addSeparator()
                    continue
                action = find_action(name)
                item = menu.addAction(title(action), partial(trigger, self._editor, action))
                allow(item, self._editor, action)
            rename = menu.addAction(self.tr("Rename…"), lambda: self.list.edit(self.list.currentIndex()))
            rename.setShortcut(QKeySequence(Qt.Key.Key_F2))
        else:
            menu.addAction(theme.icon("import"), self.tr("Import media…"), self._import)
        return menu

    # Files dropped here

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = dropped_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            left = list[Path]()
            with self._editor.notify.failures():
                left = taken(self._editor, files)
            if left:
                import_paths(self._editor, left)
