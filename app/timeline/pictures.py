"""Thumbnails and waveforms that appear as they are made.

A painter asks for what it would like to show and gets what there is; what is missing is made by a background
thread, newest wish first, and `ready` tells the painters to draw again. Pictures stay in memory up to a byte
budget and on disk (JPEG and .npy, named by the media's fingerprint), so a project opened tomorrow shows them at once.
"""

from __future__ import annotations

import io
import logging
import threading
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.editor import Editor
from app.threads.gui_thread import gui_thread
from core.errors import LaminarError
from core.files import write_atomic
from core.media import audio, thumbnails
from core.media.info import Frame
from core.project.paths import media_path
from core.project.project import Media, Project
from core.settings import folders
from core.threads import stand_back
from core.time import FrameRate

log = logging.getLogger("laminar.pictures")

HEIGHT = 96
"""Thumbnails are made this high once and drawn smaller."""
PEAKS_PER_SECOND = 100
BUDGET = 96 * 2**20
IDLE_SECONDS = 0.5
BATCH = 8

Peaks = npt.NDArray[np.float32]
"""float32 (N, 2): lowest and highest sample of each 1/PEAKS_PER_SECOND s, -1 to 1; NaN where not yet known."""


@dataclass(frozen=True)
class Wish:
    """A thumbnail at source time `time` (ticks), or with time None the media's peaks.

    fingerprint: of the media; of what is heard of it, for peaks.
    """

    fingerprint: str
    path: Path
    media: Media
    time: int | None
    cache: Path

    @property
    def key(self) -> tuple[Path, int | None]:
        """What is not asked for again after it failed; media that is relinked, or back, gets another try."""
        return self.path, self.time


class Pictures(QObject):
    """Shared by the timeline and the media bin; see `pictures_of`.

    Signals:
        ready(): something new can be drawn; at most 12 times a second.
    """

    ready = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._images: OrderedDict[tuple[str, int], QImage] = OrderedDict()
        self._times: dict[str, list[int]] = {}
        self._bytes = 0
        self._peaks: dict[str, Peaks] = {}
        self._places: dict[tuple[str, Path | None, Path | None], tuple[Path, Path]] = {}
        self._failed: set[tuple[Path, int | None]] = set()
        self._wishes: dict[str, list[Wish]] = {}
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._threads: dict[str, threading.Thread] = {}
        self._closed = False
        self._gui = gui_thread()
        editor.document.changed.connect(self._try_again)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)
        self._tell = QTimer(self, singleShot=True, interval=80)
        self._tell.timeout.connect(self.ready)

    def _try_again(self, before: Project, after: Project) -> None:
        """Media that was missing and is not any more failed for no reason of its own."""
        if before.media is not after.media:
            away = {media.id for media in before.media if media.missing}
            back = {media.path for media in after.media if media.id in away and not media.missing}
            places = {
                media_path(self._editor.document.path, media) for media in after.media if media.path in back
            }
            self._failed = {key for key in self._failed if key[0] not in places}

    def thumbnail(self, media: Media, time: int) -> QImage | None:
        """The picture at a source time if it is in memory."""
        key = (media.info.fingerprint, time)
        image = self._images.get(key)
        if image is not None:
            self._images.move_to_end(key)
        return image

    def nearest(self, media: Media, time: int) -> QImage | None:
        """Some picture of the media from near that time, to stand in until the right one is made."""
        times = self._times.get(media.info.fingerprint)
        if not times:
            return None
        index = bisect_left(times, time)
        around = times[max(0, index - 1) : index + 1]
        return self._images[(media.info.fingerprint, min(around, key=lambda known: abs(known - time)))]

    def peaks(self, media: Media) -> Peaks | None:
        """The peaks made so far; None before the first."""
        return self._peaks.get(media.info.heard)

    def wish(self, media: Media, time: int | None) -> Wish:
        document = self._editor.document
        place = (media.path, document.path, document.data)
        known = self._places.get(place)
        if known is None:  # painters ask for hundreds at a time
            known = self._places[place] = (media_path(document.path, media), self.cache_folder())
        name = media.info.heard if time is None else media.info.fingerprint
        return Wish(name, known[0], media, time, known[1])

    def want(self, asker: str, wishes: Iterable[Wish]) -> None:
        """Replace what `asker` would like to have; the first of the list is made first."""
        useful = [wish for wish in wishes if wish.key not in self._failed and not wish.media.missing]
        with self._wake:
            if self._closed:
                return
            self._wishes[f"{asker} thumbnails"] = [wish for wish in useful if wish.time is not None]
            self._wishes[f"{asker} peaks"] = [wish for wish in useful if wish.time is None]
            self._wake.notify_all()
        for kind, work in (("thumbnails", self._make_thumbnails), ("peaks", self._make_peaks)):
            if any(wishes for name, wishes in self._wishes.items() if name.endswith(kind)):
                self._start(kind, work)

    def close(self) -> None:
        """Stop making pictures; waits for the one in the making."""
        with self._wake:
            self._closed = True
            self._wishes.clear()
            self._wake.notify_all()
        for thread in list(self._threads.values()):
            thread.join(5)

    def _start(self, kind: str, work: Callable[[list[Wish]], None]) -> None:
        with self._lock:
            if self._closed or kind in self._threads:
                return
            name = f"laminar {kind}"
            thread = threading.Thread(target=self._run, args=(kind, work), name=name, daemon=True)
            self._threads[kind] = thread
            thread.start()

    def cache_folder(self) -> Path:
        """Where this project's pictures are kept."""
        data = self._editor.document.data
        return (data if data is not None else folders().cache) / "cache"

    def _run(self, kind: str, work: Callable[[list[Wish]], None]) -> None:
        """The thread: some wishes of one media after another; ends when there was none for a while."""
        stand_back()
        while wishes := self._next(kind):
            try:
                work(wishes)
            except (LaminarError, OSError, IndexError, ValueError) as error:
                log.info("no %s of %s: %s", kind, wishes[0].path, error)
                for wish in wishes:
                    self._send(wish, None)

    def _next(self, kind: str) -> list[Wish]:
        """The first wishes, as far as they are of the same media: opening a file costs more than a picture."""
        with self._wake:
            for _ in range(2):
                for name, wishes in self._wishes.items():
                    if name.endswith(kind) and wishes:
                        first = wishes[0]
                        same = [wish for wish in wishes if wish.path == first.path][:BATCH]
                        self._wishes[name] = [wish for wish in wishes if wish not in same]
                        return same
                if self._closed or not self._wake.wait(IDLE_SECONDS):
                    break
            self._threads.pop(kind, None)
            return []

    def _make_thumbnails(self, wishes: list[Wish]) -> None:
        missing = []
        for wish in wishes:
            file = _thumbnail_file(wish)
            if file.exists() and not (image := QImage(str(file))).isNull():
                self._send(wish, image)
            else:
                missing.append(wish)
        if not missing:
            return
        left = {wish.time: wish for wish in missing}
        times = [time for time in left if time is not None]
        first = missing[0]
        for time, frame in thumbnails.thumbnails(first.path, first.media.info, times, HEIGHT):
            wish = left.pop(time)
            image = to_image(frame)
            self._send(wish, image)
            if not image.hasAlphaChannel():
                file = _thumbnail_file(wish)
                file.parent.mkdir(parents=True, exist_ok=True)
                image.save(str(file), quality=85)
            if self._closed:
                return
        for wish in left.values():
            self._send(wish, None)

    def _make_peaks(self, wishes: list[Wish]) -> None:
        for wish in wishes[:1]:
            file = wish.cache / "peaks" / f"{wish.fingerprint}.npy"
            kept = _read_peaks(file)
            if kept is not None:
                self._send(wish, kept)
                continue
            count = FrameRate(PEAKS_PER_SECOND).frames_before(wish.media.info.duration)
            peaks = np.full((max(1, count), 2), np.nan, np.float32)
            if self._find_peaks(wish, peaks):
                _write_peaks(file, peaks)

    def _find_peaks(self, wish: Wish, peaks: Peaks) -> bool:
        """Fill `peaks`, showing them as they come; False when it was stopped. What no sound reaches is silence."""
        at, told = 0, monotonic()
        for part in audio.peaks(wish.path, wish.media.info, PEAKS_PER_SECOND):
            if self._closed:
                return False
            part = part[: len(peaks) - at]
            peaks[at : at + len(part)] = part
            at += len(part)
            if monotonic() - told > 0.3:
                told = monotonic()
                self._send(wish, peaks.copy())
        peaks[at:] = 0
        self._send(wish, peaks.copy())
        return True

    def _send(self, wish: Wish, result: QImage | Peaks | None) -> None:
        self._gui.call(self._keep, wish, result)

    def _keep(self, wish: Wish, result: QImage | Peaks | None) -> None:
        if result is None:
            self._failed.add(wish.key)
        elif wish.time is None:
            assert isinstance(result, np.ndarray)
            self._peaks[wish.fingerprint] = result
        else:
            assert isinstance(result, QImage)
            self._store((wish.fingerprint, wish.time), result)
        if not self._tell.isActive():
            self._tell.start()

    def _store(self, key: tuple[str, int], image: QImage) -> None:
        if key in self._images:
            return
        self._images[key] = image
        insort(self._times.setdefault(key[0], []), key[1])
        self._bytes += image.sizeInBytes()
        while self._bytes > BUDGET and len(self._images) > 1:
            old, dropped = self._images.popitem(last=False)
            self._times[old[0]].remove(old[1])
            self._bytes -= dropped.sizeInBytes()


def _thumbnail_file(wish: Wish) -> Path:
    return wish.cache / "thumbnails" / wish.fingerprint / f"{wish.time}.jpg"


def _read_peaks(file: Path) -> Peaks | None:
    """The peaks that were kept; None where there are none, or what is there are none."""
    try:
        found = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    good = isinstance(found, np.ndarray) and found.dtype == np.float32 and found.ndim == 2
    return found if good and found.shape[1] == 2 else None


def _write_peaks(file: Path, peaks: Peaks) -> None:
    """Whole or not at all. Raises OSError."""
    packed = io.BytesIO()
    np.save(packed, peaks, allow_pickle=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(file, packed.getvalue(), sync=False)


def to_image(frame: Frame) -> QImage:
    """A frame (H, W, 3|4) as an image of its own memory."""
    frame = np.ascontiguousarray(frame)
    height, width, channels = frame.shape
    form = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    return QImage(frame.data, width, height, width * channels, form).copy()


def pictures_of(editor: Editor) -> Pictures:
    """The session's one `Pictures`, made when first asked for."""
    return editor.one(Pictures)
