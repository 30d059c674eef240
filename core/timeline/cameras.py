"""Several cameras of one event, on a video track each: cut from one to another, and all of them seen at once.

Cameras are counted from V1 upwards. All but one are switched off at a time; nothing is taken away, so that a cut can be
changed later.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeGuard

from msgspec.structs import replace

from core.errors import EditError
from core.timeline.clips import set_clip
from core.timeline.lanes import track_with_clips
from core.timeline.model import Clip, Footage, Item, Sequence, Track
from core.timeline.place import split

DIM = 0.45
"""Opacity of cameras that are off, where all are seen."""


def cameras_at(sequence: Sequence, time: int) -> dict[str, Clip]:
    """The footage that video tracks have at a record time, on or off, by track id, bottom to top;
    locked and muted tracks are left out."""
    found = ((track.id, track.at(time)) for track in _camera_tracks(sequence))
    return {track: at[1] for track, at in found if at is not None and _is_camera(at[1])}


def cut_to(sequence: Sequence, time: int, number: int) -> Sequence:
    """From a record time on, as far as the clips there go, only camera `number` (from 1) is seen; sound stays as it is.

        V2  [ B        |       ]        [ b, off ][ B      ]
        V1  [ A        |       ]        [ A      ][ a, off ]       camera 2 at |

    Raises:
        EditError: when there are not so many cameras, or only one.
    """
    cameras = tuple(cameras_at(sequence, time).values())
    if len(cameras) < 2:
        raise EditError("there is only one camera here", "Put each camera's clip on a video track of its own")
    if number > len(cameras):
        raise EditError(
            f"there is no camera {number} here", f"{len(cameras)} tracks have footage at the playhead"
        )
    if all(clip.enabled == (place == number) for place, clip in enumerate(cameras, 1)):
        return sequence
    inside = [clip.id for clip in cameras if sequence.find(clip.id)[1].start < time]
    if inside:
        sequence = split(sequence, inside, time, linked=False)
    for place, clip in enumerate(cameras_at(sequence, time).values(), 1):
        sequence = set_clip(sequence, clip.id, enabled=place == number)
    return sequence


@dataclass(frozen=True)
class Cell:
    """Where a camera is seen among all: its centre from the middle of the film's frame, and its sides, in pixels."""

    x: float
    y: float
    width: float
    height: float


def cells_of(sequence: Sequence) -> dict[str, Cell]:
    """The cell of each track that has footage, in a grid from the upper left on, by track id."""
    tracks = [track.id for track in _camera_tracks(sequence) if any(_is_camera(item) for item in track.items)]
    columns = max(1, math.ceil(math.sqrt(len(tracks))))
    rows = max(1, math.ceil(len(tracks) / columns))
    width, height = sequence.width / columns, sequence.height / columns
    return {
        track: Cell(
            (place % columns - (columns - 1) / 2) * width,
            (place // columns - (rows - 1) / 2) * height,
            width,
            height,
        )
        for place, track in enumerate(tracks)
    }


def side_by_side(sequence: Sequence) -> Sequence:
    """The film with all cameras in their cells, those that are off dimmed; for looking at."""
    cells = cells_of(sequence)

    def laid_out(track: Track) -> Track:
        cell = cells.get(track.id)
        if cell is None:
            return track
        return track_with_clips(
            track, lambda clip: _in_cell(clip, cell, sequence) if _is_camera(clip) else clip
        )

    return replace(sequence, tracks=tuple(laid_out(track) for track in sequence.tracks))


def _in_cell(clip: Clip, cell: Cell, sequence: Sequence) -> Clip:
    return replace(
        clip, x=cell.x, y=cell.y, scale=cell.width / sequence.width, rotation=0.0, blend="normal",
        opacity=1.0 if clip.enabled else DIM, enabled=True, transition=None, pin=None, fade_in=0, fade_out=0,
    )  # fmt: skip


def _camera_tracks(sequence: Sequence) -> list[Track]:
    return [
        track for track in sequence.tracks if track.kind == "video" and not track.locked and not track.muted
    ]


def _is_camera(item: Item) -> TypeGuard[Clip]:
    """Footage that runs: no still, no title, no colour."""
    return isinstance(item, Clip) and isinstance(item.content, Footage) and item.available is not None
