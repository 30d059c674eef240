"""New, open, save, save as, revert, recent: the road between the document and the disk.

Reading and writing run beside the window; the document is marked saved only when the file is safely there, and
work done meanwhile stays unsaved.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.project import disk
from app.project.dropped import taken
from app.window.notify import Notice
from core.errors import ProjectError
from core.project import results
from core.project.holding import TOUCHED, Hold, Holder, visit
from core.project.paths import SUFFIX
from core.project.project import new_project
from core.settings import folders
from core.timeline.model import new_id

if TYPE_CHECKING:
    from app.editor import Editor

RECENT = 12
Held = Literal["read", "anyway", "cancel"]
Answer = Literal["save", "discard", "cancel"]


class ProjectDesk(QObject):
    """The dialogs are attributes (`ask_unsaved`, `ask_open`, `ask_save`), so that tests can answer them.

    Signals: busy(words), while something is read or made; empty when it is over.
    """

    busy = Signal(str)

    def __init__(self, editor: Editor, window: QWidget) -> None:
        super().__init__(window)
        self._editor, self._window = editor, window
        self.saving = False
        self.reading = False
        self.known: tuple[Path, str] | None = None
        """The project's file and its mark, as it was last read or written here."""
        self._held: Hold | None = None
        self._still_here = QTimer(self, interval=round(1000 * TOUCHED))
        self._still_here.timeout.connect(self._touch)
        editor.document.renamed.connect(self._let_go)
        self._scratch: list[Path] = []
        self.ask_unsaved: Callable[[], Answer] = self._ask_unsaved
        self.ask_held: Callable[[Path, Holder], Held] = self._ask_held
        self.ask_open: Callable[[], Path | None] = self._ask_open
        self.ask_save: Callable[[], Path | None] = self._ask_save
        self.picture: Callable[[], QImage | None] = lambda: None
        """What the viewer shows, kept for the start page."""
        self.import_media: Callable[[Editor, list[Path]], object] = _import_media

    # ------------------------------------------------------------------------------------------ asking

    def _ask_unsaved(self) -> Answer:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        path = self._editor.document.path
        name = path.stem if path is not None else self.tr("Untitled")
        box.setText(self.tr("Keep the changes to “{0}”?").format(name))
        box.setInformativeText(self.tr("They are lost when you do not save them."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        chosen = box.exec()
        return "save" if chosen == buttons.Save else "discard" if chosen == buttons.Discard else "cancel"

    def _ask_held(self, path: Path, holder: Holder) -> Held:
        from app.dialogs.backups import shown  # which needs the editor that has this desk

        tr, box = self.tr, QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        since = shown(datetime.fromtimestamp(holder.since).astimezone())
        who = (
            tr("another window")
            if holder.here
            else tr("a window of {0} on {1}").format(holder.user, holder.machine)
        )
        box.setText(tr("“{0}” is open in {1}").format(path.stem, who))
        box.setInformativeText(
            tr("Since {0}. Read-only you can look at it, and save your changes under another name.").format(
                since
            )
        )
        role = QMessageBox.ButtonRole
        read = box.addButton(tr("Open read-only"), role.AcceptRole)
        anyway = box.addButton(tr("Open anyway"), role.DestructiveRole)
        anyway.setToolTip(tr("Whoever saves second is told, and can save under another name"))
        box.setDefaultButton(read)
        box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return (
            "read" if box.clickedButton() is read else "anyway" if box.clickedButton() is anyway else "cancel"
        )

    def _ask_open(self) -> Path | None:
        recent = self.recent()
        start = str(recent[0].parent) if recent else str(Path.home())
        kinds = self.tr("Laminar projects (*{0});;All files (*)").format(SUFFIX)
        chosen, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open project"), start, kinds)
        return Path(chosen) if chosen else None

    def _ask_save(self) -> Path | None:
        document = self._editor.document
        recent = self.recent()
        folder = recent[0].parent if recent else Path.home()
        start = document.path or folder / f"{document.project.name}{SUFFIX}"
        kinds = self.tr("Laminar projects (*{0})").format(SUFFIX)
        chosen, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save project"), str(start), kinds)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix == SUFFIX else path.with_name(f"{path.name}{SUFFIX}")

    def may_leave(self, then: Callable[[], object]) -> bool:
        """Whether the document can be let go now. When it is saved first, `then` is called afterwards."""
        if not self._editor.document.unsaved:
            return True
        answer = self.ask_unsaved()
        if answer == "save":
            self.save(then=then)
        return answer == "discard"

    # ------------------------------------------------------------------------------------------ new and open

    def new(self) -> None:
        if self.may_leave(self._begin_new):
            self._begin_new()

    def _begin_new(self) -> None:
        with self._editor.notify.failures():
            self._editor.document.reset(new_project(), None, self.scratch())

    def scratch(self) -> Path:
        """A fresh data folder for a project that has no file yet. Raises ProjectError when the disk refuses."""
        folder = results.made(folders().config / "unsaved" / new_id())
        self._scratch.append(folder)
        return folder

    def close(self) -> None:
        """On the way out: let others have the project."""
        self._let_go()

    def drop_scratch(self) -> None:
        """Remove the data folders of projects that were never saved, or moved when they were; on the way out."""
        for folder in self._scratch:
            shutil.rmtree(folder, ignore_errors=True)
        self._scratch.clear()

    def open_asking(self, path: Path | None = None) -> None:
        """Open a project, asking for the path when there is none, and about unsaved work first."""
        if self.may_leave(partial(self._open_or_ask, path)):
            self._open_or_ask(path)

    def _open_or_ask(self, path: Path | None) -> None:
        chosen = path or self.ask_open()
        if chosen is not None:
            self.open(chosen)

    def open(self, path: Path) -> None:
        """Read a project beside the window and show it."""
        path = path.absolute()
        self.busy.emit(self.tr("Opening {0}…").format(path.name))
        self.reading = True
        mine = self._held.project if self._held is not None else None
        self._editor.background.run(partial(disk.take, path, mine), self._opened, self._failed)

    def _opened(self, loaded: disk.Loaded) -> None:
        self.reading = False
        self.busy.emit("")
        document, held = self._editor.document, loaded.held
        read_only = self.tr("comes from a newer Laminar") if loaded.read_only else ""
        if isinstance(held, Holder):
            answer = self.ask_held(loaded.path, held)
            if answer == "cancel":
                return
            read_only = self.tr("is open in another window") if answer == "read" else ""
            held = None
            if answer == "anyway":
                self._editor.background.run(
                    partial(visit, loaded.path), lambda _: None, self._editor.notify.failure
                )
        document.reset(loaded.project, loaded.path, loaded.data, read_only=read_only, saved=not loaded.backup)
        self._hold(held)
        self._remember(loaded.path)
        self.known = loaded.path, loaded.mark
        if loaded.backup:
            words = self.tr("This is an older save of {0}").format(loaded.path.name)
            self._editor.notify.warning(
                words, self.tr("Save to put it in its place, or save it under another name")
            )
        for note in loaded.notices:
            self._editor.notify.warning(note)
        self._tell_missing(loaded.missing, loaded.strangers)

    @property
    def held(self) -> Hold | None:
        """The project that this window has."""
        return self._held

    def _hold(self, held: Hold | None) -> None:
        """This window has the project."""
        if held is not None:
            self._let_go()
            self._held = held
            self._still_here.start()

    def _let_go(self, path: Path | None = None) -> None:
        """Let others have the project, unless it is still the one at `path`."""
        if self._held is not None and self._held.project != path:
            self._still_here.stop()
            self._held.release()
            self._held = None

    def _touch(self) -> None:
        if self._held is not None:
            self._editor.background.run(self._held.touch, lambda _: None, self._editor.notify.failure)

    def _tell_missing(self, missing: tuple[str, ...], strangers: tuple[str, ...]) -> None:
        """One notice for all media that cannot be shown."""
        if not missing:
            return
        tr, count = self.tr, len(missing)
        names = ", ".join(missing[:3]) + (", …" if count > 3 else "")
        if not strangers:
            one, many = (
                tr("{0} is not where it was"),
                tr("{1} files of this project are not where they were: {0}"),
            )
        elif set(strangers) >= set(missing):
            one = tr("{0} lies outside the project's folder and was not chosen on this computer")
            many = tr("{1} files lie outside the project's folder and were not chosen on this computer: {0}")
        else:
            many = tr("{1} files are not where they were, or were not chosen on this computer: {0}")
            one = many
        words = (one if count == 1 else many).format(names, count)
        self._editor.notify.warning(words, tr("Choose File > Find missing files"))

    def _failed(self, error: BaseException) -> None:
        self.saving = self.reading = False
        self.busy.emit("")
        if isinstance(error, disk.ChangedElsewhereError):
            self.tell_changed(error.message)
        else:
            self._editor.notify.failure(error)

    def tell_changed(self, message: str) -> None:
        """The project's file holds another content than what was read or written here."""
        hint = self.tr(
            "Save under another name to keep both. Reloading shows what was saved there, without your later changes"
        )
        offers = ((self.tr("Save as…"), self.save_as), (self.tr("Reload"), self.revert))
        self._editor.notify.post(Notice("warning", message, hint, offers=offers))

    def revert(self) -> None:
        """Back to the file as it is on disk, after asking: undo does not bring back what is given up."""
        path = self._editor.document.path
        if path is not None and self.may_leave(partial(self.open, path)):
            self.open(path)

    # ------------------------------------------------------------------------------------------ save

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save; asks for a name when there is none or the project is read-only."""
        document = self._editor.document
        path = None if document.read_only else document.path
        if path is None:
            path = self.ask_save()
        if path is not None:
            self.save_to(path, then, over=path != document.path)

    def save_as(self) -> None:
        path = self.ask_save()
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path, then: Callable[[], object] | None = None, *, over: bool = True) -> None:
        """Write the document as it is now to `path`, beside the window; with `over` whoever wrote there before."""
        document = self._editor.document
        if document.read_only and document.path is not None and path.absolute() == document.path.absolute():
            raise ProjectError(f"{path.name} is shown read-only and not written over", "Choose another name")
        if self.saving:  # the one under way goes first
            QTimer.singleShot(50, self, partial(self.save_to, path, then, over=over))
            return
        self.saving = True
        backups = int(self._editor.settings.number("backups"))
        before, path = document.project, path.absolute()
        moves = document.path is None or path != document.path
        others = document.kept_values() if moves else ()
        known = self.known[1] if self.known is not None and self.known[0] == path and not over else ""
        order = disk.SaveOrder(
            project=before,
            others=others,
            was=document.path,
            data=document.data,
            path=path,
            keep=backups,
            picture=self.picture(),
            known=known,
            mine=self._held,
        )

        def done(saved: disk.Saved) -> None:
            self.saving = False
            self._remember(saved.path)
            self._editor.notify.info(self.tr("Saved {0}").format(saved.path.name))
            if document.project.id != before.id or document.path != order.was:  # another is shown by now
                if saved.held is not None:
                    saved.held.release()
                return
            rebase = saved.rebase if moves else None
            if rebase is not None:
                document.rebase(rebase, saved.path, saved.data)
            document.mark_saved(rebase(before) if rebase is not None else before, saved.path, saved.data)
            self._hold(saved.held)
            self.known = saved.path, saved.mark
            if then is not None:
                if document.unsaved:  # edited while it was being written
                    self.save(then)
                else:
                    then()

        self._editor.background.run(partial(disk.save, order), done, self._failed)

    # ------------------------------------------------------------------------------------------ recent

    def recent(self) -> list[Path]:
        """Projects that were opened or saved, newest first."""
        try:
            known = msgspec.json.decode(self._editor.settings.text("recent").encode(), type=list[str])
        except msgspec.MsgspecError:
            return []
        return [Path(path) for path in known[:RECENT]]

    def _remember(self, path: Path) -> None:
        others = [str(known) for known in self.recent() if known != path]
        text = msgspec.json.encode([str(path), *others][:RECENT]).decode()
        if text == self._editor.settings.text("recent"):
            return  # as after most saves
        self._editor.keep_setting("recent", text)

    # ------------------------------------------------------------------------------------------ files

    def open_sample(self) -> None:
        """A new project with the sample clip in its bin; the clip is drawn on the first time."""
        if self.may_leave(self._make_sample):
            self._make_sample()

    def _make_sample(self) -> None:
        folder = folders().cache / "sample"
        self.busy.emit(self.tr("Drawing the sample; this takes a few seconds the first time…"))
        work = partial(disk.make_sample, folder, self._editor.background.stopping)
        self._editor.background.run(work, self._show_sample, self._failed)

    def _show_sample(self, clip: Path) -> None:
        self.busy.emit("")
        self._begin_new()
        self.import_media(self._editor, [clip])

    def take_files(self, paths: list[Path]) -> None:
        """A project among the files is opened, subtitles and looks go to the film; all else is imported into the bin.

        Raises:
            LaminarError: when nothing can be done with them.
        """
        paths = taken(self._editor, paths)
        if paths:
            if not self._editor.document.is_open:
                self._begin_new()
            self.import_media(self._editor, paths)


def _import_media(editor: Editor, paths: list[Path]) -> None:
    from app.project.media_import import import_paths  # loads the media libraries

    import_paths(editor, paths)
