"""Following a tracking job: the picture goes with it until the user goes elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal

from app.editor import Editor
from app.jobs.records import JobRecord, Order
from app.masks import track_watch, tracking
from core.catalog import JOBS
from core.job import Progress


class Jobs(QObject):
    """Stands for the queue."""

    changed = Signal(object)
    finished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.records: list[JobRecord] = []

    def handle(self, job: str, done: object) -> None:
        self.handled = job


class PlayerDouble(SimpleNamespace):
    playing = False

    def set_live(self, folder: str) -> None:
        self.live = folder

    def refresh(self) -> None:
        self.refreshed = getattr(self, "refreshed", 0) + 1


@pytest.fixture
def watch(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> Iterator[track_watch.Watch]:
    monkeypatch.setattr(track_watch, "FOLLOW_SECONDS", 0.0)
    editor.jobs = Jobs()  # type: ignore[assignment]
    editor.player = PlayerDouble()  # type: ignore[assignment]
    editor.state.set("media", "m")
    yield track_watch.Watch(editor, lambda: False)


@pytest.fixture
def record(editor: Editor, watch: track_watch.Watch, tmp_path: Path) -> JobRecord:
    order = Order("track", "Track", str(tmp_path), {"clip": "c"}, {}, {"media": "m"})
    made = JobRecord(order, JOBS["track"], state="running")
    editor.jobs.records.append(made)
    return made


def progress(editor: Editor, record: JobRecord, frame: int) -> None:
    time.sleep(0.001)
    record.progress = Progress(frame, 100, fields={"frame": frame, "confidence": {"1": 0.9}})
    editor.jobs.changed.emit(record)


def test_the_picture_follows_the_tracker(editor: Editor, watch: track_watch.Watch, record: JobRecord) -> None:
    seen: list[track_watch.Live | None] = []
    watch.moved.connect(seen.append)
    for frame in (1, 2, 3):
        progress(editor, record, frame)
    assert editor.state.media_frame == 3
    live = seen[-1]
    assert live is not None and (live.first, live.last) == (1, 3)
    sure = live.of(1)
    assert sure is not None and sure[:4].tolist() == pytest.approx([np.nan, 0.9, 0.9, 0.9], nan_ok=True)
    assert live.of(2) is None
    assert editor.player.live.endswith(".partial")  # type: ignore[attr-defined]
    record.state = "done"
    editor.jobs.finished.emit(record)
    assert seen[-1] is None
    assert editor.player.live == ""  # type: ignore[attr-defined]


def test_it_stays_where_the_user_goes(editor: Editor, watch: track_watch.Watch, record: JobRecord) -> None:
    progress(editor, record, 1)
    editor.state.set("media_frame", 40)
    progress(editor, record, 2)
    progress(editor, record, 3)
    assert editor.state.media_frame == 40


def test_jobs_of_other_media_are_left_alone(
    editor: Editor, watch: track_watch.Watch, record: JobRecord
) -> None:
    editor.state.set("media", "other")
    progress(editor, record, 9)
    assert editor.state.media_frame == 0
    assert tracking.running(editor, "m") is record
    assert tracking.running(editor, "other") is None
