"""A voice recorded while the film plays: the microphone's sound becomes media, and a clip where it was spoken.

PortAudio's callback puts blocks into a queue; a thread writes them to a file in the project's data folder,
so what was said is kept whatever happens. When it ends, the clip is laid on the first audio track that is
free there, shifted by what the microphone and the loudspeaker are late.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from app.editor import Editor
from app.project.media_import import importer_of, name_of
from core.errors import EditError, LaminarError, MediaError
from core.files import link_or_copy
from core.media.info import MediaInfo
from core.media.recording import SoundFile, free_name
from core.project.paths import recordings_folder
from core.project.project import Media, Project
from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline import edits
from core.timeline.beside import free_lane
from core.timeline.model import MediaUse, new_id

RATE = 48000
TELL = 250
"""Milliseconds between two looks at how long it is."""
Block = npt.NDArray[np.float32]


class Microphone:
    """Records to a file, from `open` until it is closed.

    Args:
        stream: stands for the device in tests; its callback is `self.callback`.
    """

    def __init__(self, path: Path, stream: Callable[[Microphone], Any] | None = None) -> None:
        self.path = path
        self.began: float | None = None
        """time.monotonic() at the first sample; None before it is there."""
        self._blocks: queue.SimpleQueue[Block | None] = queue.SimpleQueue()
        self._failure: LaminarError | None = None
        self._make = stream or _device
        self._stream: Any = None
        self._file: SoundFile | None = None
        self._latency = 0.0
        self._thread = threading.Thread(target=self._write, name="recording", daemon=True)
        self._lock = threading.Lock()
        self._closed = False

    def open(self) -> Microphone:
        """Open the device and begin; does nothing once it is closed. Takes a moment: on any thread but the window's.

        Raises:
            EditError: without a device that opens.
            MediaError: when the file cannot be made.
        """
        with self._lock:
            if not self._closed:
                self._open()
        return self

    def _open(self) -> None:
        stream = self._make(self)
        self._latency = float(getattr(stream, "latency", 0.0) or 0.0)
        try:
            self._file = SoundFile(self.path, RATE)
        except LaminarError:
            stream.close()
            raise
        self._stream = stream
        self._thread.start()
        try:
            stream.start()
        except Exception as error:
            self._end()
            raise EditError(
                f"the microphone does not start: {error}", "Check the system's sound settings"
            ) from error

    def callback(self, sound: Block, frames: int, timing: object, status: object) -> None:
        """Called by PortAudio with float32 (frames, 1)."""
        if self.began is None:
            self.began = time.monotonic() - frames / RATE - self._latency
        self._blocks.put(np.array(sound, np.float32))

    @property
    def seconds(self) -> float:
        """How much is written."""
        return self._file.samples / RATE if self._file is not None else 0.0

    @property
    def ended(self) -> bool:
        """Whether nothing more will come: the device is gone, or the disk is full."""
        return self._failure is not None or not getattr(self._stream, "active", True)

    def close(self) -> LaminarError | None:
        """End the recording, after it has opened; what went wrong with the file, if anything."""
        with self._lock:
            if not self._closed and self._stream is not None:
                self._end()
            self._closed = True
        return self._failure

    def discard(self) -> None:
        """End it and leave no file."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _end(self) -> None:
        self._closed = True
        self._stream.close()
        self._blocks.put(None)
        self._thread.join()

    def _write(self) -> None:
        assert self._file is not None
        try:
            while (block := self._blocks.get()) is not None:
                self._file.write(block)
        except LaminarError as error:
            self._failure = error
        try:
            self._file.close()
        except LaminarError as error:
            self._failure = self._failure or error


def _device(microphone: Microphone) -> Any:
    try:
        import sounddevice

        return sounddevice.InputStream(
            samplerate=RATE, channels=1, dtype="float32", callback=microphone.callback
        )
    except Exception as error:
        raise EditError(
            f"there is no microphone: {error}", "Connect one, and choose it in the system's settings"
        ) from error


class VoiceRecorder(QObject):
    """Signals: changed(): recording or not."""

    changed = Signal()

    def __init__(self, editor: Editor, device: Callable[[Path], Microphone] = Microphone) -> None:
        super().__init__(editor)
        self._editor, self._device = editor, device
        self._microphone: Microphone | None = None
        self._opening = False
        self._at = 0
        self._path = Path()
        self._project = self._film = ""
        self._heard: tuple[float, int] | None = None
        """A moment by time.monotonic(), and what was heard of the film then."""
        self._timer = QTimer(self, interval=TELL)
        self._timer.timeout.connect(self._look)
        editor.player.playing_changed.connect(self._played)
        editor.player.jumped.connect(self.stop)
        editor.player.closing.connect(self._close)

    @property
    def recording(self) -> bool:
        """From `start` on, also while the microphone opens."""
        return self._microphone is not None

    def start(self) -> None:
        """Open the microphone beside the window; once it is there, play from the playhead and record.

        Raises:
            LaminarError: without a project.
        """
        data = self._editor.document.data
        if data is None:
            raise EditError("there is no project yet", "Import a clip first")
        self._editor.state.set("view", "sequence")
        self._editor.player.pause()
        self._path = free_name(recordings_folder(data), self.tr("Voice"))
        self._project, self._film = self._editor.document.project.id, self._editor.document.project.active
        self._microphone, self._opening = self._device(self._path), True
        self._editor.background.run(self._microphone.open, self._opened, self._refused)
        self._editor.notify.status(self.tr("Opening the microphone…"))
        self.changed.emit()

    def _opened(self, microphone: Microphone) -> None:
        if microphone is not self._microphone:
            return  # stopped meanwhile
        self._opening = False
        self._at, self._heard = self._editor.player.begins_at(), None
        self._editor.player.play()
        self._timer.start()

    def _refused(self, error: BaseException) -> None:
        microphone, self._microphone = self._microphone, None
        self._opening = False
        if microphone is not None:
            microphone.discard()
            self._editor.notify.status("")
            self._editor.notify.failure(error)
            self.changed.emit()

    def stop(self) -> None:
        """End it; what was recorded becomes media and a clip."""
        microphone, self._microphone = self._microphone, None
        if microphone is None:
            return
        self._timer.stop()
        if self._opening:
            self._opening = False
            self._editor.notify.status("")
            self._editor.background.run(microphone.discard, lambda _: None, self._editor.notify.failure)
            self.changed.emit()
            return
        if self._editor.player.playing:
            self._editor.player.pause()
        failure, began = microphone.close(), microphone.began
        self._editor.notify.status("")
        self.changed.emit()
        if failure is not None:
            self._editor.notify.failure(failure)
        if began is None or not microphone.seconds:
            self._path.unlink(missing_ok=True)
            self._editor.notify.failure(EditError("nothing was recorded", "Check the microphone"))
            return
        if self._editor.document.project.id != self._project:
            words = self.tr("The recording is in {0}").format(self._path)
            self._editor.notify.warning(self.tr("Another project was opened while it recorded"), words)
            return
        late = self._late(began)
        self._editor.background.run(
            self._follow,
            lambda path: importer_of(self._editor).look(path, lambda info: self._lay(path, info, late)),
            self._editor.notify.failure,
        )

    def _follow(self) -> Path:
        """Bring the recording to the project when that was saved elsewhere meanwhile: its old
        place may be swept. On any thread; the file's place.

        Raises:
            MediaError: when it cannot be written there.
        """
        data, path = self._editor.document.data, self._path
        if data is None or self._editor.document.project.id != self._project:
            return path
        place = recordings_folder(data) / path.name
        if place != path:
            try:
                link_or_copy(path, place)
            except OSError as error:
                raise MediaError(
                    f"the recording {path} cannot be copied: {error.strerror}",
                    "Copy it by hand, and import it",
                ) from error
        return place

    def _late(self, began: float) -> int:
        """Ticks of the recording that lie before the playhead."""
        if self._heard is None:
            return 0
        moment, film = self._heard
        first = film - round((moment - began) * TICKS_PER_SECOND)
        return max(0, self._at - first)

    def _lay(self, path: Path, info: MediaInfo, late: int) -> None:
        media = Media(new_id(), name_of(path), str(path), info)
        words = self.tr("Record voice")
        self._editor.document.edit(words, with_voice, media, self._at, late, self._film)

    def _look(self) -> None:
        microphone, player = self._microphone, self._editor.player
        if microphone is None:
            return
        project = self._editor.document.project
        if (project.id, project.active) != (self._project, self._film):
            self.stop()
            return
        if microphone.ended:
            self.stop()
            self._editor.notify.warning(
                self.tr("The recording ended by itself"), self.tr("Check the microphone and the disk")
            )
            return
        if self._heard is None and (film := player.heard) is not None:
            self._heard = time.monotonic(), film
        self._editor.notify.status(self.tr("Recording… {0:.0f} s").format(microphone.seconds))

    def _played(self, speed: float) -> None:
        """What is said to a film that is wound would lie nowhere; and at its end it pauses."""
        if speed != 1:
            self.stop()

    def _close(self) -> None:
        """The window closes: what was recorded stays in its file."""
        microphone, self._microphone = self._microphone, None
        if microphone is not None:
            microphone.close()
            with self._editor.notify.failures():
                self._follow()


def with_voice(project: Project, media: Media, at: int, late: int, film: str = "") -> Project:
    """The project with recorded media in its bin, and in a film at record time `at`, on the first
    audio track that is free there.

    Args:
        late: ticks at its head that are left out.
        film: id of the film that played; when it is not there, the one that is shown.

    Raises:
        EditError: when nothing would be left, or there is no film.
    """
    project = replace(project, media=(*project.media, media))
    sequence = next((one for one in project.sequences if one.id == film), project.sequence)
    whole = media.info.available
    if sequence is None or whole is None or whole.duration <= late:
        raise EditError("the recording is too short to be used", "Record a little longer")
    used = TimeRange(late, whole.duration - late)
    sequence, lane = free_lane(sequence, "audio", at, at + used.duration)
    clips = edits.media_clips(MediaUse(media.id, whole), media.name, used, video_track=None, audio_track=lane)
    return project.with_sequence(edits.overwrite(sequence, at, clips))
