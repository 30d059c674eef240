"""Open a media file with FFmpeg and turn its failures into MediaError that names the file and the cure.

Only local files are opened: playlists that point elsewhere, text rendered as video and the like are refused, so a
file from a stranger cannot make the editor read other files or the network.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import av

from core.errors import MediaError

REFUSED_FORMATS = frozenset(
    {"tty", "hls", "concat", "dash", "imf", "lavfi", "sdp", "rtsp", "bin", "xbin", "adf", "idf"}
)
"""Demuxers that read other files or draw text: no media of their own."""

_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
FAILURES = (av.FFmpegError, OSError, ValueError, MemoryError, EOFError, OverflowError, ArithmeticError)
"""What FFmpeg and PyAV raise on damaged input."""


def check_file(path: Path) -> int:
    """Size in bytes of a readable, non-empty file.

    Raises:
        MediaError: when there is no such file, it cannot be read, is a pipe or a device, or is empty.
    """
    try:
        known = path.stat()
        size = known.st_size
        if not (stat.S_ISREG(known.st_mode) or stat.S_ISDIR(known.st_mode)):
            raise MediaError(
                f"{path.name} is a pipe or a device, and no file", "Save what comes out of it as a file first"
            )
        with path.open("rb") as file:
            file.read(1)
    except FileNotFoundError as error:
        raise MediaError(f"{path.name} is not there", "Find it again, or remove it from the bin") from error
    except OSError as error:
        raise MediaError(f"{path.name} cannot be read", "Check that you may open the file") from error
    if size == 0:
        raise MediaError(f"{path.name} is empty", "The copy or download failed: fetch it again")
    return size


def open_container(path: Path) -> Any:
    """The file as an av InputContainer; the caller closes it.

    Raises:
        MediaError: when the file cannot be read or is no media.
    """
    check_file(path)
    if _is_heic(path):
        raise MediaError(
            f"{path.name} is an HEIC photo, a format that is not read here",
            "Save it as JPEG or PNG; phones can be set to take photos as JPEG",
        )
    try:
        container = av.open(
            f"file:{path.absolute()}",
            metadata_errors="replace",
            container_options={"protocol_whitelist": "file"},
        )
    except FAILURES as error:
        raise not_media(path) from error
    if container.format.name in REFUSED_FORMATS:
        container.close()
        raise not_media(path)
    return container


def _is_heic(path: Path) -> bool:
    """FFmpeg would read the first of the tiles that such a photo is made of."""
    with path.open("rb") as file:
        head = file.read(64)
    return head[4:8] == b"ftyp" and head[8:12] in _HEIC and b"avif" not in head


def not_media(path: Path) -> MediaError:
    """The error for a file in which nothing can be read; tells a film that was cut off from anything else."""
    if _unfinished(path):
        return MediaError(
            f"{path.name} was not finished: the table that an MP4 or MOV film ends with is missing",
            "The recording or copy was interrupted: copy it again, or let a repair tool rebuild it",
        )
    return MediaError(
        f"{path.name} is not a video, sound or picture that can be read",
        "It may be damaged, not fully copied, or of another type than its name says",
    )


def _unfinished(path: Path) -> bool:
    """Whether a file begins as MP4 or MOV and breaks off inside its picture data."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            place = 0
            while len(head := file.read(16)) >= 8 and place < size:
                length, kind = int.from_bytes(head[:4], "big"), head[4:8]
                if (place == 0 and kind not in (b"ftyp", b"wide", b"mdat")) or kind == b"moov":
                    return False
                length = int.from_bytes(head[8:16], "big") if length == 1 else length
                place += length
                if length < 8 or place > size:
                    return kind == b"mdat"
                file.seek(place)
            return place > 0
    except OSError:
        return False


def is_cover(stream: Any) -> bool:
    """Whether a video stream is only a picture attached to a sound file."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def picture_stream(container: Any) -> Any | None:
    """The first video stream that can be decoded and is no cover picture."""
    for stream in container.streams.video:
        if stream.codec_context is not None and not is_cover(stream):
            return stream
    return None


def sound_streams(container: Any) -> list[Any]:
    """The audio streams that can be decoded."""
    return [stream for stream in container.streams.audio if stream.codec_context is not None]


def is_unnamed(layout: str) -> bool:
    """Whether FFmpeg's name of a layout of channels says only how many there are, as field recorders leave it."""
    return layout.endswith(" channels")


def keep_only(container: Any, *wanted: Any) -> None:
    """Let the demuxer skip the packets of every other stream."""
    numbers = {stream.index for stream in wanted if stream is not None}
    for stream in container.streams:
        if stream.index not in numbers:
            stream.discard = av.stream.Discard.all
