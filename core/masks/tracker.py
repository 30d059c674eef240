"""The tracker's inside: objects are carried from frame to frame by likeness to remembered frames.

The key masks stay in memory for good, and so does a short history of what was tracked. One step sees a frame at the
size of a grid and asks memory about the tokens (small squares) near each object: a token takes the labels of the
places that look like it (core.nn.recall), by hand-made features and by those of the matching network. Objects share
what is seen and compete for tokens. Memory and time do not depend on the clip's length.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial

import cv2
import numpy as np
import torch
from torch import Tensor

from core.arrays import Array32
from core.masks.areas import MARGIN, Area, box_around, dilated, doubtful, near, spread, thinned
from core.masks.background_memory import BackgroundMemory
from core.masks.camera import camera_step
from core.masks.confidence import Cues, confidence
from core.masks.encoding import Encoding, Flow, Prefetched, encode, encode_next
from core.masks.features import Grid
from core.masks.judging import cues_of
from core.masks.memory import BAND, bank_of, followed, joined, nearness, places_of
from core.masks.memory_frame import MemoryFrame, to_tokens
from core.masks.parts import gap, whole
from core.masks.riding import rides
from core.masks.straying import Seen, stray
from core.media.info import Frame
from core.motion.flow import warp
from core.nn.matcher import Matcher
from core.nn.recall import Bank, Recalled, main_axes, recall, together

TOP = 5
KEY_TRUST = 2.0
"""Nats that drawn masks count more than tracked ones: it keeps errors from adding up."""
KEY_REACH = 30.0
"""Tokens: how far from its place something is looked for in key frames."""
REACH = 8.0
"""Tokens: how far from its place something is looked for in recent frames."""
RECENT = {1: BAND, 2: 3, 4: 3}
"""Which frames back are remembered, beside the key frames, and how many tokens around edges all of them are."""
HISTORY = max(RECENT)
SHARPEN = 1.15
NARROW = 3
"""Tokens so near to an edge of before are always asked about."""
WINDOW = 2.0
"""Recent frames are searched up to this many reaches away."""


@dataclass(frozen=True)
class Step:
    """What the tracker says of a frame, for K objects.

    objects: float32 (height, width, K) at the grid's size, the probability of each object.
    confidence: K numbers in [0, 1].
    cues: what the confidences were made from, each (len(CUES),); empty where two passes were blended.
    """

    objects: Array32
    confidence: tuple[float, ...]
    cues: tuple[Cues, ...] = ()

    def without(self, absent: Sequence[int]) -> Step:
        """The same with neither probability nor confidence for some objects."""
        if not absent:
            return self
        objects, confidence = self.objects.copy(), list(self.confidence)
        for k in absent:
            objects[..., k], confidence[k] = 0, 0.0
        return replace(self, objects=objects, confidence=tuple(confidence))


@dataclass
class Tracker:
    """Tracks away from a known frame.

    history: the latest frames, newest last.
    net: None matches hand-made features alone.
    every: the network sees each so many-th frame, between them its features go with the flow.
    background: what was seen of the scene where the objects are now.
    prefetched: what was seen ahead of the frame that comes.
    asking: a thread that looks places up in the key frames meanwhile; none when None.
    """

    grid: Grid
    net: Matcher | None
    keys: tuple[MemoryFrame, ...]
    history: list[MemoryFrame] = field(default_factory=list)
    every: int = 1
    background: BackgroundMemory | None = None
    prefetched: Prefetched | None = None
    asking: Executor | None = None

    def __post_init__(self) -> None:
        count = self.keys[0].masks.shape[2]
        self._apart = [max(gap(key.masks[..., k]) for key in self.keys) for k in range(count)]
        self._banks = [bank_of(key, near(key.objects, 2 * MARGIN), KEY_REACH) for key in self.keys]
        self._axes = main_axes(torch.cat([bank.keys for bank in self._banks]))

    @torch.inference_mode()
    def step(self, number: int, frame: Frame, absent: Container[int] = ()) -> Step:
        """Track the next frame, uint8 (H, W, 3) RGB, in the direction away from the last of the history.

        Args:
            absent: indices of objects that are not there, and are nowhere looked for.
        """
        latest = self.history[-1]
        encoding, flow = self._encoded(number, frame, latest)
        guided = warp(latest.masks, flow)
        expected = to_tokens(guided)
        camera = camera_step(flow, expected, self.grid)
        background = self.background or BackgroundMemory.empty(encoding.keys)
        self.background = background.moved(latest, expected, camera)
        area = self._area(guided, latest.masks, absent)
        banks = self._memory(number, area, expected, self.background)
        tokens = self._told(encoding, banks, area, np.maximum(latest.objects, expected))
        objects = self._objects(tokens, guided, absent)
        ridden = np.zeros_like(tokens) if latest.rides is None else latest.rides
        far = rides(ridden, flow, camera, tokens, self.grid)
        before = [Seen(each.encoding.keys, each.straying) for each in self.history]
        straying = stray(before, encoding.keys, camera, to_tokens(objects))
        self.remember(MemoryFrame(number, encoding, objects, far, straying))
        cues = tuple(cues_of(self.history[-1], self.keys, k) for k in range(objects.shape[2]))
        return Step(objects, tuple(confidence(each) for each in cues), cues)

    def _area(self, guided: Array32, masks: Array32, absent: Container[int]) -> Area:
        """The tokens to ask about: around each object that is there, where its mask was and where flow leads it."""
        area = np.zeros(self.grid.shape, bool)
        for k in range(guided.shape[2]):
            if k not in absent:
                area[box_around(to_tokens(np.maximum(guided[..., k : k + 1], masks[..., k : k + 1])))] = True
        return area

    def _objects(self, tokens: Array32, guided: Array32, absent: Container[int]) -> Array32:
        """Tokens (rows, columns, K) as probabilities (height, width, K), without what cannot be of the objects."""
        objects = _enlarged(tokens, self.grid)
        count = objects.shape[2]
        objects = np.stack(
            [whole(objects[..., k], guided[..., k], self._apart[k]) for k in range(count)], axis=-1
        )
        objects[..., [k for k in range(count) if k in absent]] = 0
        return objects

    def encoding(self, number: int, frame: Frame) -> Encoding:
        """What is seen of a frame, which may be the latest or the next one."""
        seen = [each.encoding for each in self.history if each.number == number]
        if (
            self.prefetched is not None
            and self.prefetched.number == number
            and self.prefetched.encoding is not None
        ):
            seen.append(self.prefetched.encoding)
        return seen[0] if seen else encode(frame, self.grid, self.net)

    def _encoded(self, number: int, frame: Frame, latest: MemoryFrame) -> tuple[Encoding, Flow]:
        """The frame after the latest, and the flow between them; seen ahead or now."""
        told = self.prefetched
        fits = told is not None and (told.number, told.before) == (number, latest.number)
        if fits and told is not None and told.encoding is not None and told.flow is not None:
            return told.encoding, told.flow
        return encode_next(frame, self.grid, self.net, latest.encoding, self.every)

    def remember(self, known: MemoryFrame) -> None:
        self.history = [*self.history, known][-HISTORY:]

    def restart(self, number: int, frame: Frame, objects: Array32) -> None:
        """Go on from these probabilities of a frame, (height, width, K), and from the key masks, alone."""
        self.history = [MemoryFrame(number, self.encoding(number, frame), objects)]

    def _memory(self, number: int, area: Area, guided: Array32, background: BackgroundMemory) -> list[Bank]:
        """What is asked about the tokens of an area: key frames, recent frames, and the ground where it is known.

        What was drawn is looked for where its object went meanwhile, as guided tells.
        """
        wide = dilated(area, MARGIN)
        recent = [
            bank_of(self.history[-back], wide, REACH, band)
            for back, band in RECENT.items()
            if back <= len(self.history)
        ]
        trusts = nearness(torch.tensor([key.number for key in self.keys]), number)
        drawn = [
            replace(
                bank,
                places=followed(bank.places, key.objects, guided),
                trust=torch.full((len(bank.keys),), float(trust)),
            )
            for key, bank, trust in zip(self.keys, self._banks, trusts, strict=True)
        ]
        banks = [joined(drawn), joined(recent, WINDOW * REACH)]
        banks += [background.bank(guided.shape[2])] if len(background.places) else []
        return [replace(bank, axes=self._axes) for bank in banks]

    def _told(self, encoding: Encoding, banks: list[Bank], area: Area, before: Array32) -> Array32:
        """How much of each token of an area each object covers, (rows, columns, K): every fourth token and those on the
        edges of what was there before are asked about first, and those between only where the first are in doubt."""
        first = thinned(area, before, NARROW)
        tokens = spread(_voted(encoding, banks, first, self.asking), first)
        more = thinned(area, before, MARGIN) & ~first & doubtful(tokens)
        if more.any():
            tokens[more] = _voted(encoding, banks, more, self.asking).numpy()
        return tokens


def _voted(encoding: Encoding, banks: Sequence[Bank], asked: Area, asking: Executor | None) -> Tensor:
    """What the likest places of memory say of M tokens, (M, K). banks: of key frames, of recent ones, the rest;
    `asking` looks up in all but the recent ones meanwhile."""
    look_up = partial(recall, encoding.keys[torch.from_numpy(asked.ravel())], places_of(asked), top=TOP)
    key, recent, *rest = banks
    beside = [asking.submit(look_up, bank) for bank in (key, *rest)] if asking is not None else []
    near = look_up(recent)
    drawn, *others = [each.result() for each in beside] or map(look_up, (key, *rest))
    every = together(Recalled(drawn.likeness + KEY_TRUST, drawn.known), near, *others)
    best = every.likeness.topk(min(TOP, every.likeness.shape[1]), 1)
    known = every.known.gather(1, best.indices[..., None].expand(-1, -1, every.known.shape[2]))
    return ((Recalled(best.values, known).mean() - 0.5) * SHARPEN + 0.5).clamp(0, 1)


def _enlarged(tokens: Array32, grid: Grid) -> Array32:
    each = [
        cv2.resize(tokens[..., k], (grid.width, grid.height), interpolation=cv2.INTER_CUBIC)
        for k in range(tokens.shape[2])
    ]
    return np.clip(np.stack(each, axis=-1), 0, 1).astype(np.float32)
