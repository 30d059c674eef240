"""The sound of the film while it plays, and with it the clock that the pictures follow."""

from __future__ import annotations

import logging

from app.playing.preview import Show
from app.playing.sound import Mix, Pieces, SoundClock
from app.playing.track_levels import TrackLevels
from core.media.loudness import Heard
from core.media.pool import SourcePool
from core.render.resolver import Resolver
from core.settings import Settings
from core.timeline.model import Sequence

log = logging.getLogger("laminar.playback")


class FilmSound:
    """Opens the sound device when the film first plays and mixes for it what is shown; silent while the device of the
    settings fails."""

    def __init__(self, settings: Settings, pool: SourcePool) -> None:
        self._settings, self._pool = settings, pool
        self._clock: SoundClock | None = None
        self._levels = TrackLevels()
        self._resolver: Resolver | None = None
        self._silent: str | None = None
        """The device that did not work; another one is tried."""

    def clock(self, show: Show, sequence: Sequence) -> SoundClock | None:
        """The device's clock, from now on playing `sequence`; None when there is no device."""
        device = self._settings.text("audio_device")
        if self._silent == device:
            return None
        kind = (sequence.sample_rate, device)
        if self._clock is not None and (self._clock.sample_rate, self._clock.device) == kind:
            self._clock.set_mix(self._mix(show, sequence))
            return self._clock
        self._close_device()
        try:
            self._clock = SoundClock(sequence.sample_rate, self._mix(show, sequence), device)
        except OSError as error:
            self.give_up(error)
        return self._clock

    def pass_by(self, show: Show, sequence: Sequence, at: int) -> None:
        """Let a moment of the film be heard; nothing without a device."""
        clock = self.clock(show, sequence)
        try:
            if clock is not None:
                clock.pass_by(at)
        except OSError as error:
            self.give_up(error)

    def rest(self) -> None:
        """Nothing plays, and no moment that was passed is heard any more."""
        if self._clock is not None:
            self._clock.stop()

    def peaks(self) -> tuple[float, float]:
        """The highest samples, left and right, of 0 to 1, that were played since this was last asked."""
        return self._clock.peaks() if self._clock is not None else (0.0, 0.0)

    def loudness(self) -> Heard | None:
        """Of what was played since playing began at natural speed; None when nothing was."""
        return self._clock.loudness() if self._clock is not None else None

    def track_peaks(self, track_id: str) -> tuple[float, float]:
        """The highest samples, left and right, of what a track gives to what is heard now; may be above 1."""
        clock = self._clock
        return (0.0, 0.0) if clock is None else self._levels.at(track_id, clock.sample_now())

    def give_up(self, error: OSError) -> None:
        """The device is gone: play without sound from now on."""
        log.info("%s", error)
        self._silent = self._settings.text("audio_device")

    def close(self) -> None:
        """End the sound thread and close the files."""
        self._close_device()
        if self._resolver is not None:
            self._resolver.close()

    def _close_device(self) -> None:
        if self._clock is not None:
            self._clock.close()
            self._clock = None

    def _mix(self, show: Show, sequence: Sequence) -> Mix:
        resolver = self._resolver
        if resolver is None:
            resolver = self._resolver = Resolver(show.project, show.project_file, show.data, self._pool)
        resolver.show(show.project, show.project_file, show.data)
        return Pieces(lambda first, count: self._levels.mix(sequence, first, count, resolver))
