"""The media of the project as a Qt list: those that are asked for, in the order that is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from msgspec.structs import replace
from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt

from app.editor import Editor
from app.timeline.drops import MEDIA_MIME, media_mime
from app.widgets.amounts import clock
from core.project.media_folders import used_media
from core.project.project import Media, Project

MEDIA_ROLE = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex
NONE = QModelIndex()


Kind = Literal["all", "video", "audio", "image", "layers", "unused", "folder"]
Order = Literal["bin", "name", "kind", "length"]


@dataclass(frozen=True)
class Shown:
    """Which media: all, those of a kind, those that no film uses, or those in the folder of that name."""

    kind: Kind = "all"
    folder: str = ""


EVERYTHING = Shown()


def kind_of(media: Media) -> Kind:
    if media.layer is not None:
        return "layers"
    if media.info.video is None:
        return "audio"
    return "image" if media.info.kind == "image" else "video"


def chosen_media(project: Project, shown: Shown, word: str, order: Order) -> list[Media]:
    """The media of the bin that are shown and whose name holds `word`, in lower case; in that
    order, else as imported."""
    found = [media for media in project.media if word in media.name.lower()]
    if shown.kind == "folder":
        found = [media for media in found if media.folder == shown.folder]
    elif shown.kind == "unused":
        used = used_media(project)
        found = [media for media in found if media.id not in used]
    elif shown.kind != "all":
        found = [media for media in found if kind_of(media) == shown.kind]
    keys: dict[Order, Callable[[Media], Any]] = {
        "name": lambda media: natural(media.name),
        "kind": kind_of,
        "length": lambda media: media.info.duration if media.info.kind != "image" else 0,
    }
    return sorted(found, key=keys[order]) if order in keys else found


def natural(name: str) -> list[tuple[int, str]]:
    """For sorting: letters whatever their case, numbers by their size, so that clip2 stands before clip10."""
    return [
        (int(part), "") if part.isdecimal() else (-1, part)
        for part in re.split(r"(\d{1,15})", name.casefold())
    ]


class MediaModel(QAbstractListModel):
    """One row a media. MEDIA_ROLE gives the Media."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._word, self._shown = "", EVERYTHING
        self._order: Order = "bin"
        self._rows: list[Media] = []
        self._places: dict[str, int] = {}
        editor.document.changed.connect(self._document_changed)
        self._refresh()

    def _document_changed(self, before: Project, after: Project) -> None:
        if before.media is not after.media or self._shown.kind == "unused":
            self._refresh()

    def filter(self, word: str) -> None:
        """Show only media whose name holds `word`."""
        self._word = word.strip().lower()
        self._refresh()

    def show_only(self, shown: Shown) -> None:
        self._shown = shown
        self._refresh()

    def sort_by(self, order: Order) -> None:
        self._order = order
        self._refresh()

    def _refresh(self) -> None:
        rows = chosen_media(self._editor.document.project, self._shown, self._word, self._order)
        if [one.id for one in rows] == [one.id for one in self._rows]:
            self._rows = rows  # the selection stays
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self._places = {media.id: row for row, media in enumerate(rows)}
        self.endResetModel()

    def row_of(self, media_id: str) -> int | None:
        return self._places.get(media_id)

    # Qt's side

    def rowCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        media = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return media.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join((media.name, facts(media), media.path, *badge_words(self, media)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((media.name, facts(media), *badge_words(self, media)))
        return media if role == MEDIA_ROLE else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name = str(value).strip()
        media = self._rows[index.row()]
        if role != Qt.ItemDataRole.EditRole or not name or name == media.name:
            return False
        with self._editor.notify.failures():
            self._editor.document.edit(self.tr("Rename media"), renamed, media.id, name)
            return True
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled | flag.ItemIsEditable

    def mimeTypes(self) -> list[str]:
        return [MEDIA_MIME]

    def mimeData(self, indexes: Any) -> QMimeData:
        return media_mime([self._rows[index.row()].id for index in indexes])


def renamed(project: Project, media_id: str, name: str) -> Project:
    """The project with another name for a media; its clips keep theirs."""
    return project.with_media(replace(project.find_media(media_id), name=name))


def facts(media: Media) -> str:
    """Size, rate and length in a line."""
    info = media.info
    parts = []
    if info.video is not None:
        parts.append(f"{info.video.width}×{info.video.height}")
        if info.kind != "image":
            rate = f"≈{info.video.rate.fps:.1f}" if info.video.variable_rate else f"{info.video.rate}"
            parts.append(f"{rate} fps")
    elif info.audio is not None:
        parts.append(f"{info.audio.sample_rate / 1000:g} kHz")
    if info.kind != "image":
        parts.append(clock(info.duration))
    return "  ".join(parts)


def badges(media: Media) -> list[tuple[str, str]]:
    """(icon or short word, name of its colour): what the user should see at a glance."""
    found = []
    if media.missing:
        found.append(("offline", "error"))
    if media.proxy:
        found.append(("proxy", "accent"))
    if media.info.video is not None and media.info.video.variable_rate:
        found.append(("VFR", "warning"))
    if media.objects:
        found.append(("masks", "success"))
    if media.layers is not None:
        found.append(("layers", "accent"))
    return found


def badge_words(model: MediaModel, media: Media) -> list[str]:
    words = {
        "offline": model.tr("the file is missing"),
        "proxy": model.tr("has a proxy"),
        "VFR": model.tr("variable frame rate"),
        "masks": model.tr("has masks"),
        "layers": model.tr("taken apart into layers"),
    }
    return [words[name] for name, _ in badges(media)]
