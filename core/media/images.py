"""Pictures as frame sources: single stills and folders or patterns of numbered pictures.

Pillow reads them: PNG, JPEG, WebP, TIFF, BMP and more, 8 and 16 bit, grey, palette, alpha, turned as their EXIF tag
says. A sequence is a folder of numbered pictures ("00000.jpg", "shot_0101.png"), or a pattern in such a folder:
"shot_%04d.png", "shot_####.png" or "shot_*.png".
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import MediaError
from core.media.info import Frame, MediaInfo
from core.media.sources import StreamSource

IMAGE_SUFFIXES = frozenset(
    {
        ".png",
        ".jpg",
        ".jpeg",
        ".jpe",
        ".webp",
        ".tif",
        ".tiff",
        ".bmp",
        ".tga",
        ".ppm",
        ".pgm",
        ".pbm",
        ".jp2",
    }
)
PICTURE_SUFFIXES = IMAGE_SUFFIXES | {".gif", ".apng", ".avif"}
"""With those that are never pictures of a series."""
FILMS = frozenset({"gif", "png"})
"""Kinds of picture that FFmpeg reads as a film when they move."""
SIZES_SEEN = 100
"""Pictures of a series whose size is looked at."""
_NUMBER = re.compile(r"(\d+)(?!.*\d)")
_FAILURES = (
    OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError, ArithmeticError, TypeError, KeyError,
    IndexError, AttributeError, RuntimeError, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
"""What Pillow's readers raise on damaged pictures."""


def is_pattern(path: Path) -> bool:
    """Whether the name stands for many files."""
    return bool(re.search(r"%0?\d*d|#+|\*", path.name)) and not path.exists()


def numbered(path: Path) -> tuple[Path, ...]:
    """The pictures of a folder or pattern in the order of their numbers.

    In a folder with several series the longest is taken, the first by name of equally long ones. Pictures that
    differ in their type alone are one series when no two have the same number.

    Raises:
        MediaError: when there is no numbered picture.
    """
    series: dict[tuple[str, str], dict[str, list[tuple[int, Path]]]] = {}
    for number, file in _numbered(path):
        found = _NUMBER.search(file.stem)
        assert found is not None, "it has a number"
        name = (file.stem[: found.start()], file.stem[found.end() :])
        series.setdefault(name, {}).setdefault(file.suffix.lower(), []).append((number, file))
    if not series:
        raise MediaError(
            f"{path.name} holds no numbered pictures",
            "Choose a folder with pictures such as 00000.png, 00001.png",
        )
    whole = [sorted(one) for types in series.values() for one in _joined(types)]
    longest = min(whole, key=lambda one: (-len(one), one[0][1].name))
    return tuple(file for _, file in longest)


def _numbered(path: Path) -> list[tuple[int, Path]]:
    """Every picture of a folder or pattern that has a number. Raises MediaError when the folder cannot be read."""
    folder, wanted = (path.parent, _matcher(path.name)) if is_pattern(path) else (path, re.compile(".*"))
    try:
        files = [
            file for file in folder.iterdir() if file.suffix.lower() in IMAGE_SUFFIXES and file.is_file()
        ]
    except OSError as error:
        raise MediaError(
            f"{path} cannot be read", "Check that the folder is there and may be opened"
        ) from error
    found = [(_NUMBER.search(file.stem), file) for file in files]
    return [
        (int(number[1]), file)
        for number, file in found
        if number and wanted.fullmatch(file.name) and not file.name.startswith(".")
    ]


def _joined(types: dict[str, list[tuple[int, Path]]]) -> list[list[tuple[int, Path]]]:
    """Pictures of several types as one series, unless two have the same number: then each type is one."""
    together = [one for each in types.values() for one in each]
    alone = len({number for number, _ in together}) == len(together)
    return [together] if alone else list(types.values())


def _matcher(name: str) -> re.Pattern[str]:
    parts = re.split(r"(%0?\d*d|#+|\*)", name)
    return re.compile("".join(r"\d+" if place % 2 else re.escape(part) for place, part in enumerate(parts)))


def series_notes(path: Path, paths: tuple[Path, ...]) -> tuple[str, ...]:
    """What the user should know of a series: numbers that are missing, pictures of other series beside it, other sizes.

    Args:
        path: of the folder or pattern.
        paths: the series, as from `numbered`.
    """
    return (*_gaps(paths), *_others(path, paths), *_sizes(paths))


def _gaps(paths: tuple[Path, ...]) -> tuple[str, ...]:
    first, last = (_NUMBER.search(path.stem) for path in (paths[0], paths[-1]))
    missing = int(last[1]) - int(first[1]) + 1 - len(paths) if first and last else 0
    return (f"{missing} numbers are missing in the series; the next picture takes their place",) * (
        missing > 0
    )


def _others(path: Path, paths: tuple[Path, ...]) -> tuple[str, ...]:
    others = sorted({file for _, file in _numbered(path)} - set(paths))
    return (
        (f"{len(others)} pictures of another series, such as {others[0].name}, are left out",)
        if others
        else ()
    )


def _sizes(paths: tuple[Path, ...]) -> tuple[str, ...]:
    """Looked for in some of them: to open every file of a long series takes its time."""
    for file in paths[:: max(1, len(paths) // SIZES_SEEN)]:
        try:
            head = identify(file)
        except MediaError:
            continue  # told when it is shown
        if (head.width, head.height) != identify(paths[0])[:2]:
            return ("the pictures have different sizes; all are brought to that of the first",)
    return ()


class Head(NamedTuple):
    """What a picture file says of itself.

    width, height: as displayed.
    film: it moves, and FFmpeg reads how.
    """

    width: int
    height: int
    alpha: bool
    bit_depth: int
    kind: str
    notes: tuple[str, ...]
    film: bool


def looks_like_picture(path: Path) -> bool:
    """False for a film that has a picture's suffix."""
    with path.open("rb") as file:
        head = file.read(12)
    film = (head[4:8] == b"ftyp" and head[8:11] not in (b"avi", b"mif")) or head[:4] == b"\x1aE\xdf\xa3"
    return not film and head[8:12] != b"AVI "


def identify(path: Path) -> Head:
    """Read a picture's header, without decoding it.

    Raises:
        MediaError: when it is no picture that can be read.
    """
    try:
        with Image.open(path) as picture:
            turned = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            width, height = picture.size[::-1] if turned else picture.size
            depth = 16 if picture.mode.startswith("I") else 8
            moving = getattr(picture, "n_frames", 1) > 1
            kind = (picture.format or "").lower()
            words = (
                "a moving picture: only its first frame is shown; save it as GIF, APNG or MP4 to use it all"
            )
            film = moving and kind in FILMS
            notes = (words,) * (moving and not film)
            return Head(width, height, picture.has_transparency_data, depth, kind, notes, film)
    except _FAILURES as error:
        raise unreadable(path, error) from error


def read_picture(path: Path, alpha: bool = False, size: tuple[int, int] | None = None) -> Frame:
    """A picture file as uint8 RGB (H, W, 3), or RGBA (H, W, 4) with straight alpha.

    Args:
        size: (width, height) wanted; None for the picture's own.

    Raises:
        MediaError: when it cannot be read.
    """
    try:
        with Image.open(path) as picture:
            if size is not None and not alpha:
                picture.draft("RGB", (max(size), max(size)))  # it may still have to be turned
            upright = ImageOps.exif_transpose(picture)
            eight = _eight_bit(upright).convert("RGBA" if alpha else "RGB")
            if size is not None and eight.size != size:
                eight = eight.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
            return np.array(eight)
    except _FAILURES as error:
        raise unreadable(path, error) from error


def _eight_bit(picture: Image.Image) -> Image.Image:
    """16-bit grey as 8-bit grey; Pillow itself would clip it."""
    if not picture.mode.startswith(("I", "F")):
        return picture
    values = np.asarray(picture).astype(np.float64)
    if picture.mode != "F":
        values = values / 257.0
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def unreadable(path: Path, error: BaseException) -> MediaError:
    """What Pillow's complaint means to the user."""
    if isinstance(error, FileNotFoundError):
        return MediaError(f"{path.name} is not there", "Find it again, or remove it from the bin")
    if isinstance(error, UnidentifiedImageError):
        return MediaError(
            f"{path.name} is not a picture that can be read", "Open it elsewhere and save it as PNG"
        )
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning | MemoryError):
        return MediaError(f"{path.name} is too large a picture", "Scale it down elsewhere first")
    return MediaError(f"{path.name} is damaged and cannot be read", "Make a fresh copy of the picture")


class StillSource(StreamSource):
    """One picture, shown at any time. It is decoded once for each size last asked for."""

    def __init__(self, path: Path, info: MediaInfo) -> None:
        super().__init__(path.name, info)
        self.path = path
        self._last: tuple[tuple[int, int] | None, Frame] | None = None

    @property
    def frame_count(self) -> int:
        return 1

    def frame(self, index: int, size: tuple[int, int] | None = None) -> Frame:
        """The picture. Raises MediaError when it cannot be read, IndexError for any number but 0."""
        if index != 0:
            raise IndexError(f"{self.path.name} is one picture, it has no frame {index}")
        last = self._last
        if last is None or last[0] != size:
            last = (size, read_picture(self.path, self._video.alpha, size))
            self._last = last
        return last[1]

    def index_at(self, time: int) -> int:
        return 0

    def time_of(self, index: int) -> int:
        return 0

    def close(self) -> None:
        self._last = None


class SequenceSource(StreamSource):
    """Numbered pictures as frames at a given rate. paths: the file of every frame."""

    def __init__(self, paths: tuple[Path, ...], info: MediaInfo) -> None:
        super().__init__(paths[0].parent.name, info)
        self.paths = paths

    @property
    def frame_count(self) -> int:
        return len(self.paths)

    def frame(self, index: int, size: tuple[int, int] | None = None) -> Frame:
        """Picture `index`, scaled to the first one's size when it has another.

        Raises:
            MediaError: when the file cannot be read.
            IndexError: when there is no such frame.
        """
        if not 0 <= index < len(self.paths):
            raise IndexError(f"the sequence has no frame {index}")
        picture = read_picture(self.paths[index], self._video.alpha, size)
        if size is None and picture.shape[:2] != (self.height, self.width):
            return read_picture(self.paths[index], self._video.alpha, (self.width, self.height))
        return picture

    def index_at(self, time: int) -> int:
        return min(max(0, self.rate.frame_at(time)), len(self.paths) - 1)

    def time_of(self, index: int) -> int:
        return self.rate.time_of(index)

    def close(self) -> None:
        """Nothing is held open."""
