"""What the tracker sees of a frame: keys to match places by."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.masks.features import Grid, token_features
from core.nn.matcher import HAND, Matcher, resized
from core.nn.weights import autocast

TEMPERATURE = 40.0
"""Squared distance of hand-made features that counts as one nat."""
LEARNED, CONTEXT = 1.0, 2.0
"""How much the network's keys, and its features of the wider surroundings, count beside the hand-made features."""


@dataclass(frozen=True)
class Sight:
    """A frame at the size of the grid.

    keys: float32 (rows * columns, C), squared distance is nats. grey: uint8 (height, width).
    """

    keys: Tensor
    grey: npt.NDArray[np.uint8]


@torch.inference_mode()
def look(frame: npt.NDArray[np.uint8], grid: Grid, net: Matcher | None) -> Sight:
    """See a frame, uint8 (H, W, 3) RGB of any size. The grid's rows and columns are multiples of four. net: None for
    hand-made features alone."""
    small = cv2.resize(frame, (grid.width, grid.height), interpolation=cv2.INTER_AREA)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    hand = torch.from_numpy(token_features(frame, grid) / np.float32(TEMPERATURE**0.5))
    keys = [hand.reshape(-1, HAND)]
    if net is not None:
        where = net.log_reach.device
        picture = torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255
        with autocast(where):
            features = net.encoder(
                picture.to(where).contiguous(memory_format=torch.channels_last),
                hand.permute(2, 0, 1)[None].to(where),
            )
        context = resized(features.target, grid.shape)
        keys += [_rows(LEARNED * features.key[:, HAND:]), _rows(CONTEXT * context)]
    return Sight(torch.cat(keys, 1), grey)


def _rows(features: Tensor) -> Tensor:
    """(1, C, rows, columns) as (rows * columns, C)."""
    return features[0].flatten(1).T.float().cpu()
