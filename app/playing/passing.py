"""A moment of sound of each place that the playhead is moved to by hand, where that is wanted."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.playing.film_sound import FilmSound
from app.playing.preview import Show
from core.settings import Settings

PASSED_MS = 400
"""Until the sound device rests again after the last moment."""


class PassingSound(QObject):
    """For a film at rest; `stop` before it plays, or the device would fall silent soon."""

    def __init__(self, settings: Settings, sound: FilmSound, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._sound = settings, sound
        self._timer = QTimer(self, singleShot=True, interval=PASSED_MS)
        self._timer.timeout.connect(sound.rest)

    def hear(self, show: Show, at: int) -> None:
        """The film of `show` from record time `at` on, for a moment."""
        sequence = show.project.sequence
        wanted = self._settings.flag("scrub_sound") and not show.media
        if wanted and sequence is not None and at < sequence.duration:
            self._sound.pass_by(show, sequence, at)
            self._timer.start()

    def stop(self) -> None:
        """Leave the device to others."""
        self._timer.stop()
