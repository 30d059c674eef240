"""The round trip through another program: the atlas goes out as a file, each save of it comes back as one edit.

A save may write in place or put another file in the old one's place, and may take several steps:
the file and its folder are watched, and it is read once it has been at rest for a moment. What
cannot be read or does not fit is told and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from app.atlas.external_exchange import SUFFIX, Form, Sent, send, take
from app.atlas.session import AtlasSession
from app.editor import Editor
from core.errors import EditError
from core.project import atlas_edits
from core.project.atlas_edits import find_edit, new_edit
from core.project.atlas_pictures import write_picture
from core.project.project import Media, Project
from core.render.atlas_source import Atlases
from core.render.atlas_views import painted_atlas, painted_page

REST = 350
"""Milliseconds that a file is left alone before it is read."""
TRIES = 6
"""How often a file that cannot be read yet is looked at again."""
FOLDER = "other_programs"
Stamp = tuple[int, int, int]


@dataclass(eq=False)
class Trip:
    """One file on its way.

    edit: id of the edit that its saves go to, made with the first.
    seen: the file as it was read last.
    page: of the object that went out, counted from 1; 0: its atlas.
    """

    media: str
    label: int
    name: str
    sent: Sent
    edit: str
    seen: Stamp | None
    tries: int = 0
    page: int = 0


def stamp(path: Path) -> Stamp | None:
    """What tells a save from none; None when there is no file just now."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class ExternalEdits(QObject):
    """All files that are out.

    Signals: changed(): a file went out, or is not watched any more.
    """

    changed = Signal()

    def __init__(self, editor: Editor, open_file: Callable[[Path], bool] | None = None) -> None:
        """open_file: opens a file in the system's program; False when there is none (for tests)."""
        super().__init__(editor)
        self._editor = editor
        self._open = open_file or (lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
        self._trips: dict[Path, Trip] = {}
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._look)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda path: self._rest.start())
        self._watcher.directoryChanged.connect(lambda path: self._rest.start())
        editor.document.renamed.connect(lambda path: self._drop_others())

    @property
    def watching(self) -> bool:
        return bool(self._trips)

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(self._trips)

    # Out

    def begin(self, session: AtlasSession, form: Form) -> None:
        """Write the atlas in hand, or the page of it that is shown, and open it.

        Raises:
            EditError: when there is no atlas.
        """
        media, data = session.media, self._editor.document.data
        if media is None or data is None or not session.ready:
            raise EditError("there is no atlas to edit yet", "Unroll the objects first")
        label, page = session.label, session.page
        part = f" part {page:02d}" if page else ""
        path = data / FOLDER / f"{plain(media.name)} atlas {label:02d}{part}{SUFFIX[form]}"
        work = partial(_sent, self._editor.player.atlases, data, media, label, page, form, path)
        name = self.tr("From another program")
        self._editor.background.run(
            work, partial(self._out, media.id, label, page, name), self._editor.notify.failure
        )

    def _out(self, media_id: str, label: int, page: int, name: str, sent: Sent) -> None:
        fresh = new_edit("paint", label).id
        self._trips[sent.path] = Trip(media_id, label, name, sent, fresh, stamp(sent.path), page=page)
        self._watch()
        self.changed.emit()
        if not self._open(sent.path):
            self._editor.notify.info(
                self.tr("no program opened {0}").format(sent.path),
                self.tr("Open that file yourself; each save comes back"),
            )

    def end_all(self) -> None:
        """Look at no file any more; what came back stays."""
        self._trips.clear()
        for path in (*self._watcher.files(), *self._watcher.directories()):
            self._watcher.removePath(path)
        self.changed.emit()

    def _drop_others(self) -> None:
        """Another project is open: its media are not ours."""
        data = self._editor.document.data
        if any(data is None or data not in path.parents for path in self._trips):
            self.end_all()
            self._editor.notify.status(
                self.tr("files in other programs are no longer watched: the project moved")
            )

    def _watch(self) -> None:
        """A file that was replaced is watched by nobody until it is named again."""
        known = {*self._watcher.files(), *self._watcher.directories()}
        wanted = {str(path) for trip in self._trips for path in (trip, trip.parent) if path.exists()}
        if fresh := sorted(wanted - known):
            self._watcher.addPaths(fresh)

    # Back

    def _look(self) -> None:
        self._watch()
        for path, trip in list(self._trips.items()):
            now = stamp(path)
            if now is not None and now != trip.seen:
                trip.seen, trip.tries = now, 0
                self._read(trip)

    def _read(self, trip: Trip) -> None:
        data = self._editor.document.data
        if data is not None:
            work = partial(_taken, trip.sent, data)
            self._editor.background.run(work, partial(self._back, trip), partial(self._failed, trip))

    def _failed(self, trip: Trip, error: BaseException) -> None:
        """Perhaps it is still being written: look again, then say so."""
        if stamp(trip.sent.path) != trip.seen:
            self._rest.start()
            return
        trip.tries += 1
        if trip.tries < TRIES and "cannot be read" in str(error):
            QTimer.singleShot(REST, self, partial(self._read, trip))
        else:
            self._editor.notify.failure(error)

    def _back(self, trip: Trip, file: str) -> None:
        if stamp(trip.sent.path) != trip.seen:
            self._rest.start()  # it was saved again meanwhile
        if trip.sent.path not in self._trips:
            return
        if not file:
            self._editor.notify.status(self.tr("{0} came back unchanged").format(trip.sent.path.name))
            return
        with self._editor.notify.failures():
            self._editor.document.edit(self.tr("Take over from another program"), with_trip, trip, file)


def with_trip(project: Project, trip: Trip, file: str) -> Project:
    """The edit of a trip with another picture; made on top with the first save. Raises EditError."""
    media = project.known_media(trip.media)
    if media is not None and find_edit(media, trip.edit) is not None:
        return atlas_edits.change_edit(project, trip.media, trip.edit, file=file)
    edit = new_edit("paint", trip.label, trip.name, file=file, page=trip.page)
    return atlas_edits.with_edit(project, trip.media, replace(edit, id=trip.edit))


def _sent(atlases: Atlases, data: Path, media: Media, label: int, page: int, form: Form, path: Path) -> Sent:
    """On a thread: write the file. Raises MediaError."""
    clip = atlases.clip(data, media)
    if page:
        shown = painted_page(atlases, data, media, label, page)
        sent = Sent(form, path, clip.page_picture(label, page), shown)
    else:
        sent = Sent(form, path, clip.atlas(label), painted_atlas(atlases, data, media, label))
    send(sent)
    return sent


def _taken(sent: Sent, data: Path) -> str:
    """On a thread: the name of the picture that came back; empty when nothing is on it. Raises MediaError."""
    picture = take(sent)
    return write_picture(data, picture) if picture[..., 3].any() else ""


def plain(name: str) -> str:
    """A name that every disk takes."""
    return "".join(mark if mark.isalnum() or mark in " -_." else "_" for mark in name).strip(" .") or "clip"


def external_edits_of(editor: Editor) -> ExternalEdits:
    """The session's one `ExternalEdits`, made when first asked for."""
    return editor.one(ExternalEdits)
