"""Following the camera of media whose clips are stabilised: the job is queued, its result becomes the media's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.jobs import media_work
from app.jobs.records import JobRecord
from core.project.layers import taken_from
from core.project.paths import results_folder
from core.project.project import Media

if TYPE_CHECKING:
    from app.editor import Editor

JOB, NAME, FIELD = "camera", "Camera", "camera"


def follow(editor: Editor, media: Media) -> JobRecord | None:
    """Queue the job for a media, or for the one that it is a layer of; the same question asked again costs nothing.
    None where the camera's motion is known.

    Raises:
        EditError: when the media does not move, or there is no project yet.
    """
    data = editor.document.data
    media, _ = taken_from(editor.document.project, media)
    if data is not None and media.camera and (results_folder(data) / media.camera).is_dir():
        return None
    masks = {}
    if data is not None and media.track is not None:
        masks = {"masks": str(results_folder(data) / media.track.key)}
    return media_work.submit(editor, JOB, media, NAME, FIELD, masks)


take_result = partial(media_work.take_result, name=NAME, field=FIELD)
