"""From the mask view to the tracking job and back: what is asked, where it is shown, how it is attached."""

from __future__ import annotations

import os
import shutil
import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

import msgspec
from PySide6.QtCore import QObject, Signal

from app import mask_editing
from app.editor import Editor
from app.job_records import JobRecord
from core.drive import result_folder
from core.errors import EditError
from core.files import write_atomic
from core.job import MANIFEST, read_manifest
from core.media.matte import CONFIDENCE, MASKS, SOFT, MaskFolder, read_confidences
from core.project import results
from core.project.paths import key_masks_folder, readable_path, results_folder
from core.project.project import Media, Project, TrackedRange
from core.time import FrameRate, TimeRange
from core.timeline.model import Clip

FOLLOW_SECONDS = 0.25
"""The picture follows the tracker this often."""
Direction = Literal["forward", "backward", "both", "one_forward", "one_back"]


def mask_view_target(editor: Editor) -> tuple[str, int] | None:
    """What to draw masks on: (media, source frame) of the selected clip under the playhead, of the topmost clip
    there, of what the mask view showed last, of the bin's selection, or of the first media with pictures."""
    here = _under_playhead(editor)
    if here is not None:
        return here.media.id, here.frame_at(editor.state.playhead)
    known = {media.id: media for media in editor.document.project.media if media.info.video is not None}
    if editor.state.media in known:
        return editor.state.media, editor.state.media_frame
    for media_id in (*sorted(editor.state.bin_selection), *known):
        if media_id in known:
            return media_id, 0
    return None


def playhead_showing(editor: Editor, frame: int) -> int | None:
    """Record time at which the clip under the playhead shows a frame of the mask view's media; None when the clip is
    of another media or does not show that frame."""
    sequence, here = editor.document.sequence, _under_playhead(editor)
    if sequence is None or here is None or here.media.id != editor.state.media:
        return None
    first, end = (sequence.rate.frame_at(time) for time in (here.where.start, here.where.end))
    times = [sequence.rate.time_of(first), sequence.rate.time_of(max(first, end - 1))]
    way = 1 if here.frame_at(times[0]) <= here.frame_at(times[1]) else -1
    found = first + bisect_left(
        range(first, end), way * frame, key=lambda number: way * here.frame_at(sequence.rate.time_of(number))
    )
    time = sequence.rate.time_of(found)
    return time if found < end and here.frame_at(time) == frame else None


@dataclass(frozen=True)
class _Here:
    """A clip under the playhead and the media that it shows."""

    where: TimeRange
    clip: Clip
    media: Media
    rate: FrameRate

    def frame_at(self, time: int) -> int:
        """Source frame at a record time of the clip."""
        return self.rate.frame_at(max(0, self.clip.time_map.at(time - self.where.start)))


def _under_playhead(editor: Editor) -> _Here | None:
    """The selected clip there, else the topmost."""
    sequence, time = editor.document.sequence, editor.state.playhead
    if sequence is None:
        return None
    best: _Here | None = None
    for track in sequence.tracks:
        found = track.at(time) if track.kind == "video" else None
        if found is None or not isinstance(found[1], Clip):
            continue
        where, clip = found[0], found[1]
        media = _with_pictures(editor.document.project, clip.media_id or "")
        if media is None or media.info.video is None:
            continue
        if best is None or clip.id in editor.state.selection or best.clip.id not in editor.state.selection:
            best = _Here(where, clip, media, media.info.video.rate)
    return best


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
        "clip": str(readable_path(project_file, media)),
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
    for record in editor.jobs.records:
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
        EditError: when the media is gone, or nothing was tracked; the result stays on the disk.
    """
    assert record.folder is not None, "a finished job has its folder"
    media_id = str(record.order.context.get("media", ""))
    folder, data = record.folder, editor.document.data
    if data is not None and any(media.id == media_id for media in editor.document.project.media):
        folder = results.bring(folder, data)
    attach_folder(editor, media_id, folder)


def attach_folder(editor: Editor, media_id: str, folder: Path) -> None:
    """Raises EditError as `attach`."""
    media = _with_pictures(editor.document.project, media_id)
    if media is None:
        raise EditError("the media was removed while it was tracked", "Undo brings it back; then track again")
    with os.scandir(folder / MASKS) as entries:
        names = sorted(entry.name for entry in entries if entry.name.endswith(".png"))
    if not names:
        raise EditError(f"tracking {media.name} left no masks", "Draw a larger mask and track again")
    track = TrackedRange(folder.name, int(Path(names[0]).stem), int(Path(names[-1]).stem))
    editor.document.edit(f"Track {media.name}", mask_editing.with_track, media_id, track)


def keep_stopped(folder: Path) -> Path | None:
    """Keep what a stopped job has made as a result of its own, so that the job can still go on from its folder.

    Args:
        folder: the partial folder.

    Returns:
        The new folder beside it; None when the job has tracked nothing yet.
    """
    frames, confidence = MaskFolder(folder).frames(), read_confidences(folder)
    manifest = read_manifest(folder)
    if len(frames) < 2 or manifest is None:
        return None
    kept = folder.with_name(f"{folder.name.removesuffix('.partial')}-{len(frames)}")
    if not kept.exists():
        making = kept.with_name(f"{kept.name}.copy")
        shutil.rmtree(making, ignore_errors=True)
        for part in (MASKS, SOFT):
            if (folder / part).is_dir():
                shutil.copytree(folder / part, making / part)
        write_atomic(making / CONFIDENCE, msgspec.json.encode(confidence))
        done = msgspec.structs.replace(manifest, complete=True)
        write_atomic(making / MANIFEST, msgspec.json.format(msgspec.json.encode(done), indent=1))
        making.rename(kept)
    return kept


@dataclass
class Live:
    """What a running job has done so far: the first and the last of its frames, and how sure it was of those that
    were heard of (frame to label to confidence)."""

    first: int
    last: int
    sure: dict[int, dict[int, float]] = field(default_factory=dict)

    def add(self, frame: int, sure: object) -> None:
        """sure: as JSON has it, {"1": 0.9}."""
        self.first, self.last = min(self.first, frame), max(self.last, frame)
        if isinstance(sure, dict):
            self.sure[frame] = {int(label): float(value) for label, value in sure.items()}


class Watch(QObject):
    """Follows the tracking of the media in the mask view.

    Signals:
        moved(Live | None): what the running job has done; None when none runs.
    """

    moved = Signal(object)

    def __init__(self, editor: Editor, drawing: Callable[[], bool], parent: QObject | None = None) -> None:
        """drawing: whether the user is at work on the frame, which then must not change under the pen."""
        super().__init__(parent)
        self._editor, self._drawing = editor, drawing
        self._followed = -1
        self._record: JobRecord | None = None
        self._live: Live | None = None
        self._told = 0.0
        editor.jobs.changed.connect(self._changed)
        editor.jobs.finished.connect(self._finished)
        editor.jobs.handle("track", partial(attach, editor))
        editor.state.media_changed.connect(lambda media: self._look())

    def _look(self) -> None:
        self._forget()
        record = running(self._editor, self._editor.state.media)
        if record is not None:
            self._changed(record)

    def _forget(self) -> None:
        self._record, self._live = None, None
        self.moved.emit(None)

    def _changed(self, record: JobRecord) -> None:
        frame = record.progress.fields.get("frame")
        mine = record.order.job == "track" and record.order.context.get("media") == self._editor.state.media
        if not mine or record.state != "running" or not isinstance(frame, int):
            return
        if record is not self._record or self._live is None:
            self._record, self._live = record, Live(frame, frame)
            self._followed = self._editor.state.media_frame
            self._editor.player.set_live(str(live_folder(record)))
        self._live.add(frame, record.progress.fields.get("confidence"))
        self.moved.emit(self._live)
        if time.monotonic() - self._told > FOLLOW_SECONDS:
            self._told = time.monotonic()
            self._follow(frame)

    def _follow(self, frame: int) -> None:
        """Show the newest mask, until the user goes elsewhere, plays or draws."""
        state, player = self._editor.state, self._editor.player
        if self._drawing() or player.playing or state.media_frame != self._followed:
            self._followed = -1
        if self._followed >= 0:
            self._followed = frame
            state.set("media_frame", frame)
        elif not player.playing:
            player.refresh()

    def _finished(self, record: JobRecord) -> None:
        if record.order.job != "track":
            return
        if record is self._record:
            self._forget()
            self._editor.player.set_live("")
        if record.state == "cancelled":
            media = str(record.order.context.get("media", ""))
            self._editor.background.run(
                lambda: keep_stopped(live_folder(record)),
                lambda kept: self._attach_kept(media, kept),
                self._editor.notify.failure,
            )

    def _attach_kept(self, media_id: str, kept: Path | None) -> None:
        try:
            data = self._editor.document.data
            if kept is not None and data is not None:
                attach_folder(self._editor, media_id, results.bring(kept, data))
        except EditError as error:
            self._editor.notify.failure(error)
