"""Jobs that look into one moving media, and whose result folder becomes a field of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.jobs.records import JobRecord
from core.errors import EditError
from core.project import results
from core.project.paths import clip_of, results_folder
from core.project.project import Media, Project

if TYPE_CHECKING:
    from app.editor import Editor


def submit(
    editor: Editor, job: str, media: Media, name: str, field: str, parameters: dict[str, str] | None = None
) -> JobRecord:
    """Queue the job for a media; the same question asked again costs nothing.

    Args:
        name: of what is found, in words.
        field: of the media, that gets the result's key.
        parameters: beside the clip.

    Raises:
        EditError: when the media has no moving pictures, or there is no project yet.
        ProjectError: when the disk refuses.
    """
    data = editor.document.data
    if media.info.video is None or media.info.kind == "image":
        raise EditError(f"{media.name} does not move", "Select a clip with moving pictures")
    if data is None:
        raise EditError("there is no project yet", "Import a clip first")
    root = results.made(results_folder(data))
    asked = clip_of(editor.document.path, media) | (parameters or {})
    return editor.jobs.submit(
        job, f"{name} of {media.name}", asked, {"clip": media.info.fingerprint}, root=root,
        on_done=partial(take_result, editor, name=name, field=field), context={"media": media.id},
    )  # fmt: skip


def take_result(editor: Editor, record: JobRecord, *, name: str, field: str) -> None:
    """The result becomes the media's: one undoable edit. Raises EditError when the media is gone."""
    data, folder = editor.document.data, record.folder
    if data is None or folder is None:
        return
    require_same_file(editor.document.project, record)
    folder = results.bring(folder, data)
    media_id = record.media_id
    editor.document.edit(name, results.attached, media_id, **{field: folder.name})


def require_same_file(project: Project, record: JobRecord) -> None:
    """Raises EditError when the media is another file by now than the one that the job looked into."""
    media, inputs = project.known_media(record.media_id), record.order.inputs
    known = inputs.get("clip", inputs.get("path"))
    if media is not None and known is not None and known != media.info.fingerprint:
        raise EditError(
            f"{media.name} is another file by now: {record.order.title} does not belong to it",
            "Start it again",
        )
