"""How large the letters of titles are in frames that are narrower than usual.

The size of a title is a part of the frame's height, so in an upright frame the same size is three times as large beside
the width, and words run out of it.
"""

from __future__ import annotations

from msgspec.structs import replace

from core.timeline.model import Clip, Item, Sequence, Title

USUAL = 4 / 3
"""Width in heights of the narrowest frame for which sizes are meant."""


def share(width: int, height: int) -> float:
    """What a usual size is multiplied with in a frame of this shape: less than 1 where it is narrower."""
    return min(1.0, width / height / USUAL)


def reshaped(sequence: Sequence, width: int, height: int) -> Sequence:
    """The film with a frame of another size, in which titles that are too large for its width are smaller."""
    factor = share(width, height) / share(sequence.width, sequence.height)
    tracks = sequence.tracks
    if factor != 1:
        tracks = tuple(
            replace(track, items=tuple(_scaled(item, factor) for item in track.items))
            if any(isinstance(clip.content, Title) for _, clip in track.clips())
            else track
            for track in tracks
        )
    return replace(sequence, width=width, height=height, tracks=tracks)


def _scaled(item: Item, factor: float) -> Item:
    if not isinstance(item, Clip) or not isinstance(item.content, Title):
        return item
    return replace(item, content=replace(item.content, size=round(item.content.size * factor, 6)))
