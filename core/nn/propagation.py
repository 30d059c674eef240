"""Mask propagation as a training problem: frames are predicted one after the other, and the losses of that.

The same unrolling trains the network from scratch (core.training.match) and adapts it to a clip (core.masks.adapt).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from core.motion.flow import flow_between, positions
from core.nn.matcher import STRIDE, Features, Matcher, Target, hints, no_target, scores
from core.nn.recall import Bank, recall
from core.nn.weights import autocast

TOP = 5
TRUST = 0.3
"""How much a tracked frame counts for the target model beside a drawn one."""
SPOILED = 0.35
"""Chance that a prediction is spoiled, asked twice, while the network is trained from scratch."""
WALKS = 2
"""Examples of a batch that are walked through once masks are learned too: the walk costs as much as they do."""
WALK_TEMPERATURE, WALK_WEIGHT, EDGE_DROP = 0.07, 0.1, 0.1


@dataclass(frozen=True)
class Batch:
    """B stretches of T frames with masks to train on.

    pictures: (B, T, 3, S, S).
    hand: (B, T, HAND, S/4, S/4).
    flow: (B, T, S, S, 2) to the frame before, as positions in [-1, 1].
    masks, trusted: (B, T, 1, S, S), 0 or 1.
    """

    pictures: Tensor
    hand: Tensor
    flow: Tensor
    masks: Tensor
    trusted: Tensor

    def to(self, where: torch.device) -> Batch:
        """On a device."""
        return Batch(*(part.to(where) for part in vars(self).values()))


def moves(frames: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Where each pixel was in the frame before, as positions for grid_sample, float32 (T, H, W, 2)."""
    grey = [np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8) for frame in frames]
    flows = [np.zeros((*grey[0].shape, 2), np.float32)]
    flows += [flow_between(now, before) for before, now in itertools.pairwise(grey)]
    scale = 2 / np.array(grey[0].shape[::-1], np.float32)
    return np.stack([(positions(flow) + 0.5) * scale - 1 for flow in flows]).astype(np.float32)


def _thinned(mask: Tensor) -> Tensor:
    """Places that memory keeps, bool (S/4 * S/4): near the object's edge all, else every fourth."""
    tokens = F.avg_pool2d(mask[None], STRIDE)
    size = 2 * 5 + 1
    near = F.max_pool2d(tokens, size, 1, size // 2) > 0.1
    deep = -F.max_pool2d(-tokens, size, 1, size // 2) > 0.9
    sparse = torch.zeros_like(near)
    sparse[..., ::2, ::2] = True
    return ((near & ~deep) | sparse).flatten()


@dataclass
class _Known:
    """What is known of one example while it is unrolled: its first frame, the frames since, the model of its object."""

    key: Bank
    recent: list[Bank]
    target: Target

    def carried(self, keys: Tensor, places: Tensor, side: int) -> Tensor:
        """What memory says of a frame, (HINTS, side, side). keys: (side * side, C)."""
        first = recall(keys, places, self.key, TOP)
        near = recall(keys, places, _joined(self.recent[-2:]), TOP)
        return hints(first, near).T.unflatten(1, (side, side))

    def see(self, bank: Bank, tokens: Tensor, mask: Tensor, trust: float) -> None:
        """Remember a frame.

        Args:
            tokens: its features for the target model (C, h, w).
            mask: (1, S, S).
        """
        self.recent.append(bank)
        self.target = self.target.plus(_flat(tokens), _eighth(mask), trust)


def unroll(net: Matcher, batch: Batch, walk_only: bool = False, spoil: bool = False) -> dict[str, Tensor]:
    """Predict the frames after the first one by one, each from the predictions before it.

    Args:
        batch: B clips of L frames, see `Batch`.
        walk_only: the self-supervised loss alone.
        spoil: predictions get errors before they are remembered (`spoiled`).

    Returns:
        The losses, and the mean Jaccard of the predictions (`j`) and of what memory alone carries (`m`).
    """
    count, length = batch.pictures.shape[:2]
    where = batch.pictures.device
    with autocast(where):
        features = net.encoder(_channels_last(_in_time(batch.pictures)), _in_time(batch.hand))
    walked = features.target.unflatten(0, (length, count)).transpose(0, 1)
    losses = {"walk": walk_loss(walked if walk_only else walked[:WALKS])}
    if walk_only:
        return losses
    steps, previous = features.split(count), batch.masks[:, 0]
    side = previous.shape[-1] // STRIDE
    places = _places(side, where)
    known = _begun(net, steps[0], previous, places)
    told: dict[str, list[Tensor]] = {"mask": [], "carried": [], "target": [], "j": [], "m": []}
    for t in range(1, length):
        step = steps[t]
        carried = torch.stack([one.carried(_flat(step.key[i]), places, side) for i, one in enumerate(known)])
        score = torch.stack(
            [
                scores(_flat(step.target[i]), one.target.weights()).view(1, side // 2, side // 2)
                for i, one in enumerate(known)
            ]
        )
        moved = F.grid_sample(previous, batch.flow[:, t], align_corners=False)
        with autocast(where):
            logits = net.decode(step, carried, score, moved)
        previous = torch.sigmoid(logits.detach())
        for name, values in _judged(logits, previous, carried, score, batch, t).items():
            told[name] += values
        if spoil:
            previous = spoiled(previous, batch.pictures[:, t])
        for i, bank in enumerate(_banks(net, step, previous, places, 1)):
            known[i].see(bank, step.target[i], previous[i], TRUST)
    return losses | {name: torch.stack(values).mean() for name, values in told.items()}


def _begun(net: Matcher, features: Features, masks: Tensor, places: Tensor) -> list[_Known]:
    """What is known of each example after its first frame, whose masks (B, 1, S, S) are given."""
    keys, recent = (_banks(net, features, masks, places, kind) for kind in (0, 1))
    known = [_Known(key, [], no_target(places.device)) for key in keys]
    for i, one in enumerate(known):
        one.see(recent[i], features.target[i], masks[i], 1.0)
    return known


def _judged(
    logits: Tensor, predicted: Tensor, carried: Tensor, score: Tensor, batch: Batch, t: int
) -> dict[str, list[Tensor]]:
    """Losses and Jaccards of frame t, by name: of the decoder, of what memory carries, of the target model."""
    truth, trust = batch.masks[:, t], batch.trusted[:, t]
    coarse = F.interpolate(carried[:, 0:1].detach(), scale_factor=STRIDE, mode="bilinear")
    return {
        "mask": [mask_loss(logits, truth, trust)],
        "carried": [_likelihood(carried[:, k : k + 1], truth, trust, STRIDE) for k in (0, 2)],
        "target": [_likelihood((score + 1) / 2, truth, trust, 2 * STRIDE)],
        "j": [_jaccard(predicted, truth, trust)],
        "m": [_jaccard(coarse, truth, trust)],
    }


def _in_time(x: Tensor) -> Tensor:
    """(B, T, ...) to (T * B, ...)."""
    return x.transpose(0, 1).flatten(0, 1)


def spoiled(masks: Tensor, pictures: Tensor) -> Tensor:
    """Predictions (B, 1, S, S) with the errors that add up on a long way: a part of the background that looks alike
    taken in, or a part of the object lost. What follows from them is learned to be put right."""
    result = masks.clone()
    side = masks.shape[-1]
    y, x = _places(side, masks.device).T.unflatten(1, (side, side))
    for i in range(len(masks)):
        for _ in range(2):
            if float(torch.rand(())) > SPOILED:
                continue
            row, column = (int(torch.randint(side, ())) for _ in range(2))
            radius = side * (0.04 + 0.2 * float(torch.rand(())))
            near = (y - row) ** 2 + (x - column) ** 2 < radius**2
            unlike = (pictures[i] - pictures[i, :, row, column][:, None, None]).abs().sum(0)
            part = near & (unlike < 0.15 + 0.6 * float(torch.rand(())))
            inside = bool(masks[i, 0, row, column] > 0.5)
            result[i, 0][part] = 0.02 if inside else 0.98
    return result


def _channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def _flat(x: Tensor) -> Tensor:
    """(C, h, w) to (h * w, C)."""
    return x.flatten(1).T


def _eighth(mask: Tensor) -> Tensor:
    return F.avg_pool2d(mask, 2 * STRIDE).flatten()


def _places(side: int, where: torch.device) -> Tensor:
    """Row and column of the places of a square, row by row, float32 (side * side, 2)."""
    line = torch.arange(side, device=where, dtype=torch.float32)
    return torch.cartesian_prod(line, line)


def _banks(net: Matcher, features: Features, masks: Tensor, places: Tensor, kind: int) -> list[Bank]:
    """What each example remembers of a frame with the given masks (B, 1, S, S). kind: 0 key frame, 1 recent."""
    with autocast(masks.device):
        values = net.values(features.quarter, masks).float()
    known = torch.cat((F.avg_pool2d(masks, STRIDE), values), 1)
    banks = []
    for i in range(len(masks)):
        keep = _thinned(masks[i])
        banks.append(Bank(_flat(features.key[i])[keep], places[keep], _flat(known[i])[keep], net.reach[kind]))
    return banks


def _joined(banks: list[Bank]) -> Bank:
    return Bank(
        torch.cat([bank.keys for bank in banks]),
        torch.cat([bank.places for bank in banks]),
        torch.cat([bank.known for bank in banks]),
        banks[0].reach,
    )


def mask_loss(logits: Tensor, truth: Tensor, trusted: Tensor) -> Tensor:
    """Cross entropy and soft Jaccard over trusted pixels; an empty truth has no Jaccard.

    Args:
        logits, truth, trusted: (B, 1, S, S); truth and trusted 0 or 1.
    """
    cross = F.binary_cross_entropy_with_logits(logits, truth, reduction="none") * trusted
    p = torch.sigmoid(logits) * trusted
    both = (p * truth).sum((1, 2, 3))
    either = (p + truth * trusted - p * truth).sum((1, 2, 3))
    there = ((truth * trusted).sum((1, 2, 3)) > 20).float()
    jaccard = ((1 - both / either.clamp(min=1)) * there).sum() / there.sum().clamp(min=1)
    return 2 * cross.sum() / trusted.sum().clamp(min=1) + jaccard


def _likelihood(p: Tensor, truth: Tensor, trusted: Tensor, stride: int) -> Tensor:
    """Cross entropy of coarse probabilities."""
    target, weight = F.avg_pool2d(truth, stride), F.avg_pool2d(trusted, stride)
    cross = F.binary_cross_entropy(p.clamp(0.01, 0.99), target, reduction="none") * weight
    return cross.sum() / weight.sum().clamp(min=1)


def _jaccard(p: Tensor, truth: Tensor, trusted: Tensor) -> Tensor:
    inside = (p > 0.5).float() * trusted
    both = (inside * truth).sum((1, 2, 3))
    either = torch.maximum(inside, truth * trusted).sum((1, 2, 3))
    return torch.where(either > 0, both / either.clamp(min=1), torch.ones_like(both)).mean()


def walk_loss(features: Tensor) -> Tensor:
    """Contrastive random walk along (B, T, C, h, w) features of unit length, there and back: the mean of -log of the
    chance to end where it began."""
    nodes = features.flatten(3).transpose(2, 3)
    likeness = nodes[:, :-1] @ nodes[:, 1:].transpose(2, 3) / WALK_TEMPERATURE
    dropped = torch.rand_like(likeness) < EDGE_DROP
    there = torch.softmax(likeness.masked_fill(dropped, -1e4), -1)
    back = torch.softmax(likeness.transpose(2, 3).masked_fill(dropped.transpose(2, 3), -1e4), -1)
    walk = there[:, 0]
    for t in range(1, there.shape[1]):
        walk = walk @ there[:, t]
    for t in reversed(range(back.shape[1])):
        walk = walk @ back[:, t]
    home = walk.diagonal(dim1=1, dim2=2)
    return -torch.log(home.clamp(min=1e-6)).mean()


def total_loss(losses: dict[str, Tensor], walk_only: bool) -> Tensor:
    """The losses of `unroll`, scalars, weighted into one. walk_only: the self-supervised one alone."""
    if walk_only:
        return losses["walk"]
    return losses["mask"] + 0.5 * losses["carried"] + 0.2 * losses["target"] + WALK_WEIGHT * losses["walk"]
