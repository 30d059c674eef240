"""The one thread that makes pictures: single ones while scrubbing, a stream of them while playing.

While scrubbing the newest request wins. While playing the thread asks the clock which frame is due, leaves out
those that are already late, and counts them. The finished picture waits in a mailbox for the GUI thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.playing.clock import Clock
from app.playing.preview import Picture, Show
from app.threads.latest import Mailbox
from core.errors import LaminarError
from core.threads import stand_back
from core.time import TICKS_PER_SECOND, FrameRate

log = logging.getLogger("laminar.render")
REFINE_AFTER = 0.15
"""Seconds of rest after which a small preview is drawn again at full size."""


@dataclass(frozen=True)
class Run:
    """Playback: what to show, by which clock, between which times (ticks, half-open), round and round or once."""

    show: Show
    clock: Clock
    rate: FrameRate
    speed: float
    start: int
    end: int
    loop: bool = False

    def show_at(self, frame: int) -> Show:
        """The request for frame number `frame`."""
        if self.show.media:
            return replace(self.show, frame=frame)
        return replace(self.show, time=self.rate.time_of(frame))


@dataclass(frozen=True)
class Ended:
    """Playback came to the end of its range."""

    run: Run


@dataclass(frozen=True)
class Failure:
    """A picture could not be made."""

    show: Show
    error: LaminarError


class RenderThread:
    """Makes pictures with `picture(show)` and posts Picture, Failure or Ended to `mailbox`."""

    def __init__(self, picture: Callable[[Show], Picture], mailbox: Mailbox) -> None:
        self._picture = picture
        self._mailbox = mailbox
        self._condition = threading.Condition()
        self._wanted: Show | None = None
        self._finer: Show | None = None
        self._run_now: Run | None = None
        self._closed = False
        self._cost = 0.0
        self.dropped = 0
        """Frames left out since playback began."""
        self.made = 0
        """Pictures made since the thread began."""
        self._thread = threading.Thread(target=self._loop, name="render", daemon=True)
        self._thread.start()

    def show(self, show: Show, finer: Show | None = None) -> None:
        """Make this picture next, and after a rest `finer`; forgets what was asked before."""
        with self._condition:
            self._wanted, self._finer = show, finer
            self._condition.notify()

    def play(self, run: Run) -> None:
        """Show frames as they are due until `stop`."""
        with self._condition:
            self._run_now, self._wanted, self._finer = run, None, None
            self._condition.notify()

    def update(self, run: Run) -> None:
        """The film, the size or the range changed while playing."""
        with self._condition:
            if self._run_now is not None:
                self._run_now = run

    def stop(self) -> None:
        with self._condition:
            self._run_now = None
            self._condition.notify()

    def close(self) -> None:
        """End the thread and wait for it."""
        with self._condition:
            self._closed, self._run_now, self._wanted, self._finer = True, None, None, None
            self._condition.notify()
        self._thread.join()

    def _loop(self) -> None:
        stand_back()
        last: int | None = None
        while True:
            with self._condition:
                while not (self._closed or self._run_now or self._wanted):
                    if not self._condition.wait(REFINE_AFTER if self._finer else None):
                        self._wanted, self._finer = self._finer, None
                if self._closed:
                    return
                run, wanted = self._run_now, self._wanted
                if run is None:
                    self._wanted = None
            if run is not None:
                last = self._step(run, last)
            elif wanted is not None:
                last = None
                self._make(wanted)

    def _step(self, run: Run, last: int | None) -> int | None:
        """One step of playback; the frame that was shown last."""
        now = run.clock.now()
        if not run.start <= now < run.end:
            self._at_end(run, now)
            return None
        early = min(self._cost, 1 / run.rate.fps) * run.speed * TICKS_PER_SECOND
        first, end = run.rate.frame_at(run.start), -(-run.end // run.rate.frame_ticks)
        frame = min(max(run.rate.frame_at(now + round(early)), first), max(first, end - 1))
        if frame == last or self._mailbox.full:
            with self._condition:
                if self._run_now is run:
                    self._condition.wait(min(0.02, 0.25 / run.rate.fps / max(1.0, abs(run.speed))))
            return last
        if last is not None:
            self.dropped += max(0, abs(frame - last) // max(1, round(abs(run.speed))) - 1)
        begun = time.perf_counter()
        self._make(run.show_at(frame))
        self._cost += 0.2 * (time.perf_counter() - begun - self._cost)
        return frame

    def _at_end(self, run: Run, now: int) -> None:
        past = (now >= run.end) == (run.speed > 0)
        if (run.loop or not past) and self._restarted(run):
            return
        with self._condition:
            if self._run_now is run:
                self._run_now = None
                self._mailbox.post(Ended(run))

    def _restarted(self, run: Run) -> bool:
        """Play from the range's beginning; False when the sound device is gone."""
        try:
            run.clock.start(run.start if run.speed > 0 else run.end - 1, run.speed)
        except OSError:
            log.info("the sound device is gone")
            return False
        return True

    def _make(self, show: Show) -> None:
        try:
            result: Picture | Failure = self._picture(show)
        except LaminarError as error:
            result = Failure(show, error)
        except Exception as error:
            log.exception("no picture for %s", show.time)
            result = Failure(show, LaminarError(f"this frame cannot be shown: {error!r}"))
        self.made += 1
        self._mailbox.post(result)
