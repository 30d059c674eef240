"""Find missing files: show where one is, and the others that moved along are found by name and content."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from shiboken6 import isValid

from app import theme
from app.actions.media import relink_to
from app.editor import Editor
from app.widgets.columns import dialog_column
from core.project import relink
from core.project.paths import media_path
from core.project.project import Media, Project
from core.project.trust import Trust

_ID = Qt.ItemDataRole.UserRole


def missing_media(editor: Editor) -> list[Media]:
    """Media that are marked as missing in the document."""
    return [media for media in editor.document.project.media if media.missing]


class RelinkDialog(QDialog):
    """Searching runs beside the window; each find is one step of undo."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setWindowTitle(self.tr("Find missing files"))
        self.resize(theme.roomy(720, 420))
        self.words = QLabel(wordWrap=True)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setHeaderLabels([self.tr("Name"), self.tr("Where it was")])
        self.list.setAccessibleName(self.tr("Missing files"))
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.list.itemActivated.connect(lambda item, _column: self.locate(item))
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.hide()
        self.one = QPushButton(self.tr("&Show where it is…"))
        self.one.clicked.connect(lambda: self.locate(self.list.currentItem()))
        self.folder = QPushButton(self.tr("Search a &folder…"))
        self.folder.clicked.connect(self.ask_folder)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        box.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.one)
        row.addWidget(self.folder)
        row.addStretch(1)
        row.addWidget(box)
        dialog_column(self, self.words, self.list, self.busy, row)
        self.fill()

    def fill(self) -> None:
        """Show what is still missing."""
        missing = missing_media(self._editor)
        self.list.clear()
        for media in missing:
            path = media_path(self._editor.document.path, media)
            item = QTreeWidgetItem([media.name, str(path)])
            item.setData(0, _ID, media.id)
            self.list.addTopLevelItem(item)
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)
        for button in (self.one, self.folder):
            button.setEnabled(bool(missing))
        self.words.setText(
            self.tr("Show where one of these files is; those that moved along are found by themselves.")
            if missing
            else self.tr("Every file is in its place.")
        )

    def locate(self, item: QTreeWidgetItem | None) -> None:
        """Ask where one file is."""
        if item is None:
            return
        title = self.tr("Where is {0}?").format(item.text(0))
        chosen, _ = QFileDialog.getOpenFileName(self, title, str(Path.home()))
        if chosen:
            self.take(str(item.data(0, _ID)), Path(chosen))

    def ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Search in"), str(Path.home()))
        if chosen:
            self.search(Path(chosen))

    def take(self, media_id: str, chosen: Path) -> None:
        """Use `chosen` for a media, and find the others from there."""
        document = self._editor.document
        media = document.project.require_media(media_id)

        def found(places: dict[str, Path] | None) -> None:
            if places is not None:
                self._found(places)
            elif isValid(self):  # another film of that name perhaps: what it holds is looked into
                self.close()
                relink_to(self._editor, media_id, relink.place_of(media, chosen))

        self.busy.show()
        work = partial(_siblings, document.project, document.path, media_id, chosen)
        self._editor.background.run(work, found, self._failed)

    def search(self, folder: Path) -> None:
        self._start(partial(relink.search, self._editor.document.project, folder))

    def _start(self, work: partial[dict[str, Path]]) -> None:
        self.busy.show()
        self._editor.background.run(work, self._found, self._failed)

    def _found(self, places: dict[str, Path]) -> None:
        if not isValid(self):
            return
        self.busy.hide()
        if not places:
            self._editor.notify.warning(
                self.tr("None of the missing files is there"), self.tr("Try another folder")
            )
            return
        document = self._editor.document
        document.edit(self.tr("Find missing files"), _relinked, places, document.path)
        self._editor.background.run(partial(_trust, list(places.values())), lambda _: None, self._failed)
        count = len(places)
        self._editor.notify.info(
            self.tr("The file was found") if count == 1 else self.tr("{0} files were found").format(count)
        )
        self.fill()

    def _failed(self, error: BaseException) -> None:
        if isValid(self):
            self.busy.hide()
        self._editor.notify.failure(error)


def _siblings(project: Project, path: Path | None, media_id: str, chosen: Path) -> dict[str, Path] | None:
    """As `relink.siblings`; None when the chosen file is not the media's."""
    media = project.find_media(media_id)
    if not relink.same_content(relink.place_of(media, chosen), media):
        return None
    return relink.siblings(project, path, media_id, chosen)


def _relinked(project: Project, places: dict[str, Path], project_file: Path | None) -> Project:
    return relink.relinked(project, places, project_file)


def _trust(paths: list[Path]) -> None:
    """The user chose these files: the project may read them wherever they lie."""
    Trust().add(paths)
