"""The files of an atlas result: its index, and the control grids of its mappings.

`atlas.json` names everything; `mapping_LL.npz` packs a control grid a frame. What the pictures and numbers mean is told
in core.media.atlases, which reads them for the film.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, read_arrays
from core.errors import MediaError
from core.files import NOT_JSON
from core.media.matte import mask_name
from core.motion.control_grid import ControlGrid
from core.time import FrameRate

INDEX = "atlas.json"
BACKGROUND = 0
"""The background's label."""


class Page(msgspec.Struct, frozen=True):
    """A stretch of frames first to last (inclusive) with a texture of its own, finer than the atlas for edits.

    key: its frame that maps to itself.
    size, scale, origin: as `AtlasObject`.
    """

    first: int
    last: int
    key: int
    picture: str
    mapping: str
    size: tuple[int, int]
    scale: float
    origin: tuple[float, float]


class AtlasObject(msgspec.Struct, frozen=True):
    """One object's atlas, for edits, and the pages that rebuild its texture. size: (width, height) of the picture.

    scale: atlas pixels a frame pixel.
    origin: what of the film lies at the atlas's top left corner, in frame pixels.
    """

    label: int
    name: str
    picture: str
    mapping: str
    size: tuple[int, int]
    scale: float
    origin: tuple[float, float]
    key: int = 0
    pages: tuple[Page, ...] = ()


class AtlasIndex(msgspec.Struct, frozen=True):
    """What atlas.json says. objects: back to front, the background first."""

    width: int
    height: int
    frames: int
    rate: FrameRate
    objects: tuple[AtlasObject, ...]
    clip: str = ""
    first: int = 0


TRACK = ("first", "step", "boxes", "nodes")
"""Names of the arrays of a `GridTrack`."""


class GridTrack:
    """The control grids of a range of frames, as `pack` stores them. Frames without the object have none."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        self._first = int(arrays["first"])
        self._step = int(arrays["step"])
        self._boxes = np.asarray(arrays["boxes"], np.int64)
        self._nodes = np.asarray(arrays["nodes"], np.float32)
        sizes = self._boxes[:, 2] * self._boxes[:, 3]
        self._starts = np.concatenate([[0], np.cumsum(sizes)])
        if (
            self._step < 2
            or self._boxes.ndim != 2
            or (sizes < 0).any()
            or len(self._nodes) != self._starts[-1]
        ):
            raise ValueError("grids and nodes do not fit")

    def grid(self, frame: int) -> ControlGrid | None:
        """The grid of a frame of the film; None where there is no object."""
        at = frame - self._first
        if not 0 <= at < len(self._boxes) or self._starts[at] == self._starts[at + 1]:
            return None
        left, top, columns, rows = (int(value) for value in self._boxes[at])
        nodes = self._nodes[self._starts[at] : self._starts[at + 1]].reshape(rows, columns, 2)
        return ControlGrid(left, top, self._step, nodes)


def pack(
    grids: Mapping[int, ControlGrid], first: int, last: int, step: int
) -> dict[str, npt.NDArray[np.generic]]:
    """Grids of frames first to last as arrays: boxes int64 (F, 4) left, top, columns, rows; nodes float32 (N, 2)."""
    boxes = np.zeros((last - first + 1, 4), np.int64)
    nodes = [np.zeros((0, 2), np.float32)]
    for frame in range(first, last + 1):
        if (grid := grids.get(frame)) is not None:
            rows, columns = grid.nodes.shape[:2]
            boxes[frame - first] = grid.left, grid.top, columns, rows
            nodes.append(grid.nodes.reshape(-1, 2))
    return {
        "first": np.array(first),
        "step": np.array(step),
        "boxes": boxes,
        "nodes": np.concatenate(nodes).astype(np.float32),
    }


def read_track(path: Path) -> GridTrack:
    """Raises MediaError when the file is missing or damaged."""
    try:
        return GridTrack(read_arrays(path, *TRACK))
    except (OSError, ValueError, TypeError, IndexError, OverflowError) as error:
        raise MediaError(f"{path} cannot be read as a mapping", "Make the atlas again") from error


def read_index(folder: Path) -> AtlasIndex:
    """Raises MediaError when the folder holds no atlas."""
    try:
        return msgspec.json.decode((folder / INDEX).read_bytes(), type=AtlasIndex)
    except OSError as error:
        raise MediaError(f"{folder} holds no atlas", "Give the folder that laminar atlas wrote") from error
    except NOT_JSON as error:
        raise MediaError(f"{folder / INDEX} is damaged: {error}", "Make the atlas again") from error


def alpha_file(label: int, n: int) -> str:
    """Where a frame's matte lies in the folder."""
    return f"alpha/{label:02d}/{mask_name(n)}"


def to_atlas(places: Array32, entry: AtlasObject | Page) -> Array32:
    """Frame coordinates of the key frame (..., 2) as atlas pixels."""
    shifted = places - np.array(entry.origin, np.float32)
    return np.asarray((shifted + 0.5) * entry.scale - 0.5, np.float32)
