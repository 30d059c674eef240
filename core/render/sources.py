"""What the compositor and the mixer ask of the clips' media, and what answers them needs; see core.render.resolver."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Protocol

from core.media.cube import Cube
from core.media.info import Frame, FrameSource, MediaInfo
from core.media.viewpoint import Viewpoints
from core.motion.steady import CameraPath
from core.project.project import LayerFile
from core.render.pixels import Floats
from core.timeline.model import Clip, Effect, MatteUse


class Sound(Protocol):
    """What can be heard of a clip's source: `core.media.audio.AudioSource`, `core.render.nested.NestedSound`."""

    def __hash__(self) -> int: ...

    def read(self, start_sample: int, count: int, rate: int | Fraction) -> Floats:
        """`count` samples from number `start_sample` on, counted at `rate` a second, float32 (count, 2)."""
        ...


class Sources(Protocol):
    """What the compositor and the mixer ask of a clip's media.

    strict: missing media is an error (export) instead of a picture that says so (preview).
    """

    @property
    def strict(self) -> bool: ...

    def source(self, clip: Clip) -> FrameSource:
        """Raises MediaError when the clip's media is not there."""
        ...

    def matte(self, clip: Clip, source_index: int, use: MatteUse, size: tuple[int, int]) -> Floats:
        """float32 (H, W) in [0, 1] at `size` (width, height). Raises MediaError when a mask is damaged."""
        ...

    def between(self, clip: Clip, index: int, t: float, size: tuple[int, int] | None) -> Frame:
        """The clip's picture at t between source frame `index` and the next, as its source's frames of that size."""
        ...

    def matte_between(self, clip: Clip, index: int, t: float, use: MatteUse, size: tuple[int, int]) -> Floats:
        """As `matte`, at t between source frame `index` and the next."""
        ...

    def layer(self, clip: Clip) -> LayerFile | None:
        """What the clip's media is a layer of; None for plain media and when there is none."""
        ...

    def viewpoints(self, clip: Clip) -> Viewpoints | None:
        """Where the camera looked in the take that the clip's media is a layer of; None when nobody knows."""
        ...

    def camera(self, clip: Clip, source_index: int) -> tuple[CameraPath, int] | None:
        """The motion of the camera that took the clip's media, and the frame's number on it; None when nobody knows.

        Raises MediaError when nobody knows and `strict` is set.
        """
        ...

    def look(self, effect: Effect) -> Cube | None:
        """The table of colours of an effect; None when it is not there. Raises MediaError then when `strict` is set."""
        ...

    def audio(self, clip: Clip) -> Sound | None:
        """The clip's sound; None when its media has none. Raises MediaError when the media is not there."""
        ...


class Pool(Protocol):
    """`core.media.pool.SourcePool`: one shared, cached source a file."""

    def source(self, path: Path, info: MediaInfo) -> FrameSource: ...
