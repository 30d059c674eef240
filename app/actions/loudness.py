"""The command that brings clips to one loudness."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog

from app.actions.registry import Action
from app.timeline.chosen import has_selection, selected, sequence_of, tr, view_of
from core.errors import EditError, LaminarError
from core.media.loudness import Loudness
from core.media.pool import SourcePool
from core.project.project import Project
from core.render.loudness import loudness_of, matched
from core.render.resolver import Resolver

if TYPE_CHECKING:
    from pathlib import Path

    from app.editor import Editor

USUAL, SOFTEST, LOUDEST = -16.0, -40.0, -8.0
CACHE = 16 * 2**20


def match(editor: Editor, target: float | None = None) -> None:
    """Listen to the selected clips' sound beside the window, then set their volumes: one undo step."""
    sequence = sequence_of(editor)
    links = {clip.link for clip in selected(editor) if clip.link}
    wanted = editor.state.selection
    ids = [
        clip.id
        for track, _, clip in sequence.clips()
        if track.kind == "audio" and (clip.id in wanted or clip.link in links)
    ]
    if not ids:
        raise EditError("no sound is selected", "Click a clip that can be heard")
    if target is None:
        target, good = QInputDialog.getDouble(
            view_of(editor), tr("Match loudness"), tr("Loudness in LUFS (online -16 or -14, television -23)"), USUAL, SOFTEST, LOUDEST, 1
        )  # fmt: skip
        if not good:
            return
    document, aim = editor.document, target

    def done(measured: dict[str, Loudness]) -> None:
        try:
            document.edit_sequence(tr("Match loudness"), matched, measured, aim)
        except LaminarError as error:
            editor.notify.failure(error)

    work = partial(listen, document.project, document.path, document.data, ids)
    editor.background.run(work, done, editor.notify.failure)


def listen(project: Project, path: Path | None, data: Path | None, ids: list[str]) -> dict[str, Loudness]:
    """The loudness of clips by id, without those that are silent; off the GUI thread.

    Raises:
        MediaError: when media cannot be read.
    """
    assert project.sequence is not None
    pool = SourcePool(CACHE)
    resolver = Resolver(project, path, data, pool, strict=True)
    try:
        heard = {clip_id: loudness_of(project.sequence, clip_id, resolver) for clip_id in ids}
    finally:
        resolver.close()
        pool.close()
    return {clip_id: loudness for clip_id, loudness in heard.items() if loudness is not None}


ACTIONS = (
    Action("loudness.match", "Match loudness…", match, (), "Clip", has_selection,
           help="Set the volume of the selected clips so that they are equally loud to the ear"),
)  # fmt: skip
