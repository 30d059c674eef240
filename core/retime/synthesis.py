"""The voxel-flow network at work: pictures of any size, in tiles, on whatever device there is room.

Tiles are fetched from a frame with a margin as wide as the motion in them, and their outermost pixels, which the
network saw without surroundings, are thrown away, so no seam shows. When memory runs out, tiles are halved; a GPU
gives way to the processor last of all.
"""

from __future__ import annotations

import itertools
import logging
import math
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from core.nn import machine

machine.prepare()

import cv2  # noqa: E402
import torch  # noqa: E402
from torch import Tensor  # noqa: E402

from core.arrays import Array32  # noqa: E402
from core.errors import OutOfMemory  # noqa: E402
from core.motion import splat  # noqa: E402
from core.motion.between import Betweens, Neighbours  # noqa: E402
from core.motion.ghosts import decided  # noqa: E402
from core.motion.splat import Fields, Picture  # noqa: E402
from core.nn.weights import autocast, device, half_type, lacks_memory  # noqa: E402
from core.retime.voxel_flow import MULTIPLE, Made, Pair, VoxelFlow, shipped  # noqa: E402
from core.retime.whole_frame import WholeFrame  # noqa: E402

LOG = logging.getLogger(__name__)
TILE = 1984
"""Pixels: longest side of a tile."""
SMALLEST_TILE = 128
"""Pixels: shortest side that a tile is cut down to when memory is short."""
AROUND = 64
"""Pixels of surroundings that the network sees of a tile beside what it makes of it."""
SEEN = "seen0", "seen1"
FARTHEST = 512
"""Pixels; longer motion is fetched from the border of the margin."""


@dataclass(frozen=True, eq=False)
class Synthesis:
    """What was made between two frames.

    picture: uint8 (H, W, 3|4).
    to0, to1: float32 (H, W, 2), flow to either frame.
    mask: float32 (H, W), 1 where the second frame shows.
    blend: uint8 as picture, without the correction of colours.
    doubt: float32 (H, W), 0 to 1: where the two frames disagree on what is there and both show.
    """

    picture: Picture
    to0: Array32
    to1: Array32
    mask: Array32
    blend: Picture
    doubt: Array32


class Synthesizer:
    """The network with its place to run and the tiles that fit there."""

    def __init__(self, net: VoxelFlow | None = None, tile: int = TILE) -> None:
        """Raises LaminarError when the shipped weights are missing."""
        self._net = net or shipped()
        self._where, self.tile = device(), tile
        self._net.to(self._where)

    def picture(self, pair: Neighbours, t: float) -> Picture:
        """What shows at time t between moving neighbours, as their frames. Raises OutOfMemory."""
        alpha = pair.first.shape[2] == 4
        made = self._made(pair, t, ("picture", "to0", "to1", "mask") if alpha else ("picture",))
        return _with_alpha(made, pair) if alpha else np.asarray(made["picture"], np.uint8)

    def look(self, pair: Neighbours, t: float) -> Synthesis:
        """As `picture`, with all that led to it. Raises OutOfMemory."""
        made = self._made(pair, t, ("picture", "to0", "to1", "mask", "blend", "doubt"))
        if pair.first.shape[2] == 4:
            made["picture"] = _with_alpha(made, pair)
        return Synthesis(**made)

    def _made(self, pair: Neighbours, t: float, wanted: Sequence[str]) -> dict[str, Any]:
        fields = pair.fields(t)
        while True:
            try:
                if self._at_once(pair, wanted):
                    return {"picture": self._frame.picture(pair.first, pair.second, fields, t)}
                return _decided(self._whole(pair, fields, t, {*wanted, "mask", *SEEN}), t, wanted)
            except (MemoryError, RuntimeError) as error:
                if not lacks_memory(error):
                    raise
                self._step_down(error)

    def _at_once(self, pair: Neighbours, wanted: Sequence[str]) -> bool:
        """Whether only a picture is wanted, of a frame that fits the processor whole."""
        fits = max(pair.first.shape[:2]) <= self.tile and pair.first.shape[2] == 3
        return fits and self._where.type == "cpu" and tuple(wanted) == ("picture",)

    @cached_property
    def _frame(self) -> WholeFrame:
        return WholeFrame(self._net, half_type(torch.device("cpu")))

    def _step_down(self, error: Exception) -> None:
        if self.tile > SMALLEST_TILE:
            self.tile = max(SMALLEST_TILE, self.tile // 2)
        elif self._where.type != "cpu":
            self._where, self.tile = torch.device("cpu"), TILE
            self._net.to(self._where)
        else:
            raise _no_memory() from error
        LOG.info("out of memory: tiles of %d pixels on %s", self.tile, self._where.type)

    def _whole(self, pair: Neighbours, fields: Fields, t: float, wanted: Set[str]) -> dict[str, Any]:
        height, width = pair.first.shape[:2]
        whole: dict[str, Any] = {}
        for box in tiles(width, height, self.tile):
            given = _pair(pair, fields, t, box, self._where)
            with torch.no_grad(), autocast(self._where):
                made = self._net(given)
            left, top, right, bottom = box.inside
            cut = np.s_[top - box.top : bottom - box.top, left - box.left : right - box.left]
            for name in wanted - {"doubt"}:
                part = _array(made, name)[cut]
                if name not in whole:
                    whole[name] = np.empty((height, width, *part.shape[2:]), part.dtype)
                whole[name][top:bottom, left:right] = part
        return whole


class NetBetweens(Betweens):
    """As Betweens, with the pictures of moving neighbours made by the network."""

    synthesizer: Synthesizer

    def picture(self, index: int, t: float) -> Picture:
        """What shows at time t between frame `index` and the next. Raises OutOfMemory."""
        if index + 1 >= self.count:
            return super().picture(index, t)
        try:
            pair = self.neighbours(index)
            held = pair.held(t)
            return pair.kept(self.synthesizer.picture(pair, t), t) if held is None else held
        except cv2.error as error:  # motion is searched by OpenCV, whose memory no smaller tiles would save
            if error.code != cv2.Error.StsNoMem:
                raise
            raise _no_memory() from error


@dataclass(frozen=True)
class Tile:
    """A part of a frame that the network sees, and what is kept of it: left, top, right, bottom. The width and the
    height seen are multiples of MULTIPLE and may reach beyond the frame."""

    left: int
    top: int
    width: int
    height: int
    inside: tuple[int, int, int, int]


def tiles(width: int, height: int, side: int) -> Iterator[Tile]:
    """The tiles of a frame, of at most about `side` pixels a side."""
    for top, bottom in _spans(height, side):
        for left, right in _spans(width, side):
            x, y = max(0, left - AROUND) // 2 * 2, max(0, top - AROUND) // 2 * 2
            wide = _up(min(width, right + AROUND) - x)
            high = _up(min(height, bottom + AROUND) - y)
            yield Tile(x, y, wide, high, (left, top, right, bottom))


def _spans(length: int, side: int) -> Iterator[tuple[int, int]]:
    count = max(1, math.ceil(length / side))
    ends = [round(length * n / count) for n in range(count + 1)]
    yield from itertools.pairwise(ends)


def _up(length: int) -> int:
    return -(-length // MULTIPLE) * MULTIPLE


def _pair(pair: Neighbours, fields: Fields, t: float, box: Tile, where: torch.device) -> Pair:
    small = np.s_[box.top // 2 : (box.top + box.height) // 2, box.left // 2 : (box.left + box.width) // 2]
    rows, columns = box.height // 2, box.width // 2
    parts = [_padded(field[small], rows, columns) for field in (fields.to0, fields.to1, fields.mass)]
    height, width = pair.first.shape[:2]
    alone = (box.left, box.top) == (0, 0) and box.width >= width and box.height >= height
    margin = 0 if alone else _margin(parts)
    frames = torch.stack([_frame(x, box, margin) for x in (pair.first, pair.second)])[:, None].to(where)
    to0, to1, mass = (
        torch.from_numpy(np.ascontiguousarray(np.atleast_3d(x).transpose(2, 0, 1)))[None].to(where)
        for x in parts
    )
    bounds = (-box.left, -box.top, width - 1 - box.left, height - 1 - box.top)
    return Pair(
        frames,
        to0,
        to1,
        mass,
        torch.tensor([t], dtype=torch.float32, device=where),
        torch.tensor([bounds], dtype=torch.float32, device=where),
        margin,
    )


def _margin(parts: list[Array32]) -> int:
    """How far beyond the tile its motion reaches, in even pixels."""
    reach = 2 * max(float(np.abs(parts[0]).max()), float(np.abs(parts[1]).max())) + 16
    return min(FARTHEST, math.ceil(reach / 2) * 2)


def _padded(field: Array32, rows: int, columns: int) -> Array32:
    more = [(0, rows - field.shape[0]), (0, columns - field.shape[1]), *[(0, 0)] * (field.ndim - 2)]
    return np.pad(field, more, mode="edge")


def _frame(picture: Picture, box: Tile, margin: int) -> Tensor:
    """(3, height + 2 margin, width + 2 margin) in [0, 1]; colours of pictures with alpha are premultiplied."""
    height, width = picture.shape[:2]
    x0, y0 = box.left - margin, box.top - margin
    x1, y1 = box.left + box.width + margin, box.top + box.height + margin
    part = picture[max(0, y0) : min(height, y1), max(0, x0) : min(width, x1)]
    values = torch.from_numpy(np.ascontiguousarray(part)).permute(2, 0, 1).float().mul_(1 / 255)
    if len(values) == 4:
        values = values[:3] * values[3:]
    around = (max(0, -x0), max(0, x1 - width), max(0, -y0), max(0, y1 - height))
    return torch.nn.functional.pad(values[None], around, mode="replicate")[0] if any(around) else values


def _array(made: Made, name: str) -> npt.NDArray[Any]:
    """A field of Synthesis as an array (H, W, …)."""
    if name in ("picture", "blend", *SEEN):
        made_of = made.seen[SEEN.index(name)] if name in SEEN else getattr(made, name)
        values = made_of[0].permute(1, 2, 0)
        return np.asarray(values.mul(255).add_(0.5).clamp_(0, 255).byte().cpu().numpy())
    if name in ("to0", "to1"):
        return np.asarray(getattr(made, name)[0].permute(1, 2, 0).cpu().numpy())
    if name == "mask":
        return np.asarray(made.mask[0, 0].cpu().numpy())
    raise KeyError(name)


def _decided(whole: dict[str, Any], t: float, wanted: Sequence[str]) -> dict[str, Any]:
    """The `wanted` fields of Synthesis, with the mask decided where the motion is not believed."""
    seen0, seen1 = (whole.pop(name) for name in SEEN)
    share = decided(whole["mask"], seen0, seen1, t)
    apart = seen1.astype(np.float32) - seen0
    for name in {"picture", "blend"} & whole.keys():
        changed = whole[name] + (share - whole["mask"])[..., None] * apart
        whole[name] = np.clip(changed + 0.5, 0, 255).astype(np.uint8)
    whole["mask"] = share
    if "doubt" in wanted:
        whole["doubt"] = np.abs(apart).mean(2) * (4 / 255) * share * (1 - share)
    return {name: whole[name] for name in wanted}


def _with_alpha(made: dict[str, Any], pair: Neighbours) -> Picture:
    """Made colours, which are premultiplied, with the alpha that goes along the same flow; straight."""
    first, second = (np.ascontiguousarray(frame[..., 3]) for frame in (pair.first, pair.second))
    alpha0, alpha1 = splat.fetch(first, made["to0"])[0], splat.fetch(second, made["to1"])[0]
    alpha = splat.blend(alpha0, alpha1, made["mask"])[..., None]
    colours = made["picture"].astype(np.float32) * (255 / np.maximum(alpha, 1).astype(np.float32))
    return np.concatenate([np.clip(colours + 0.5, 0, 255).astype(np.uint8), alpha], axis=2)


def _no_memory() -> OutOfMemory:
    return OutOfMemory(
        "there is not enough memory to make pictures in between", "Close other programs, or use the fast way"
    )
