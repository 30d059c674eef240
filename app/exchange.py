"""Timelines to and from other editors: OpenTimelineIO files tied to the media of the bin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication

from app.media_import import importer_of
from core.errors import LaminarError
from core.project.paths import media_path
from core.project.project import Media, Project
from core.timeline import interchange
from core.timeline.interchange import Imported, MediaPlace
from core.timeline.model import MediaUse, Sequence, new_id

if TYPE_CHECKING:
    from app.editor import Editor


def tr(text: str) -> str:
    return QCoreApplication.translate("Exchange", text)


def export_timeline(editor: Editor, sequence: Sequence, path: Path) -> None:
    """Write the sequence; what other programs will not see is told.

    Raises:
        ProjectError: when the file cannot be written.
    """
    project_file = editor.document.path
    places = {
        media.id: MediaPlace(media_path(project_file, media).absolute(), media.name, media.available)
        for media in editor.document.project.media
    }
    notes = interchange.write_otio(sequence, path, places)
    _tell(editor, tr("Exported {0}").format(path.name), notes)


def import_timeline(editor: Editor, path: Path) -> None:
    """Read a timeline, bring its media into the bin beside the window, then show it as a sequence of its own.

    Raises:
        ProjectError: when the file cannot be read.
    """
    read = interchange.read_otio(path)
    wanted = list(dict.fromkeys(place.path.absolute() for place in read.media.values()))
    there = [file for file in wanted if file.exists()]
    lost = [file.name for file in wanted if not file.exists()]

    def attach(_: list[str]) -> None:
        try:
            editor.document.edit(tr("Import timeline"), with_timeline, read, editor.document.path)
        except LaminarError as error:
            editor.notify.failure(error)
            return
        missing = tuple(tr("{0} is missing").format(name) for name in lost)
        _tell(editor, tr("Imported {0}").format(path.name), (*read.notes, *missing))

    if there:
        importer_of(editor).add(there, attach, series=False)
    else:
        attach([])


def with_timeline(project: Project, read: Imported, project_file: Path | None) -> Project:
    """The project showing the sequence that was read, its clips tied to the media of the bin by their files."""
    known: dict[Path, Media] = {media_path(project_file, media).absolute(): media for media in project.media}
    uses = {
        name: MediaUse(media.id, media.available)
        for name, place in read.media.items()
        if (media := known.get(place.path.absolute())) is not None
    }
    sequence = interchange.rebound(read.sequence, uses)
    if any(one.id == sequence.id for one in project.sequences):
        sequence = replace(sequence, id=new_id())
    # The import of its media may just have begun an empty film; nobody wants to keep that.
    kept = tuple(one for one in project.sequences if one.duration or one.markers)
    return replace(project, sequences=(*kept, sequence), active=sequence.id)


def _tell(editor: Editor, done: str, notes: tuple[str, ...]) -> None:
    if notes:
        words = tr("{0}; not everything could be carried over").format(done)
        editor.notify.warning(words, "\n".join(notes[:12]))
    else:
        editor.notify.info(done)
