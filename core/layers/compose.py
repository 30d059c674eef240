"""One frame taken apart into plate, effects and objects, and put together again.

Back to front: the plate, all effects, the objects. Layers are rounded to 8 bits before they are put together, so the
recomposed frame is what the films give.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.layers.background import Background
from core.layers.channels import largest, mean
from core.layers.effects import gates
from core.layers.footage import Footage
from core.layers.matting import FAINT_COLOUR, STRONG_COLOUR, Cut, cut_out, throw
from core.layers.paged import Stack
from core.layers.plane import to_bytes
from core.layers.tracks import Tracks
from core.media.info import Frame
from core.media.matte import Labels
from core.motion.flow import Array32

SAMPLE, DARK = 10, 0.15
RING = 0.012
"""Of the height: around a mask, where an effect is not seen by itself but filled from around."""


@dataclass(frozen=True)
class Split:
    """What the layers of a clip are made from. order: labels back to front. owners: (N, h, w), half size.
    colourful: labels of objects whose effects are colours rather than shadows."""

    footage: Footage
    plate: Background
    tracks: Tracks
    order: tuple[int, ...]
    owners: Stack
    colourful: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Parts:
    """plate, recon: uint8 (H, W, 3). objects, effects: by label, uint8 (H, W, 4), straight alpha.

    squares: (H, W), the mean squared error of the recomposed frame, in [0, 1]^2. mask: bool (H, W).
    """

    plate: Frame
    recon: Frame
    objects: dict[int, Frame]
    effects: dict[int, Frame]
    squares: Array32
    mask: npt.NDArray[np.bool_]


def take_apart(split: Split, n: int) -> Parts:
    """The layers of frame n."""
    footage, tracks = split.footage, split.tracks
    frame, labels = to_float(footage.frame(n)), footage.labels(n)
    plate, sigma = to_bytes(split.plate.render(n)), split.plate.noise(n)
    clean, hidden = to_float(plate), _hidden(labels)
    below, effects, objects = clean, {}, {}
    for label in split.order:
        least = FAINT_COLOUR if label in split.colourful else STRONG_COLOUR
        gate = _gate(split, n, label, hidden)
        effects[label] = to_rgba(throw(frame, clean, gate, hidden, least))
        if effects[label].any():
            below = from_rgba(effects[label]).over(below)
    for place, label in enumerate(split.order):
        covered = np.isin(labels, split.order[place + 1 :])
        k = tracks.labels.index(label)
        speed = 2 * float(np.hypot(*tracks.motion(max(0, n - 1), n, k)))
        objects[label] = to_rgba(cut_out(frame, below, labels == label, covered, sigma, speed))
        below = from_rgba(objects[label]).over(below)
    recon = to_bytes(below)
    off = to_float(recon) - frame
    return Parts(plate, recon, objects, effects, mean(off * off), labels > 0)


def throws_colours(split: Split) -> frozenset[int]:
    """Labels of the objects whose effects are colours for the most part, looked for in a few frames."""
    count, found = split.footage.count, set()
    sample = sorted({k * (count - 1) // (SAMPLE - 1) for k in range(SAMPLE)})
    for label in split.order:
        black, coloured = 0.0, 0.0
        for n in sample:
            hidden = _hidden(split.footage.labels(n))
            gate = _gate(split, n, label, hidden)
            if gate.any():
                cut = throw(to_float(split.footage.frame(n)), split.plate.render(n), gate, hidden)
                bright = (largest(cut.colour) > DARK) & ~hidden
                coloured += float(cut.alpha[bright].sum())
                black += float(cut.alpha[~bright & ~hidden].sum())
        if coloured > black:
            found.add(label)
    return frozenset(found)


def _hidden(labels: Labels) -> npt.NDArray[np.bool_]:
    """The masks and a ring around them, in which an effect is not seen by itself."""
    ring = max(1, round(RING * labels.shape[0]))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * ring + 1, 2 * ring + 1))
    return np.asarray(cv2.dilate((labels > 0).astype(np.uint8), kernel) > 0)


def _gate(split: Split, n: int, label: int, hidden: npt.NDArray[np.bool_]) -> Array32:
    """Where the object's effect may be, (H, W) in [0, 1]; it goes on under the masks for as far as they hide it."""
    half = gates(split.owners, split.tracks, n, split.tracks.labels.index(label))
    if not half.any():
        return np.zeros(hidden.shape, np.float32)
    soft = cv2.GaussianBlur(cv2.dilate(half, np.ones((5, 5), np.uint8)), (0, 0), 1.0)
    return np.asarray(cv2.resize(soft, hidden.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def join(above: Frame, below: Frame) -> Frame:
    """One straight RGBA layer over another, uint8 (H, W, 4)."""
    if not below.any():
        return above
    a, b = from_rgba(above), from_rgba(below)
    alpha = a.alpha + b.alpha * (1 - a.alpha)
    mixed = a.alpha[..., None] * a.colour + ((1 - a.alpha) * b.alpha)[..., None] * b.colour
    colour = mixed / np.maximum(alpha, 1e-4)[..., None]
    return to_rgba(Cut(np.asarray(alpha, np.float32), np.asarray(colour, np.float32)))


def to_float(picture: Frame) -> Array32:
    """uint8 as float32 in [0, 1]."""
    return picture.astype(np.float32) / np.float32(255)


def to_rgba(cut: Cut) -> Frame:
    """uint8 (H, W, 4), straight alpha."""
    return to_bytes(np.concatenate([cut.colour, cut.alpha[..., None]], 2))


def from_rgba(picture: Frame) -> Cut:
    """The layer that an RGBA picture holds."""
    floats = to_float(picture)
    return Cut(floats[..., 3], floats[..., :3])
