"""Hands the film, as it is now, to the queue of exports, and says when it is there."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths

from app.editor import Editor
from app.jobs.records import JobRecord
from app.window.notify import Notifier
from core.project.snapshot import snapshot
from core.render.presets import Preset
from core.timeline.model import Sequence


def playhead_frame(editor: Editor, sequence: Sequence) -> int:
    """The frame of the film that the viewer shows: at the end of the film its last."""
    return min(sequence.rate.frame_at(editor.state.playhead), sequence.frame_count - 1)


def suggested_target(editor: Editor, ending: str) -> Path:
    """Beside the project, or among the user's films: named as the project is."""
    document = editor.document
    if document.path is not None:
        return document.path.with_name(f"{document.path.stem}{ending}")
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
    folder = Path(place) if place and Path(place).is_dir() else Path.home()
    return folder / f"{document.project.name}{ending}"


def queue_export(
    editor: Editor,
    preset: Preset,
    target: Path,
    frames: tuple[int, int],
    height: int = 0,
    loudness: float = 0.0,
) -> JobRecord | None:
    """Export frames (first, last), inclusive; later edits do not change it. None when there is nothing to export.

    Args:
        height: of the picture; 0: as the film has it.
        loudness: LUFS of the sound; 0: as it is mixed.
    """
    document, sequence = editor.document, editor.document.sequence
    if sequence is None or sequence.frame_count == 0:
        return None
    target = target.absolute()
    parameters = snapshot(document.project, document.path, document.data) | {
        "preset": preset.id,
        "path": str(target),
        "first": frames[0],
        "last": frames[1],
        "sequence": sequence.id,
        "height": height,
        "loudness": loudness,
    }
    return editor.jobs.submit(
        "export",
        QCoreApplication.translate("ExportDialog", "Export {0}").format(target.name),
        parameters,
        {},
        root=target.parent,
        on_done=partial(tell, editor.notify, target),
    )


def tell(notify: Notifier, target: Path, record: JobRecord) -> None:
    """Say that a film is there, and what is not quite right with it."""
    done = QCoreApplication.translate("ExportDialog", "{0} is exported").format(target.name)
    notes = record.progress.fields.get("notes", [])
    if notes:
        notify.warning(done, ". ".join(str(note) for note in notes))
    else:
        notify.info(done, str(target))
