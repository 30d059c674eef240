"""A slowed copy of a media: the job that makes the pictures between its frames, and the film imported again. And
the job that makes them for the film in hand, so that it plays smoothly."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFileDialog

from app.actions import media as media_actions
from app.actions.registry import Action, needs, tr
from app.timeline.chosen import has_sequence, selected, sequence_of
from app.widgets.asking import ask_number
from core.errors import EditError
from core.media.made import clear_made, made_root
from core.project.paths import clip_of, readable_path, results_folder
from core.project.project import Media
from core.project.snapshot import snapshot

if TYPE_CHECKING:
    from app.editor import Editor
    from app.jobs.records import JobRecord

PRESET, SUFFIX = "ffv1", ".mkv"
"""Lossless: the copy is material, not a film to give away."""
FACTOR, LARGEST = 4.0, 100.0


def media_in_hand(editor: Editor) -> Media | None:
    """The moving pictures selected in the bin, else those of the selected clip."""
    found = media_actions.chosen(editor)
    ids = [media.id for media in found] or [clip.media_id for clip in selected(editor) if clip.media_id]
    known = {media.id: media for media in editor.document.project.media}
    moving = [known[one] for one in ids if one in known and known[one].info.kind in ("video", "sequence")]
    return moving[0] if moving else None


@needs("Select a video in the bin or on the timeline first")
def can_slow(editor: Editor) -> bool:
    return media_in_hand(editor) is not None


def slow_copy(editor: Editor, factor: float | None = None, path: Path | None = None) -> JobRecord | None:
    """Queue the job; factor and path are asked for when they are not given.

    Raises:
        EditError: without moving pictures in hand, or when the project was never saved.
    """
    media, data = media_in_hand(editor), editor.document.data
    if media is None:
        raise EditError("no moving pictures are selected", "Select a video in the bin or a clip of one")
    if data is None:
        raise EditError("the project has no folder yet", "Save the project first")
    source = readable_path(editor.document.path, media)
    if factor is None:
        words = tr("How many times slower")
        factor = ask_number(editor.window, tr("Slow motion copy"), words, FACTOR, (1.0, LARGEST))
    if factor is None:
        return None
    path = _ask_path(source, factor) if path is None else path
    if path is None:
        return None
    parameters = {
        **clip_of(editor.document.path, media),
        "factor": f"{factor:g}",
        "fast": False,
        "path": str(path),
        "preset": PRESET,
    }
    return editor.jobs.submit(
        "slowmo",
        tr("Slow motion of {name}").format(name=media.name),
        parameters,
        {"clip": media.info.fingerprint},
        root=results_folder(data),
        on_done=partial(_take_in, editor, path),
        context={"media": media.id},
    )


def _ask_path(source: Path, factor: float) -> Path | None:
    proposed = source.with_name(f"{source.stem} {factor:g}x slower{SUFFIX}")
    text, _ = QFileDialog.getSaveFileName(
        QApplication.activeWindow(), tr("Slow motion copy"), str(proposed), f"*{SUFFIX}"
    )
    return Path(text).with_suffix(SUFFIX) if text else None


def _take_in(editor: Editor, path: Path, _record: JobRecord) -> None:
    from app.project.media_import import import_paths

    import_paths(editor, [path])


def make_smooth(editor: Editor) -> JobRecord:
    """Queue the pictures between frames of the selected clips, or of all when none is selected.

    Raises:
        EditError: when no clip goes along the motion, or the project was never saved.
    """
    document = editor.document
    clips = selected(editor) or [clip for _, _, clip in sequence_of(editor).clips()]
    ids = [clip.id for clip in clips if clip.between == "flow" and clip.media_id is not None]
    if not ids:
        raise EditError(
            "no clip makes frames along the motion", "Choose Along the motion for a slowed clip first"
        )
    if document.data is None:
        raise EditError("the project has no folder yet", "Save the project first")
    parameters = snapshot(document.project, document.path, document.data) | {"clips": ids}
    return editor.jobs.submit(
        "smooth",
        tr("Smooth slow motion"),
        parameters,
        {},
        root=made_root(document.data),
        on_done=lambda _record: editor.player.refresh(),
    )


def clear_smooth(editor: Editor) -> None:
    """Free the disk of the pictures between frames that were made beforehand.

    Raises:
        EditError: while they are being made.
    """
    data = editor.document.data
    if any(record.active and record.order.job == "smooth" for record in editor.jobs.records):
        raise EditError("the frames in between are being made just now", "Cancel that job first")
    if data is not None:
        editor.background.run(partial(clear_made, data), partial(_cleared, editor), editor.notify.failure)


def _cleared(editor: Editor, freed: int) -> None:
    editor.player.refresh()
    if freed:
        editor.notify.info(tr("{0} MB of frames in between were removed").format(f"{freed / 2**20:.1f}"))
    else:
        editor.notify.info(tr("No frames in between were made beforehand"))


@needs("Open or begin a project first")
def has_data(editor: Editor) -> bool:
    return editor.document.data is not None


ACTIONS = (
    Action("speed.slow_copy", "Slow motion &copy…", slow_copy, (), "Clip/Speed/Frames in between", can_slow,
           separator=True, help="A lossless copy that plays slower, with pictures made between the frames"),
    Action("speed.make_smooth", "Make slow motion s&mooth", make_smooth, (), "Clip/Speed/Frames in between",
           has_sequence,
           help="Make the frames along the motion beforehand, in the quality of the export: then they play smoothly"),
    Action("speed.clear_smooth", "&Remove frames made beforehand", clear_smooth, (),
           "Clip/Speed/Frames in between", has_data,
           icon="delete", help="Free the disk of them; they can be made again"),
)  # fmt: skip
