"""Where an export goes: a film, a pair of films, a folder of pictures, a single picture, a sound file.

Each writes under a temporary name beside its target, reads it back when it is complete, and only then takes the
target's place: what was there stays untouched until the new one is known to be good.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from core.errors import MediaError
from core.media.images import read_picture
from core.media.info import Chapter
from core.media.writer import FilmWriter, VideoSpec, coded_size, colours_for, write_png
from core.render.pixels import Floats
from core.render.presets import Preset
from core.render.targets import targets
from core.render.verify import Expected, verify_animation, verify_film, verify_sound
from core.time import FrameRate

OWN_PICTURE = re.compile(r"\d{5,}\.png")
SHORT = 8
"""Frames."""
ANIMATIONS = frozenset({"gif", "webp"})


class Sink(Protocol):
    """write takes what the process stage made of a frame. finish returns the files. abort leaves nothing behind."""

    def write(self, payload: Any) -> None: ...
    def write_sound(self, samples: Floats) -> None: ...
    def finish(self) -> tuple[Path, ...]: ...
    def abort(self) -> None: ...


def temporary(target: Path) -> Path:
    """The hidden name beside the target under which it is written."""
    return target.with_name(f".{target.name}.part")


@dataclass(frozen=True)
class Shape:
    """What is written.

    size: (width, height) of the pictures.
    frames: how many.
    sample_rate: of the mix; sound: whether there is any.
    threads: of the encoder; 0 leaves it to the encoder.
    chapters: of a film that can have them.
    """

    size: tuple[int, int]
    rate: FrameRate
    frames: int
    sample_rate: int
    sound: bool
    threads: int = 0
    chapters: tuple[Chapter, ...] = ()


def open_sink(preset: Preset, target: Path, shape: Shape) -> Sink:
    """Raises MediaError when the target cannot be written."""
    match preset.kind:
        case "pictures":
            return FolderSink(target, shape.frames)
        case "picture":
            return PictureSink(target)
        case "pair":
            return PairSink(preset, target, shape)
        case _:
            return FilmSink(preset, target, shape)


class FilmSink:
    """One file of pictures and sound, or of sound alone."""

    def __init__(self, preset: Preset, target: Path, shape: Shape) -> None:
        """Raises MediaError when the target cannot be written."""
        if target.is_dir():
            raise MediaError(f"{target} is a folder", "Choose a file name")
        self._preset, self._target, self._temporary = preset, target, temporary(target)
        self._shape = replace(shape, sound=shape.sound and preset.audio is not None)
        self._samples = 0
        self._size = coded_size(*shape.size, preset.video.pixel_format) if preset.video else (0, 0)
        self._writer = FilmWriter(
            self._temporary,
            preset.container,
            size=self._size,
            rate=shape.rate,
            video=_for_length(preset.video, shape.frames),
            audio=preset.audio if self._shape.sound else None,
            sample_rate=shape.sample_rate,
            container_options=preset.container_options,
            threads=shape.threads,
            name=target.name,
            chapters=shape.chapters,
        )

    def write(self, payload: Any) -> None:
        self._writer.write_video(payload)

    def write_sound(self, samples: Floats) -> None:
        if self._shape.sound:
            self._samples += len(samples)
            self._writer.write_audio(samples)

    def finish(self) -> tuple[Path, ...]:
        self.seal()
        self.place()
        return (self._target,)

    def seal(self) -> None:
        """Complete the temporary file and read it back. Raises MediaError when it is not right."""
        self._writer.close()
        preset, shape, name = self._preset, self._shape, self._target.name
        if preset.video is None:
            verify_sound(self._temporary, self._samples, name)
            return
        tag = colours_for(self._size[1]).tag if preset.video.yuv else None
        expected = Expected(
            shape.frames, self._size, shape.rate, preset.container, preset.video.alpha, shape.sound, tag
        )
        if preset.container in ANIMATIONS:
            verify_animation(self._temporary, expected, name)
        else:
            verify_film(self._temporary, expected, name)

    def place(self) -> None:
        """Let the file take its target's place. Raises MediaError when the disk refuses."""
        _move(self._temporary, self._target)

    def abort(self) -> None:
        self._writer.abort()
        self._temporary.unlink(missing_ok=True)


def _for_length(video: VideoSpec | None, frames: int) -> VideoSpec | None:
    """x265 leaves the decoding times unset of films shorter than its B-frames wait: those get none."""
    if video is None or video.codec != "libx265" or frames > SHORT:
        return video
    given = video.options.get("x265-params", "")
    return replace(
        video, options={**video.options, "x265-params": ":".join(filter(None, (given, "bframes=0")))}
    )


class PairSink:
    """NAME_fill with the straight colours and the sound, NAME_matte with the alpha as grey; payloads are pairs."""

    def __init__(self, preset: Preset, target: Path, shape: Shape) -> None:
        """Raises MediaError when one of the two cannot be written."""
        single = replace(preset, kind="film")
        fill, matte = targets(preset, target)
        self._targets = (fill, matte)
        self._fill = FilmSink(single, fill, shape)
        try:
            self._matte = FilmSink(single, matte, replace(shape, sound=False))
        except MediaError:
            self._fill.abort()
            raise

    def write(self, payload: Any) -> None:
        fill, matte = payload
        self._fill.write(fill)
        self._matte.write(matte)

    def write_sound(self, samples: Floats) -> None:
        self._fill.write_sound(samples)

    def finish(self) -> tuple[Path, ...]:
        self._fill.seal()
        self._matte.seal()
        self._fill.place()
        self._matte.place()
        return self._targets

    def abort(self) -> None:
        self._fill.abort()
        self._matte.abort()


class FolderSink:
    """A folder of PNG files from 00000.png; payloads are RGBA, uint8 (H, W, 4).

    A folder that holds anything but such pictures is never replaced.
    """

    def __init__(self, target: Path, frames: int) -> None:
        self._target, self._temporary, self._frames, self._count = target, temporary(target), frames, 0
        if target.exists() and not _only_pictures(target):
            raise MediaError(f"{target} holds other things", "Choose an empty or a new folder")
        try:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary.mkdir()
        except OSError as error:
            raise _cannot(target, error) from error

    def write(self, payload: Any) -> None:
        write_png(self._temporary / f"{self._count:05d}.png", np.asarray(payload, np.uint8))
        self._count += 1

    def write_sound(self, samples: Floats) -> None:
        """Pictures have no sound."""

    def finish(self) -> tuple[Path, ...]:
        found = sum(1 for entry in self._temporary.iterdir() if entry.stat().st_size > 0)
        if found != self._frames:
            raise MediaError(f"{self._target.name} has {found} pictures, not {self._frames}", "Export again")
        old = self._target.with_name(f".{self._target.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if self._target.exists():
            _move(self._target, old)
        _move(self._temporary, self._target)
        shutil.rmtree(old, ignore_errors=True)
        return (self._target,)

    def abort(self) -> None:
        shutil.rmtree(self._temporary, ignore_errors=True)


class PictureSink:
    """One PNG file; the payload is RGBA, uint8 (H, W, 4). A picture that hides all behind it is written as RGB."""

    def __init__(self, target: Path) -> None:
        """Raises MediaError when the target is a folder."""
        if target.is_dir():
            raise MediaError(f"{target} is a folder", "Choose a file name")
        self._target, self._temporary = target, temporary(target)
        self._written = np.empty((0, 0, 4), np.uint8)

    def write(self, payload: Any) -> None:
        picture = np.asarray(payload, np.uint8)
        self._written = picture[..., :3] if np.all(picture[..., 3] == 255) else picture
        write_png(self._temporary, np.ascontiguousarray(self._written))

    def write_sound(self, samples: Floats) -> None:
        """A picture has no sound."""

    def finish(self) -> tuple[Path, ...]:
        if not np.array_equal(read_picture(self._temporary, self._written.shape[2] == 4), self._written):
            raise MediaError(f"{self._target.name} did not come out right", "Export again")
        _move(self._temporary, self._target)
        return (self._target,)

    def abort(self) -> None:
        self._temporary.unlink(missing_ok=True)


def _only_pictures(folder: Path) -> bool:
    return folder.is_dir() and all(OWN_PICTURE.fullmatch(entry.name) for entry in folder.iterdir())


def _move(source: Path, target: Path) -> None:
    try:
        source.replace(target)
    except OSError as error:
        raise _cannot(target, error) from error


def _cannot(target: Path, error: OSError) -> MediaError:
    return MediaError(
        f"{target} cannot be written: {error.strerror}", "Check the disk, or choose another folder"
    )
