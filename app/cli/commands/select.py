"""laminar select: a box around an object in one frame in, its mask out."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.cli.clips import numbers, pictured
from app.cli.targets import make_folder, require_suffix, spare
from app.cli.terminal import Terminal, existing
from core.errors import MediaError
from core.masks import draw
from core.masks.selection import seen, select_in_steps
from core.media.matte import Labels, read_labels, write_labels
from core.media.reader import open_source


@dataclass(frozen=True)
class Asked:
    """The options: box, inside and outside as they were typed.

    label: of the object, 0 for the next free one.
    add_to: a mask whose other objects stay.
    """

    frame: int
    box: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    brush: float
    label: int
    add_to: Path | None


def run(clip: Path, asked: Asked, out: Path, *, json: bool) -> None:
    """Raises MediaError for numbers that are none, a frame that the clip lacks and a mask that does not fit,
    EditError for a box beside the frame."""
    terminal = Terminal(json)
    left, top, width, height = numbers(asked.box, "--box", "X,Y,WIDTH,HEIGHT", 4)
    add, subtract = (
        [draw.Stroke(_points(text, option), asked.brush) for text in given]
        for option, given in (("--inside", asked.inside), ("--outside", asked.outside))
    )
    require_suffix(out, ".png", "-o")
    info, _ = pictured(terminal, clip)
    spare(out, clip)
    with closing(open_source(clip, info)) as source:
        if not 0 <= asked.frame < source.frame_count:
            raise MediaError(
                f"{clip} has no frame {asked.frame}", f"Give --frame from 0 to {source.frame_count - 1}"
            )
        others = _others(asked.add_to, (source.width, source.height))
        picture, neighbours = seen(source, asked.frame)
    label = asked.label or _free(others)
    box = (left, top, left + width, top + height)
    found = select_in_steps(picture, box, add, subtract, neighbours)
    labels = draw.paint(np.where(others == label, np.uint8(0), others), found, label, protect=True)
    make_folder(out.parent)
    write_labels(out, labels)
    pixels = int(np.count_nonzero(labels == label))
    terminal.say(
        {"outputs": [str(out)], "frames": 1, "frame": asked.frame, "object": label, "pixels": pixels},
        f"{pixels} pixels of object {label} in {out}",
    )


def _others(mask: Path | None, size: tuple[int, int]) -> Labels:
    """The objects that are there already, uint8 (H, W)."""
    return np.zeros(size[::-1], np.uint8) if mask is None else read_labels(existing(mask), size)


def _free(labels: Labels) -> int:
    """The smallest label that no object has."""
    taken = set(np.unique(labels).tolist())
    label = next((label for label in range(1, 255) if label not in taken), 0)
    if not label:
        raise MediaError(
            "the mask has as many objects as there can be", "Give the one to replace with --object"
        )
    return label


def _points(text: str, option: str) -> tuple[draw.Point, ...]:
    found = numbers(text, option, "X,Y or X,Y,X,Y and so on")
    return tuple(zip(found[::2], found[1::2], strict=True))
