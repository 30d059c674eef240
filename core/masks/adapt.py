"""Adapt the matching network to one clip: a short training on its key masks, from the shipped weights.

From each drawn frame pictures are made in which the object stands elsewhere, turned, bent, in another light and
blurred, over a background whose hole was filled: the truth is exact (lucid dreaming, Khoreva et al. 2019). The
network learns to carry the mask from one such picture to the next. What comes out is kept only when it does better on
made pictures that were not trained on.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn

from core.arrays import Array32
from core.errors import MediaError
from core.files import write_atomic
from core.masks.encoding import TEMPERATURE
from core.masks.features import Grid, token_features
from core.nn.matcher import STRIDE, Matcher
from core.nn.propagation import Batch, moves, total_loss, unroll

Picture = npt.NDArray[np.uint8]

SIDE = 160
"""Pixels: side of the square examples."""
LENGTH = 3
"""Frames of an example."""
BATCH = 4
"""Examples of a training step."""
RATE = 1.5e-4
STEPS = 50
"""Training steps at the most."""
SECONDS = 50.0
"""Seconds after which training ends on a slow machine."""
TESTS = 3
"""Batches kept for the comparison before and after."""
WHOLE = 0.4
"""Share of examples in which the drawn frame moves as a whole: its true edges are kept."""
LIGHT = 0.12
"""How much light and its colour vary from example to example: sigma of the factor."""
BEND = 0.05
"""How much a body bends: sigma of its displacement, as a part of its size."""


@dataclass(frozen=True)
class Drawn:
    """A key frame at the grid's size: picture uint8 (H, W, 3), mask float32 (H, W) of one object, background uint8
    (H, W, 3) with the object's place filled from around it."""

    picture: Picture
    mask: Array32
    background: Picture


def drawn(picture: Picture, mask: Array32) -> Drawn:
    """What to train on of a key frame: picture uint8 (H, W, 3) RGB, mask float32 (H, W) of one
    object, both at the grid's size."""
    hole = cv2.dilate((mask > 0.05).astype(np.uint8), np.ones((7, 7), np.uint8))
    return Drawn(picture, mask, np.asarray(cv2.inpaint(picture, hole, 3, cv2.INPAINT_TELEA), np.uint8))


def adapt_to(net: Matcher, frames: Sequence[Drawn], seed: int) -> Iterator[tuple[int, Matcher | None]]:
    """Train a copy of the network for STEPS steps, or SECONDS on a slow machine, where the network is.

    Yields:
        (steps done, None), and in the end (steps done, the network to use: the copy, or `net` where the copy is no
        better).
    """
    rng = np.random.default_rng(seed)
    where = net.log_reach.device
    tests = [_batch(rng, frames).to(where) for _ in range(TESTS)]
    mine = copy.deepcopy(net)
    optimizer = torch.optim.AdamW(mine.parameters(), RATE, weight_decay=0.0)
    began = time.monotonic()
    done = 0
    torch.manual_seed(seed)
    while done < STEPS and time.monotonic() - began < SECONDS:
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (done + 1) / 10)
        loss = total_loss(unroll(mine, _batch(rng, frames).to(where), spoil=True), walk_only=False)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(mine.parameters(), 0.5)
        optimizer.step()
        done += 1
        yield done, None
    with torch.no_grad():
        before, after = (
            np.mean([float(unroll(each, test)["mask"]) for test in tests]) for each in (net, mine)
        )
    for parameter in mine.parameters():
        parameter.requires_grad_(False)
    yield done, mine if after < before else net


def learned(
    path: Path, shipped: Matcher, frames: Sequence[Drawn], seed: int
) -> Iterator[tuple[int, Matcher]]:
    """As `adapt_to`, kept in a file: what is there from an earlier run is used as it is.

    Yields:
        The steps done and the network so far, the shipped one until something was learned.
    """
    if path.exists():
        yield STEPS, load_adapted(path, shipped)
        return
    net = shipped
    for done, found in adapt_to(shipped, frames, seed):
        net = net if found is None else found
        yield done, net
    write_atomic(path, save_adapted(net, shipped))


def save_adapted(net: Matcher, shipped: Matcher) -> bytes:
    """The network as a safetensors file; empty when it is the shipped one."""
    tensors = {} if net is shipped else {name: value.contiguous() for name, value in net.state_dict().items()}
    return save(tensors)


def load_adapted(path: Path, shipped: Matcher) -> Matcher:
    """What `save_adapted` wrote. Raises MediaError when the file is damaged."""
    try:
        tensors = load_file(path)
        if not tensors:
            return shipped
        net = copy.deepcopy(shipped)
        net.load_state_dict(tensors)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise MediaError(
            f"{path} is damaged: {error}", "Delete the folder that it is in, and track again"
        ) from error
    return net


def _batch(rng: np.random.Generator, frames: Sequence[Drawn]) -> Batch:
    parts = [_example(rng, frames[int(rng.integers(len(frames)))]) for _ in range(BATCH)]
    pictures, masks = (np.stack(column) for column in zip(*parts, strict=True))
    grid = Grid(SIDE, SIDE, STRIDE)
    scale = np.float32(TEMPERATURE**0.5)
    hand = np.stack([[token_features(frame, grid) / scale for frame in row] for row in pictures])
    return Batch(
        torch.from_numpy(pictures).permute(0, 1, 4, 2, 3).float() / 255,
        torch.from_numpy(hand).permute(0, 1, 4, 2, 3),
        torch.from_numpy(np.stack([moves(row) for row in pictures])),
        torch.from_numpy(masks)[:, :, None].float(),
        torch.ones(BATCH, LENGTH, 1, SIDE, SIDE),
    )


def _example(rng: np.random.Generator, frame: Drawn) -> tuple[Picture, npt.NDArray[np.uint8]]:
    """LENGTH made frames (T, S, S, 3) and their masks (T, S, S)."""
    window = _window(rng, frame)
    size = float(np.sqrt(frame.mask.sum() * window[0, 0] * window[1, 1]))
    whole = rng.random() < WHOLE
    pictures, masks = [], []
    still, goes = _pose(rng, 0.5), _pose(rng, 1.0)
    for t in range(LENGTH):
        camera = _blend(still, t / (LENGTH - 1)) @ window
        body = camera if whole else _blend(goes, t / (LENGTH - 1), size) @ window
        bend = None if whole else _bend(rng, size)
        mask = _look(frame.mask, body, bend)
        background = _look(frame.picture if whole else frame.background, camera, None)
        picture = background
        if not whole:
            over = mask[..., None]
            picture = background * (1 - over) + _look(frame.picture, body, bend) * over
        pictures.append(_lit(rng, np.asarray(picture, np.float32)))
        masks.append((mask > 0.5).astype(np.uint8))
    return np.stack(pictures), np.stack(masks)


def _window(rng: np.random.Generator, frame: Drawn) -> npt.NDArray[np.float64]:
    """The 3x3 matrix from the frame to a square of SIDE around the object."""
    rows, columns = np.nonzero(frame.mask > 0.5)
    if rows.size == 0:
        rows, columns = np.array([0, frame.mask.shape[0]]), np.array([0, frame.mask.shape[1]])
    middle = np.array([(columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2])
    extent = max(np.ptp(columns), np.ptp(rows)) + 1
    scale = min(1.0, SIDE / (extent * rng.uniform(1.25, 2.0)))
    scale *= rng.uniform(0.85, 1.1)
    shift = SIDE / 2 - scale * middle + rng.uniform(-0.08, 0.08, 2) * SIDE
    return np.array([[scale, 0, shift[0]], [0, scale, shift[1]], [0, 0, 1.0]])


def _pose(rng: np.random.Generator, much: float) -> npt.NDArray[np.float64]:
    """How far something goes in an example: turn, growth, and two shifts in units of its size."""
    return rng.normal(size=4) * np.array([0.12, 0.08, 0.15, 0.15]) * much


def _blend(pose: npt.NDArray[np.float64], part: float, size: float = SIDE / 3) -> npt.NDArray[np.float64]:
    angle, growth = pose[0] * part, float(np.exp(pose[1] * part))
    c, s = np.cos(angle) * growth, np.sin(angle) * growth
    middle = SIDE / 2
    shift = pose[2:] * part * size
    return np.array(
        [
            [c, -s, middle - c * middle + s * middle + shift[0]],
            [s, c, middle - s * middle - c * middle + shift[1]],
            [0, 0, 1.0],
        ]
    )


def _bend(rng: np.random.Generator, size: float) -> Array32:
    """A smooth displacement, float32 (S, S, 2) in pixels."""
    knots = rng.normal(size=(4, 4, 2)).astype(np.float32) * np.float32(BEND * size)
    return np.asarray(cv2.resize(knots, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.float32)


def _look(picture: npt.NDArray[np.generic], matrix: npt.NDArray[np.float64], bend: Array32 | None) -> Array32:
    back = np.linalg.inv(matrix)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    if bend is not None:
        x, y = x + bend[..., 0], y + bend[..., 1]
    across = (back[0, 0] * x + back[0, 1] * y + back[0, 2]).astype(np.float32)
    down = (back[1, 0] * x + back[1, 1] * y + back[1, 2]).astype(np.float32)
    border = cv2.BORDER_REFLECT if picture.ndim == 3 else cv2.BORDER_CONSTANT
    return np.asarray(cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=border), np.float32)


def _lit(rng: np.random.Generator, picture: Array32) -> Picture:
    """In another light, sometimes blurred, with a little noise."""
    gain = 1 + rng.normal(size=3) * LIGHT / 3 + rng.normal() * LIGHT
    picture = picture * gain.astype(np.float32) + np.float32(rng.normal() * 255 * LIGHT / 3)
    if rng.random() < 0.25:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 1.5))
    picture = picture + rng.normal(size=picture.shape).astype(np.float32) * np.float32(rng.uniform(0, 4))
    return np.asarray(np.clip(picture, 0, 255), np.uint8)
