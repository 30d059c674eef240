"""What the tracker sees of a frame: keys to match places by, features to decide masks from."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.masks.features import Grid, token_features
from core.nn.matcher import HAND, Features, Matcher
from core.nn.weights import autocast

TEMPERATURE = 40.0
"""Squared distance of hand-made features that counts as one nat."""


@dataclass(frozen=True)
class Sight:
    """A frame at the size of the grid.

    keys: float32 (rows * columns, C), squared distance is nats. grey: uint8 (height, width).
    picture: float32 (1, 3, height, width) in [0, 1]. features: of the network, None without one.
    """

    keys: Tensor
    grey: npt.NDArray[np.uint8]
    picture: Tensor
    features: Features | None


@torch.inference_mode()
def look(frame: npt.NDArray[np.uint8], grid: Grid, net: Matcher | None) -> Sight:
    """See a frame, uint8 (H, W, 3) RGB of any size. The grid's rows and columns are multiples of four."""
    small = cv2.resize(frame, (grid.width, grid.height), interpolation=cv2.INTER_AREA)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    hand = torch.from_numpy(token_features(frame, grid) / np.float32(TEMPERATURE**0.5))
    picture = torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255
    if net is None:
        return Sight(hand.reshape(-1, HAND), grey, picture, None)
    where = net.log_reach.device
    picture = picture.to(where).contiguous(memory_format=torch.channels_last)
    with autocast(where):
        features = net.encoder(picture, hand.permute(2, 0, 1)[None].to(where))
    return Sight(features.key[0].flatten(1).T.cpu(), grey, picture, features)
