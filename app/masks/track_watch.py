"""Follows a tracking that runs: the picture goes along with it, and what it has done so far is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.editor import Editor
from app.jobs.records import JobRecord
from app.masks.track_records import Sure
from app.masks.track_results import keep_stopped, take_result
from app.masks.tracking import live_folder, running
from core.project.paths import results_folder

FOLLOW_SECONDS = 0.25
"""The picture follows the tracker this often."""


class Live:
    """What a running job has done so far: first to last of its frames, and how sure it was of those heard of."""

    def __init__(self, frame: int) -> None:
        self.first = self.last = frame
        self._sure: dict[int, Sure] = {}

    def of(self, label: int) -> Sure | None:
        """Confidence by frame from 0 on, float32 (N,), NaN where unknown; None when nothing was heard of the object."""
        return self._sure.get(label)

    def add(self, frame: int, sure: object) -> None:
        """Take in how sure the tracker is of a frame; sure: label to confidence as JSON has it, {"1": 0.9}."""
        self.first, self.last = min(self.first, frame), max(self.last, frame)
        for text, value in sure.items() if isinstance(sure, dict) else ():
            label = int(text)
            known = self._sure.get(label, np.empty(0, np.float32))
            if frame >= len(known):
                more = np.full(max(256, frame + 1, 2 * len(known)) - len(known), np.nan, np.float32)
                known = self._sure[label] = np.concatenate([known, more])
            known[frame] = value


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
        editor.jobs.handle("track", partial(take_result, editor))
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
        mine = record.order.job == "track" and record.media_id == self._editor.state.media
        if not mine or record.state != "running" or not isinstance(frame, int):
            return
        if record is not self._record or self._live is None:
            self._record, self._live = record, Live(frame)
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
            base = self._base(record)
            self._editor.background.run(
                lambda: keep_stopped(live_folder(record), base),
                lambda kept: self._take_kept(record, kept),
                self._editor.notify.failure,
            )

    def _base(self, record: JobRecord) -> Path | None:
        """What a stopped job leaves the frames to that it did not come to: its own base, else the track there is."""
        if base := record.order.parameters.get("base"):
            return Path(base)
        data = self._editor.document.data
        media = self._editor.document.project.known_media(record.media_id)
        if data is None or media is None or media.track is None:
            return None
        return results_folder(data) / media.track.key

    def _take_kept(self, record: JobRecord, kept: Path | None) -> None:
        with self._editor.notify.failures():
            if kept is not None:
                take_result(self._editor, record, kept)
