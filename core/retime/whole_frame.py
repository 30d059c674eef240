"""The voxel-flow network on the processor, a whole frame at once: the same picture as VoxelFlow's, in less time.

Colours lie together pixel by pixel from the frame to the picture, so that nothing is rearranged between OpenCV, which
fetches and enlarges, and the convolutions: blocks of 2x2 pixels are read in the order row, column, channel, and the
weights are put into that order once. Fetched colours are rounded to grey levels, which is all that differs.

Shapes: pictures uint8 (H, W, 3); fields at half size, see core.motion.splat; inside, arrays are (h, w, C), h and w half
of H and W rounded up to multiples of MULTIPLE.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import deepcopy

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.arrays import Array32
from core.motion.flow import places, positions
from core.motion.ghosts import decided
from core.motion.splat import Fields, Picture
from core.retime.voxel_flow import LEAVING, MULTIPLE, STEEPEST, VoxelFlow

_SEEN = 14
"""Channels of a half-size pixel that the motion part sees."""
_ADDED = 8
"""Channels that it gives."""
_COLOURS = 12
"""Colours of the pixel's block."""
_CHOSEN = 16
"""Channels that the choice gives."""


class WholeFrame:
    """A network made ready for whole frames."""

    def __init__(self, net: VoxelFlow, kind: torch.dtype) -> None:
        """kind: what the convolutions compute in."""
        self._kind = kind
        self._net = deepcopy(net).cpu().eval()
        motion, choice = self._net.motion, self._net.choice
        colours = _order(3)
        _take(_first(motion.at4), _order(_SEEN))
        _give(motion.flow, _order(_ADDED))
        _take(_first(choice.at2), torch.cat((colours, colours + _COLOURS, torch.arange(2 * _COLOURS, 32))))
        _give(choice.out, torch.cat((colours, torch.arange(_COLOURS, _CHOSEN))))
        with torch.no_grad():
            for part in choice.out.parameters():
                part[:_COLOURS] *= 255
        self._net.to(kind, memory_format=torch.channels_last)  # type: ignore[call-overload]

    @torch.inference_mode()
    def picture(self, first: Picture, second: Picture, fields: Fields, t: float) -> Picture:
        """The picture at time t, as the frames."""
        height, width = first.shape[:2]
        size = _up(height) // 2, _up(width) // 2
        to0, to1, mass = (_padded(x, *size) for x in (fields.to0, fields.to1, fields.mass))
        sure = cv2.merge([np.full_like(mass, t), np.minimum(mass, 4)])
        where = positions(to0), positions(to1)
        seen = [_fetched(_half(x, *size), w) for x, w in zip((first, second), where, strict=True)]
        gone = [_gone(w, first.shape) for w in where]
        known = cv2.merge([to0 / 16, to1 / 16, *gone, sure])
        added, features = self._motion(self._joined(self._centred(cv2.merge(seen)), known))
        flows = [f + added[..., n : n + 2].float().numpy() for n, f in ((0, to0), (2, to1))]
        fetched = [_fetched(x, _full(f)) for x, f in zip((first, second), flows, strict=True)]
        gone = [_gone(positions(f), first.shape) for f in flows]
        out = self._choice(
            self._joined(self._centred(_gathered(fetched)), cv2.merge([*gone, sure]), added[..., 4:]),
            features,
        )
        return _blended(fetched, out.float(), _prior(gone, t), t)[:height, :width]

    def _motion(self, given: Tensor) -> tuple[Tensor, Tensor]:
        """(h, w, 14) to (h, w, 8), added flows and features, and features (1, 48, h / 2, w / 2)."""
        net = self._net.motion
        rows, columns = given.shape[0] // 2, given.shape[1] // 2
        blocks = given.view(rows, 2, columns, 2 * _SEEN).transpose(1, 2).reshape(rows, columns, 4 * _SEEN)
        at4 = net.at4(_planes(blocks))
        at8 = net.at8(at4)
        up8 = net.up8(torch.cat((_twice(net.at16(at8)), at8), 1))
        up4 = net.up4(torch.cat((_twice(up8), at4), 1))
        out = _pixels(net.flow(up4)).reshape(rows, columns, 2, 2 * _ADDED).transpose(1, 2)
        return out.reshape(2 * rows, 2 * columns, _ADDED), up4

    def _choice(self, given: Tensor, features: Tensor) -> Tensor:
        """(h, w, 32) to (h, w, 16): the correction's colours by row, column and channel, then four logits."""
        net = self._net.choice
        at2 = net.at2(_planes(given))
        both = net.both4(torch.cat((net.at4(at2), features), 1))
        return _pixels(net.out(functional.leaky_relu_(_twice(both).add_(at2), 0.1)))

    def _centred(self, picture: Picture) -> Tensor:
        """Grey levels to [-0.5, 0.5]; subtracting first is exact even with 8 bits."""
        return torch.from_numpy(picture).to(self._kind).sub_(127.5).mul_(1 / 255)

    def _joined(self, *parts: Tensor | Array32) -> Tensor:
        """Channels one after another."""
        tensors = (torch.from_numpy(x) if isinstance(x, np.ndarray) else x for x in parts)
        return torch.cat([x.to(self._kind) for x in tensors], -1)


def _order(channels: int) -> Tensor:
    """Where (row, column, channel) of a 2x2 block stands among (channel, row, column)."""
    return torch.arange(4 * channels).view(channels, 2, 2).permute(1, 2, 0).flatten()


def _first(layers: nn.Sequential) -> nn.Conv2d:
    first = layers[0]
    while isinstance(first, nn.Sequential):
        first = first[0]
    assert isinstance(first, nn.Conv2d)
    return first


def _take(conv: nn.Conv2d, order: Tensor) -> None:
    """Let a convolution's inputs come in another order."""
    conv.weight.data = conv.weight.data[:, order]


def _give(conv: nn.Conv2d, order: Tensor) -> None:
    """Let a convolution's outputs come in another order."""
    assert conv.bias is not None
    conv.weight.data, conv.bias.data = conv.weight.data[order], conv.bias.data[order]


def _gathered(pictures: Sequence[Picture]) -> Picture:
    """The blocks of pictures (2h, 2w, C), one picture's after another's: (h, w, 4C each)."""
    rows, columns, channels = pictures[0].shape
    run = np.dtype((np.void, 2 * channels))
    blocks = np.empty((rows // 2, columns // 2, len(pictures), 2), run)
    for n, picture in enumerate(pictures):
        halves = picture.reshape(rows // 2, 2, columns // 2, 2 * channels)
        blocks[:, :, n] = halves.view(run)[..., 0].swapaxes(1, 2)
    return blocks.view(np.uint8).reshape(rows // 2, columns // 2, -1)


def _spread(x: Array32) -> Array32:
    """Blocks (h, w, 4C) to (2h, 2w, C)."""
    rows, columns, channels = x.shape
    run = np.dtype((np.void, x.itemsize * channels // 2))  # half a block is moved as one
    halves = np.ascontiguousarray(x.view(run).swapaxes(1, 2))
    return halves.view(np.float32).reshape(2 * rows, 2 * columns, channels // 4)


def _planes(x: Tensor) -> Tensor:
    """(h, w, C) seen as (1, C, h, w), still together pixel by pixel."""
    return x.permute(2, 0, 1)[None]


def _pixels(x: Tensor) -> Tensor:
    return x[0].permute(1, 2, 0)


def _twice(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def _up(length: int) -> int:
    return -(-length // MULTIPLE) * MULTIPLE


def _padded(x: Array32, rows: int, columns: int) -> Array32:
    more = rows - x.shape[0], columns - x.shape[1]
    return np.asarray(cv2.copyMakeBorder(x, 0, more[0], 0, more[1], cv2.BORDER_REPLICATE))


def _half(picture: Picture, rows: int, columns: int) -> Picture:
    more = 2 * rows - picture.shape[0], 2 * columns - picture.shape[1]
    whole = cv2.copyMakeBorder(picture, 0, more[0], 0, more[1], cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)


def _fetched(picture: Picture, where: Array32) -> Picture:
    seen = cv2.remap(picture, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)


def _full(flow: Array32) -> Array32:
    """Where the pixels of a full-size picture go, by a flow at half size."""
    height, width = flow.shape[:2]
    larger = cv2.resize(flow, (2 * width, 2 * height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.scaleAdd(larger, 2, places(2 * height, 2 * width)), np.float32)


def _gone(where: Array32, shape: tuple[int, ...]) -> Array32:
    """See voxel_flow.leaves; of half-size positions and the full frame's shape, (h, w)."""
    inside = cv2.inRange(where, (-0.5, -0.5), (shape[1] / 2 - 1, shape[0] / 2 - 1))
    return np.asarray(inside == 0, np.float32)


def _prior(gone: list[Array32], t: float) -> Tensor:
    """See voxel_flow.prior; of half-size pixels, (h, w, 1)."""
    edge = 1 / (1 + math.exp(STEEPEST))
    near = min(max(t, edge), 1 - edge)
    by_place = LEAVING * (gone[0] - gone[1])
    return torch.from_numpy(by_place + np.float32(math.log(near / (1 - near))))[..., None]


def _blended(fetched: list[Picture], out: Tensor, prior: Tensor, t: float) -> Picture:
    share = _spread(torch.sigmoid(out[..., _COLOURS:] + prior).numpy())[..., 0]
    share = decided(share, fetched[0], fetched[1], t)
    first, second = (x.astype(np.float32) for x in fetched)  # rounded but once more, at the end
    blend = cv2.blendLinear(first, second, 1 - share, share)
    return np.asarray(cv2.add(blend, _spread(out.numpy()[..., :_COLOURS]), dtype=cv2.CV_8U), np.uint8)
