"""The speediness of media: asking for it, taking what comes back, and what is known by now.

The job "speediness" leaves a table with a row a frame, which grows while it runs, and maps of where in the picture
the pace was seen (core.retime.pace_files). Both are read beside the window and kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal

from app.editor import Editor
from app.jobs import media_work
from app.jobs.records import JobRecord, active_job
from core.drive import result_folder
from core.errors import LaminarError, MediaError
from core.project.paths import results_folder
from core.project.project import Media
from core.recent import Recent
from core.render.time_curve import source_times
from core.retime.pace_files import read_activation, read_motion, read_speediness
from core.time import TICKS_PER_SECOND, FrameRate
from core.timeline.model import Clip

JOB, NAME, FIELD = "speediness", "Speediness", "speediness"
KEPT = 12
LOOK_MS = 1000
"""How often a running job's table is looked at."""
NEAR = 1000
"""Ticks by which a rounded time may miss its frame."""


@dataclass(frozen=True, eq=False)
class Pace:
    """The speediness of a media, as far as it is known.

    times: int64 (N,), source ticks at which frames start, rising; values: (N,) 0 to 1, 1 looks as fast as
        anything may.
    frames, maps: moments (K,) with uint8 (K, h, w), where the pace was seen; None while the job runs.
    motion: (N,) how far things move from each frame to the next; None when it is not known.
    """

    times: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    frames: npt.NDArray[np.int64] | None = None
    maps: npt.NDArray[np.uint8] | None = None
    motion: npt.NDArray[np.float64] | None = None

    def along(self, clip: Clip, clip_times: np.ndarray) -> np.ndarray:
        """Speediness at clip times, float64 (n,); NaN where it is not known."""
        ticks = source_times(clip.time_map, clip_times)
        found = np.interp(ticks, self.times, self.values)
        step = self.times[1] - self.times[0] if len(self.times) > 1 else TICKS_PER_SECOND
        found[(ticks < self.times[0] - step) | (ticks > self.times[-1] + 2 * step)] = np.nan
        return np.asarray(found, np.float64)

    def map_at(self, frame: int) -> npt.NDArray[np.uint8] | None:
        """The map nearest to a source frame."""
        if self.frames is None or self.maps is None or not len(self.frames):
            return None
        found: npt.NDArray[np.uint8] = self.maps[int(np.argmin(np.abs(self.frames - frame)))]
        return found


def read_pace(folder: Path, rate: FrameRate) -> Pace:
    """What a result, whole or growing, says. Raises MediaError when there is nothing to read."""
    seconds, values = read_speediness(folder)
    times = np.array([_on_frame(round(s * TICKS_PER_SECOND), rate) for s in seconds.tolist()], np.int64)
    if len(times) > 1 and (np.diff(times) <= 0).any():
        raise MediaError(f"{folder} holds no speediness", "Compute the speediness of the clip again")
    try:
        return Pace(times, values, *read_activation(folder), read_motion(folder, len(values)))
    except MediaError:
        return Pace(times, values)  # the maps come last


def _on_frame(ticks: int, rate: FrameRate) -> int:
    near = rate.snap(ticks)
    return near if abs(near - ticks) <= NEAR else ticks


class Paces(QObject):
    """One a session; see `paces_of`.

    Signals: ready(): something new is known.
    """

    ready = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._known: Recent[str, Pace | None] = Recent(KEPT)
        self._growing: dict[str, Pace] = {}
        self._watch = QTimer(self, interval=LOOK_MS)
        self._watch.timeout.connect(self._look)
        self.overlay = False
        """Whether the viewer shows where the pace was seen."""
        editor.jobs.handle(JOB, partial(take_result, editor))
        editor.jobs.changed.connect(self._job_changed)

    def of(self, media: Media | None) -> Pace | None:
        """What is known of a media's speediness by now, also of a job under way."""
        if media is None:
            return None
        if media.id in self._growing:
            return self._growing[media.id]
        data, video = self._editor.document.data, media.info.video
        if not media.speediness or data is None or video is None:
            return None
        folder = results_folder(data) / media.speediness
        if str(folder) not in self._known:
            self._known.put(str(folder), None)
            self._editor.background.run(
                partial(read_pace, folder, video.rate), partial(self._keep, str(folder)), self._missed
            )
        return self._known.get(str(folder))

    def set_overlay(self, on: bool) -> None:
        """Show or hide where in the picture the pace was seen."""
        self.overlay = on
        self.ready.emit()

    def _keep(self, folder: str, pace: Pace) -> None:
        self._known.put(folder, pace)
        self.ready.emit()

    def _missed(self, error: BaseException) -> None:
        if isinstance(error, LaminarError):
            self._editor.notify.failure(error)

    def _job_changed(self, record: JobRecord) -> None:
        if record.order.job != JOB:
            return
        if record.active and not self._watch.isActive():
            self._watch.start()
        elif not record.active:
            self._growing.pop(record.media_id, None)

    def _look(self) -> None:
        """Read what running jobs have written."""
        active = [one for one in self._editor.jobs.records if one.order.job == JOB and one.active]
        if not active:
            self._watch.stop()
        project = self._editor.document.project
        for record in active:
            media_id = record.media_id
            media = project.known_media(media_id)
            if media is None or media.info.video is None:
                continue
            final = result_folder(record.job, record.root, record.order.parameters, record.order.inputs)
            partial_folder = final.with_name(final.name + ".partial")
            read = partial(read_pace, partial_folder, media.info.video.rate)
            self._editor.background.run(read, partial(self._grow, media_id, record), lambda error: None)

    def _grow(self, media_id: str, record: JobRecord, pace: Pace) -> None:
        if record.active:
            self._growing[media_id] = pace
            self.ready.emit()


def paces_of(editor: Editor) -> Paces:
    """The session's one `Paces`, made when first asked for."""
    return editor.one(Paces)


def start(editor: Editor, media: Media) -> JobRecord:
    """Queue the job for a media. Raises EditError: as `app.jobs.media_work.submit`."""
    return media_work.submit(editor, JOB, media, NAME, FIELD)


def running(editor: Editor, media_id: str) -> JobRecord | None:
    """The job under way for a media."""
    return active_job(editor.jobs.records, JOB, media_id)


take_result = partial(media_work.take_result, name=NAME, field=FIELD)
