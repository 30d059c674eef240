"""Commands that exchange the film with other editors through OpenTimelineIO."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from app.actions.registry import Action, needs, tr
from core.errors import LaminarError
from core.media import guard
from core.media.info import MediaInfo
from core.project import exchange
from core.project.project import Project
from core.timeline.interchange import Imported, read_otio

if TYPE_CHECKING:
    from app.editor import Editor

Looked = tuple[Imported, dict[Path, MediaInfo]]


@needs("There is no film yet: import media, or begin one with Timeline › Film › New film")
def has_film(editor: Editor) -> bool:
    return editor.document.sequence is not None


def start_in(editor: Editor, name: str) -> str:
    """Where a file dialog begins: beside the project."""
    path = editor.document.path
    return str((path.parent if path is not None else Path.home()) / name)


def ask_target(editor: Editor) -> Path | None:
    sequence = editor.document.sequence
    name = f"{sequence.name if sequence else ''}.otio"
    chosen, _ = QFileDialog.getSaveFileName(
        editor.window, tr("Export to OpenTimelineIO"), start_in(editor, name), "OpenTimelineIO (*.otio)"
    )
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix == ".otio" else path.with_name(f"{path.name}.otio")


def ask_source(editor: Editor) -> Path | None:
    chosen, _ = QFileDialog.getOpenFileName(
        editor.window, tr("Import OpenTimelineIO"), start_in(editor, ""), "OpenTimelineIO (*.otio)"
    )
    return Path(chosen) if chosen else None


def export_film(editor: Editor, path: Path | None = None) -> None:
    """Write the active sequence beside the window; what other programs will not see becomes a notice."""
    target = path or ask_target(editor)
    project, sequence = editor.document.project, editor.document.sequence
    if target is None or sequence is None:
        return

    def done(notes: tuple[str, ...]) -> None:
        editor.notify.info(tr("{name} is written").format(name=target.name), " · ".join(notes))

    work = partial(exchange.export_otio, project, sequence, editor.document.path, target)
    editor.background.run(work, done, editor.notify.failure)


def import_film(editor: Editor, path: Path | None = None) -> None:
    """Read a film and its media beside the window, then show it as a sequence of the project: one undo step."""
    source = path or ask_source(editor)
    if source is None:
        return

    def done(looked: Looked) -> None:
        _take(editor, source, *looked)

    work = partial(_look, source, editor.document.project, editor.document.path)
    editor.background.run(work, done, editor.notify.failure)


def _look(source: Path, project: Project, project_file: Path | None) -> Looked:
    imported = read_otio(source)
    infos: dict[Path, MediaInfo] = {}
    with guard.Guard() as helper:
        for path in exchange.unknown_media(project, imported, project_file):
            try:
                infos[path] = helper.probe(path)
            except LaminarError:
                continue  # it comes into the bin as missing, and the notice names it
    return imported, infos


def _take(editor: Editor, source: Path, imported: Imported, infos: dict[Path, MediaInfo]) -> None:
    document = editor.document
    missing = [
        path.name
        for path in exchange.unknown_media(document.project, imported, document.path)
        if path not in infos
    ]
    name = tr("Import {name}").format(name=source.name)
    document.edit(name, exchange.with_exchange, imported, infos, document.path)
    for note in imported.notes:
        editor.notify.info(f"{source.name}: {note}")
    if missing:
        words = tr("{name}: media not found: {files}").format(name=source.name, files=", ".join(missing))
        editor.notify.warning(words, tr("Select them in the bin and relink them"))


ACTIONS = (
    Action("file.import_otio", "Import &OpenTimelineIO…", import_film, (), "File", separator=True,
           help="Read a film cut in another editor"),
    Action("file.export_otio", "Export O&penTimelineIO…", export_film, (), "File", has_film,
           help="Write the cut for another editor; its media stay where they are"),
)  # fmt: skip
