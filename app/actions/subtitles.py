"""Commands that bring subtitle files into the film as titles, and write titles as one."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from app.actions.exchange import has_film, start_in, tr
from app.actions.registry import Action
from core.media.guard import safe_cues
from core.media.subtitles import Cue, write_srt
from core.project.captions import cues_of, with_cues

if TYPE_CHECKING:
    from app.editor import Editor


def import_cues(editor: Editor, path: Path | None = None) -> None:
    """Read a subtitle file beside the window and put its cues over the film: one undo step."""
    source = path or _ask_source(editor)
    if source is None:
        return

    def done(cues: tuple[Cue, ...]) -> None:
        if editor.document.sequence is None:
            return
        with editor.notify.failures():
            editor.document.edit_sequence(tr("Import {name}").format(name=source.name), with_cues, cues)
            editor.notify.info(
                tr("{count} subtitles were taken from {name}").format(count=len(cues), name=source.name)
            )

    editor.background.run(partial(safe_cues, source), done, editor.notify.failure)


def export_cues(editor: Editor, path: Path | None = None) -> None:
    """Write what the titles say, beside the window, as SubRip.

    Raises:
        EditError: when there are none.
    """
    sequence = editor.document.sequence
    if sequence is None:
        return
    cues = cues_of(sequence, editor.document.project.sequences)
    target = path or _ask_target(editor, sequence.name)
    if target is None:
        return

    def done(_: None) -> None:
        editor.notify.info(tr("{name} is written").format(name=target.name))

    editor.background.run(partial(write_srt, target, cues), done, editor.notify.failure)


def _ask_source(editor: Editor) -> Path | None:
    kinds = tr("Subtitles") + " (*.srt *.vtt *.ass *.ssa *.sub *.mkv *.mp4 *.mov)"
    chosen, _ = QFileDialog.getOpenFileName(
        editor.window, tr("Import subtitles"), start_in(editor, ""), kinds
    )
    return Path(chosen) if chosen else None


def _ask_target(editor: Editor, name: str) -> Path | None:
    chosen, _ = QFileDialog.getSaveFileName(
        editor.window, tr("Export subtitles"), start_in(editor, f"{name}.srt"), "SubRip (*.srt)"
    )
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix == ".srt" else path.with_name(f"{path.name}.srt")


ACTIONS = (
    Action("file.import_subtitles", "Import su&btitles…", import_cues, (), "File", has_film,
           help="Titles over the film from an SRT, VTT or ASS file, or from a film that has subtitles"),
    Action("file.export_subtitles", "Export subti&tles…", export_cues, (), "File", has_film,
           help="What the titles say, and when, as an SRT file"),
)  # fmt: skip
