"""Importing media without holding up the window: files are looked into by a thread, the bin grows as they are known.

Folders of numbered pictures, and a single numbered picture with its neighbours, come in as one sequence.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.editor import Editor
from app.threads.gui_thread import gui_thread
from core.errors import EditError, LaminarError, MediaError
from core.media import guard
from core.media.images import IMAGE_SUFFIXES, PICTURE_SUFFIXES
from core.media.info import MediaInfo
from core.project.paths import media_path
from core.project.placing import with_sequence_for
from core.project.project import Media, Project
from core.project.trust import Trust
from core.timeline.model import new_id

log = logging.getLogger("laminar.import")

MEDIA_SUFFIXES = PICTURE_SUFFIXES | {
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".m2ts", ".mts", ".mxf", ".wmv", ".flv",
    ".ogv", ".3gp", ".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".aiff", ".aif", ".wma",
}  # fmt: skip
"""What a folder is searched for, and what the file dialog shows; other files can be imported one by one."""
_NUMBER = re.compile(r"^(.*?)(\d+)(\D*)$")
EACH = 2
"""So many files that cannot be read have a notice of their own; more have one together."""
SERIES = 3
"""So many numbered pictures in a row are a sequence."""
Then = Callable[[list[str]], None]


@dataclass(frozen=True)
class Use:
    """What becomes of imported media in the same undo step, which is called `name`.

    change: a pure function of the project and the ids of the media. Where it raises EditError, they are imported only.
    """

    name: str
    change: Callable[[Project, list[str]], Project]


def _some(words: Sequence[str], between: str = ", ") -> str:
    """The first few, and how many more there are."""
    more = f"{between}… ({len(words)})" if len(words) > 3 else ""
    return between.join(words[:3]) + more


def expand(paths: Iterable[Path]) -> list[Path]:
    """The files to look into: folders opened up, series of numbered pictures as their folder or pattern.

    Raises:
        OSError: when a folder cannot be listed.
    """
    given = list(paths)
    found: list[Path] = []
    for path in given:
        if path.is_dir():
            found += _of_folder(path)
        elif len(given) == 1 and path.suffix.lower() in IMAGE_SUFFIXES:
            found.append(_series_of(path) or path)
        else:
            found.append(path)
    return found


def _of_folder(folder: Path) -> list[Path]:
    files = sorted(
        file for file in folder.iterdir() if file.is_file() and file.suffix.lower() in MEDIA_SUFFIXES
    )
    found: list[Path] = []
    series: set[Path] = set()
    for file in files:
        pattern = _series_of(file) if file.suffix.lower() in IMAGE_SUFFIXES else None
        if pattern is None:
            found.append(file)
        elif pattern not in series:
            series.add(pattern)
            found.append(pattern)
    if not found:
        for inner in sorted(inner for inner in folder.iterdir() if inner.is_dir()):
            found += _of_folder(inner)
    # The folder itself stands for its only series: that is what people hand over.
    return [folder] if len(found) == 1 and series else found


def _series_of(file: Path) -> Path | None:
    """The pattern of the numbered series that the file is part of: "shot_####.png"; None for a lone picture."""
    match = _NUMBER.match(file.stem)
    if match is None:
        return None
    head, number, tail = match.groups()
    wanted = re.compile(re.escape(head) + r"\d+" + re.escape(tail) + re.escape(file.suffix) + "$")
    same = [other for other in file.parent.iterdir() if wanted.match(other.name)]
    if len(same) < SERIES:
        return None
    return file.with_name(f"{head}{'#' * len(number)}{tail}{file.suffix}")


class MediaImporter(QObject):
    """Signals: finished(list of media ids): an import has come to its end; busy_changed(bool)."""

    finished = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._running = 0
        self._gui = gui_thread()

    @property
    def busy(self) -> bool:
        return self._running > 0

    def add(self, paths: Sequence[Path], then: Then | None = None, use: Use | None = None) -> None:
        """Look into the files in a thread and put them in the bin as one undo step.

        then: called on the GUI thread with the ids of the media, known ones included, in the order of `paths`;
        the list is empty when nothing could be used.
        use: made in that step too.
        """
        self._running += 1
        if self._running == 1:
            self.busy_changed.emit(True)
        threading.Thread(
            target=self._probe, args=(tuple(paths), then, use), name="laminar import", daemon=True
        ).start()

    def look(
        self,
        path: Path,
        done: Callable[[MediaInfo], None],
        failed: Callable[[LaminarError], object] | None = None,
    ) -> None:
        """Look into one file in a thread; `done` gets the answer on the GUI thread, errors become notices, or go to
        `failed`."""

        def work() -> None:
            try:
                result: MediaInfo | LaminarError = guard.safe_probe(path)
                _trust([path])
            except LaminarError as error:
                result = error
            self._gui.call(self._answer, result, done, failed)

        threading.Thread(target=work, name="laminar import", daemon=True).start()

    def _answer(
        self,
        result: MediaInfo | LaminarError,
        done: Callable[[MediaInfo], None],
        failed: Callable[[LaminarError], object] | None,
    ) -> None:
        with self._editor.notify.failures():
            if not isinstance(result, LaminarError):
                done(result)
            elif failed is None:
                raise result
            else:
                failed(result)

    def _probe(self, paths: tuple[Path, ...], then: Then | None, use: Use | None) -> None:
        found: list[tuple[Path, MediaInfo]] = []
        errors: list[LaminarError] = []
        try:
            files = expand(paths)
        except OSError as error:
            files = []
            errors.append(
                MediaError(f"{paths[0]} cannot be opened: {error.strerror}", "Check that you may read it")
            )
        with guard.Guard() as helper:
            for path in files:
                try:
                    found.append((path.absolute(), helper.probe(path)))
                except LaminarError as error:
                    errors.append(error)
        _trust([path for path, _ in found])
        if not files and not errors:
            names = ", ".join(path.name for path in paths)
            errors.append(
                MediaError(f"there is no video, sound or picture in {names}", "Choose another folder")
            )
        self._gui.call(self._take, found, errors, then, use)

    def _take(
        self,
        found: list[tuple[Path, MediaInfo]],
        errors: list[LaminarError],
        then: Then | None,
        use: Use | None,
    ) -> None:
        self._running -= 1
        ids: list[str] = []
        try:
            ids = self._add(found, use) if found else []
        except EditError as error:
            errors.append(error)
        self._tell(found, errors)
        if not self._running:
            self.busy_changed.emit(False)
        if then is not None:
            then(ids)
        self.finished.emit(ids)

    def _tell(self, found: list[tuple[Path, MediaInfo]], errors: list[LaminarError]) -> None:
        """One notice a kind of thing to know, and what went wrong last: a notice that many others
        follow is not seen."""
        files: dict[str, list[str]] = {}
        for path, info in found:
            for note in info.notes:
                files.setdefault(note, []).append(path.name)
        for note, names in files.items():
            self._editor.notify.info(
                f"{note}: {_some(names)}"
            )  # words first: they get a capital, names must not
        if len(errors) <= EACH:
            for problem in errors:
                self._editor.notify.failure(problem)
        else:
            words = self.tr("{0} files could not be imported").format(len(errors))
            self._editor.notify.error(words, _some([problem.message for problem in errors], "; "))

    def _add(self, found: list[tuple[Path, MediaInfo]], use: Use | None) -> list[str]:
        document = self._editor.document
        known = {media_path(document.path, media): media for media in document.project.media}
        new = {
            path: Media(new_id(), name_of(path), str(path), info) for path, info in found if path not in known
        }
        ids = [known[path].id if path in known else new[path].id for path, _ in found]
        back = tuple(known[path].id for path, _ in found if path in known and known[path].missing)
        imported = partial(with_imported, media=tuple(new.values()), back=back, film=self.tr("Film"))
        name = self._name([media.name for media in new.values()])
        if use is None:
            document.edit(name, imported)
            return ids
        try:
            document.edit(use.name, lambda project: use.change(imported(project), ids))
        except EditError as error:
            document.edit(name, imported)
            self._editor.notify.failure(error)
        return ids

    def _name(self, names: list[str]) -> str:
        """Of the step that imports media of these names."""
        if not names:
            return self.tr("Find missing media")
        one = self.tr("Import {name}").format(name=names[0])
        return one if len(names) == 1 else self.tr("Import {0} files").format(len(names))


def with_imported(project: Project, media: tuple[Media, ...], back: tuple[str, ...], film: str) -> Project:
    """The project with media at the end of its bin and a sequence called `film`, shaped by the first of them.

    back: ids of media that are no longer missing, for the user chose their very files again.
    """
    known = tuple(replace(one, missing=False) if one.id in back else one for one in project.media)
    if media:
        project = with_sequence_for(project, media, film)
    return replace(project, media=(*known, *media))


def _trust(paths: list[Path]) -> None:
    """Remember that the user chose these files: a project may read them from now on, also after a crash."""
    try:
        Trust().add(paths)
    except OSError as error:
        log.info("the list of chosen files cannot be written: %s", error)


def name_of(path: Path) -> str:
    """What media of a path is called in the bin."""
    return path.name


def importer_of(editor: Editor) -> MediaImporter:
    """The session's one importer, made when first asked for."""
    return editor.one(MediaImporter)


def import_paths(editor: Editor, paths: list[Path]) -> None:
    """Files from outside into the bin."""
    importer_of(editor).add(paths)


def ask_files(editor: Editor, parent: QWidget) -> None:
    """Let the user choose files; the dialog does not hold up the window."""
    dialog = QFileDialog(parent, QCoreApplication.translate("MediaImporter", "Import media"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    patterns = " ".join(f"*{suffix}" for suffix in sorted(MEDIA_SUFFIXES))
    media = QCoreApplication.translate("MediaImporter", "Video, sound and pictures")
    every = QCoreApplication.translate("MediaImporter", "All files")
    dialog.setNameFilters([f"{media} ({patterns} {patterns.upper()})", f"{every} (*)"])
    dialog.filesSelected.connect(lambda files: import_paths(editor, [Path(file) for file in files]))
    dialog.open()
