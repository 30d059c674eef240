"""Following the camera of media whose clips are stabilised: the job is queued, its result becomes the media's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.job_records import JobRecord
from core.errors import EditError
from core.project import results
from core.project.paths import readable_path, results_folder
from core.project.project import Media

if TYPE_CHECKING:
    from app.editor import Editor

JOB = "camera"


def follow(editor: Editor, media: Media) -> JobRecord | None:
    """Queue the job for a media, or for the one that it is a layer of; the same question asked again costs nothing.
    None where the camera's motion is known.

    Raises:
        EditError: when the media does not move, or there is no project yet.
    """
    project, data = editor.document.project, editor.document.data
    if media.layer is not None:
        media = next((one for one in project.media if one.id == media.layer.of), media)
    if data is not None and media.camera and (results_folder(data) / media.camera).is_dir():
        return None
    if media.info.video is None or media.info.kind == "image":
        raise EditError(f"{media.name} does not move", "Select a clip with moving pictures")
    if data is None:
        raise EditError("there is no project yet", "Import a clip first")
    root = results_folder(data)
    root.mkdir(parents=True, exist_ok=True)
    parameters = {"clip": str(readable_path(editor.document.path, media))}
    if media.track is not None:
        parameters["masks"] = str(root / media.track.key)
    return editor.jobs.submit(
        JOB, f"Camera of {media.name}", parameters, {"clip": media.info.fingerprint}, root=root,
        on_done=partial(take_result, editor), context={"media": media.id},
    )  # fmt: skip


def take_result(editor: Editor, record: JobRecord) -> None:
    """The result becomes the media's: one undoable edit. Raises EditError when the media is gone."""
    data, folder = editor.document.data, record.folder
    if data is None or folder is None:
        return
    folder = results.bring(folder, data)
    media_id = str(record.order.context.get("media", ""))
    editor.document.edit("Camera's motion", results.attached, media_id, camera=folder.name)
