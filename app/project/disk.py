"""What the desk asks of the disk, as plain functions that run beside the window."""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from app.project.document import prepared
from core import processes
from core.errors import Cancelled, LaminarError, ProjectError
from core.project import backups, file, results
from core.project.holding import Hold, Holder, hold
from core.project.paths import data_folder
from core.project.project import Project


class ChangedElsewhereError(ProjectError):
    """The project's file holds another content than what was read or written here."""


THUMBNAIL = QSize(320, 180)


def thumbnail_path(project: Path) -> Path:
    """Picture of a project for the start page; kept at each save."""
    return data_folder(project) / "thumbnail.jpg"


@dataclass(frozen=True)
class Loaded:
    """A project that was opened.

    notices: what the user should know.
    missing: names of media whose file is not there, or (strangers) lies outside the project's folder and was
        never chosen on this computer.
    backup: an older save of the project at `path`.
    mark: of the file, see `mark_of`.
    held: the project is this window's now, or who has it open.
    """

    project: Project
    path: Path
    data: Path
    read_only: bool = False
    notices: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    backup: bool = False
    mark: str = ""
    strangers: tuple[str, ...] = ()
    held: Hold | Holder | None = None


@dataclass(frozen=True)
class Saved:
    """A project that was saved.

    was: the file that relative paths started from before.
    mark: of the file, see `mark_of`.
    held: the project is this window's now; None where it was before.
    rebase: for values of it; what the saved ones hold was looked at already.
    """

    was: Path | None
    path: Path
    data: Path
    mark: str = ""
    held: Hold | None = None
    rebase: file.Rebase | None = None


def mark_of(path: Path) -> str:
    """What tells a file from another content of it; empty when it is not there."""
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return ""


def load(path: Path) -> Loaded:
    """A project, or a backup of one in its place: its media and masks are where those of the project are.

    Raises:
        ProjectError: when the file cannot be read.
    """
    from core.project import relink  # loads the media libraries

    place = backups.project_of(path)
    mark = mark_of(place or path)  # before it is read: what is written meanwhile is noticed
    loaded = file.load(path, place=place)
    home = place or path
    project = prepared(relink.check(loaded.project, home))
    missing = tuple(media.name for media in project.media if media.missing)
    return Loaded(
        project=project,
        path=home,
        data=data_folder(home),
        read_only=loaded.read_only,
        notices=loaded.notices,
        missing=missing,
        backup=place is not None,
        mark=mark,
        strangers=loaded.strangers,
    )


def take(path: Path, mine: Path | None = None) -> Loaded:
    """`load`, and the project is this window's from now on, unless another one has it open.

    Args:
        mine: the project that this window has already.
    """
    loaded = load(path)
    if loaded.read_only or loaded.path == mine:
        return loaded
    return replace(loaded, held=hold(loaded.path))


def make_sample(folder: Path, stop: threading.Event) -> Path:
    """Draw the sample clip into `folder`, in a process of its own: it takes seconds of computing.

    Raises:
        Cancelled: when `stop` is set meanwhile.
        LaminarError: when it cannot be drawn.
    """
    with subprocess.Popen(
        processes.command("core.sample", str(folder)),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=processes.environment(),
    ) as process:  # fmt: skip
        while True:
            try:
                said, complained = process.communicate(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                if stop.is_set():
                    process.kill()
                    raise Cancelled("cancelled") from None
    if process.returncode:
        reason = (complained.strip().splitlines() or [""])[-1]
        raise LaminarError(f"the sample cannot be drawn: {reason}", "See Help > Doctor")
    return Path(said.strip().splitlines()[-1])


@dataclass(frozen=True)
class SaveOrder:
    """A project on its way to the disk.

    project: the value that is written.
    others: values that undo can bring back; what they use comes along too.
    was: the file that relative paths started from so far; None for a project that was never saved.
    data: its data folder so far.
    path: the file that is written.
    keep: how many older saves stay beside it.
    picture: what the viewer shows, for the start page.
    known: mark of the file as it was last read or written here; empty to write over whatever is there.
    mine: the project that this window has.
    """

    project: Project
    others: tuple[Project, ...]
    was: Path | None
    data: Path | None
    path: Path
    keep: int
    picture: QImage | None = None
    known: str = ""
    mine: Hold | None = None


def save(order: SaveOrder) -> Saved:
    """Write a project; masks and results come along when it moves.

    Raises:
        ProjectError: when the disk refuses, somebody else changed the file, or has the one that
            it goes to open; what was there is as it was.
    """
    held = _held_for(order)
    try:
        return replace(_save(order), held=held)
    except BaseException:
        if held is not None:
            held.release()
        raise


def _held_for(order: SaveOrder) -> Hold | None:
    """The project that is written, for this window; None where it has it already. Raises ProjectError."""
    path, mine = order.path, order.mine
    if path == order.was and not path.parent.is_dir():  # a new folder would hold neither masks nor results
        raise ProjectError(
            f"the folder of {path.name} is gone: {path.parent}",
            "It was renamed, removed or unplugged: put it back, or save under another name",
        )
    if order.known and mark_of(path) not in (order.known, ""):
        raise ChangedElsewhereError(
            f"{path.name} was changed by another window or program since it was opened here",
            "Save under another name to keep both; or File > Save as with the same name to write over it",
        )
    held = hold(path) if (path != order.was or mine is None) and path.parent.is_dir() else None
    if isinstance(held, Holder) and (path == order.was or (mine is not None and held == mine.owner)):
        return None  # opened anyway, and still open there; or its folder was renamed
    if isinstance(held, Holder):
        raise ProjectError(
            f"{path.name} is open in another window", "Choose another name, or close it there first"
        )
    return held


def _save(order: SaveOrder) -> Saved:
    path, target = order.path, data_folder(order.path)
    try:
        if order.data is not None and order.data.is_dir():
            for value in (order.project, *order.others):
                results.carry(value, order.data, target)
    except OSError as error:
        raise ProjectError(
            f"the masks of {path.stem} cannot be copied to {target}: {error.strerror}",
            "Free some space on the disk or save it somewhere else",
        ) from error
    file.save(order.project, path, was=order.was, keep=order.keep)
    if order.picture is not None:
        target.mkdir(exist_ok=True)
        small = order.picture.scaled(
            THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        small.save(str(thumbnail_path(path)))  # on a full disk the project is safe all the same
    rebase = file.Rebase(order.was, path)
    for value in (order.project, *order.others):
        rebase(value)
    return Saved(order.was, path, target, mark_of(path), rebase=rebase)


def clean(path: Path | None, data: Path, values: tuple[Project, ...]) -> int:
    """Remove results that none of the values uses; the bytes that are free now.

    Raises:
        ProjectError: when another window has the project open, which may use what this one knows nothing of.
    """
    held = hold(path) if path is not None and path.parent.is_dir() else None
    if isinstance(held, Holder) and not (held.here and held.process == os.getpid()):
        raise ProjectError(
            f"{path} is open in another window", "Its results may be in use there: close it first"
        )
    try:
        return results.clean(data, values)
    finally:
        if isinstance(held, Hold):
            held.release()
