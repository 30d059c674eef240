"""What a correction can change: the frames between the key masks on both sides of it."""

from __future__ import annotations

from collections.abc import Sequence


def reach(keys: Sequence[int], frame: int, count: int) -> tuple[int, int]:
    """First and last frame, inclusive, that a mask drawn at `frame` can change.

    A key mask is never tracked over, so a correction ends at the nearest key masks, which it leaves as they are.

    Args:
        keys: the frames with key masks; `frame` itself may be among them.
        count: the clip's number of frames.

    Raises:
        ValueError: when the clip has no such frame.
    """
    if not 0 <= frame < count:
        raise ValueError(f"frame {frame} is not in a clip of {count} frames")
    before = max((key for key in keys if key < frame), default=-1)
    after = min((key for key in keys if key > frame), default=count)
    return max(before + 1, 0), min(after, count) - 1
