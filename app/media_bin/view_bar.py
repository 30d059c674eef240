"""What of the media bin is shown, and in which order: the line under its search field."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from app import theme
from app.editor import Editor
from app.media_bin.model import EVERYTHING, Order, Shown
from core.project.media_folders import folders
from core.project.project import Project


class ViewBar(QWidget):
    """Signals: shown(Shown), order("bin" | "name" | "kind" | "length"): the user chose."""

    shown = Signal(object)
    order = Signal(str)

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self.choice = QComboBox()
        self.sort = QToolButton()
        self._build()
        self._fill()
        self.choice.activated.connect(lambda _: self.shown.emit(self.choice.currentData()))
        editor.document.changed.connect(self._document_changed)

    def _build(self) -> None:
        tr = self.tr
        self.choice.setAccessibleName(tr("Which media are shown"))
        self.choice.setToolTip(tr("All media, one kind, or one folder"))
        self.choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.sort.setIcon(theme.icon("sort"))
        self.sort.setAutoRaise(True)
        self.sort.setAccessibleName(tr("Order"))
        self.sort.setToolTip(tr("Order of the media"))
        self.sort.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.sort.setMenu(self._orders())
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 4)
        row.setSpacing(4)
        row.addWidget(self.choice, 1)
        row.addWidget(self.sort)

    def _orders(self) -> QMenu:
        tr = self.tr
        names: dict[Order, str] = {
            "bin": tr("As imported"),
            "name": tr("By name"),
            "kind": tr("By kind"),
            "length": tr("By length"),
        }
        menu, group = QMenu(self), QActionGroup(self)
        for order, name in names.items():
            action = QAction(name, menu, checkable=True, checked=order == "bin")
            action.setData(order)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(lambda action: self.order.emit(action.data()))
        return menu

    def show_everything(self) -> None:
        self.choice.setCurrentIndex(0)
        self.shown.emit(EVERYTHING)

    def _document_changed(self, before: Project, after: Project) -> None:
        if before.media is not after.media:
            self._fill()

    def _fill(self) -> None:
        """The choices there are now; what was chosen stays, or all is shown when its folder is gone."""
        tr, was = self.tr, self.choice.currentData() or EVERYTHING
        fixed = (
            (tr("All media"), EVERYTHING), (tr("Video"), Shown("video")), (tr("Sound"), Shown("audio")),
            (tr("Pictures"), Shown("image")), (tr("Layers"), Shown("layers")), (tr("Not used yet"), Shown("unused")),
        )  # fmt: skip
        with QSignalBlocker(self.choice):
            self.choice.clear()
            for name, shown in fixed:
                self.choice.addItem(name, shown)
            for number, (folder, count) in enumerate(folders(self._editor.document.project).items()):
                if not number:
                    self.choice.insertSeparator(self.choice.count())
                self.choice.addItem(theme.icon("folder"), f"{folder}  ({count})", Shown("folder", folder))
            places = (place for place in range(self.choice.count()) if self.choice.itemData(place) == was)
            place = next(places, None)
            self.choice.setCurrentIndex(place or 0)
        if place is None:
            self.shown.emit(EVERYTHING)
