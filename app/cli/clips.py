"""The clips that commands are given: opened safely, and refused when a command can do nothing with them; and
places in them."""

from __future__ import annotations

import math
from pathlib import Path

from app.cli.terminal import Terminal, existing
from core.errors import MediaError
from core.media.guard import safe_probe
from core.media.info import MediaInfo, VideoInfo


def pictured(terminal: Terminal, clip: Path) -> tuple[MediaInfo, VideoInfo]:
    """What is in a clip that has a picture, opened in a process of its own; what is odd about it
    is told with the answer.

    Raises:
        MediaError: when it is not there, cannot be used or has sound alone.
    """
    info = safe_probe(existing(clip))
    if info.video is None:
        raise MediaError(f"{clip} has no picture", "Give a video or a folder of images")
    for note in info.notes:
        terminal.note(f"{clip}: {note}")
    return info, info.video


def moving(terminal: Terminal, clip: Path) -> tuple[MediaInfo, VideoInfo]:
    """As `pictured`. Raises MediaError for a single picture, too."""
    info, video = pictured(terminal, clip)
    if video.frames < 2:
        raise MediaError(f"{clip} is a single picture", "Give a video or a folder of images")
    return info, video


def numbers(text: str, option: str, wanted: str, count: int = 0) -> list[float]:
    """Pixels of a picture with commas between: `count` numbers, or any even number of them.

    Args:
        wanted: how they are to be given, such as X,Y,WIDTH,HEIGHT.

    Raises:
        MediaError: when they are given otherwise.
    """
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    fits = bool(found) and all(map(math.isfinite, found)) and len(found) % 2 == 0
    if not fits or (count and len(found) != count):
        raise MediaError(f"{option} {text} is not {wanted}", "Give pixels of the picture, from its top left")
    return found
