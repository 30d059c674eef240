"""Subtitle files: SubRip, WebVTT, ASS and what else FFmpeg reads come in as cues; cues go out as SubRip.

What a cue says about its own look and place is left out: words and line breaks stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import av
import msgspec

from core.errors import MediaError
from core.files import write_atomic
from core.media.opening import FAILURES, open_container
from core.time import TICKS_PER_SECOND

LARGEST = 20 * 2**20
MOST_CUES = 10_000
"""Cues of a file."""
MOST_LETTERS = 2_000
"""Letters of a cue."""
_MARKUP = re.compile(r"\{[^{}]*\}|</?[A-Za-z][^<>]*>")


class Cue(msgspec.Struct, frozen=True):
    """Words that show from `start` to `end`, ticks, half-open; lines are parted by line feeds."""

    start: int
    end: int
    text: str


def read_cues(path: Path) -> tuple[Cue, ...]:
    """The cues of a subtitle file, or of the first subtitles in a film, by their start.

    Raises:
        MediaError: when the file cannot be read, is too large, or says nothing at any time.
    """
    with open_container(path) as container:
        if not container.streams.subtitles:
            raise MediaError(f"{path.name} has no subtitles", "Choose an SRT, VTT or ASS file")
        if not container.streams.video and path.stat().st_size > LARGEST:
            raise MediaError(f"{path.name} is too large for subtitles", "Choose an SRT, VTT or ASS file")
        cues: list[Cue] = []
        try:
            for packet in container.demux(container.streams.subtitles[0]):
                cues += _cues_of(packet)
                if len(cues) > MOST_CUES:
                    raise MediaError(f"{path.name} has more than {MOST_CUES} subtitles", "Split the file")
        except FAILURES as error:
            raise MediaError(f"{path.name} is damaged", "Save it again as SRT in UTF-8") from error
    if not cues:
        raise MediaError(f"{path.name} has no subtitles", "Choose an SRT, VTT or ASS file with words in it")
    return tuple(sorted(cues, key=lambda cue: (cue.start, cue.end)))


def _cues_of(packet: Any) -> list[Cue]:
    if packet.pts is None or not packet.duration:
        return []
    start = max(0, round(packet.pts * packet.time_base * TICKS_PER_SECOND))
    end = round((packet.pts + packet.duration) * packet.time_base * TICKS_PER_SECOND)
    text = "\n".join(words for words in map(_words, _said(packet)) if words)[:MOST_LETTERS]
    return [Cue(start, end, text)] if text and end > start else []


def _said(packet: Any) -> list[str]:
    """The texts of a packet; one that is not UTF-8 is read as Windows' western letters."""
    try:
        return [
            rect.dialogue.decode("utf-8", "replace") for rect in packet.decode() if hasattr(rect, "dialogue")
        ]
    except av.InvalidDataError:
        return [bytes(packet).decode("cp1252", "replace").rpartition(",,")[2]]


def _words(text: str) -> str:
    """Text without markup and blank lines."""
    lines = _MARKUP.sub("", text).replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def write_srt(path: Path, cues: Iterable[Cue]) -> None:
    """Write cues as SubRip, UTF-8; times to a millisecond.

    Raises:
        MediaError: when the file cannot be written.
    """
    blocks = [
        f"{number}\n{_stamp(cue.start)} --> {_stamp(cue.end)}\n{_lines(cue.text)}\n"
        for number, cue in enumerate(cues, 1)
    ]
    try:
        write_atomic(path, "\n".join(blocks).encode())
    except OSError as error:
        raise MediaError(
            f"{path.name} cannot be written: {error.strerror}", "Choose another folder"
        ) from error


def _lines(text: str) -> str:
    """A blank line would end the cue."""
    return "\n".join(line for line in text.splitlines() if line.strip())


def _stamp(ticks: int) -> str:
    milliseconds = round(ticks * 1000 / TICKS_PER_SECOND)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02},{milliseconds:03}"
