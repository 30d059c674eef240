"""What a tracking result says of each frame, read beside the window and kept: confidence, gaps, appearances.

Also which objects each key mask shows. Files are read on short threads; whoever paints asks again and again and gets
what is known by now, and `ready` tells when there is more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from app.editor import Editor
from app.threads.gui_thread import gui_thread
from core.errors import LaminarError
from core.media.appearances import Appearances, ObjectHistory, read_appearances
from core.media.matte import Confidences, read_confidences
from core.project.key_masks import read_key_mask
from core.project.paths import results_folder
from core.project.project import KeyMask, Media, TrackedRange

KEPT = 64
"""Results that are remembered; the oldest is forgotten first."""
Sure = npt.NDArray[np.float32]
"""Confidence by frame of the tracked range, float32 (N,), 0 to 1; NaN where unknown."""


@dataclass(frozen=True)
class Summary:
    """Of one object: mean confidence, 0 to 1, over the frames where it is there; the least one, and its frame, of those
    that nobody has drawn on."""

    mean: float
    worst: float
    frame: int


@dataclass(frozen=True)
class TrackRecord:
    """What painters know of a tracking result.

    first, last: the tracked frames, inclusive.
    sure: by label.
    """

    first: int
    last: int
    sure: dict[int, Sure] = field(default_factory=dict)
    appearances: Appearances = field(default_factory=Appearances)

    def history(self, label: int) -> ObjectHistory:
        """Gaps and appearances of an object; empty ones when nothing is known."""
        return self.appearances.objects.get(label, ObjectHistory())

    def confidence(self, label: int, frame: int) -> float | None:
        known = self.sure.get(label)
        if known is None or not self.first <= frame <= self.last or np.isnan(known[frame - self.first]):
            return None
        return float(known[frame - self.first])

    def missing(self, label: int, frame: int) -> bool:
        """Whether the object was declared missing there."""
        return any(first <= frame <= last for first, last in self.history(label).gaps)

    def summary(self, label: int, keys: Collection[int] = ()) -> Summary | None:
        """None when nothing is known of the object, or every frame was drawn on.

        Args:
            keys: frames with key masks.
        """
        known, worst = self._seen(label), self.worst(label, keys)
        if known is None or worst is None:
            return None
        return Summary(float(np.nanmean(known)), float(known[worst - self.first]), worst)

    def worst(self, label: int, keys: Collection[int]) -> int | None:
        """The frame where the object is there and least sure and nobody has drawn on yet."""
        if (known := self._seen(label)) is None:
            return None
        for frame in keys:
            if self.first <= frame <= self.last:
                known[frame - self.first] = np.nan
        return None if np.isnan(known).all() else self.first + int(np.nanargmin(known))

    def _seen(self, label: int) -> Sure | None:
        """The confidences without those of gaps; a copy."""
        if label not in self.sure:
            return None
        known = self.sure[label].copy()
        for first, last in self.history(label).gaps:
            known[max(0, first - self.first) : max(0, last + 1 - self.first)] = np.nan
        return known


def record_of(track: TrackedRange, confidences: Confidences, appearances: Appearances) -> TrackRecord:
    """The arrays that painters read from."""
    labels = {label for frame in confidences.values() for label in frame}
    sure = {label: np.full(track.last - track.first + 1, np.nan, np.float32) for label in labels}
    for frame, values in confidences.items():
        for label, value in values.items():
            if track.first <= frame <= track.last:
                sure[label][frame - track.first] = value
    return TrackRecord(track.first, track.last, sure, appearances)


class TrackRecords(QObject):
    """One a session; see `records_of`.

    Signals: ready(): something new is known.
    """

    ready = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._known: dict[tuple[Any, ...], Any] = {}
        self._keys: tuple[Path, tuple[KeyMask, ...], dict[int, tuple[int, ...]]] | None = None
        self._gui = gui_thread()

    def of(self, media: Media | None) -> TrackRecord | None:
        """What the media's track says; None until it was read, and without a track."""
        data = self._editor.document.data
        if media is None or media.track is None or data is None:
            return None
        track = media.track
        folder = results_folder(data) / track.key
        found: TrackRecord | None = self._ask(
            (folder, track), lambda: record_of(track, read_confidences(folder), read_appearances(folder))
        )
        return found

    def keys(self, media: Media) -> dict[int, tuple[int, ...]]:
        """Label to the frames whose key masks show the object, as far as they were read."""
        data = self._editor.document.data
        if data is None or not media.key_masks:
            return {}
        if self._keys is not None and self._keys[0] == data and self._keys[1] is media.key_masks:
            return self._keys[2]
        wanted = tuple(key for key in media.key_masks if (data, key.file) not in self._known)
        if wanted:
            self._ask((data, wanted), lambda: {(data, key.file): labels_in(data, key) for key in wanted})
        found: dict[int, list[int]] = {}
        for key in media.key_masks:
            for label in self._known.get((data, key.file)) or ():
                found.setdefault(label, []).append(key.frame)
        whole = {label: tuple(frames) for label, frames in found.items()}
        if not wanted:  # painters ask at every frame
            self._keys = (data, media.key_masks, whole)
        return whole

    def _ask(self, question: tuple[Any, ...], read: Callable[[], Any]) -> Any:
        """The answer if it is known; else it is looked up on a thread."""
        if question not in self._known:
            self._known[question] = None
            threading.Thread(
                target=self._look_up, args=(question, read), name="track record", daemon=True
            ).start()
        return self._known[question]

    def _look_up(self, question: tuple[Any, ...], read: Callable[[], Any]) -> None:
        answer = read()
        self._gui.call(self._keep, question, answer)

    def _keep(self, question: tuple[Any, ...], answer: Any) -> None:
        if isinstance(answer, dict):
            self._known.update(answer)
            self._known.pop(question, None)
        else:
            self._known[question] = answer
        records = [known for known, value in self._known.items() if isinstance(value, TrackRecord)]
        for old in records[:-KEPT]:
            del self._known[old]
        self.ready.emit()


def labels_in(data: Path, key: KeyMask) -> frozenset[int]:
    """The objects that a key mask shows; none when it cannot be read."""
    try:
        counts = np.bincount(read_key_mask(data, key).ravel(), minlength=256)
    except LaminarError:
        return frozenset()
    return frozenset(int(label) for label in np.flatnonzero(counts) if 0 < label < 255)


def records_of(editor: Editor) -> TrackRecords:
    """The session's one `TrackRecords`, made when first asked for."""
    return editor.one(TrackRecords)
