"""Parts of a mask that stay where they are while their object goes on, however fast it goes.

What looks like an object and stands where it passes (its like, a roof of its colour) is let into its mask, and is left
in it when the object has gone. It gives itself away by its motion. Optical flow does not tell how a small thing goes
that goes far, so two guesses are compared at every token: it was where the object was a few frames ago, or it was at
this place of the scene. How an object goes is the shift at which most of its mask looks as it did then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from torch import Tensor

from core.arrays import Array32, Array64
from core.masks.areas import Area
from core.masks.camera import through
from core.motion.homography import Matrix
from core.nn.matcher import HAND

WINDOW, ASKED = 12, 150
"""How far in tokens an object may go between the frames that are compared, and by how many of its tokens that is
told."""
APART = 3.0
"""How far in tokens it must have gone against the scene for the two guesses to differ: as many frames back are seen."""
UNLIKE, POOR = 3.0, 0.75
"""Squared distance that counts as wholly unlike; part of the usual unlikeness below which a shift is one."""
AGREES = 0.75, 0.25
"""Tokens, and parts of its speed, that an object's way changes by from frame to frame at most."""
HELD = 3
"""Frames on which an object is taken to go on as before where its mask tells otherwise: nothing stops at once."""
FEWEST, SOME = 12, 0.1
"""An object's way is told by so many tokens, and this part of the mask, that did not stray."""
STAYS, SAME = 3.0, 0.7
"""Times less unlike that a token is to what this place of the scene showed than to what the object did; and how unlike
at most: another part of an even coat is less like it than what stands still is to itself."""
DOUBT = 1.5
"""Times less unlike at most where it is not the same."""
BACK = 2.0
"""Times as fast as it strays, a token that goes with the object again is taken for a part of it again."""
FAR, SHARE = 3.0, 0.25
"""What the object has left so far behind has strayed: in tokens, and in parts of its side."""

LEFT = 0.7
"""A mask of which at least this part has strayed shows no object."""


@dataclass(frozen=True)
class Straying:
    """far: float32 (rows, columns, K), how far each object has gone on, in tokens, while a token of its mask stayed.
    way: float32 (K, 3), rows and columns a frame that each object goes against the scene, NaN where that is not known,
    and on how many frames it was but taken to go on. camera: from tokens of the frame to those of the one before."""

    far: Array32
    way: Array32
    camera: Array32 | None

    def strayed(self, objects: Array32) -> npt.NDArray[np.bool_]:
        """(rows, columns, K), the tokens that are not of the objects (rows, columns, K)."""
        sides = np.sqrt((objects > 0.5).sum(axis=(0, 1)))
        return np.asarray(self.far > np.maximum(FAR, SHARE * sides))

    def way_of(self, k: int) -> tuple[float, float] | None:
        """How object k goes against the scene, right and down as parts of the picture's height; None where that is not
        known."""
        down, right = (float(part) / self.far.shape[0] for part in self.way[k, :2])
        return None if np.isnan(down) else (right, down)

    def left(self, objects: Array32) -> list[int]:
        """The objects of whose masks, (rows, columns, K), hardly anything goes with them."""
        strayed, inside = self.strayed(objects), objects > 0.5
        return [
            k
            for k in range(objects.shape[2])
            if inside[..., k].any() and strayed[inside[..., k], k].mean() >= LEFT
        ]

    def on(self, far: Array32) -> Straying:
        """The same on a grid of another shape, on which `far` is known."""
        finer = far.shape[0] / self.far.shape[0]
        up = np.array([[finer, 0, finer / 2 - 0.5], [0, finer, finer / 2 - 0.5], [0, 0, 1]])
        camera = None if self.camera is None else np.asarray(up @ self.camera @ np.linalg.inv(up), np.float32)
        return Straying(far, self.way * np.array((finer, finer, 1), np.float32), camera)

    def arrays(self, name: str) -> dict[str, Array32]:
        """For a checkpoint; `straying_of` reads them."""
        camera = {} if self.camera is None else {f"camera.{name}": self.camera}
        return {f"strayed.{name}": self.far, f"way.{name}": self.way, **camera}


def straying_of(arrays: Mapping[str, Array32], name: str) -> Straying | None:
    """What `Straying.arrays` wrote."""
    far, way = arrays.get(f"strayed.{name}"), arrays.get(f"way.{name}")
    return None if far is None or way is None else Straying(far, way, arrays.get(f"camera.{name}"))


@dataclass(frozen=True)
class Seen:
    """A frame that was tracked: its keys (tokens, C), and what strayed in it."""

    keys: Tensor
    straying: Straying | None


def stray(before: Sequence[Seen], keys: Tensor, camera: Matrix | None, objects: Array32) -> Straying:
    """What strays in a frame.

    Args:
        before: the frames before, the newest last. keys: (tokens, C). camera: from tokens of the frame to those of the
            one before. objects: (rows, columns, K).
    """
    rows, columns, count = objects.shape
    latest = before[-1].straying if before else None
    if latest is None or latest.far.shape != objects.shape:
        way = np.tile(np.array((np.nan, np.nan, 0), np.float32), (count, 1))
        latest = Straying(np.zeros(objects.shape, np.float32), way, None)
    hand = keys[:, :HAND].reshape(rows, columns, -1)
    pairs = [_one(latest, k, before, hand, camera, objects[..., k] > 0.5) for k in range(count)]
    far, way = np.stack([far for far, _ in pairs], -1), np.stack([way for _, way in pairs])
    return Straying(far, way, None if camera is None else np.asarray(camera, np.float32))


def _one(
    latest: Straying, k: int, before: Sequence[Seen], keys: Tensor, camera: Matrix | None, inside: Area
) -> tuple[Array32, Array32]:
    """Of one object: how far it left its tokens behind, and its way."""
    unknown = np.array((np.nan, np.nan, 0), np.float32)
    if camera is None or inside.sum() < FEWEST:
        return np.zeros(inside.shape, np.float32), unknown
    middle = np.argwhere(inside).mean(axis=0, keepdims=True).astype(np.float32)
    stayed = _moved(latest.far[..., k], (middle - through(middle, camera))[0])
    back, scene = _frames_back(latest.way[k], before, camera)
    past = before[-back].keys[:, :HAND].reshape(keys.shape)
    pan = (middle - through(middle, scene))[0]
    clean = inside & (stayed <= max(FAR, SHARE * float(inside.sum()) ** 0.5))
    told = None
    if clean.sum() >= max(FEWEST, SOME * inside.sum()):
        shift, likely = _shift(keys, past, clean)
        told = (shift - pan) / back, likely
    way = _agreed(latest.way[k], told, back)
    near = np.asarray(cv2.dilate(stayed * inside, np.ones((3, 3), np.uint8)), np.float32)
    if np.isnan(way).any():
        return near * inside, unknown
    speed = float(np.hypot(*way[:2]))
    went = _moved(latest.far[..., k], way[:2] + (middle - through(middle, camera))[0])
    if speed * back < APART:
        return np.maximum(stayed, went) * inside, way
    ratio = _ratio(keys, past, inside, way[:2] * back + pan, scene)
    far = np.where(ratio > np.log(STAYS), near + np.float32(speed), np.maximum(stayed, went))
    far = np.where(ratio < 0, np.maximum(went - BACK * speed, 0), far)
    return np.asarray(far * inside, np.float32), way


def _frames_back(way: Array32, before: Sequence[Seen], camera: Matrix) -> tuple[int, Matrix]:
    """How many frames back an object that goes a way is compared, and the camera from a frame to that one."""
    speed = float(np.hypot(*way[:2]))
    wanted = 1 if np.isnan(speed) or speed >= APART else 2 if 2 * speed >= APART else 4
    scene, back = camera, 1
    for seen in reversed(before[1 - wanted :] if wanted > 1 else ()):
        if seen.straying is None or seen.straying.camera is None or back == len(before):
            break
        scene, back = np.asarray(seen.straying.camera @ scene, np.float64), back + 1
    return back, scene


def _agreed(before: Array32, told: tuple[Array64, bool] | None, back: int) -> Array32:
    """The way of an object, rows and columns a frame and for how long it was not seen to go so. told: what the frame
    shows of it, and whether that is likely."""
    speed = float(np.hypot(*before[:2]))
    if told is not None and (told[1] or not np.isnan(speed)):
        agrees = float(np.hypot(*(told[0] - before[:2]))) <= AGREES[0] + AGREES[1] * speed
        if agrees or (told[1] and (np.isnan(speed) or speed * back < APART)):
            return np.array((*told[0], 0), np.float32)
    if not np.isnan(speed) and speed * back >= APART and before[2] < HELD:
        return before + np.array((0, 0, 1), np.float32)
    return (
        np.array((*told[0], 0), np.float32)
        if told is not None and told[1]
        else np.array((np.nan, np.nan, 0), np.float32)
    )


def _shift(keys: Tensor, past: Tensor, inside: Area) -> tuple[Array64, bool]:
    """Rows and columns that most tokens of an area, (rows, columns), moved by since a past frame, and whether that is
    likely. keys, past: (rows, columns, C)."""
    at = np.argwhere(inside)
    at = at[np.linspace(0, len(at) - 1, min(len(at), ASKED)).astype(int)]
    low = np.maximum(at.min(axis=0) - WINDOW, 0)
    high = np.minimum(at.max(axis=0) + WINDOW + 1, inside.shape)
    there = past[low[0] : high[0], low[1] : high[1]]
    asked, bank = keys[at[:, 0], at[:, 1]], there.flatten(0, 1)
    unlike = asked.square().sum(1)[:, None] + bank.square().sum(1) - 2 * asked @ bank.T
    spread = np.full((len(at), *(high - low + 2 * WINDOW)), UNLIKE, np.float32)
    spread[:, WINDOW:-WINDOW, WINDOW:-WINDOW] = unlike.clamp(0, UNLIKE).reshape(len(at), *there.shape[:2])
    around = np.lib.stride_tricks.sliding_window_view(spread, (2 * WINDOW + 1,) * 2, axis=(1, 2))
    by_shift = around[np.arange(len(at)), at[:, 0] - low[0], at[:, 1] - low[1]].mean(axis=0)
    best = np.unravel_index(by_shift.argmin(), by_shift.shape)
    likely = by_shift[best] < POOR * np.median(by_shift)
    return WINDOW - np.array(best, np.float64), bool(likely)


def _ratio(keys: Tensor, past: Tensor, inside: Area, shift: Array32, scene: Matrix) -> Array32:
    """The logarithm of how much less unlike each token of an area is to its place of the scene in a past frame than to
    where the object was then, smoothed, (rows, columns)."""
    at = np.argwhere(inside).astype(np.float32)
    went, stayed = (_unlike(keys, past, at, to) for to in (at - shift, through(at, scene)))
    stayed = np.where(stayed > SAME, np.maximum(stayed, went / DOUBT), stayed)
    result = np.zeros(inside.shape, np.float32)
    result[inside] = np.log((went + 0.2) / (stayed + 0.2))
    weight = cv2.blur(inside.astype(np.float32), (3, 3))
    return np.asarray(cv2.blur(result, (3, 3)) / np.maximum(weight, 1e-6), np.float32)


def _unlike(keys: Tensor, past: Tensor, at: Array32, to: Array32) -> Array32:
    """How unlike tokens (N, 2) are to the likest of the nine around places (N, 2) of a past frame, (N,)."""
    own = keys[tuple(at.astype(np.int64).T)]
    best = np.full(len(at), 30.0, np.float32)
    for step in np.ndindex(3, 3):
        there = np.rint(to).astype(np.int64) + step - 1
        inside = ((there >= 0) & (there < past.shape[:2])).all(axis=1)
        there = np.clip(there, 0, np.array(past.shape[:2]) - 1)
        apart = (own - past[tuple(there.T)]).square().sum(1).numpy()
        best = np.where(inside, np.minimum(best, apart), best)
    return best


def _moved(far: Array32, by: Array32) -> Array32:
    """A map (rows, columns) shifted by so many rows and columns."""
    matrix = np.array([[1, 0, by[1]], [0, 1, by[0]]], np.float32)
    return np.asarray(cv2.warpAffine(far, matrix, far.shape[::-1], flags=cv2.INTER_NEAREST), np.float32)
