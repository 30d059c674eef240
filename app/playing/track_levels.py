"""How loud each track of the film is where it is heard: noted when it is mixed, a moment before, and asked by the mixer
panel."""

from __future__ import annotations

import threading

import numpy as np

from app.playing.sound import BLOCK, PIECES_KEPT, Samples
from core.recent import Recent
from core.render import mixer
from core.render.pixels import Floats
from core.render.sources import Sources
from core.timeline.model import Sequence, Track

KEPT = 2 * PIECES_KEPT
"""Mixed pieces whose peaks are known: what waits to be heard, and a little of what was."""


class TrackLevels:
    """One thread mixes, another asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pieces: Recent[int, dict[str, Floats]] = Recent(KEPT)

    def mix(self, sequence: Sequence, first: int, count: int, sources: Sources) -> Samples:
        """As core.render.mixer.mix, for whole blocks."""
        peaks: dict[str, Floats] = {}

        def note(track: Track, sound: Floats) -> None:
            peaks[track.id] = np.abs(sound).reshape(-1, BLOCK, 2).max(axis=1)

        mixed = mixer.mix(sequence, first, count, sources, note)
        with self._lock:
            self._pieces.put(first, peaks)
        return mixed

    def at(self, track_id: str, sample: float) -> tuple[float, float]:
        """The highest samples, left and right, of a track in the block around a sample; 0 where nothing was mixed."""
        with self._lock:
            for first, peaks in self._pieces.items():
                block = int((sample - first) // BLOCK)
                if track_id in peaks and 0 <= block < len(peaks[track_id]):
                    left, right = peaks[track_id][block].tolist()
                    return left, right
        return 0.0, 0.0
