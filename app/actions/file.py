"""Commands of the File menu."""

from __future__ import annotations

from pathlib import Path

from app.actions.registry import Action, needs, tr
from app.editor import Editor


def _new(editor: Editor) -> None:
    editor.desk.new()


def _open(editor: Editor) -> None:
    editor.desk.open_asking()


def _save(editor: Editor) -> None:
    editor.desk.save()


def _save_as(editor: Editor) -> None:
    editor.desk.save_as()


def _revert(editor: Editor) -> None:
    editor.desk.revert()


def _backups(editor: Editor) -> None:
    from app.dialogs.backups import BackupsDialog

    editor.show_dialog(BackupsDialog(editor, editor.window))


@needs("Save the project first")
def _has_file(editor: Editor) -> bool:
    return editor.document.path is not None and not editor.document.read_only


def _sample(editor: Editor) -> None:
    editor.desk.open_sample()


def _relink(editor: Editor) -> None:
    from app.dialogs.relink import RelinkDialog

    editor.show_dialog(RelinkDialog(editor, editor.window))


@needs("No media is missing")
def _has_missing(editor: Editor) -> bool:
    return any(media.missing for media in editor.document.project.media)


def _export(editor: Editor) -> None:
    from app.dialogs.export import ExportDialog

    editor.show_dialog(ExportDialog(editor, editor.window))


def _save_frame(editor: Editor) -> None:
    from PySide6.QtWidgets import QFileDialog

    from app.jobs.film_export import playhead_frame, queue_export, suggested_target
    from core.render.presets import PRESETS

    assert editor.document.sequence is not None
    frame = playhead_frame(editor, editor.document.sequence)
    suggested = suggested_target(editor, f" {frame:05d}.png")
    title = tr("Save frame as picture")
    path, _ = QFileDialog.getSaveFileName(editor.window, title, str(suggested), "PNG (*.png)")
    if path:
        queue_export(editor, PRESETS["still"], Path(path).with_suffix(".png"), (frame, frame))


@needs("The film is empty: put a clip on the timeline first")
def _has_film(editor: Editor) -> bool:
    sequence = editor.document.sequence
    return sequence is not None and sequence.duration > 0


@needs("Show the film first, with a clip in it")
def _shows_film(editor: Editor) -> bool:
    return _has_film(editor) and editor.state.view == "sequence"


def _quit(editor: Editor) -> None:
    from app.window.main_window import MainWindow

    editor.panel(MainWindow).close()


@needs("Open or begin a project first")
def _is_open(editor: Editor) -> bool:
    return editor.document.is_open


@needs("Nothing has changed since the project was saved, or it never was")
def _can_revert(editor: Editor) -> bool:
    return editor.document.path is not None and editor.document.unsaved


ACTIONS = (
    Action("file.new", "&New project", _new, ("Ctrl+N",), "File", icon="new"),
    Action("file.open", "&Open project…", _open, ("Ctrl+O",), "File", icon="open"),
    Action("file.save", "&Save", _save, ("Ctrl+S",), "File", _is_open, icon="save", separator=True),
    Action("file.save_as", "Save &as…", _save_as, ("Ctrl+Shift+S",), "File", _is_open),
    Action("file.revert", "&Revert to saved", _revert, (), "File", _can_revert,
           help="Give up all changes since the last save"),
    Action("file.export", "&Export…", _export, ("Ctrl+E",), "File", _has_film, icon="export",
           help="Write the film to a file"),
    Action("file.save_frame", "Save &frame as picture…", _save_frame, ("Ctrl+Shift+E",), "File", _shows_film,
           icon="camera", help="The picture at the playhead, at full size, as the export would make it"),
    Action("file.backups", "Older sa&ves…", _backups, (), "File", _has_file,
           help="Go back to how the project was saved before"),
    Action("file.relink", "&Find missing files…", _relink, (), "File", _has_missing, separator=True,
           help="Show where moved files are now"),
    Action("file.sample", "Open the sa&mple", _sample, (), "File", help="A small drawn clip to try everything on",
           icon="film"),
    Action("file.quit", "&Quit", _quit, ("Ctrl+Q",), "File", separator=True),
)  # fmt: skip
