"""Sound of the film: a thread that mixes ahead, a device that plays, and the clock that both give.

The mixing thread fills a short queue of blocks; PortAudio's callback empties it and counts what it has handed to
the device. The film's time is that count less the device's latency, so the picture follows the sound. When mixing
falls behind, the callback plays silence and the count stands still: picture and sound stay in step.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from core.media.loudness import Heard, Meter
from core.recent import Recent
from core.time import TICKS_PER_SECOND

log = logging.getLogger("laminar.sound")
Samples = npt.NDArray[np.float32]
Mix = Callable[[int, int], Samples]
"""(first sample, count) -> float32 (count, 2) of the film, silence outside it."""

BLOCK = 1024
PIECE = 8 * BLOCK
"""Samples that are mixed at a time."""
PIECES_KEPT = 4
AHEAD = 12
"""Blocks mixed ahead: a quarter of a second at 48 kHz."""
MOMENT = 5 * BLOCK
"""Samples that are heard of a place that is only passed."""
FADE = 256
"""Samples over which they come up and go down."""


def load_library() -> bool:
    """Load what speaks to the sound devices: a tenth of a second that the first play need not
    wait for. Whether it is there."""
    try:
        import sounddevice  # noqa: F401 - whoever plays finds it loaded
    except (OSError, ImportError):  # no PortAudio: films play without sound, which is told when one is played
        return False
    return True


def shuttled(mix: Mix, first: int, count: int, speed: float) -> Samples:
    """`count` samples for the device from sample `first` of the film at a speed such as 1, 2, 4, -1: the film's
    samples are averaged in groups, in reverse order when the speed is negative. float32 (count, 2)."""
    step = max(1, round(abs(speed)))
    start = first if speed > 0 else first - count * step
    samples = mix(start, count * step)
    if step > 1:
        samples = samples.reshape(count, step, 2).mean(axis=1)
    return np.ascontiguousarray(samples if speed > 0 else samples[::-1], np.float32)


class Pieces:
    """A mix that is made in larger pieces, the last few of which are kept: effects that listen far around take as
    long for a short piece as for a long one. For one thread."""

    def __init__(self, mix: Mix) -> None:
        self._mix = mix
        self._kept: Recent[int, Samples] = Recent(PIECES_KEPT)

    def __call__(self, first: int, count: int) -> Samples:
        numbers = range(first // PIECE, (first + count - 1) // PIECE + 1)
        whole = np.concatenate([self._piece(number) for number in numbers])
        begin = first - numbers[0] * PIECE
        return whole[begin : begin + count]

    def _piece(self, number: int) -> Samples:
        return self._kept.made(number, lambda: self._mix(number * PIECE, PIECE))


class SoundClock:
    """Plays `mix` on the system's device and tells the time by it.

    Raises:
        OSError: without PortAudio or a device that opens.
    """

    def __init__(self, sample_rate: int, mix: Mix, device: str = "", stream: Any = None) -> None:
        self.sample_rate, self.device = sample_rate, device
        self._mix = mix
        self._condition = threading.Condition()
        self._blocks: deque[Samples] = deque()
        self._generation = 0
        self._start, self._speed = 0, 0.0
        self._length: int | None = None
        self._mixed = 0
        self._played = 0
        self._played_at = self._started_at = 0.0
        self._last_block = 0
        self._peaks = np.zeros(2, np.float32)
        self._heard: Heard | None = None
        self._closed = False
        self._stream = stream or self._open(sample_rate, device)
        self._latency = float(getattr(self._stream, "latency", 0.0) or 0.0)
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)
        self._thread.start()

    def _open(self, sample_rate: int, device: str) -> Any:
        try:
            import sounddevice

            return sounddevice.OutputStream(
                samplerate=sample_rate, channels=2, blocksize=BLOCK, dtype="float32",
                device=device or None, callback=self.callback,
            )  # fmt: skip
        except Exception as error:
            raise OSError(f"no sound device: {error}") from error

    def pass_by(self, at: int) -> None:
        """Play a moment of the film from `at` on, and no more. Raises OSError when the device is gone."""
        self.start(at, 1.0, MOMENT)

    def set_mix(self, mix: Mix) -> None:
        """The film was edited: what is mixed from now on sounds like this."""
        with self._condition:
            self._mix = mix

    def start(self, at: int, speed: float, length: int | None = None) -> None:
        """Play from film time `at` on; `length` samples of it if that is given. Raises OSError
        when the device is gone."""
        with self._condition:
            self._generation += 1
            self._blocks.clear()
            self._start, self._speed, self._length = at * self.sample_rate // TICKS_PER_SECOND, speed, length
            self._mixed = self._played = self._last_block = 0
            self._played_at = self._started_at = time.monotonic()
            self._condition.notify()
        if not self._stream.active:
            try:
                self._stream.start()
            except Exception as error:
                raise OSError(f"the sound device does not start: {error}") from error

    def now(self) -> int:
        """Film time that is heard now, ticks."""
        return round(self.sample_now() * TICKS_PER_SECOND / self.sample_rate)

    def sample_now(self) -> float:
        """The sample of the film that is heard now."""
        with self._condition:
            since = min((time.monotonic() - self._played_at) * self.sample_rate, self._last_block)
            heard = self._played - self._last_block + since - self._latency * self.sample_rate
            return self._start + max(0.0, heard) * self._speed

    def peaks(self) -> tuple[float, float]:
        """The highest samples, left and right, of 0 to 1, of what the device was given since this was last asked."""
        with self._condition:
            left, right = self._peaks.tolist()
            self._peaks[:] = 0
        return left, right

    def loudness(self) -> Heard | None:
        """Of what was played since it began, at its own speed; None when nothing was."""
        with self._condition:
            return self._heard

    def stop(self) -> None:
        with self._condition:
            self._speed = 0.0
            self._generation += 1
            self._blocks.clear()
        if self._stream.active:
            self._stream.abort()

    def close(self) -> None:
        """Stop, end the thread and give the device back."""
        self.stop()
        with self._condition:
            self._closed = True
            self._condition.notify()
        self._thread.join()
        self._stream.close()

    def callback(self, out: Samples, frames: int, timing: object, status: object) -> None:
        """Called by PortAudio: fills `out`, float32 (frames, 2)."""
        with self._condition:
            block = self._blocks.popleft() if self._blocks else None
            if block is not None:
                np.maximum(self._peaks, np.abs(block).max(axis=0), out=self._peaks)
            self._last_block = 0 if block is None else frames
            self._played += self._last_block
            self._played_at = time.monotonic()
            self._condition.notify()
        if block is None or len(block) != frames:
            out.fill(0)
        else:
            out[:] = block

    def _run(self) -> None:
        metered, meter = -1, None
        while True:
            with self._condition:
                while not self._closed and (
                    self._speed == 0.0 or self._is_done() or len(self._blocks) >= AHEAD or self._rushed()
                ):
                    waits = self._speed and not self._is_done() and len(self._blocks) < AHEAD
                    self._condition.wait(0.05 if waits else None)
                if self._closed:
                    return
                mix, generation, speed, length = self._mix, self._generation, self._speed, self._length
                mixed, first = self._mixed, self._start + round(self._mixed * speed)
            block = self._block(mix, first, speed)
            if length is not None:
                block *= _swell(mixed, length)[:, None]
            heard = None
            if (
                speed == 1.0 and length is None
            ):  # a place that is only passed, or a faster film, is not measured
                if meter is None or generation != metered:
                    metered, meter = generation, Meter(self.sample_rate)
                meter.hear(block)
                heard = meter.so_far()
            with self._condition:
                if generation == self._generation:
                    self._heard = heard or self._heard
                    self._blocks.append(block)
                    self._mixed += BLOCK

    def _is_done(self) -> bool:
        return self._length is not None and self._mixed >= self._length

    def _rushed(self) -> bool:
        """Whether the device swallows sound faster than time passes, as one does that stands for no device at all:
        then it gets no more than a second can hold, and the film keeps its pace."""
        real = (time.monotonic() - self._started_at) * 1.01 * self.sample_rate
        return self._mixed > real + 2 * AHEAD * BLOCK

    def _block(self, mix: Mix, first: int, speed: float) -> Samples:
        try:
            return shuttled(mix, first, BLOCK, speed)
        except Exception:
            log.warning("sound at sample %d", first, exc_info=True)
            return np.zeros((BLOCK, 2), np.float32)


def _swell(first: int, length: int) -> Samples:
    """How loud samples `first` on of a moment of `length` are, float32 (BLOCK,): it comes up and
    goes down without a click."""
    at = np.arange(first, first + BLOCK)
    return np.clip(np.minimum(at, length - 1 - at) / FADE, 0, 1).astype(np.float32)
