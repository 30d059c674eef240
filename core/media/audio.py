"""Sound by exact sample number: any file at any rate, stereo, in step with the picture.

Sample 0 is source time 0, so a late sound starts with silence. The file is decoded in blocks of a second that are
kept for a while; time stamps place every decoded frame, and where they are coarse (Matroska counts milliseconds)
frames are laid end to end on the codec's own grid, so reading in pieces gives the samples that reading in one does.
Another rate is reached with a windowed sinc (Kaiser) evaluated at absolute sample positions: no state, no seams.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from core.errors import MediaError
from core.media.info import AudioInfo, MediaInfo
from core.media.jumps import Jump, closed, opened
from core.media.opening import FAILURES, is_unnamed, keep_only, not_media, open_container, sound_streams
from core.media.probe import probe
from core.recent import Recent
from core.time import TICKS_PER_SECOND, FrameRate, from_seconds

Samples = npt.NDArray[np.float32]
"""float32 (n, 2), left and right, full scale 1."""

_BLOCKS_KEPT = 40
_PREROLL = Fraction(3, 10)
"""Seconds decoded before the wanted ones after a jump: codecs need some to settle."""
_MOST_PHASES = 2048
_INEXACT = frozenset({"mp3", "aac", "ac3", "eac3", "dts"})
"""Bare streams whose demuxers only guess where a time is; they are decoded from the start."""


class AudioSource:
    """The sound of a file. Safe to call from several threads; they take turns."""

    def __init__(self, path: Path, info: MediaInfo) -> None:
        """Raises MediaError when there is no sound or the file cannot be opened."""
        if info.audio is None:
            raise MediaError(f"{path.name} has no sound", "Use it on a video track")
        self.path = path
        self.rate = info.audio.sample_rate
        self.duration = info.duration
        self._start = round(Fraction(info.audio.start * self.rate, TICKS_PER_SECOND))
        self._lock = threading.Lock()
        self._blocks: Recent[int, Samples] = Recent(_BLOCKS_KEPT)
        self._run = _Run(path, info.audio, self._start, info.jumps)
        self._right = self._other(info)

    def _other(self, info: MediaInfo) -> _Run | None:
        """The mono stream that is heard on the right, where there is one."""
        for sound in info.sounds:
            if info.audio is not None and sound.stream == info.audio.right:
                start = round(Fraction(sound.start * self.rate, TICKS_PER_SECOND))
                return _Run(self.path, sound, start, info.jumps)
        return None

    @property
    def sample_count(self) -> int:
        """Samples at the file's own rate from source time 0 to the end of the media."""
        return FrameRate(self.rate).frames_before(self.duration)

    def read(self, start_sample: int, count: int, rate: int | Fraction) -> Samples:
        """`count` samples from number `start_sample`, counted at `rate` a second from source time 0.

        Silence outside the sound. To hear it faster ask for a lower rate: 48000 / 2 plays twice as fast at 48 kHz.

        Raises:
            MediaError: when the file is gone.
            ValueError: for a rate that is not positive.
        """
        if rate <= 0:
            raise ValueError("a sample rate is positive")
        if rate == self.rate:
            return self._native(start_sample, count)
        return resampled(self._native, self.rate, start_sample, count, Fraction(rate))

    def close(self) -> None:
        """Let go of the file and of what was decoded."""
        with self._lock:
            self._run.close()
            if self._right is not None:
                self._right.close()
            self._blocks.clear()

    def _native(self, start: int, count: int) -> Samples:
        out = np.zeros((max(0, count), 2), np.float32)
        for number in range(start // self.rate, -(-(start + count) // self.rate)):
            first, last = max(start, number * self.rate), min(start + count, (number + 1) * self.rate)
            if last > max(first, self._start) and number * self.rate < self.sample_count + self.rate:
                block = self._block(number)
                out[first - start : last - start] = block[
                    first - number * self.rate : last - number * self.rate
                ]
        return out

    def _block(self, number: int) -> Samples:
        """The samples of second `number`."""
        with self._lock:
            return self._blocks.made(number, lambda: self._decoded(number * self.rate))

    def _decoded(self, start: int) -> Samples:
        """A second of samples from sample `start` on."""
        block = self._run.block(start, self.rate)
        if self._right is not None:
            block[:, 1] = self._right.block(start, self.rate)[:, 1]
        return block


class _Run:
    """One decoder and where it stands, in samples of the file's own rate."""

    def __init__(self, path: Path, audio: AudioInfo, start: int, jumps: tuple[Jump, ...]) -> None:
        """start: the sample of the media at which the stream begins."""
        self._path = path
        self._rate = audio.sample_rate
        self._number, self._channel = audio.stream, audio.channel
        self._start = start
        self._jumps = jumps
        self._frames: Iterator[tuple[int, Samples]] = iter(())
        self._left: tuple[int, Samples] | None = None
        self._at: int | None = None
        self._container: Any = None
        self._stream: Any = None
        self._mixer: Any = None
        self._origin: Fraction | None = None
        self._grid: tuple[int, int] | None = None
        self._rewind()
        head = list(itertools.islice(self._frames, 2))  # so that a jump knows where the sound starts
        self._frames = itertools.chain(head, self._frames)

    def block(self, start: int, count: int) -> Samples:
        """Samples `start` to `start + count`; zeros where the file has none."""
        if self._at is None or not -3 * self._rate < self._at - start <= 0:
            self._jump(start)
        out = np.zeros((count, 2), np.float32)
        while (item := self._left or next(self._frames, None)) is not None:
            position, samples = item
            end = position + len(samples)
            first, last = max(position, start), min(end, start + count)
            if last > first:
                out[first - start : last - start] = samples[first - position : last - position]
            self._left = item if end > start + count else None
            if end >= start + count:
                break
        self._at = start + count
        return out

    def close(self) -> None:
        self._frames, self._left, self._at = iter(()), None, None
        if self._container is not None:
            self._container.close()
            self._container = None

    def _rewind(self) -> None:
        """Stand before the first sample, in a freshly opened file."""
        self.close()
        self._container = open_container(self._path)
        streams = sound_streams(self._container)
        if self._number >= len(streams):
            raise not_media(self._path)
        self._stream = streams[self._number]
        keep_only(self._container, self._stream)
        self._frames, self._at = self._decode(), min(0, self._start)

    def _jump(self, start: int) -> None:
        """Stand at or before sample `start`."""
        ahead = Fraction(start - self._start, self._rate) - _PREROLL
        if self._origin is not None and ahead > 1 and self._container.format.name not in _INEXACT:
            stamp = int((self._origin + self._in_file(ahead)) / self._stream.time_base)
            try:
                self._container.seek(stamp, stream=self._stream)
            except FAILURES:
                self._rewind()
                return
            self._frames = self._decode()
            self._left = next(self._frames, None)
            if self._left is None or self._left[0] <= start:
                return
        self._rewind()
        self._left = None

    def _decode(self) -> Iterator[tuple[int, Samples]]:
        """(position of the first sample, samples) for every decoded frame."""
        expected: int | None = None
        self._mixer = None
        for packet in self._packets():
            for frame, samples in self._sounds(packet):
                position = self._place(frame, expected)
                self._learn(position, len(samples))
                expected = position + len(samples)
                yield position, samples

    def _sounds(self, packet: Any) -> list[tuple[Any, Samples]]:
        try:
            return [(frame, self._stereo(frame)) for frame in packet.decode()]
        except FAILURES:
            return []  # a damaged packet is silence

    def _packets(self) -> Iterator[Any]:
        try:
            yield from self._container.demux(self._stream)
        except FAILURES:
            return  # the damaged tail of a file is silence

    def _place(self, frame: Any, expected: int | None) -> int:
        """The sample number at which a frame starts."""
        if frame.pts is None:
            return self._start if expected is None else expected
        base = frame.time_base or self._stream.time_base
        stamp = frame.pts * base
        if self._origin is None:
            self._origin = stamp
        position = self._start + round(self._in_source(stamp - self._origin) * self._rate)
        coarse = max(2, int(base * self._rate * Fraction(3, 2)))
        if expected is not None and abs(position - expected) <= coarse:
            return expected
        if self._grid is not None:
            first, step = self._grid
            snapped = first + round((position - first) / step) * step
            return snapped if abs(snapped - position) <= coarse else position
        return position

    def _in_source(self, seconds: Fraction) -> Fraction:
        """Seconds since the first sample by the file's clock as those that are heard."""
        begin = round(Fraction(self._start * TICKS_PER_SECOND, self._rate))
        if not self._jumps:
            return seconds
        return Fraction(closed(begin + from_seconds(seconds), self._jumps) - begin, TICKS_PER_SECOND)

    def _in_file(self, seconds: Fraction) -> Fraction:
        """The way back from `_in_source`."""
        begin = round(Fraction(self._start * TICKS_PER_SECOND, self._rate))
        if not self._jumps:
            return seconds
        return Fraction(opened(begin + from_seconds(seconds), self._jumps) - begin, TICKS_PER_SECOND)

    def _learn(self, position: int, count: int) -> None:
        """After the first frame of the file (which may be trimmed) frames start on a grid of the second's length."""
        if self._grid is None and position > self._start:
            self._grid = (position, max(1, count))

    def _stereo(self, frame: Any) -> Samples:
        channels = frame.layout.nb_channels
        if channels <= 2:
            values = _as_float(frame.to_ndarray())
            samples = values.T if frame.format.is_planar else values.reshape(-1, channels)
            if self._channel:
                samples = samples[:, self._channel - 1 : self._channel]
            return np.ascontiguousarray(np.broadcast_to(samples, (len(samples), 2)))
        apart = bool(self._channel) or is_unnamed(frame.layout.name)
        if self._mixer is None:  # packed: PyAV crashes on eight planes
            layout = frame.layout if apart else "stereo"
            self._mixer = av.AudioResampler(format="flt", layout=layout, rate=frame.sample_rate)
        parts = [
            part.to_ndarray().reshape(-1, channels if apart else 2) for part in self._mixer.resample(frame)
        ]
        samples = np.concatenate(parts) if parts else np.zeros((0, channels if apart else 2), np.float32)
        return _microphones(samples, self._channel) if apart else samples


def _microphones(samples: Samples, channel: int) -> Samples:
    """Channels of which nobody says where they belong as stereo.

    Odd ones are heard on the left and even ones on the right, as recorders pair them, at a gain that keeps the power of
    sounds that differ.

    Args:
        samples: float32 (n, channels).
        channel: the one to hear alone, from 1; 0 for all.
    """
    if channel:
        return np.repeat(samples[:, channel - 1 : channel], 2, axis=1)
    sides = [samples[:, side::2] for side in (0, 1)]
    return np.stack([side.sum(axis=1) / np.sqrt(np.float32(side.shape[1])) for side in sides], axis=1)


def _as_float(values: npt.NDArray[Any]) -> Samples:
    """Samples of any format at full scale 1."""
    if values.dtype == np.uint8:
        return np.asarray((values - 128.0) / 128, np.float32)
    if values.dtype.kind == "i":
        return np.asarray(values / -float(np.iinfo(values.dtype).min), np.float32)
    return np.asarray(values, np.float32)


def resampled(native: Any, own: int, start: int, count: int, rate: Fraction) -> Samples:
    """Samples `start` to `start + count` of `rate` from a function (start, count) at the rate `own`."""
    ratio = Fraction(own) / rate
    numbers = np.arange(start, start + count, dtype=np.int64) * ratio.numerator
    whole, rest = numbers // ratio.denominator, numbers % ratio.denominator
    phases = min(ratio.denominator, _MOST_PHASES)
    phase = rest * phases // ratio.denominator
    kernel = _kernel(phases, min(1.0, float(1 / ratio)))
    taps = kernel.shape[1]
    if not count:
        return np.zeros((0, 2), np.float32)
    before = taps // 2 - 1
    first = int(whole[0]) - before
    source = native(first, int(whole[-1]) - int(whole[0]) + taps)
    windows = np.lib.stride_tricks.sliding_window_view(source, taps, axis=0)[whole - whole[0]]
    mixed = np.einsum("nct,nt->nc", windows, kernel[phase])
    return np.asarray(mixed, np.float32)


@lru_cache(maxsize=16)
def _kernel(phases: int, cutoff: float) -> Samples:
    """(phases, taps): a Kaiser-windowed sinc for each fraction of a sample; each row sums to 1."""
    half = min(512, round(16 / cutoff))
    offsets = np.arange(-half + 1, half + 1)[None, :] - (np.arange(phases) / phases)[:, None]
    edge = np.clip(1 - (offsets / half) ** 2, 0, None)
    window = np.i0(9.0 * np.sqrt(edge)) / np.i0(9.0)
    rows = np.sinc(offsets * cutoff * 0.96) * window
    return np.asarray(rows / rows.sum(axis=1, keepdims=True), np.float32)


def open_audio(path: Path, info: MediaInfo | None = None) -> AudioSource:
    """The sound of a file. Raises MediaError when there is none or it cannot be read."""
    return AudioSource(path, info or probe(path))


def peaks(path: Path, info: MediaInfo, per_second: int = 100) -> Iterator[Samples]:
    """The waveform's outline, second by second from source time 0, for drawing as it comes.

    Yields:
        float32 (per_second, 2) a second (the last one may be shorter): least and greatest value of either channel
        in each bucket.

    Raises:
        MediaError: when there is no sound or the file cannot be read.
    """
    source = AudioSource(path, info)
    try:
        total = source.sample_count
        for first in range(0, total, source.rate):
            count = min(source.rate, total - first)
            samples = source.read(first, count, source.rate)
            buckets = max(1, -(-count * per_second // source.rate))
            edges = np.minimum(np.arange(buckets) * source.rate // per_second, count - 1)
            low = np.minimum.reduceat(samples.min(axis=1), edges)
            high = np.maximum.reduceat(samples.max(axis=1), edges)
            yield np.stack([low, high], axis=1)
    finally:
        source.close()
