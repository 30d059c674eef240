"""One frame taken apart into plate, effects and objects, and put together again.

Back to front: the plate, all effects, the objects. The plate is the frame itself where no object and no effect lies
(core.layers.visible_background), elsewhere the clean background in the frame's light and with its grain. Layers are
rounded to 8 bits before they are put together, so the recomposed frame is what the films give.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, to_bytes, to_float
from core.layers.background import Background
from core.layers.channels import largest, mean
from core.layers.effects import USUAL, gates
from core.layers.footage import Footage
from core.layers.grain import Calm, with_grain
from core.layers.matting import STRONG_COLOUR, Cut, cut_out, farthest, shaded, throw
from core.layers.paged import Stack
from core.layers.plane import SEEN, Plane
from core.layers.tracks import Tracks
from core.layers.visible_background import in_frames_light, mixed, outside
from core.media.info import Frame
from core.media.matte import Labels

SAMPLE, DARK = 10, 0.15
RING = 0.012
"""In heights of the frame: how far around a mask an effect is not seen by itself but filled from around."""
BESIDE = 0.006
"""In heights of the frame: how far beside an effect the frame is not shown."""
OFTEN = USUAL
"""Share of all frames in which an object must throw something at a place for a faint shadow there to be
believed its own."""
ALIKE = 0.06
"""Differences from which on a frame and its clean background do not show one thing."""


@dataclass(frozen=True)
class Split:
    """What the layers of a clip are made from.

    order: labels back to front.
    owners: (N, h, w), half size.
    usual: as of `core.layers.effects.usual_places`.
    bare: as of `core.layers.lasting_effects.bare_canvas`.
    colourful: labels of objects whose effects are colours rather than shadows.
    seed: of the grain.
    shows: whether the plate is the frame itself where nothing lies on it, which must be known for that.
    """

    footage: Footage
    plate: Background
    tracks: Tracks
    order: tuple[int, ...]
    owners: Stack
    usual: Callable[[int, int], Array32]
    bare: Callable[[int], Array32]
    colourful: frozenset[int] = frozenset()
    seed: int = 0
    shows: bool = True


@dataclass(frozen=True)
class Parts:
    """What a frame was taken apart into.

    plate, recon: uint8 (H, W, 3).
    objects, effects: by label, uint8 (H, W, 4), straight alpha.
    squares: (H, W), the mean squared error of the recomposed frame, in [0, 1]^2; canvas: the same with nothing
        but the clean background as it was found for a plate.
    mask: bool (H, W).
    """

    plate: Frame
    recon: Frame
    objects: dict[int, Frame]
    effects: dict[int, Frame]
    squares: Array32
    canvas: Array32
    mask: npt.NDArray[np.bool_]


def take_apart(split: Split, n: int) -> Parts:
    """The layers of frame n."""
    footage, tracks = split.footage, split.tracks
    frame, labels, sigma = to_float(footage.frame(n)), footage.labels(n), split.plate.noise(n)
    seen = _seen(split, n, frame)
    below, objects = seen.bare, {}
    for effect in seen.effects.values():
        below = _over(effect, below)
    for place, label in enumerate(split.order):
        covered = np.isin(labels, split.order[place + 1 :])
        objects[label] = to_rgba(
            cut_out(frame, below, labels == label, covered, sigma, _speed(tracks, n, label))
        )
        below = _over(objects[label], below)
    plate = _with_grain(split, n, frame, seen)
    recon, plain = to_float(plate), seen.clean
    for layer in (*seen.effects.values(), *objects.values()):
        recon, plain = _over(layer, recon), _over(layer, plain)
    off, off_plain = to_float(to_bytes(recon)) - frame, plain - frame
    canvas = alone(split.plate, n, mean(off_plain * off_plain), labels > 0)
    return Parts(plate, to_bytes(recon), objects, seen.effects, mean(off * off), canvas, labels > 0)


def alone(plate: Background, n: int, squares: Array32, mask: npt.NDArray[np.bool_]) -> Array32:
    """Squared errors (H, W) of a background without anything of the frame itself, which a background from neighbours
    shows outside of the masks: there, what these say by themselves."""
    return squares if isinstance(plate, Plane) else np.where(mask, squares, plate.errors[n])


def plate_of(split: Split, n: int) -> Frame:
    """The plate of frame n alone, uint8 (H, W, 3)."""
    frame = to_float(split.footage.frame(n))
    return _with_grain(split, n, frame, _seen(split, n, frame))


@dataclass(frozen=True)
class _Seen:
    """A frame and the background behind it.

    clean: the background as it was found.
    bare: the same in the frame's light, and the frame where `own`, (H, W), says that it shows nothing else.
    ring: (H, W), 1 away from all objects.
    """

    clean: Array32
    bare: Array32
    own: Array32
    ring: Array32
    effects: dict[int, Frame]


def _seen(split: Split, n: int, frame: Array32) -> _Seen:
    """What lies on the background of frame n, and what it is without."""
    footage, clean = split.footage, split.plate.render(n)
    labels = footage.labels(n)
    if not split.order:
        own = np.full(labels.shape, np.float32(footage.known(n)))
        return _Seen(clean, mixed(frame, clean, own), own, np.ones_like(own), {})
    hidden, ring = _hidden(labels), _ring(split, n, labels)
    gates = {label: _gate(split, n, label, hidden) for label in split.order}
    shows = split.shows and isinstance(split.plate, Plane) and footage.known(n)
    ground = clean
    if shows:
        often = _often(split, n)
        faint = shaded(frame, clean) * (1 - np.max([*gates.values()], axis=0))
        taken = np.max([*gates.values(), *often.values(), 1 - ring], axis=0)
        ground = in_frames_light(frame, clean, np.asarray(1 - taken, np.float32), ALIKE)
        gates = {label: np.maximum(gate, often[label] * faint) for label, gate in gates.items()}
    lightens = _lightens(split, n) if any(each.any() for each in gates.values()) else ring
    effects = {
        label: to_rgba(_effect(split, label, frame, clean, gates[label], hidden, lightens))
        for label in split.order
    }
    own = ring * _free_of(effects, ring.shape) * np.float32(shows)
    return _Seen(clean, mixed(frame, ground, own), own, ring, effects)


def _ring(split: Split, n: int, labels: Labels) -> Array32:
    """1 where no object reaches, not even with a soft edge or a trace of its motion, (H, W)."""
    tall, speeds = len(labels), [_speed(split.tracks, n, label) for label in split.order]
    return outside(labels, farthest(tall, max(speeds, default=0.0)) + 1)


def _free_of(effects: Mapping[int, Frame], shape: tuple[int, ...]) -> Array32:
    """1 where no effect lies, and soft around it, (H, W)."""
    thrown = np.max([np.zeros(shape, bool), *(each[..., 3] > 0 for each in effects.values())], axis=0).astype(
        np.float32
    )
    if not thrown.any():
        return np.float32(1) - thrown
    radius = max(1, round(BESIDE * shape[0]))
    thick = cv2.dilate(thrown, np.ones((2 * radius + 1,) * 2, np.uint8))
    return np.asarray(1 - cv2.blur(thick, (radius + 1,) * 2), np.float32)


def _with_grain(split: Split, n: int, frame: Array32, seen: _Seen) -> Frame:
    """The plate: what is put under objects and effects has the frame's grain."""
    if not isinstance(split.plate, Plane):
        return to_bytes(seen.bare)  # it has its grain
    missing, rng = _missing(split.plate.known(n)), np.random.default_rng((split.seed, n))
    calm = _calm(split, split.plate, n) if not seen.own.all() else None
    return to_bytes(with_grain(frame, seen.clean, seen.bare, seen.own, seen.ring, rng, missing, calm))


def _calm(split: Split, plate: Plane, n: int) -> Calm | None:
    """The frame beside frame n and the grain that stays, where the camera stands."""
    shot = plate.camera.shot_of(n)
    if not shot.still or shot.first == shot.last:
        return None
    frame = to_float(split.footage.frame(n - 1 if n > shot.first else n + 1))
    return Calm(frame, np.random.default_rng(split.seed).standard_normal(frame.shape, np.float32))


def _missing(known: Array32) -> Array32:
    """The part of a film's grain that the mean of so many frames lacks, (H, W)."""
    return np.where(known < SEEN, 1, np.sqrt(known / (1 + known))).astype(np.float32)


def _speed(tracks: Tracks, n: int, label: int) -> float:
    """Pixels that an object moves in a frame."""
    return 2 * float(np.hypot(*tracks.motion(max(0, n - 1), n, tracks.labels.index(label))))


def _lightens(split: Split, n: int) -> Array32:
    """Where what is lighter than the clean background lies on it, (H, W)."""
    return np.asarray(
        cv2.resize(split.bare(n), split.footage.size, interpolation=cv2.INTER_LINEAR), np.float32
    )


def _effect(
    split: Split,
    label: int,
    frame: Array32,
    ground: Array32,
    gate: Array32,
    hidden: npt.NDArray[np.bool_],
    lightens: Array32,
) -> Cut:
    """What an object throws: with one that throws colours faint ones count, and those that
    lighten the ground anywhere."""
    if label in split.colourful:
        return throw(frame, ground, gate, hidden)
    return throw(frame, ground, gate, hidden, STRONG_COLOUR, lightens)


def _over(layer: Frame, below: Array32) -> Array32:
    """The picture with the layer above it; only where there is something of that, which is a small part as a rule."""
    part = _filled(layer[..., 3])
    made = below.copy()
    made[part] = from_rgba(layer[part]).over(below[part])
    return made


def _filled(alpha: Labels) -> tuple[slice, slice]:
    """The box around what is not 0, uint8 (H, W)."""
    x, y, wide, tall = cv2.boundingRect(alpha)
    return np.s_[y : y + tall, x : x + wide]


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
                frame, clean = to_float(split.footage.frame(n)), split.plate.render(n)
                cut = throw(frame, clean, gate, hidden, lightens=np.zeros_like(gate))
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
    return _large(half, split.footage.size)


def _often(split: Split, n: int) -> dict[int, Array32]:
    """Where each object throws something so often, and no other as often, that it may well do so unseen, (H, W)."""
    shares = np.stack([split.usual(n, split.tracks.labels.index(label)) for label in split.order])
    mine, often = shares.argmax(0), shares.max(0) > OFTEN
    return {
        label: _large((often & (mine == k)).astype(np.float32), split.footage.size)
        for k, label in enumerate(split.order)
    }


def _large(half: Array32, size: tuple[int, int]) -> Array32:
    """Half size as a softer mask of `size` (width, height), a little wider."""
    soft = cv2.GaussianBlur(cv2.dilate(half, np.ones((5, 5), np.uint8)), (0, 0), 1.0)
    return np.asarray(cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR), np.float32)


def join(above: Frame, below: Frame) -> Frame:
    """One straight RGBA layer over another, uint8 (H, W, 4)."""
    if not below.any():
        return above
    part, made = _filled(np.maximum(above[..., 3], below[..., 3])), np.zeros_like(above)
    a, b = from_rgba(above[part]), from_rgba(below[part])
    alpha = a.alpha + b.alpha * (1 - a.alpha)
    mixed = a.alpha[..., None] * a.colour + ((1 - a.alpha) * b.alpha)[..., None] * b.colour
    colour = mixed / np.maximum(alpha, 1e-4)[..., None]
    made[part] = to_rgba(Cut(np.asarray(alpha, np.float32), np.asarray(colour, np.float32)))
    return made


def to_rgba(cut: Cut) -> Frame:
    """uint8 (H, W, 4), straight alpha."""
    return to_bytes(np.concatenate([cut.colour, cut.alpha[..., None]], 2))


def from_rgba(picture: Frame) -> Cut:
    """The layer that an RGBA picture holds."""
    floats = to_float(picture)
    return Cut(floats[..., 3], floats[..., :3])
