"""From the atlas view to the job that unrolls a clip's objects, and from its result to the document."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import Any

from app.editor import Editor
from app.jobs.media_work import require_same_file
from app.jobs.records import JobRecord, active_job
from app.masks.tracking import live_folder
from app.widgets.amounts import length
from core.catalog import JOBS
from core.drive import result_folder
from core.errors import EditError
from core.job import Manifest, read_manifest, write_manifest
from core.media.atlases import open_atlas
from core.media.matte import MASKS
from core.project import results
from core.project.atlas_edits import with_atlas
from core.project.atlas_kinds import AtlasEdit
from core.project.paths import clip_of, results_folder
from core.project.project import Media
from core.render.atlas_carry import carried

JOB = "atlas"
MB = 2**20
ROUNDS = 8
"""Rounds of refinement at first."""
MORE_ROUNDS = 4
"""Rounds each time that more is asked for."""
AT_ONCE = 0.1
"""Seconds of refinement of a job that only writes what there is."""
SECONDS = 2.6e-6, 1.5e-5
"""A pixel of all frames: until everything is laid out, and after all rounds; one object, one core
of 2024 for itself."""
WORK = "work"
"""In a result, what another fit of the same clip goes on from."""


def question(editor: Editor, media: Media) -> tuple[dict[str, Any], dict[str, str]]:
    """Parameters and inputs of the job (core.atlas.job).

    Raises:
        EditError: when the media's objects are not tracked.
    """
    data = editor.document.data
    if data is None:
        raise EditError("an atlas needs a place on the disk", "Save the project first")
    if media.track is None:
        raise EditError(f"the objects of {media.name} are not tracked yet", "Draw a mask and track it first")
    parameters: dict[str, Any] = {
        **clip_of(editor.document.path, media),
        "masks": str(results_folder(data) / media.track.key / MASKS),
        "first": media.track.first,
        "last": media.track.last,
        "rounds": ROUNDS,
        "max_seconds": 0.0,
    }
    return parameters, {"clip": media.info.fingerprint, "masks": media.track.key}


def start(editor: Editor) -> None:
    """Queue the unrolling of the media in the atlas view, or more rounds of what it has.

    Raises:
        EditError: when there is nothing to unroll.
    """
    media, data = editor.player.media, editor.document.data
    if media is None:
        raise EditError("there is no clip in the atlas view", "Select a clip and turn to Atlas")
    parameters, inputs = question(editor, media)
    assert data is not None, "question has looked"
    known = results_folder(data) / media.atlas if media.atlas else None
    told = read_manifest(known) if known is not None else None
    if told is not None:
        before = told.parameters
        more = 0 if before.get("max_seconds") else MORE_ROUNDS
        parameters["rounds"] = int(before.get("rounds", ROUNDS)) + more
    _submit(editor, media, parameters, inputs, known)


def _submit(
    editor: Editor, media: Media, parameters: dict[str, Any], inputs: dict[str, str], known: Path | None
) -> None:
    """known: folder of an earlier fit of the same clip and masks, from which the new one goes on."""
    data = editor.document.data
    if data is None:
        return
    root = results_folder(data)

    def seeded(done: object) -> None:
        editor.jobs.submit(
            JOB, f"Unroll {media.name}", parameters, inputs, root=root, on_done=partial(take_result, editor),
            context={"media": media.id},
        )  # fmt: skip

    editor.background.run(partial(seed, root, parameters, inputs, known), seeded, editor.notify.failure)


def seed(root: Path, parameters: dict[str, Any], inputs: dict[str, str], known: Path | None) -> None:
    """Give a job's folder what an earlier fit has worked out, unless it has something of its own. Not for the GUI
    thread.

    Raises:
        OSError, ProjectError: when the disk refuses.
    """
    results.made(root)
    job = JOBS[JOB]
    folder = result_folder(job, root, parameters, inputs)
    partial_folder = folder.with_name(f"{folder.name}.partial")
    if folder.exists() or partial_folder.exists() or known is None or not (known / WORK).is_dir():
        return
    making = folder.with_name(f"{folder.name}.seed")
    shutil.rmtree(making, ignore_errors=True)
    shutil.copytree(known / WORK, making / WORK)
    write_manifest(making, Manifest(JOB, job.version, parameters, inputs))
    making.replace(partial_folder)


def running(editor: Editor, media_id: str) -> JobRecord | None:
    """The active job of a media."""
    return active_job(editor.jobs.records, JOB, media_id)


def stop(editor: Editor) -> None:
    """End the refining of the media in the view and keep what there is: a short job writes it out. Asking again later
    goes on from there."""
    record, media = running(editor, editor.state.media), editor.player.media
    if record is None or media is None:
        return

    def ended(finished: JobRecord) -> None:
        if finished is record:
            editor.jobs.finished.disconnect(ended)
            if finished.state == "cancelled":
                parameters = {**record.order.parameters, "max_seconds": AT_ONCE}
                _submit(editor, media, parameters, dict(record.order.inputs), live_folder(record))

    editor.jobs.finished.connect(ended)
    editor.jobs.cancel(record)


def take_result(editor: Editor, record: JobRecord) -> None:
    """The finished job's result becomes the media's atlas.

    Raises:
        EditError: when the media is gone; the result stays on the disk.
    """
    require_same_file(editor.document.project, record)
    assert record.folder is not None, "a finished job has its folder"
    attach(editor, record.media_id, record.folder)


def attach(editor: Editor, media_id: str, folder: Path) -> None:
    """One undoable edit; what is painted is brought to where it lies on the new atlas.

    Raises:
        EditError: when the media is gone.
    """
    data = editor.document.data
    media = editor.document.project.known_media(media_id)
    if data is None or media is None:
        raise EditError(
            "what was unrolled is not in this project any more",
            "Undo brings it back, or open its project; unroll it again, and the result is there at once",
        )
    folder = results.bring(folder, data)
    if not media.atlas_edits or not media.atlas or media.atlas == folder.name:
        editor.document.edit("Unroll objects", with_atlas, media_id, folder.name)
        return
    edits, known = media.atlas_edits, results_folder(data) / media.atlas

    def done(moved: tuple[AtlasEdit, ...]) -> None:
        now = editor.document.project.known_media(media_id)
        if now is not None and now.atlas_edits != edits:
            attach(editor, media_id, folder)  # painted on meanwhile
        elif now is not None:
            editor.document.edit("Unroll objects", with_atlas, media_id, folder.name, moved)

    def lost(error: BaseException) -> None:
        editor.notify.failure(error)
        editor.document.edit("Unroll objects", with_atlas, media_id, folder.name)

    editor.background.run(lambda: carried(data, edits, open_atlas(known), open_atlas(folder)), done, lost)


def can_start(editor: Editor, media: Media | None) -> bool:
    """The media is tracked, and not being unrolled already."""
    return media is not None and media.track is not None and running(editor, media.id) is None


def estimate(media: Media) -> str:
    """Words on what unrolling takes; why it cannot be done where it cannot."""
    if media.track is None and media.layer is not None:
        return "This is a layer of a clip that was taken apart. Select the clip itself, and paint on its objects there."
    if media.track is None:
        return "Track the objects first: draw a mask in the mask view and track it through the clip."
    job = JOBS.get(JOB)
    if job is None or media.info.video is None:
        return ""
    frames = media.track.last - media.track.first + 1
    video = media.info.video
    pixels = frames * video.width * video.height
    first, whole = (each * pixels for each in SECONDS)
    disk = max(job.disk / MB, pixels * 1.2e-6)
    return (
        f"{frames} frames: all laid out after about {length(first)}, as good as it gets after {length(whole)} at most, "
        f"longer while other programs work. {job.memory // MB} MB of memory, {disk:.0f} MB of disk."
    )
