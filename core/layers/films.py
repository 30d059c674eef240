"""Lossless films with alpha, several at a time, each whole or not there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from av.video.reformatter import VideoReformatter

from core.media.info import Frame
from core.media.writer import FilmWriter, VideoSpec, colours_for, to_encoder
from core.time import FrameRate

_OPTIONS = {"level": "3", "slicecrc": "1", "slices": "4", "g": "1"}
OPAQUE = VideoSpec("ffv1", "bgr0", _OPTIONS)
CLEAR = VideoSpec("ffv1", "bgra", _OPTIONS)


class Films:
    """FFV1 films written side by side under temporary names; they take their places when the block ends well.

    Args:
        alpha: file name to whether it has alpha.

    Raises:
        MediaError: from every method, when the encoder or the disk refuses.
    """

    def __init__(
        self, folder: Path, alpha: Mapping[str, bool], size: tuple[int, int], rate: FrameRate
    ) -> None:
        self._folder, self._size = folder, size
        self._specs = {name: CLEAR if clear else OPAQUE for name, clear in alpha.items()}
        self._writers: dict[str, FilmWriter] = {}
        self._reformatter = VideoReformatter()
        for name, spec in self._specs.items():
            self._writers[name] = FilmWriter(
                self._part(name), "matroska", size=size, rate=rate, video=spec, threads=1, name=name
            )

    def write(self, name: str, picture: Frame) -> None:
        """The next frame of a film, uint8 RGB or straight RGBA."""
        spec = self._specs[name]
        frame = to_encoder(picture, spec, colours_for(self._size[1]), self._reformatter)
        self._writers[name].write_video(frame)

    def __enter__(self) -> Films:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            for name, writer in self._writers.items():
                writer.abort()
                with suppress(OSError):
                    self._part(name).unlink(missing_ok=True)
            return
        for writer in self._writers.values():
            writer.close()
        for name in self._writers:
            self._part(name).replace(self._folder / name)

    def _part(self, name: str) -> Path:
        return self._folder / f".{name}.tmp"
