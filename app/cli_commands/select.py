"""laminar select: a box around an object in one frame in, its mask out."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np

from app.cli_targets import make_folder, require_suffix, spare
from app.terminal import Terminal, existing
from core.errors import MediaError
from core.masks import draw
from core.masks.selection import seen, select
from core.media.guard import safe_probe
from core.media.matte import write_labels
from core.media.reader import open_source


def run(
    clip: Path,
    frame: int,
    box: str,
    inside: list[str],
    outside: list[str],
    brush: float,
    out: Path,
    *,
    json: bool,
) -> None:
    """Raises MediaError for numbers that are none and a frame that the clip lacks, EditError for a box beside it."""
    terminal = Terminal(json)
    left, top, width, height = _numbers(box, "--box", 4)
    add, subtract = (
        [draw.Stroke(_points(text, option), brush) for text in given]
        for option, given in (("--inside", inside), ("--outside", outside))
    )
    require_suffix(out, ".png", "-o")
    info = safe_probe(existing(clip))
    if info.video is None:
        raise MediaError(f"{clip} has no picture to select in", "Give a video or a folder of images")
    spare(out, clip)
    with closing(open_source(clip, info)) as source:
        if not 0 <= frame < source.frame_count:
            raise MediaError(
                f"{clip} has no frame {frame}", f"Give --frame from 0 to {source.frame_count - 1}"
            )
        picture, neighbours = seen(source, frame)
    found = select(picture, (left, top, left + width, top + height), add, subtract, neighbours=neighbours)
    make_folder(out.parent)
    write_labels(out, found.astype(np.uint8))
    pixels = int(found.sum())
    terminal.say(
        {"outputs": [str(out)], "frames": 1, "frame": frame, "pixels": pixels},
        f"{pixels} pixels of the object in {out}",
    )


def _numbers(text: str, option: str, count: int = 0) -> list[float]:
    """Numbers with commas between; `count` of them, or any even number of them."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if not np.isfinite(numbers).all() or len(numbers) % 2 or not numbers or (count and len(numbers) != count):
        wanted = "X,Y,WIDTH,HEIGHT" if count else "X,Y or X,Y,X,Y and so on"
        raise MediaError(f"{option} {text} is not {wanted}", "Give pixels of the picture, from its top left")
    return numbers


def _points(text: str, option: str) -> tuple[draw.Point, ...]:
    numbers = _numbers(text, option)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))
