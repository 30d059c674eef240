"""Similar moments: a list of pictures of what looks and moves like the moment in the viewer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.editor import Editor
from app.moments import Moment, go_to, known, look, moment_in_view, search, searchable, words
from app.timeline.pictures import Wish, pictures_of
from app.widgets.buttons import command_button
from core.project.project import Media, Project
from core.search.moments import Found
from core.time import TICKS_PER_SECOND, seconds

PICTURE = QSize(132, 74)
_FOUND = int(Qt.ItemDataRole.UserRole)


class MomentsPanel(QWidget):
    """Asks for the moment in the viewer; a double click or Enter goes to a found one."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._asked = 0
        self._waiting: Moment | None = None
        """What is looked for as soon as its clip is known, and again as more are."""
        self._pictures = pictures_of(editor)
        self.hint = QLabel(self)
        self.list = QListWidget(self)
        self.find_button = command_button(self, editor, self.tr("Find similar"), "moments.find")
        self.look_button = command_button(self, editor, self.tr("Look at all clips"), "moments.look")
        self.mark_button = command_button(self, editor, self.tr("Set in and out"), "moments.mark")
        self._paint = QTimer(self, singleShot=True, interval=0)
        self._paint.timeout.connect(self._show_pictures)
        self._build()
        self._pictures.ready.connect(self._paint.start)
        self.list.itemActivated.connect(self._go)
        self.list.currentItemChanged.connect(lambda *_: self._enable())
        editor.document.changed.connect(self._document_changed)
        self._say_how_many()

    def sizeHint(self) -> QSize:
        return QSize(330, 400)

    @property
    def chosen(self) -> Found | None:
        """The moment that is current in the list."""
        item = self.list.currentItem()
        return item.data(_FOUND) if item is not None else None

    def find_like(self) -> None:
        """List the moments like the one in the viewer; clips that were not looked at are looked at first.

        Raises:
            EditError: when the viewer shows no moving picture.
        """
        moment = moment_in_view(self._editor)
        folders = known(self._editor)
        self._waiting = None
        if moment.media.id not in folders:
            look(self._editor)
            self._waiting = moment
            self._say_how_many()
            return
        self._search(moment, folders)

    def _search(self, moment: Moment, folders: Mapping[str, Path]) -> None:
        self._asked += 1
        work = partial(search, folders, moment.media.id, seconds(moment.time))
        self._editor.background.run(work, partial(self._show, self._asked), self._failed)

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Similar moments"))
        self.hint.setWordWrap(True)
        self.hint.setProperty("role", "dim")
        self.list.setAccessibleName(self.tr("Found moments, most alike first"))
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setIconSize(PICTURE)
        self.list.setGridSize(PICTURE + QSize(14, 40))
        self.list.setWordWrap(True)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        bar = QHBoxLayout()
        for button in (self.find_button, self.look_button):
            bar.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addLayout(bar)
        column.addWidget(self.hint)
        column.addWidget(self.list, 1)
        column.addWidget(self.mark_button)
        self._enable()

    def _enable(self) -> None:
        self.mark_button.setEnabled(self.chosen is not None)

    def _document_changed(self, before: Project, after: Project) -> None:
        if before.media is not after.media:
            self._say_how_many()
            folders = known(self._editor)
            if self._waiting is not None and self._waiting.media.id in folders:
                self._search(self._waiting, folders)
                if len(folders) == len(searchable(after)):
                    self._waiting = None

    def _say_how_many(self) -> None:
        clips = searchable(self._editor.document.project)
        there = known(self._editor)
        self.look_button.setEnabled(len(there) < len(clips))
        self.find_button.setEnabled(bool(clips))
        if not clips:
            self.hint.setText(self.tr("Import clips, then put the playhead on a moment"))
        elif self._waiting is not None:
            text = self.tr("{known} of {clips} clips are known; moments are listed as the jobs get through")
            self.hint.setText(text.format(known=len(there), clips=len(clips)))
        else:
            text = self.tr(
                "{known} of {clips} clips are known. Put the playhead on a moment and find others like it"
            )
            self.hint.setText(text.format(known=len(there), clips=len(clips)))

    def _show(self, asked: int, found: list[Found]) -> None:
        if asked != self._asked:
            return
        self.list.clear()
        for one in found:
            item = QListWidgetItem(words(self._media(one), one))
            item.setData(_FOUND, one)
            item.setIcon(self._blank())
            item.setToolTip(self.tr("Double click to go there"))
            self.list.addItem(item)
        self._say_how_many()
        if not found:
            self.hint.setText(self.tr("There is no other moment"))
        self._show_pictures()

    def _failed(self, error: BaseException) -> None:
        self._editor.notify.failure(error if isinstance(error, Exception) else RuntimeError(str(error)))

    def _show_pictures(self) -> None:
        """Pictures that are there; the others are asked for."""
        wishes: list[Wish] = []
        for row in range(self.list.count()):
            item = self.list.item(row)
            found: Found = item.data(_FOUND)
            media, time = self._media(found), round(found.seconds * TICKS_PER_SECOND)
            if media is None or item.data(_FOUND + 1):
                continue
            image = self._pictures.thumbnail(media, time)
            if image is None:
                wishes.append(self._pictures.wish(media, time))
            else:
                item.setIcon(_boxed(image))
                item.setData(_FOUND + 1, True)
        self._pictures.want("moments", wishes)

    def _media(self, found: Found) -> Media | None:
        return self._editor.document.project.known_media(found.clip)

    def _blank(self) -> QIcon:
        picture = QPixmap(PICTURE)
        picture.fill(theme.colours().background)
        return QIcon(picture)

    def _go(self, item: QListWidgetItem) -> None:
        with self._editor.notify.failures():
            go_to(self._editor, item.data(_FOUND))


def _boxed(image: QImage) -> QIcon:
    """The picture, cut to the shape of the list's cells."""
    size = image.size().scaled(PICTURE, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    large = image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    left, top = (size.width() - PICTURE.width()) // 2, (size.height() - PICTURE.height()) // 2
    return QIcon(QPixmap.fromImage(large.copy(left, top, PICTURE.width(), PICTURE.height())))
