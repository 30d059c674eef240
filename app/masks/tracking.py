"""From the mask view to the tracking job: what is asked. What comes back: app.masks.track_results,
app.masks.track_watch."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from app.editor import Editor
from app.jobs.records import JobRecord, active_job
from app.masks.track_results import take_result
from core.drive import result_folder
from core.errors import EditError
from core.job import read_manifest
from core.masks.correction import reach
from core.masks.keymasks import Direction
from core.project import results
from core.project.paths import clip_of, key_masks_folder, results_folder
from core.project.project import Media

HOW: dict[str, dict[str, Any]] = {
    "fast": {"fast": True},
    "normal": {},
    "learning": {"adapt": True},
}
"""What the setting "tracking" asks of the job."""


def frame_count(media: Media) -> int:
    """Frames of a media, counted from its duration when the container does not say."""
    video = media.info.video
    if video is None:
        return 0
    return video.frames or max(1, video.rate.frame_at(max(0, media.info.duration - 1)) + 1)


def extent(media: Media, frame: int, direction: Direction) -> tuple[int, int]:
    """First and last frame that a command tracks over, standing at `frame`: from the nearest known mask on, so
    that no hole is left between it and where one stands.

    Raises:
        EditError: when there is no frame that way.
    """
    end = frame_count(media) - 1
    if direction == "both":
        return 0, end
    if direction in ("one_forward", "one_back"):
        wanted = frame + (1 if direction == "one_forward" else -1)
        if not 0 <= wanted <= end:
            raise EditError(f"{media.name} ends here")
        return wanted, wanted
    known = {key.frame for key in media.key_masks}
    if media.track is not None:
        known |= {min(max(frame, media.track.first), media.track.last)}
    if direction == "forward":
        return max((number for number in known if number <= frame), default=frame), end
    return 0, min((number for number in known if number >= frame), default=frame)


def question(
    project_file: Path | None, data: Path, media: Media, frame: int, direction: Direction
) -> tuple[dict[str, Any], dict[str, str]]:
    """Parameters and inputs of the tracking job.

    Raises:
        EditError: without a key mask, or at the end of the media.
    """
    if not media.key_masks:
        raise EditError(f"{media.name} has no key mask yet", "Draw a mask on a frame first")
    first, last = extent(media, frame, direction)
    folder = key_masks_folder(data)
    parameters: dict[str, Any] = {
        **clip_of(project_file, media),
        "key_masks": {str(key.frame): str(folder / key.file) for key in media.key_masks},
        "first": first,
        "last": last,
        "direction": direction,
    }
    if media.verdicts:
        parameters["verdicts"] = msgspec.json.decode(msgspec.json.encode(media.verdicts))
    if media.track is not None and direction != "both":
        parameters["base"] = str(results_folder(data) / media.track.key)
    # The names hold the hash of the masks' content, and the key of a result all that made it.
    inputs = {"clip": media.info.fingerprint, **{f"mask {key.frame}": key.file for key in media.key_masks}}
    return parameters, inputs


def again_from(
    project_file: Path | None, data: Path, media: Media, frame: int
) -> tuple[dict[str, Any], dict[str, str]]:
    """The question that tracks anew what the key mask at `frame` can change, and keeps the rest of the result.

    It reaches over key masks beside it that the result does not know yet: what they change is tracked with it.

    Raises:
        EditError: when the media is not tracked, or nobody has drawn on the frame.
    """
    if media.track is None:
        raise EditError(f"{media.name} is not tracked yet", "Track it first, then mend what is wrong")
    keys = [key.frame for key in media.key_masks]
    if frame not in keys:
        raise EditError(f"frame {frame} has no key mask", "Mend the mask of this frame first")
    parameters, inputs = question(project_file, data, media, frame, "both")
    folder = results_folder(data) / media.track.key
    first, last = reach(sorted(set(keys) - drawn_since(media, folder)), frame, frame_count(media))
    parameters["first"] = max(first, min(media.track.first, frame))
    parameters["last"] = min(last, max(media.track.last, frame))
    parameters["base"] = str(folder)
    parameters["surer"] = True
    return parameters, inputs


def drawn_since(media: Media, folder: Path) -> set[int]:
    """The frames whose key masks are not those that a result was tracked with; none where it does not tell which those
    were."""
    manifest = read_manifest(folder)
    known = manifest.inputs if manifest is not None else {}
    if not any(name.startswith("mask ") for name in known):
        return set()
    return {key.frame for key in media.key_masks if known.get(f"mask {key.frame}") != key.file}


def whole_again(project_file: Path | None, data: Path, media: Media) -> tuple[dict[str, Any], dict[str, str]]:
    """The question that tracks the tracked range anew with what the user has said of its appearances.

    Raises:
        EditError: when the media is not tracked, or has no key mask any more.
    """
    if media.track is None:
        raise EditError(f"{media.name} is not tracked yet", "Draw a mask and track it first")
    parameters, inputs = question(project_file, data, media, 0, "both")
    return {**parameters, "first": media.track.first, "last": media.track.last}, inputs


def start(editor: Editor, direction: Direction) -> JobRecord:
    """Queue the tracking of the media in the mask view from the frame in hand.

    Raises:
        EditError: when there is nothing to track, or no mask to start from.
    """
    media, data = _media_in_hand(editor)
    asked = question(editor.document.path, data, media, editor.state.media_frame, direction)
    return _submit(editor, media, asked, {"media": media.id})


def start_again(editor: Editor, *, whole: bool = False) -> JobRecord:
    """Queue the tracking of what the key mask of the frame in hand can change, or of the whole tracked range; the
    result is proposed and not attached.

    Raises:
        EditError: when there is no track, or no key mask on the frame.
    """
    media, data = _media_in_hand(editor)
    path = editor.document.path
    asked = (
        whole_again(path, data, media) if whole else again_from(path, data, media, editor.state.media_frame)
    )
    return _submit(editor, media, asked, {"media": media.id, "proposal": True})


def _media_in_hand(editor: Editor) -> tuple[Media, Path]:
    media, data = editor.player.media, editor.document.data
    if media is None or data is None:
        raise EditError("there is no clip in the mask view", "Select a clip and turn to Masks")
    return media, data


def _submit(
    editor: Editor, media: Media, asked: tuple[dict[str, Any], dict[str, str]], context: dict[str, Any]
) -> JobRecord:
    data = editor.document.data
    assert data is not None, "the media in hand has a data folder"
    root = results.made(results_folder(data))
    parameters, inputs = asked
    parameters = {**parameters, **HOW[editor.settings.text("tracking")]}
    if not editor.settings.flag("reidentify"):
        parameters["reidentify"] = False
    done = partial(take_result, editor)
    return editor.jobs.submit(
        "track", f"Track {media.name}", parameters, inputs, root=root, on_done=done, context=context
    )


def running(editor: Editor, media_id: str) -> JobRecord | None:
    """The active tracking job of a media."""
    return active_job(editor.jobs.records, "track", media_id)


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
