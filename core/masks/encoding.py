"""What the tracker sees of a frame: keys to match places by.

The network need not see every frame: its features of the frame before can be carried on by optical flow (deep feature
flow, Zhu et al. 2017); the hand-made ones are cheap and always made anew.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.masks.features import Grid, at_size_of, token_features
from core.motion.flow import flow_between, warp
from core.nn.matcher import HAND, Matcher, resized
from core.nn.weights import autocast, where_it_fits

Pixels = npt.NDArray[np.uint8]
Flow = npt.NDArray[np.float32]
"""(height, width, 2) in pixels of the grid's size."""
TEMPERATURE = 40.0
"""Squared distance of hand-made features that counts as one nat."""
LEARNED = 1.0
"""How much the network's keys count beside the hand-made features."""
CONTEXT = 2.0
"""How much the network's features of the wider surroundings count beside them."""


@dataclass(frozen=True)
class Encoding:
    """A frame at the size of the grid.

    keys: float32 (rows * columns, C), squared distance is nats.
    grey: uint8 (height, width).
    age: how many frames ago the network saw what its part of the keys was made from.
    """

    keys: Tensor
    grey: Pixels
    age: int = 0


@dataclass(frozen=True)
class Prefetched:
    """A frame that is tracked next, uint8 (H, W, 3) RGB, with what was seen of it ahead. flow: to frame `before`."""

    number: int
    frame: Pixels
    encoding: Encoding | None = None
    flow: Flow | None = None
    before: int = -1


def encode_next(
    frame: Pixels, grid: Grid, net: Matcher | None, before: Encoding, every: int = sys.maxsize
) -> tuple[Encoding, Flow]:
    """See the frame next to one that was seen; also the flow to that one.

    Args:
        every: the network sees a frame itself when its features would be carried for the so many-th time.
    """
    reduced = _reduced(frame, grid)
    flow = flow_between(reduced.grey, before.grey)
    if net is None or before.age + 1 >= every:
        return _seen(reduced, grid, net), flow
    keys = torch.cat((_hand(reduced.small, grid).reshape(-1, HAND), _carried(before, flow, grid)), 1)
    return Encoding(keys, reduced.grey, before.age + 1), flow


def encode(frame: Pixels, grid: Grid, net: Matcher | None) -> Encoding:
    """See a frame, uint8 (H, W, 3) RGB of any size. The grid's rows and columns are multiples of four. net: None for
    hand-made features alone."""
    return _seen(_reduced(frame, grid), grid, net)


@dataclass(frozen=True)
class _Reduced:
    """A frame at the grid's size: uint8 (height, width, 3) and its grey levels."""

    small: Pixels
    grey: Pixels


def _reduced(frame: Pixels, grid: Grid) -> _Reduced:
    small = at_size_of(grid, frame)
    return _Reduced(small, np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8))


@torch.inference_mode()
def _seen(reduced: _Reduced, grid: Grid, net: Matcher | None) -> Encoding:
    keys = [_hand(reduced.small, grid).reshape(-1, HAND)]
    if net is not None:
        keys += _learned(reduced.small, grid, net)
    return Encoding(torch.cat(keys, 1), reduced.grey)


def _hand(small: Pixels, grid: Grid) -> Tensor:
    return torch.from_numpy(token_features(small, grid) / np.float32(TEMPERATURE**0.5))


def _learned(small: Pixels, grid: Grid, net: Matcher) -> list[Tensor]:
    """The network's keys and its features of the wider surroundings, each (rows * columns, C)."""

    def ask(where: torch.device) -> list[Tensor]:
        with autocast(where):
            *_, learned, target = net.encoder.seen(
                picture.to(where).contiguous(memory_format=torch.channels_last)
            )
        return [LEARNED * _rows(learned), CONTEXT * _rows(resized(target, grid.shape))]

    picture = torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255
    return where_it_fits(net, ask)


def _carried(before: Encoding, flow: Flow, grid: Grid) -> Tensor:
    """The network's part of the keys of the frame before, (rows * columns, C), moved by the flow."""
    learned = before.keys[:, HAND:].numpy().reshape(*grid.shape, -1)
    small = cv2.resize(flow, grid.shape[::-1], interpolation=cv2.INTER_AREA) / np.float32(grid.stride)
    return torch.from_numpy(warp(learned, np.asarray(small, np.float32))).reshape(-1, learned.shape[2])


def _rows(features: Tensor) -> Tensor:
    """(1, C, rows, columns), channels last in memory, as (rows * columns, C)."""
    return features[0].permute(1, 2, 0).flatten(0, 1).float().cpu()
