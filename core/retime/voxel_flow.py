"""The voxel-flow network: better motion and a better choice between two frames than splatting alone gives.

After Deep Voxel Flow (Liu et al. 2017): the picture at time t is a blend of two frames, each fetched along a flow, by a
selection mask. Here the flow starts from the splatted motion of core.motion.splat, and a network of two parts works at
half size:

- motion: a U-net sees both frames as the start fetches them and adds to either flow on its own (the two are not
  symmetric, so paths may bend);
- choice: sees both frames as the better flow fetches them, every full-size pixel of them in 2x2 blocks, and gives the
  selection mask at full size and a small colour correction.

Their last layers start at zero, so that an untrained network gives exactly the splat.

Shapes: N pairs; frames float32 (N, 3, H, W) in [0, 1]; flows float32 (N, 2, H/2, W/2) in
half-size pixels, x first; H and W multiples of MULTIPLE.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.nn.weights import laid_out, with_shipped

MULTIPLE = 16
"""Heights and widths of frames are multiples of this."""
LEAVING = 8.0
"""How strongly the mask turns from a frame that the flow leaves."""
STEEPEST = 6.0


@dataclass(frozen=True)
class Pair:
    """What the network sees.

    Attributes:
        frames: (2, N, 3, H + 2 m, W + 2 m), the first and the second, with a margin of m pixels
            that only fetching sees.
        to0, to1: (N, 2, h, w) start flow from the picture at t to either frame, half-size pixels.
        mass: (N, 1, h, w) how sure the start is.
        t: (N,) time.
        bounds: (N, 4) left, top, right, bottom of the true frame in pixels of the picture without margin.
        margin: m.
    """

    frames: Tensor
    to0: Tensor
    to1: Tensor
    mass: Tensor
    t: Tensor
    bounds: Tensor
    margin: int = 0


@dataclass(frozen=True)
class Made:
    """What it makes.

    picture: (N, 3, H, W), not clipped.
    to0, to1: full size flows in full-size pixels (N, 2, H, W).
    mask: (N, 1, H, W), 1 takes the second frame.
    blend: the picture without its correction.
    added: what the network added to the start flows, (N, 4, h, w).
    seen: both frames along the flows, (N, 3, H, W).
    """

    picture: Tensor
    to0: Tensor
    to1: Tensor
    mask: Tensor
    blend: Tensor
    added: Tensor
    seen: tuple[Tensor, Tensor]


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, 3, stride, 1)
    nn.init.kaiming_normal_(conv.weight, 0.1)
    assert conv.bias is not None
    nn.init.zeros_(conv.bias)
    return nn.Sequential(conv, nn.LeakyReLU(0.1, inplace=True))


def _last(inputs: int, outputs: int) -> nn.Conv2d:
    """A convolution that gives nothing until it has learned."""
    conv = nn.Conv2d(inputs, outputs, 3, 1, 1)
    nn.init.zeros_(conv.weight)
    assert conv.bias is not None
    nn.init.zeros_(conv.bias)
    return conv


def _twice(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class MotionNet(nn.Module):
    """What is to be added to the start flows, and features for the choice; 2x2 pixels of half size at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.at4 = nn.Sequential(_conv(56, 48), _conv(48, 48))
        self.at8 = nn.Sequential(_conv(48, 64, 2), _conv(64, 64))
        self.at16 = nn.Sequential(_conv(64, 96, 2), _conv(96, 96), _conv(96, 64))
        self.up8 = nn.Sequential(_conv(128, 64), _conv(64, 48))
        self.up4 = nn.Sequential(_conv(96, 48), _conv(48, 48))
        self.flow = _last(48, 32)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, 14, h, w) to added flow (N, 4, h, w), features (N, 4, h, w) and features (N, 48, h/2, w/2)."""
        at4 = self.at4(functional.pixel_unshuffle(x, 2))
        at8 = self.at8(at4)
        up8 = self.up8(torch.cat((_twice(self.at16(at8)), at8), 1))
        up4 = self.up4(torch.cat((_twice(up8), at4), 1))
        out = functional.pixel_shuffle(self.flow(up4), 2)
        return out[:, :4], out[:, 4:], up4


class ChoiceNet(nn.Module):
    """Selection mask (logits) and colour correction, 2x2 pixels of full size for each of half size."""

    def __init__(self) -> None:
        super().__init__()
        self.at2 = _conv(32, 32)
        self.at4 = _conv(32, 48, 2)
        self.both4 = nn.Sequential(_conv(96, 48), _conv(48, 32))
        self.out = _last(32, 16)

    def forward(self, x: Tensor, features: Tensor) -> Tensor:
        """(N, 32, h, w) and (N, 48, h/2, w/2) to (N, 16, h, w): three colours of four pixels, then four logits."""
        at2 = self.at2(x)
        both = self.both4(torch.cat((self.at4(at2), features), 1))
        return self.out(functional.leaky_relu(at2 + _twice(both), 0.1))


class VoxelFlow(nn.Module):
    """Two frames and a start flow to the picture between them."""

    def __init__(self) -> None:
        super().__init__()
        self.motion = MotionNet()
        self.choice = ChoiceNet()

    def forward(self, pair: Pair) -> Made:
        start = torch.cat((pair.to0, pair.to1), 1)
        added, fine, features = self.motion(self._seen(pair, start))
        flow = start + added.float()
        full = _twice(flow) * 2
        to0, to1 = full[:, :2], full[:, 2:]
        seen0, seen1 = (fetch(x, f, pair.margin) for x, f in zip(pair.frames, (to0, to1), strict=True))
        gone = torch.cat([leaves(f, pair.bounds / 2) for f in (flow[:, :2], flow[:, 2:])], 1)
        times = pair.t[:, None, None, None].expand(-1, 1, *flow.shape[-2:])
        blocks = [functional.pixel_unshuffle(x, 2) - 0.5 for x in (seen0, seen1)]
        out = self.choice(
            torch.cat((*blocks, gone, times, pair.mass.clamp(max=4), fine), 1), features
        ).float()
        logits = functional.pixel_shuffle(out[:, 12:], 2) + prior(pair.t, gone)
        mask = torch.sigmoid(logits)
        blend = torch.lerp(seen0, seen1, mask)
        return Made(
            blend + functional.pixel_shuffle(out[:, :12], 2), to0, to1, mask, blend, added, (seen0, seen1)
        )

    def _seen(self, pair: Pair, start: Tensor) -> Tensor:
        """What the motion part looks at, (N, 14, h, w)."""
        small = [functional.avg_pool2d(x, 2) for x in pair.frames]
        flows = start[:, :2], start[:, 2:]
        fetched = [fetch(x, f, pair.margin // 2) - 0.5 for x, f in zip(small, flows, strict=True)]
        gone = [leaves(f, pair.bounds / 2) for f in flows]
        times = pair.t[:, None, None, None].expand(-1, 1, *start.shape[-2:])
        return torch.cat((*fetched, start / 16, *gone, times, pair.mass.clamp(max=4)), 1)


def fetch(frame: Tensor, flow: Tensor, margin: int = 0) -> Tensor:
    """A frame (N, C, H + 2 m, W + 2 m) seen along a flow (N, 2, H, W), bilinear; its border goes on beyond it."""
    height, width = frame.shape[-2:]
    x = torch.arange(flow.shape[3], device=flow.device, dtype=flow.dtype) + margin
    y = torch.arange(flow.shape[2], device=flow.device, dtype=flow.dtype)[:, None] + margin
    grid = torch.stack(
        ((flow[:, 0] + x) * (2 / (width - 1)) - 1, (flow[:, 1] + y) * (2 / (height - 1)) - 1), -1
    )
    with torch.autocast(frame.device.type, enabled=False):
        return functional.grid_sample(frame.float(), grid, "bilinear", "border", align_corners=True)


def leaves(flow: Tensor, bounds: Tensor) -> Tensor:
    """1 where a flow (N, 2, h, w) leads out of the frame, else 0: (N, 1, h, w). bounds: (N, 4), pixels of the flow."""
    x = flow[:, 0] + torch.arange(flow.shape[3], device=flow.device)
    y = flow[:, 1] + torch.arange(flow.shape[2], device=flow.device)[:, None]
    left, top, right, bottom = bounds[:, :, None, None].unbind(1)
    out = (x < left - 0.5) | (x > right - 0.5) | (y < top - 0.5) | (y > bottom - 0.5)
    return out[:, None].to(flow.dtype)


def prior(t: Tensor, gone: Tensor) -> Tensor:
    """Logits of the mask before anything is learned, (N, 1, 2h, 2w): by time, but away from the frame that is left.

    gone: (N, 2, h, w), see `leaves`.
    """
    edge = 1 / (1 + math.exp(STEEPEST))
    by_time = torch.logit(t.clamp(edge, 1 - edge))[:, None, None, None]
    by_place = LEAVING * (gone[:, :1] - gone[:, 1:])
    return functional.interpolate(by_time + by_place, scale_factor=2, mode="nearest")


@lru_cache(maxsize=1)
def shipped() -> VoxelFlow:
    """The network as it is shipped, ready to make pictures. Raises LaminarError as `core.nn.weights.with_shipped`."""
    return laid_out(with_shipped(VoxelFlow(), "voxel_flow", "the voxel-flow network").eval())
