"""From the mask view to the tracking job and back: what is asked, where it is shown, how it is attached."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Literal

import msgspec

from app import mask_editing
from app.editor import Editor
from app.job_records import JobRecord
from core.errors import EditError
from core.project.paths import key_masks_folder, media_path, results_folder
from core.project.project import Media, Project, TrackedRange
from core.timeline.model import Clip
from core.worker import result_folder

Direction = Literal["forward", "backward", "both", "one_forward", "one_back"]


def mask_view_target(editor: Editor) -> tuple[str, int] | None:
    """What to draw masks on: (media, source frame) of the selected clip under the playhead, of the topmost clip
    there, of what the mask view showed last, of the bin's selection, or of the first media with pictures."""
    found = _under_playhead(editor)
    if found is not None:
        return found
    known = {media.id: media for media in editor.document.project.media if media.info.video is not None}
    if editor.state.media in known:
        return editor.state.media, editor.state.media_frame
    for media_id in (*sorted(editor.state.bin_selection), *known):
        if media_id in known:
            return media_id, 0
    return None


def _under_playhead(editor: Editor) -> tuple[str, int] | None:
    sequence, time = editor.document.sequence, editor.state.playhead
    if sequence is None:
        return None
    best: tuple[bool, int, str, int] | None = None
    for height, track in enumerate(sequence.tracks):
        found = track.at(time)
        clip = found[1] if found is not None else None
        if track.kind != "video" or found is None or not isinstance(clip, Clip):
            continue
        media = _with_pictures(editor.document.project, clip.media_id or "")
        if media is not None and media.info.video is not None:
            frame = media.info.video.rate.frame_at(max(0, clip.time_map.at(time - found[0].start)))
            best = max(
                best or (False, -1, "", 0), (clip.id in editor.state.selection, height, media.id, frame)
            )
    return None if best is None else (best[2], best[3])


def _with_pictures(project: Project, media_id: str) -> Media | None:
    media = next((known for known in project.media if known.id == media_id), None)
    return media if media is not None and media.info.video is not None else None


# Asking


def frame_count(media: Media) -> int:
    """Frames of a media, counted from its duration when the container does not say."""
    video = media.info.video
    if video is None:
        return 0
    return video.frames or max(1, video.rate.frame_at(max(0, media.info.duration - 1)) + 1)


def extent(media: Media, frame: int, direction: Direction) -> tuple[int, int]:
    """First and last frame that a command tracks over, standing at `frame`."""
    last = frame_count(media) - 1
    return {
        "forward": (frame, last),
        "backward": (0, frame),
        "both": (0, last),
        "one_forward": (frame, min(frame + 1, last)),
        "one_back": (max(frame - 1, 0), frame),
    }[direction]


def question(
    project_file: Path | None, data: Path, media: Media, frame: int, direction: Direction
) -> tuple[dict[str, Any], dict[str, str]]:
    """Parameters and inputs of the tracking job.

    Raises:
        EditError: without a key mask.
    """
    if not media.key_masks:
        raise EditError(f"{media.name} has no key mask yet", "Draw a mask on a frame first")
    first, last = extent(media, frame, direction)
    folder = key_masks_folder(data)
    keys = {str(key.frame): str(folder / key.file) for key in media.key_masks}
    parameters: dict[str, Any] = {
        "clip": str(media_path(project_file, media)),
        "key_masks": keys,
        "first": first,
        "last": last,
        "direction": {"one_forward": "forward", "one_back": "backward"}.get(direction, direction),
    }
    if media.track is not None:
        parameters["previous"] = str(results_folder(data) / media.track.key)
    # The names hold the hash of the masks' content, so they stand for it.
    inputs = {"clip": media.info.fingerprint, **{f"mask {key.frame}": key.file for key in media.key_masks}}
    return parameters, inputs


def start(editor: Editor, direction: Direction) -> JobRecord:
    """Queue the tracking of the media in the mask view from the frame in hand.

    Raises:
        EditError: when there is nothing to track, or no mask to start from.
    """
    media, document = editor.player.media, editor.document
    if media is None or document.data is None:
        raise EditError("there is no clip in the mask view", "Select a clip and turn to Masks")
    parameters, inputs = question(document.path, document.data, media, editor.state.media_frame, direction)
    root = results_folder(document.data)
    root.mkdir(parents=True, exist_ok=True)
    return editor.jobs.submit(
        "track",
        f"Track {media.name}",
        parameters,
        inputs,
        root=root,
        on_done=partial(attach, editor),
        context={"media": media.id},
    )


def running(editor: Editor, media_id: str) -> JobRecord | None:
    """The active tracking job of a media."""
    jobs = getattr(editor, "jobs", None)
    for record in jobs.records if jobs is not None else ():
        if record.active and record.order.job == "track" and record.order.context.get("media") == media_id:
            return record
    return None


def stop(editor: Editor) -> None:
    """Cancel the tracking of the media in the mask view; the frames so far stay for the next time."""
    record = running(editor, editor.state.media)
    if record is not None:
        editor.jobs.cancel(record)


def live_folder(record: JobRecord) -> Path:
    """Where the job's masks appear while it runs."""
    order = record.order
    final = result_folder(record.job, record.root, order.parameters, order.inputs)
    return final.with_name(f"{final.name}.partial")


# Attaching


def attach(editor: Editor, record: JobRecord) -> None:
    """The result becomes the media's tracked range: one undoable edit.

    Raises:
        EditError: when the media is gone; the result stays on the disk.
    """
    assert record.folder is not None, "a finished job has its folder"
    media_id = str(record.order.context.get("media", ""))
    media = _with_pictures(editor.document.project, media_id)
    if media is None:
        raise EditError("the media was removed while it was tracked", "Undo brings it back; then track again")
    frames = tracked_frames(record.folder)
    if not frames:
        raise EditError(f"tracking {media.name} left no masks", "Draw a larger mask and track again")
    track = TrackedRange(record.folder.name, frames[0], frames[-1])
    editor.document.edit(f"Track {media.name}", mask_editing.with_track, media_id, track)


def tracked_frames(folder: Path) -> list[int]:
    """The frames that a result has masks for, ascending, as far as they follow one another without a hole."""
    from core.media.matte import MaskFolder

    return MaskFolder(folder).frames()


def confidences(data: Path | None, media: Media) -> dict[int, float]:
    """Confidence 0 to 1 of each tracked frame, empty when the result does not say."""
    if data is None or media.track is None:
        return {}
    return read_confidences(results_folder(data) / media.track.key)


def read_confidences(folder: Path) -> dict[int, float]:
    """From scores.json of a result: {"confidence": {frame: 0..1}}."""
    try:
        scores = msgspec.json.decode((folder / "scores.json").read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError):
        return {}
    values = scores.get("confidence", {})
    return {int(frame): float(value) for frame, value in values.items()} if isinstance(values, dict) else {}


def worst_frame(confidence: dict[int, float], keys: set[int]) -> int | None:
    """The frame with the least confidence that nobody has drawn on yet."""
    open_ones = {frame: value for frame, value in confidence.items() if frame not in keys}
    return min(open_ones, key=lambda frame: (open_ones[frame], frame)) if open_ones else None
