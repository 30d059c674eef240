"""The drawn masks of a tracking job, and the order in which the frames between them are tracked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from core.errors import MediaError
from core.media import matte
from core.media.matte import Labels

Direction = Literal["forward", "backward", "both", "one_forward", "one_back"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


@dataclass(frozen=True)
class Pass:
    """One run of the tracker away from a frame whose mask is known.

    start: that frame.
    frames: what to track, in this order.
    other: the known frame at the far end when this is the second of two passes between known frames, whose
        result is blended with the first; else None.
    draft: this is the first of such two.
    """

    start: int
    frames: range
    other: int | None = None
    draft: bool = False


def read_key_masks(
    paths: Mapping[str, str], size: tuple[int, int], count: int, resize: bool = False
) -> dict[int, Labels]:
    """Read the drawn masks: frame number to labels (H, W), ascending.

    Args:
        paths: frame number as text to the mask's file.
        size: (width, height) of the clip.
        count: its number of frames.
        resize: accept masks of another size.

    Raises:
        MediaError: when a mask cannot be read, has another size, lies outside the clip, or when all are empty.
    """
    masks = {}
    for frame, path in sorted((_frame_number(frame, path), path) for frame, path in paths.items()):
        if not 0 <= frame < count:
            raise MediaError(f"the mask {path} is for frame {frame}, the clip ends at {count - 1}")
        masks[frame] = matte.read_labels(Path(path), size, resize)
    if masks and not any(labels.any() for labels in masks.values()):
        raise MediaError(f"the mask {next(iter(paths.values()))} has no object", "Draw one before tracking")
    return masks


def labels_of(masks: Mapping[int, Labels]) -> tuple[int, ...]:
    """Every object that the masks show, ascending."""
    return tuple(sorted({int(label) for labels in masks.values() for label in np.unique(labels)} - {0}))


def plan(known: Sequence[int], first: int, last: int, direction: Direction) -> tuple[Pass, ...]:
    """The passes that track frames first to last (inclusive) away from the known frames.

        known          0         6
        forward        0 1>2>3>4>5> 6 7>8>9>
        backward                <1<2<3<4<5 6          (7 to 9 are left as they are)
        both           0 1>2>3>4>5> 6 7>8>9>, then <1<2<3<4<5, blended

    A known frame is never tracked. Known frames outside of first..last only start passes and feed the memory.
    """
    marks = sorted(known)
    passes: list[Pass] = []
    for before, after in zip([None, *marks], [*marks, None], strict=True):
        low = first if before is None else max(first, before + 1)
        high = last if after is None else min(last, after - 1)
        if low <= high:
            passes += _between(before, after, low, high, direction)
    return tuple(passes)


def _between(before: int | None, after: int | None, low: int, high: int, direction: Direction) -> list[Pass]:
    forward, backward = range(low, high + 1), range(high, low - 1, -1)
    ahead = before is not None and direction in ("forward", "both", "one_forward")
    back = after is not None and direction in ("backward", "both", "one_back")
    if ahead and back and before is not None and after is not None:
        return [Pass(before, forward, draft=True), Pass(after, backward, other=before)]
    if ahead and before is not None:
        return [Pass(before, forward)]
    if back and after is not None:
        return [Pass(after, backward)]
    return []


def _frame_number(frame: str, path: str) -> int:
    try:
        return int(frame)
    except ValueError:
        raise MediaError(f"the mask {path} is for frame {frame!r}, which is no number") from None
