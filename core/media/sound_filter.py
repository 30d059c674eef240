"""Stereo sound through filters of FFmpeg, block by block."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph

Samples = npt.NDArray[np.float32]


class SoundFilter:
    """A row of filters. Use it in one thread.

    told: what the last filter said of the newest of its output, by the names that FFmpeg has for it.
    """

    def __init__(self, rate: int, filters: Iterable[tuple[str, str]]) -> None:
        """rate: samples a second.
        filters: name and options of each.
        """
        self.told: dict[str, str] = {}
        self._rate, self._fed = rate, 0
        self._graph = Graph()
        self._input = self._graph.add_abuffer(
            format="flt", sample_rate=rate, layout="stereo", time_base=Fraction(1, rate)
        )
        last = self._input
        for name, options in (*filters, ("aformat", "sample_fmts=flt:channel_layouts=stereo")):
            step = self._graph.add(name, options)
            last.link_to(step)
            last = step
        last.link_to(self._graph.add("abuffersink"))
        self._graph.configure()

    def feed(self, samples: Samples) -> Samples:
        """What is ready after a further block, both float32 (count, 2)."""
        if not len(samples):
            return self._ready()
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, np.float32).reshape(1, -1), format="flt", layout="stereo"
        )
        frame.sample_rate, frame.time_base, frame.pts = self._rate, Fraction(1, self._rate), self._fed
        self._fed += len(samples)
        self._input.push(frame)
        return self._ready()

    def end(self) -> Samples:
        """What is left after the last block."""
        self._input.push(None)
        return self._ready()

    def _ready(self) -> Samples:
        found = [np.empty((0, 2), np.float32)]
        while True:
            try:
                frame = self._graph.pull()
            except (av.EOFError, av.BlockingIOError):
                return np.concatenate(found)
            assert isinstance(frame, av.AudioFrame)
            self.told = dict(frame.metadata) or self.told
            found.append(frame.to_ndarray().reshape(-1, 2))
