"""Longer clips in which objects are lost for a while: they go behind a wall or out of the picture and come back.

Objects are cut out of masked clips and go on moving by themselves; look-alikes (the same object at another time in
another tint) stay in sight. Truth for every frame. For measuring and training recognition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array64
from core.errors import MediaError
from core.training.cutouts import Cutout, Layer, Path, composite, cut_out
from core.training.footage import Clip, Footage
from core.training.windows import frame_window, look

KINDS = ("wall", "leave", "crossing")
_TRIES = 40


@dataclass(frozen=True, eq=False)
class LostClip:
    """A clip whose targets are lost and come back.

    Attributes:
        kind: "wall" (one target behind a wall), "leave" (one out of the picture) or "crossing" (two behind a wall
            in opposite directions).
        frames: uint8 (T, H, W, 3) RGB.
        labels: uint8 (T, H, W): 1 to `targets` are the targets, higher ones look-alikes and strangers, 0 the rest.
        targets: how many labels are to be tracked. All are seen in the first frame.
    """

    kind: str
    frames: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    targets: int


def lost_clip(
    rng: np.random.Generator,
    footage: Footage,
    size: tuple[int, int] = (480, 832),
    kind: str | None = None,
    away: tuple[int, int] = (10, 36),
) -> LostClip:
    """A random clip of 40 to 95 frames; the same generator state and footage give the same clip.

    Args:
        size: (height, width) in pixels.
        kind: one of KINDS; any when None.
        away: the fewest and the most frames that a target is wholly out of sight.

    Raises:
        MediaError: when no object of the footage can be cut out whole.
    """
    kind = kind or str(rng.choice(KINDS))
    before, gone, after = int(rng.integers(13, 22)), int(rng.integers(*away)), int(rng.integers(16, 28))
    count = before + gone + after
    cast = _cast(rng, footage, count, size, kind)
    targets: list[Layer] = []
    front: tuple[Layer, ...] = ()
    wall_at = size[1] * rng.uniform(0.42, 0.58)
    widest = max(_widest(cut) for _, cut, _ in cast)
    wall = max(widest * rng.uniform(1.15, 1.5), 60.0)
    side = float(rng.choice((-1, 1)))
    for number, (_, cut, tint) in enumerate(cast):
        heading = side if number == 0 else -side
        if kind == "leave":
            x = _leaving(rng, heading, _widest(cut), size[1], (before, gone, after))
        else:
            hidden = (wall - _widest(cut)) / 2
            turns = kind == "wall" and bool(rng.random() < 0.25)
            x = _passing(rng, heading, wall_at, hidden, wall, size[1], (before, gone, after), turns)
        targets.append(Layer(cut, _walk(rng, cut, x, size), gain=tint))
    if kind != "leave":
        front = (_wall(rng, footage, wall_at, wall, size, count),)
    kin = _kin(rng, footage, cast[0][0], targets[0], size) if kind != "crossing" else ()
    layers = (*kin, *targets, *front)
    background = _ground(rng, footage, size, count)
    labels = np.zeros((count, *size), np.uint8)
    frames = np.empty((count, *size, 3), np.uint8)
    for time in range(count):
        frames[time], alphas, _ = composite(background[time], layers, time)
        for number, alpha in enumerate(alphas[: len(kin)]):
            labels[time][alpha > 0.5] = len(targets) + 1 + number
        for number, alpha in enumerate(alphas[len(kin) : len(kin) + len(targets)]):
            labels[time][alpha > 0.5] = number + 1
    return LostClip(kind, frames, labels, len(targets))


def _actor(
    rng: np.random.Generator, footage: Footage, count: int, size: tuple[int, int]
) -> tuple[Clip, Cutout]:
    """An object that can be cut out of every frame, small enough to be hidden, and its clip."""
    for _ in range(_TRIES):
        if not footage.masked:
            break
        clip = footage.masked[int(rng.integers(len(footage.masked)))]
        cut = _acting(rng, clip, count, rng.uniform(0.15, 0.26) * float(np.sqrt(size[0] * size[1])))
        if cut is not None and _widest(cut) < 0.33 * size[1] and cut.extent[1] < 0.7 * size[0]:
            return clip, cut
    raise MediaError("The footage shows no object that can be cut out whole", "Give clips with masks.")


def _cast(
    rng: np.random.Generator, footage: Footage, count: int, size: tuple[int, int], kind: str
) -> list[tuple[Clip, Cutout, Array64]]:
    """The targets with their clips and tints; the second of a crossing is often the first's look-alike."""
    clip, cut = _actor(rng, footage, count, size)
    cast = [(clip, cut, np.ones(3))]
    if kind == "crossing":
        alike = _acting(rng, clip, count, cut.side) if rng.random() < 0.5 else None
        if alike is not None:
            cast.append((clip, alike, _tint(rng)))
        else:
            cast.append((*_actor(rng, footage, count, size), np.ones(3)))
    return cast


def _tint(rng: np.random.Generator) -> Array64:
    """Warmer or colder by a third."""
    warm = rng.choice((-1, 1)) * np.array((0.18, 0.0, -0.18))
    return np.asarray(np.exp(warm + rng.normal(0, 0.05, 3)), np.float64)


def _acting(rng: np.random.Generator, clip: Clip, count: int, side: float) -> Cutout | None:
    """The object at `count` frames in a row, turning round at the ends; None when it touches the frame's edge."""
    height, width = clip.size
    boxes = clip.boxes
    whole = (boxes[:, 0] > 1) & (boxes[:, 1] > 1) & (boxes[:, 2] < width - 1) & (boxes[:, 3] < height - 1)
    usable = (clip.areas > 900) & (clip.cores > 0.5 * clip.areas) & whole
    runs = np.split(np.arange(len(clip)), np.flatnonzero(np.diff(usable.astype(np.int8))) + 1)
    longest = max((run for run in runs if usable[run[0]]), key=len, default=np.empty(0, np.int64))
    if len(longest) < 12:
        return None
    turn = np.arange(count) + int(rng.integers(len(longest)))
    period = 2 * (len(longest) - 1)
    turned = turn % period
    return cut_out(clip, longest[np.where(turned < len(longest), turned, period - turned)], side)


def _widest(cutout: Cutout) -> float:
    return float(max(cv2.boundingRect(picture[..., 3])[2] for picture in cutout.pictures)) + 4


def _passing(
    rng: np.random.Generator,
    heading: float,
    wall_at: float,
    hidden: float,
    wall: float,
    width: int,
    times: tuple[int, int, int],
    turns: bool,
) -> Array64:
    """x of an object that walks behind a wall and out on its other side, or turns and comes out where it went in."""
    before, gone, after = times
    far = wall / 2 + rng.uniform(0.15, 0.25) * width
    edge = wall / 2 - hidden  # half the object
    start, goal = np.clip(
        (wall_at - heading * far, wall_at + heading * far * rng.uniform(0.8, 1.1)), edge, width - edge
    )
    enter, leave = wall_at - heading * hidden, wall_at + heading * hidden
    if turns:
        goal, leave = start + heading * 0.03 * width, enter
    middle = [enter, wall_at, leave] if leave == enter else [enter, (enter + leave) / 2, leave]
    at = [0, before - 1, before - 1 + (gone + 1) / 2, before + gone, before + gone + after - 1]
    return np.asarray(np.interp(np.arange(sum(times)), at, [start, *middle, goal]), np.float64)


def _leaving(
    rng: np.random.Generator, heading: float, widest: float, width: int, times: tuple[int, int, int]
) -> Array64:
    """x of an object that leaves the picture and comes back by the same or the other side."""
    before, gone, after = times
    edge = width + widest / 2 if heading > 0 else -widest / 2
    back = edge if rng.random() < 0.6 else width - edge
    start = width / 2 - heading * rng.uniform(0, 0.2) * width
    goal = width / 2 + rng.uniform(-0.2, 0.2) * width
    out, home = edge + np.sign(edge) * widest, back + np.sign(back) * widest
    turn = before + gone / 2
    at = [
        0,
        before - 1,
        before,
        turn - 0.1,
        turn,
        before + gone - 1,
        before + gone,
        before + gone + after - 1,
    ]
    x = np.interp(np.arange(sum(times)), at, [start, edge, out, out, home, home, back, goal])
    return np.asarray(x, np.float64)


def _walk(rng: np.random.Generator, cutout: Cutout, x: Array64, size: tuple[int, int]) -> Path:
    """A path along x with a little bobbing, swaying and growing; nothing is bent."""
    count, times = len(x), np.arange(len(x))
    room = max(0.0, size[0] - cutout.extent[1] * 1.2)
    ground = size[0] / 2 + room * rng.uniform(-0.25, 0.45)
    y = ground + rng.uniform(0, 0.03) * size[0] * np.sin(times / rng.uniform(3, 9) + rng.uniform(0, 6))
    scale = np.exp(np.linspace(0, rng.normal(0, 0.08), count))
    angle = rng.uniform(0, 0.06) * np.sin(times / rng.uniform(4, 10))
    blur = np.column_stack([0.4 * np.gradient(x), np.zeros(count)]).clip(-8, 8)
    return Path(x, np.asarray(y, np.float64), scale, angle, np.zeros((count, 4, 4, 2), np.float32), blur)


def _wall(
    rng: np.random.Generator, footage: Footage, at: float, wide: float, size: tuple[int, int], count: int
) -> Layer:
    """A standing wall over the whole height, of what a clip shows."""
    clip = footage.clips[int(rng.integers(len(footage.clips)))]
    shape = (size[0] + 40, round(wide))
    picture = look(clip.frames[0], frame_window(rng, clip.size, shape, 0.3), shape)
    picture = (picture * rng.uniform(0.6, 1)).astype(np.uint8)
    solid = np.dstack([picture, np.full(shape, 255, np.uint8)])
    middle = np.tile((shape[1] / 2, shape[0] / 2), (count, 1))
    cutout = Cutout((solid,) * count, middle, float(np.sqrt(shape[0] * shape[1])), (shape[1], shape[0]))
    none = np.zeros((count, 2))
    still = np.zeros((count, 4, 4, 2), np.float32)
    place = np.full(count, at), np.full(count, size[0] / 2)
    return Layer(cutout, Path(*place, np.ones(count), np.zeros(count), still, none))


def _kin(
    rng: np.random.Generator,
    footage: Footage,
    clip: Clip,
    layer: Layer,
    size: tuple[int, int],
) -> tuple[Layer, ...]:
    """A look-alike in another tint and now and then a stranger, in sight, away from the target at first."""
    count = len(layer.cutout.pictures)
    others = []
    if rng.random() < 0.7:
        others.append((_acting(rng, clip, count, layer.cutout.side * rng.uniform(0.8, 1.2)), _tint(rng)))
    if rng.random() < 0.4:
        others.append((_actor(rng, footage, count, size)[1], np.ones(3)))
    layers = []
    start = float(layer.path.x[0])
    for cut, tint in others:
        if cut is None:
            continue
        middle = size[1] * 0.85 if start < size[1] / 2 else size[1] * 0.15
        sway = rng.uniform(0.02, 0.12) * size[1]
        x = middle + sway * np.sin(np.arange(count) / rng.uniform(8, 20) + rng.uniform(0, 6))
        path = _walk(rng, cut, np.asarray(x, np.float64), size)
        layers.append(Layer(cut, path, bool(rng.random() < 0.3), tint))
    return tuple(layers)


def _ground(
    rng: np.random.Generator, footage: Footage, size: tuple[int, int], count: int
) -> npt.NDArray[np.uint8]:
    """A clip in a row, turning round at its end, through a window that pans a little."""
    clip = footage.clips[int(rng.integers(len(footage.clips)))]
    window = frame_window(rng, clip.size, size, 0.7)
    window = replace(window, height=window.height * 0.92, angle=0.0)
    room = 0.04 * window.height
    pan = np.sin(np.arange(count) / rng.uniform(15, 40)) * room * rng.uniform(0, 1)
    turned = (np.arange(count) + int(rng.integers(len(clip)))) % (2 * (len(clip) - 1))
    times = np.where(turned < len(clip), turned, 2 * (len(clip) - 1) - turned)
    views = [
        look(clip.frames[t], replace(window, x=window.x + dx), size) for t, dx in zip(times, pan, strict=True)
    ]
    return np.stack(views)
