"""In-memory media for tests of the render package: no files, no threads."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from core.errors import MediaError
from core.media.cube import Cube
from core.media.info import Frame
from core.media.viewpoint import Viewpoints
from core.motion.steady import CameraPath
from core.project.project import LayerFile
from core.render.pixels import Floats, resized
from core.time import FrameRate, TimeRange
from core.timeline.model import Clip, Effect, Gap, MatteUse, MediaUse, Sequence, Track

RATE = FrameRate(25)
TICK = RATE.frame_ticks


class FakeSource:
    """A FrameSource that answers with `make(index)`, uint8 (H, W, 3|4)."""

    def __init__(self, make: Callable[[int], Frame], frames: int = 100, rate: FrameRate = RATE) -> None:
        self._make = make
        self.rate, self.frame_count = rate, frames
        first = make(0)
        self.height, self.width = first.shape[:2]
        self.has_alpha = first.shape[2] == 4
        self.asked: list[tuple[int, tuple[int, int] | None]] = []

    def frame(self, index: int, size: tuple[int, int] | None = None) -> Frame:
        self.asked.append((index, size))
        picture = self._make(index)
        return picture if size is None else resized(picture, size)

    def index_at(self, time: int) -> int:
        return min(max(self.rate.frame_at(time), 0), self.frame_count - 1)

    def time_of(self, index: int) -> int:
        return self.rate.time_of(index)

    def close(self) -> None:
        pass


class FakeAudio:
    """An AudioSource that answers with `make(times)`, float32 (count, 2) of times in seconds."""

    def __init__(self, make: Callable[[np.ndarray], np.ndarray], seconds: float = 1000.0) -> None:
        self._make, self._seconds = make, seconds

    def read(self, start_sample: int, count: int, rate: int | Fraction) -> Floats:
        times = (start_sample + np.arange(count)) / float(rate)
        sound = np.asarray(self._make(times), np.float32)
        sound = np.repeat(sound[:, None], 2, axis=1) if sound.ndim == 1 else sound
        sound[(times < 0) | (times >= self._seconds)] = 0
        return sound

    def close(self) -> None:
        pass


class FakeSources:
    """The Sources protocol over dictionaries by media id; `mattes` by label."""

    def __init__(
        self,
        sources: dict[str, FakeSource] | None = None,
        mattes: dict[int, Floats] | None = None,
        audio: dict[str, FakeAudio] | None = None,
        strict: bool = False,
    ) -> None:
        self.sources, self.mattes, self.sounds, self.strict = sources or {}, mattes or {}, audio or {}, strict
        self.layers: dict[str, LayerFile] = {}
        self.seen: Viewpoints | None = None
        self.cube: Cube | None = None

    def source(self, clip: Clip) -> FakeSource:
        if clip.media_id not in self.sources:
            raise MediaError(f"{clip.media_id} is not there", "Relink it")
        return self.sources[clip.media_id]

    def matte(self, clip: Clip, source_index: int, use: MatteUse, size: tuple[int, int]) -> Floats:
        matte = self.mattes[use.label]
        return 1 - matte if use.invert else matte

    def layer(self, clip: Clip) -> LayerFile | None:
        return self.layers.get(clip.media_id or "")

    def viewpoints(self, clip: Clip) -> Viewpoints | None:
        return self.seen

    def camera(self, clip: Clip, source_index: int) -> tuple[CameraPath, int] | None:
        return None

    def look(self, effect: Effect) -> Cube | None:
        return self.cube

    def audio(self, clip: Clip) -> FakeAudio | None:
        return self.sounds.get(clip.media_id or "")


def still(picture: np.ndarray) -> FakeSource:
    return FakeSource(lambda index: picture)


def flat(*colour: int, size: tuple[int, int] = (8, 6)) -> np.ndarray:
    """One colour, uint8 (H, W, C)."""
    return np.tile(np.array(colour, np.uint8), (size[1], size[0], 1))


def clip(media: str, frames: int = 50, **fields: object) -> Clip:
    return Clip(media, media, MediaUse(media, TimeRange(0, 1000 * TICK)), frames * TICK, **fields)  # type: ignore[arg-type]


def film(*tracks: Track | Clip, size: tuple[int, int] = (8, 6), **fields: object) -> Sequence:
    """A sequence of video tracks bottom to top; a bare clip becomes a track of its own."""
    made = tuple(
        track if isinstance(track, Track) else Track(f"t{number}", "video", "", (track,))
        for number, track in enumerate(tracks)
    )
    return Sequence("s", "film", size[0], size[1], RATE, tracks=made, **fields)  # type: ignore[arg-type]


def gap(frames: int) -> Gap:
    return Gap(frames * TICK)
