"""From the atlas view to the job that unrolls a clip's objects, and from its result to the document."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from app.editor import Editor
from app.job_records import JobRecord
from app.panels.jobs import length
from app.partial_results import keep_partial
from app.tracking import frame_count, live_folder
from core.catalog import JOBS
from core.errors import EditError, LaminarError
from core.media.atlas_files import INDEX
from core.project import results
from core.project.atlas_edits import with_atlas
from core.project.paths import readable_path, results_folder
from core.project.project import Media

JOB = "atlas"
MB = 2**20


def question(editor: Editor, media: Media) -> tuple[dict[str, Any], dict[str, str]]:
    """Parameters and inputs of the job.

    Raises:
        EditError: when the media's objects are not tracked.
    """
    data = editor.document.data
    if data is None:
        raise EditError("an atlas needs a place on the disk", "Save the project first")
    if media.track is None:
        raise EditError(f"the objects of {media.name} are not tracked yet", "Draw a mask and track it first")
    clip = readable_path(editor.document.path, media).resolve()
    masks = (results_folder(data) / media.track.key).resolve()
    return {"clip": str(clip), "masks": str(masks)}, {
        "clip": media.info.fingerprint,
        "masks": media.track.key,
    }


def start(editor: Editor) -> JobRecord:
    """Queue the unrolling of the media in the atlas view, or its further refinement.

    Raises:
        EditError: when there is nothing to unroll.
    """
    media, data = editor.player.media, editor.document.data
    if media is None:
        raise EditError("there is no clip in the atlas view", "Select a clip and turn to Atlas")
    parameters, inputs = question(editor, media)
    assert data is not None, "question has looked"
    root = results_folder(data)
    root.mkdir(parents=True, exist_ok=True)
    return editor.jobs.submit(
        JOB, f"Unroll {media.name}", parameters, inputs, root=root, on_done=partial(take_result, editor),
        context={"media": media.id},
    )  # fmt: skip


def running(editor: Editor, media_id: str) -> JobRecord | None:
    """The active job of a media."""
    for record in editor.jobs.records:
        if record.active and record.order.job == JOB and record.order.context.get("media") == media_id:
            return record
    return None


def stop(editor: Editor) -> None:
    """End the job of the media in the view and attach what it has made by now; asking again goes on from there."""
    record = running(editor, editor.state.media)
    if record is None:
        return

    def ended(finished: JobRecord) -> None:
        if finished is record:
            editor.jobs.finished.disconnect(ended)
            if finished.state == "cancelled":
                keep(editor, finished)

    editor.jobs.finished.connect(ended)
    editor.jobs.cancel(record)


def keep(editor: Editor, record: JobRecord) -> None:
    """Attach what a stopped job has made."""
    folder = live_folder(record)

    def kept(result: Path | None) -> None:
        if result is None:
            editor.notify.info(
                "it was stopped before there was an atlas", "Unrolling again goes on from there"
            )
        else:
            attach(editor, str(record.order.context.get("media", "")), result)

    editor.background.run(lambda: keep_partial(folder, INDEX), kept, editor.notify.failure)


def take_result(editor: Editor, record: JobRecord) -> None:
    """The finished job's result becomes the media's atlas.

    Raises:
        EditError: when the media is gone; the result stays on the disk.
    """
    assert record.folder is not None, "a finished job has its folder"
    attach(editor, str(record.order.context.get("media", "")), record.folder)


def attach(editor: Editor, media_id: str, folder: Path) -> None:
    """One undoable edit; what is painted stays and lies on the new atlas. Raises EditError."""
    if editor.document.data is not None:
        folder = results.bring(folder, editor.document.data)
    editor.document.edit("Unroll objects", with_atlas, media_id, folder.name)


def estimate(media: Media) -> str:
    """Words on what unrolling takes; why it cannot be done where it cannot."""
    if media.track is None:
        return "Track the objects first: draw a mask in the mask view and track it through the clip."
    job = JOBS.get(JOB)
    if job is None or media.info.video is None:
        return ""
    frames = media.track.last - media.track.first + 1
    video = media.info.video
    seconds = frames * (0.35 + 2.2e-6 * video.width * video.height)
    disk = max(job.disk / MB, frames * video.width * video.height * 1.2e-6)
    return (
        f"{frames} frames: about {length(seconds)}, {job.memory // MB} MB of memory, {disk:.0f} MB of disk."
    )


def problem(editor: Editor, media: Media) -> str:
    """Why nothing can be unrolled; empty when it can."""
    try:
        question(editor, media)
    except LaminarError as error:
        return str(error)
    return "" if frame_count(media) else f"{media.name} has no pictures"
