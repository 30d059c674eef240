"""Samples to train tracking on: a few frames of a clip with one object's exact mask in each.

A little under half are real clips with their masks. The rest are composites, whose truth is exact: an object cut out
of one clip and pasted over another or over its own, with look-alikes beside it and occluders before it; shapes filled
with a real texture; and real objects with look-alikes and occluders pasted around them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.errors import MediaError
from core.training import paths
from core.training.cutouts import Cutout, Layer, composite, cut_out, scaled, shape_cutout
from core.training.footage import BAND, OBJECT, Clip, Footage
from core.training.looks import as_filmed
from core.training.windows import Window, frame_window, look, look_at_bit, object_windows

Times = npt.NDArray[np.int64]

REAL_SHARE = 0.45
_LONGEST_STEP = 5
_LEAST_SEEN = 0.005
_LEAST_CORE = 0.4
_TRIES = 12


@dataclass(frozen=True, eq=False)
class Sample:
    """A few frames in time and one object in them.

    Attributes:
        frames: uint8 (T, H, W, 3) RGB.
        masks: uint8 (T, H, W), 1 where the object is seen. Never empty in the first frame.
        ignore: bool (T, H, W), pixels whose mask is not known.
        real: whether nothing was pasted in.
    """

    frames: npt.NDArray[np.uint8]
    masks: npt.NDArray[np.uint8]
    ignore: npt.NDArray[np.bool_]
    real: bool


Maker = Callable[[np.random.Generator, Footage, tuple[int, int], int], "Sample | None"]


def sample(
    rng: np.random.Generator,
    footage: Footage,
    size: tuple[int, int],
    frames: int = 5,
    real_share: float = REAL_SHARE,
) -> Sample:
    """A random sample; the same generator state and footage give the same sample.

    Args:
        size: (height, width) in pixels.
        frames: how many; 1 to 5 frames of the clip lie between neighbours.
        real_share: the part of the samples that is not composed.

    Raises:
        MediaError: when no clip of the footage has a usable object.
    """
    kind = rng.random()
    makers: tuple[tuple[float, Maker], ...] = (
        (real_share, _real),
        (real_share + (1 - real_share) * 0.3, _crowded),
        (real_share + (1 - real_share) * 0.85, _pasted),
        (1.0, _shapes),
    )
    maker = next(make for share, make in makers if kind <= share)
    for attempt in range(_TRIES):
        made = (maker if attempt < _TRIES // 2 else _real)(rng, footage, size, frames)
        if made is not None and made.masks[0].mean() >= _LEAST_SEEN:
            return replace(made, frames=as_filmed(rng, made.frames))
    raise MediaError("The footage shows no object large enough to train on", "Give clips with masks.")


def pick_times(rng: np.random.Generator, clip: Clip, count: int, seen: bool = True) -> Times | None:
    """`count` frame numbers, 1 to 5 apart, forwards or backwards, turning round at the clip's ends.

    Args:
        seen: whether the object must be seen in the first; None when it never is.
    """
    usable = (clip.areas >= _least_area(clip)) & (clip.cores >= _LEAST_CORE * clip.areas)
    starts = np.flatnonzero(usable) if seen else np.arange(len(clip))
    if not len(starts):
        return None
    steps = rng.integers(1, int(rng.integers(1, _LONGEST_STEP + 1)) + 1, count - 1)
    offsets = np.concatenate([[0], np.cumsum(steps)]) * (1 if rng.random() < 0.5 else -1)
    period = 2 * (len(clip) - 1)
    turned = np.abs((rng.choice(starts) + offsets) % period)
    return np.asarray(np.where(turned < len(clip), turned, period - turned), np.int64)


def _real(rng: np.random.Generator, footage: Footage, size: tuple[int, int], count: int) -> Sample | None:
    clip = _pick(rng, footage.masked)
    times = pick_times(rng, clip, count)
    if times is None or clip.labels is None:
        return None
    windows = object_windows(rng, clip.boxes[times], float(clip.areas[times[0]]), clip.size, size)
    frames = np.stack([look(clip.frames[t], w, size) for t, w in zip(times, windows, strict=True)])
    masks = [look_at_bit(clip.labels[t], OBJECT, w, size) for t, w in zip(times, windows, strict=True)]
    ignore = [look_at_bit(clip.labels[t], BAND, w, size, 0.05) for t, w in zip(times, windows, strict=True)]
    return Sample(frames, np.stack(masks).astype(np.uint8), np.stack(ignore), True)


def _crowded(rng: np.random.Generator, footage: Footage, size: tuple[int, int], count: int) -> Sample | None:
    """A real object with look-alikes and occluders pasted around it."""
    base = _real(rng, footage, size, count)
    if base is None or not base.masks[0].any():
        return None
    side = float(np.sqrt(base.masks[0].sum()))
    others = []
    for _ in range(int(rng.integers(1, 3))):
        other = _object(rng, _pick(rng, footage.masked), count, side * rng.uniform(0.6, 1.3))
        if other is not None:
            others.append(_wandering(rng, other, size, side))
    others += _occluders(rng, footage, size, _middles(base.masks), side, count)
    return _with_layers(base, tuple(others))


def _pasted(rng: np.random.Generator, footage: Footage, size: tuple[int, int], count: int) -> Sample | None:
    """An object of one clip over another clip or its own."""
    clip = _pick(rng, footage.masked)
    side = _side(rng, size)
    target = _object(rng, clip, count, side)
    if target is None:
        return None
    ground = clip if rng.random() < 0.3 else _pick(rng, footage.clips)
    background = _background(rng, ground, size, count)
    return _over(rng, footage, background, target, clip if rng.random() < 0.5 else None)


def _shapes(rng: np.random.Generator, footage: Footage, size: tuple[int, int], count: int) -> Sample | None:
    """A shape with a real texture; often others with the same texture or form beside it."""
    clip = _pick(rng, footage.clips)
    target = _fit(shape_cutout(rng, clip, _any_times(rng, clip, count)), _side(rng, size))
    background = _background(rng, _pick(rng, footage.clips), size, count)
    return _over(rng, footage, background, target, None)


def _over(
    rng: np.random.Generator,
    footage: Footage,
    background: npt.NDArray[np.uint8],
    target: Cutout,
    kin: Clip | None,
) -> Sample:
    """The target over the background with look-alikes (of the clip `kin`), strangers and occluders."""
    count, size = len(background), background.shape[1:3]
    frame = (size[0], size[1])
    path = paths.wander(rng, count, frame, target.side, 1.0)
    if rng.random() < 0.1 and count > 2:
        path = paths.leave(rng, path, frame, max(target.extent))
    gain = _harmony(rng, target, background[0])
    layers = [Layer(target, path, bool(rng.random() < 0.5), gain)]
    place = 0
    for kind in ("kin", "same", "stranger"):
        other = _other(rng, footage, target, kin, kind, count)
        if other is None:
            continue
        near = (
            gain * np.exp(rng.normal(0, 0.03, 3))
            if kind != "stranger"
            else _harmony(rng, other, background[0])
        )
        layer = replace(_wandering(rng, other, frame, target.side), gain=near)
        behind = rng.random() < 0.5
        layers.insert(0 if behind else len(layers), layer)
        place += behind
    middles = np.column_stack([path.x, path.y])
    layers += _occluders(rng, footage, frame, middles, max(target.extent), count)
    painted = [composite(picture, tuple(layers), t) for t, picture in enumerate(background)]
    masks = np.stack([alphas[place] > 0.5 for _, alphas, _ in painted])
    if not _is_seen(painted[0][1][place], layers[place]):
        masks[0] = False
    pictures = np.stack([picture for picture, _, _ in painted])
    return Sample(pictures, masks.astype(np.uint8), np.zeros(masks.shape, np.bool_), False)


def _other(
    rng: np.random.Generator, footage: Footage, target: Cutout, kin: Clip | None, kind: str, count: int
) -> Cutout | None:
    side = target.side * rng.uniform(0.7, 1.3)
    if kind == "kin":
        return _object(rng, kin, count, side) if kin is not None else None
    if kind == "same":
        return target if rng.random() < 0.25 else None
    return _object(rng, _pick(rng, footage.masked), count, side) if rng.random() < 0.35 else None


def _occluders(
    rng: np.random.Generator,
    footage: Footage,
    size: tuple[int, int],
    target: npt.NDArray[np.float64],
    extent: float,
    count: int,
) -> list[Layer]:
    """What passes or stands before the target, and sometimes hides it wholly."""
    layers = []
    if rng.random() < 0.22 and count > 1:
        cover = _cover(rng, footage, count)
        cover = _fit(cover, cover.side * extent * rng.uniform(0.7, 1.5) / min(cover.extent))
        reach = 0.5 * (extent + max(cover.extent))
        layers.append(Layer(cover, paths.cross(rng, target, reach, 1.0)))
    if rng.random() < 0.22:
        thing = _cover(rng, footage, count)
        thing = _fit(thing, thing.side * extent * rng.uniform(0.15, 0.7) / min(thing.extent))
        layers.append(Layer(thing, paths.stand(rng, count, size, 1.0)))
    return layers


def _cover(rng: np.random.Generator, footage: Footage, count: int) -> Cutout:
    if rng.random() < 0.4:
        cut = _object(rng, _pick(rng, footage.masked), count, 120.0)
        if cut is not None:
            return cut
    clip = _pick(rng, footage.clips)
    return shape_cutout(rng, clip, _any_times(rng, clip, count), str(rng.choice(("blob", "bar", "leaves"))))


def _with_layers(base: Sample, layers: tuple[Layer, ...]) -> Sample:
    """Layers over a real sample: what they hide is no longer the object, and no longer unknown."""
    painted = [composite(picture, layers, t) for t, picture in enumerate(base.frames)]
    free = np.stack([rest for _, _, rest in painted])
    masks = base.masks * (free > 0.5)
    if masks[0].sum() < 0.5 * base.masks[0].sum():
        masks[0] = 0
    pictures = np.stack([picture for picture, _, _ in painted])
    return Sample(pictures, masks.astype(np.uint8), base.ignore & (free > 0.02), False)


def _object(rng: np.random.Generator, clip: Clip, count: int, side: float) -> Cutout | None:
    """The object of a clip at random times, about `side` pixels large."""
    times = pick_times(rng, clip, count)
    return None if times is None else cut_out(clip, times, side)


def _fit(cutout: Cutout, side: float) -> Cutout:
    return scaled(cutout, side / cutout.side)


def _wandering(rng: np.random.Generator, cutout: Cutout, size: tuple[int, int], side: float) -> Layer:
    path = paths.wander(rng, len(cutout.pictures), size, side, 1.0)
    return Layer(cutout, path, bool(rng.random() < 0.5))


def _background(
    rng: np.random.Generator, clip: Clip, size: tuple[int, int], count: int
) -> npt.NDArray[np.uint8]:
    times = _any_times(rng, clip, count)
    window = frame_window(rng, clip.size, size, 0.35)
    pan = rng.normal(0, 0.02 * window.height, 2) if rng.random() < 0.4 else np.zeros(2)
    windows = [_panned(window, n * pan, clip.size, size) for n in range(count)]
    return np.stack([look(clip.frames[t], w, size) for t, w in zip(times, windows, strict=True)])


def _panned(
    window: Window, by: npt.NDArray[np.float64], frame: tuple[int, int], size: tuple[int, int]
) -> Window:
    width, height = window.height * size[1] / size[0], window.height
    x = min(max(window.x + by[0], width / 2), frame[1] - width / 2)
    y = min(max(window.y + by[1], height / 2), frame[0] - height / 2)
    return replace(window, x=float(x), y=float(y))


def _harmony(
    rng: np.random.Generator, cutout: Cutout, background: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float64]:
    """Gains that bring the cut-out's brightness nearer to the background's."""
    picture = cutout.pictures[0].reshape(-1, 4).astype(np.float64)
    own = picture[:, :3].sum(0) / max(1.0, picture[:, 3].sum() / 255)
    there = background.reshape(-1, 3).mean(0)
    ratio = np.clip((there + 20) / (own + 20), 0.4, 2.5)
    common = np.exp(np.log(ratio).mean() * rng.uniform(0, 0.7))
    return np.asarray(common * (ratio / np.exp(np.log(ratio).mean())) ** rng.uniform(0, 0.5), np.float64)


def _side(rng: np.random.Generator, size: tuple[int, int]) -> float:
    return float(np.exp(rng.uniform(np.log(0.15), np.log(0.6))) * np.sqrt(size[0] * size[1]))


def _is_seen(visible: npt.NDArray[np.float32], layer: Layer) -> bool:
    whole = layer.cutout.side**2 * layer.path.scale[0] ** 2
    return bool((visible > 0.5).sum() >= 0.4 * whole)


def _middles(masks: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """The middles x, y of the masks (T, 2); where one is empty, that of the last seen."""
    middles: list[tuple[float, float]] = []
    for mask in masks:
        rows, columns = np.nonzero(mask)
        middles.append((columns.mean(), rows.mean()) if len(rows) else middles[-1])
    return np.array(middles)


def _any_times(rng: np.random.Generator, clip: Clip, count: int) -> Times:
    times = pick_times(rng, clip, count, seen=False)
    return times if times is not None else np.zeros(count, np.int64)


def _least_area(clip: Clip) -> float:
    return max(300.0, 0.001 * clip.size[0] * clip.size[1])


def _pick(rng: np.random.Generator, clips: tuple[Clip, ...]) -> Clip:
    if not clips:
        raise MediaError("The footage holds no clip with masks", "Give clips with masks.")
    weights = np.cumsum([clip.weight for clip in clips])
    return clips[int(np.searchsorted(weights, rng.uniform(0, weights[-1])))]
