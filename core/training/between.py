"""Samples for the voxel-flow network: two frames of a clip, what was really between them
(or after them), and the splat.

Sample i follows from the seed and i alone. GROUP samples in a row are windows of one moment: frames
`gap` apart, one of those between (or beyond) as truth, and perhaps the frames before and after for
paths that bend. Changes made before the flow is measured, so that it errs as it would: smaller
pictures; textures cut out by random shapes that fly by (what they cover and uncover is true to the
pixel); still letters over all of it. Flips, turns, reversal of time and colour come later
(core.training.voxel_flow). Half of the windows are those, of several, where the splat errs most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.motion import splat
from core.training.footage import BAND, Clip, Source, find_sources, is_held_out, load_clip

Picture = npt.NDArray[np.uint8]
GROUP = 4
"""Samples that share a moment, and so its flow."""
SIDE = 256
"""Pixels: side of a window."""
MARGIN = 64
"""Pixels of the frames that are kept around a window."""
VIDEO = (".mp4", ".mkv", ".mov", ".webm", ".avi", ".m4v")
_TIMES = ((2, (0.5,), 10), (3, (1 / 3, 2 / 3), 3), (4, (0.25, 0.5, 0.75), 3), (6, (1 / 6, 0.5, 5 / 6), 1))
_AHEAD = 0.06
_BENT = 0.75
_SMALLER = 0.4
"""Share of moments that are made smaller."""
_FLYING = 0.35
"""Share in which something flies past."""
_LETTERS = 0.06
"""Share with letters that stand still."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One window.

    Attributes:
        frames: uint8 (2, SIDE + 2 MARGIN, SIDE + 2 MARGIN, 3).
        truth: uint8 (SIDE, SIDE, 3). counts: bool (SIDE, SIDE), False where the truth is not to be trusted.
        fields: float16 (5, SIDE / 2, SIDE / 2): to0, to1 and mass of core.motion.splat.Fields.
        t: time of the truth.
        bounds: (4,) left, top, right, bottom of the frame in pixels of the window.
    """

    frames: Picture
    truth: Picture
    counts: npt.NDArray[np.bool_]
    fields: npt.NDArray[np.float16]
    t: float
    bounds: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Moment:
    """Frames before, first, second, after (before and after may be None), and the truth at t with its trust."""

    before: Picture | None
    first: Picture
    second: Picture
    after: Picture | None
    truth: Picture
    counts: npt.NDArray[np.bool_]
    t: float


def clips_of(folder: Path, cache: Path, held_out: bool = False) -> tuple[Clip, ...]:
    """The clips of a folder that are trained on, or those held out; any folder of videos will do.

    Raises:
        MediaError: when there are none or one cannot be decoded.
    """
    found = list(sources_of(folder))
    kept = [s for s in found if _held_out(s.name) == held_out] or found
    clips = (load_clip(source, cache) for source in kept)
    return tuple(clip for clip in clips if len(clip) >= 3)


def sources_of(folder: Path) -> Sequence[Source]:
    """Files with masks and others of known licence as `find_sources` tells them, and untouched clips of DAVIS beside
    them; in a folder that is laid out otherwise all its videos."""
    plain = sorted(path for path in folder.rglob("*") if path.suffix.lower() in VIDEO)
    if not (folder / "davis-train").is_dir() and not (folder / "pexels").is_dir():
        return [Source(f"{path.parent.name}/{path.stem}", path, None) for path in plain]
    clean = [
        p for p in plain if "_clean" in p.stem and "32f" not in p.stem and p.parent.name == "davis-train"
    ]
    found = [*find_sources(folder), *(Source(f"{p.parent.name}/{p.stem}", p, None) for p in clean)]
    return sorted(found, key=lambda source: source.name)


def _held_out(name: str) -> bool:
    return is_held_out(name.partition("_clean")[0])


def samples_of(clips: Sequence[Clip], seed: int, group: int) -> list[Sample]:
    """The GROUP samples of one moment."""
    rng = np.random.default_rng((seed, group))
    for _ in range(20):
        moment = _moment(rng, clips)
        if moment is not None and not _cut(moment):
            break
    else:
        moment = _still(rng, clips)
    fields = _fields(moment)
    return _windows(rng, moment, fields)


def _weights(clips: Sequence[Clip]) -> npt.NDArray[np.float64]:
    """Clips of DAVIS, in which much moves, come more often."""
    weight = np.array([4.0 if clip.name.startswith("davis") else 1.0 for clip in clips])
    return weight / weight.sum()


def _moment(rng: np.random.Generator, clips: Sequence[Clip]) -> Moment | None:
    clip = clips[int(rng.choice(len(clips), p=_weights(clips)))]
    gap, t = _gap_and_time(rng)
    if not clip.name.startswith("davis"):
        gap *= int(rng.integers(1, 4))
    ahead = rng.random() < _AHEAD
    if ahead:
        gap, t = (1, 2.0) if rng.random() < 0.5 else (2, 1.5)
    reach = max(gap, round(t * gap))
    if len(clip) <= reach:
        return None
    first = int(rng.integers(len(clip) - reach))
    numbers = [first - gap, first, first + round(t * gap), first + gap, first + 2 * gap]
    bent = rng.random() < _BENT
    if not bent or numbers[0] < 0:
        numbers[0] = -1
    if not bent or ahead or numbers[4] >= len(clip):
        numbers[4] = -1
    frames = [np.asarray(clip.frames[n]) if n >= 0 else None for n in numbers]
    band = [_band(clip, n) for n in numbers[1:4]]
    return _changed(rng, clips, frames, np.logical_or.reduce(band), [-1.0, 0.0, t, 1.0, 2.0])


def _gap_and_time(rng: np.random.Generator) -> tuple[int, float]:
    share = np.array([entry[2] for entry in _TIMES], np.float64)
    gap, times, _ = _TIMES[int(rng.choice(len(_TIMES), p=share / share.sum()))]
    return gap, times[int(rng.integers(len(times)))]


def _band(clip: Clip, number: int) -> npt.NDArray[np.bool_]:
    if clip.labels is None:
        return np.zeros(clip.size, np.bool_)
    return (np.asarray(clip.labels[number]) & BAND) > 0


def _changed(
    rng: np.random.Generator,
    clips: Sequence[Clip],
    frames: list[Picture | None],
    band: npt.NDArray[np.bool_],
    times: list[float],
) -> Moment:
    if rng.random() < _SMALLER and min(band.shape) > 300:
        factor = rng.uniform(max(0.55, 280 / min(band.shape)), 0.9)
        size = round(band.shape[1] * factor), round(band.shape[0] * factor)
        frames = [None if f is None else _resized(f, size) for f in frames]
        band = _resized(band.astype(np.uint8) * np.uint8(255), size) > 0
    if rng.random() < _FLYING:
        other = clips[int(rng.integers(len(clips)))]
        frames, flown = _fly(rng, frames, np.asarray(other.frames[int(rng.integers(len(other)))]), times)
        band &= ~flown
    if rng.random() < _LETTERS:
        frames = _lettered(rng, frames)
    before, first, truth, second, after = frames
    assert first is not None and second is not None and truth is not None
    return Moment(before, first, second, after, truth, ~band, times[2])


def _resized(picture: Picture, size: tuple[int, int]) -> Picture:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _fly(
    rng: np.random.Generator, frames: list[Picture | None], texture: Picture, times: list[float]
) -> tuple[list[Picture | None], npt.NDArray[np.bool_]]:
    """A shape cut out of a texture flies over the frames; also where it covers the truth."""
    known = next(f for f in frames if f is not None)
    height, width = known.shape[:2]
    side = int(rng.uniform(60, 240))
    noise = cv2.GaussianBlur(rng.random((side, side), np.float32), (0, 0), side / rng.uniform(5, 14))
    y, x = np.ogrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    inside = 1.15 - np.sqrt(x * x + y * y) + (noise - noise.mean()) / max(float(noise.std()), 1e-6) * 0.22
    matte = cv2.GaussianBlur((inside > 0.3).astype(np.float32), (0, 0), rng.uniform(0.5, 1.2))
    matte[[0, -1]] = 0
    matte[:, [0, -1]] = 0
    top = int(rng.integers(max(1, texture.shape[0] - side)))
    left = int(rng.integers(max(1, texture.shape[1] - side)))
    patch = cv2.resize(texture[top : top + side, left : left + side], (side, side)).astype(np.float32)
    place = np.array((rng.uniform(-0.2, 0.9) * width, rng.uniform(-0.2, 0.9) * height))
    speed = rng.normal(0, 1, 2) * np.exp(rng.uniform(np.log(2), np.log(26)))
    bend = rng.normal(0, 0.12, 2) * np.linalg.norm(speed)
    out: list[Picture | None] = []
    cover = np.zeros((height, width), np.bool_)
    for number, (frame, t) in enumerate(zip(frames, times, strict=True)):
        if frame is None:
            out.append(None)
            continue
        at = place + speed * t + bend * t * t / 2
        matrix = np.array([[1, 0, at[0]], [0, 1, at[1]]], np.float64)
        alpha = cv2.warpAffine(matte, matrix, (width, height))[..., None]
        flown = cv2.warpAffine(patch, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        out.append((frame * (1 - alpha) + flown * alpha + 0.5).astype(np.uint8))
        if number == 2:
            cover = alpha[..., 0] > 0.99
    return out, cover


def _lettered(rng: np.random.Generator, frames: list[Picture | None]) -> list[Picture | None]:
    known = next(f for f in frames if f is not None)
    height, width = known.shape[:2]
    text = "".join(chr(int(c)) for c in rng.integers(65, 91, int(rng.integers(3, 16))))
    place = int(rng.uniform(0, 0.6) * width), int(rng.uniform(0.1, 0.95) * height)
    colour, scale = tuple(int(c) for c in rng.integers(0, 256, 3)), rng.uniform(0.6, 2.0)
    thick = int(rng.integers(1, 5))
    out: list[Picture | None] = []
    for frame in frames:
        drawn = None if frame is None else np.ascontiguousarray(frame)
        if drawn is not None:
            drawn = drawn.copy()
            cv2.putText(drawn, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thick, cv2.LINE_AA)
        out.append(drawn)
    return out


def _cut(moment: Moment) -> bool:
    """Whether the picture changes at once, so that there is nothing to learn."""
    a, b = (
        cv2.resize(splat.grey(x), (32, 18), interpolation=cv2.INTER_AREA)
        for x in (moment.first, moment.second)
    )
    return float(cv2.absdiff(a, b).mean()) > 40


def _still(rng: np.random.Generator, clips: Sequence[Clip]) -> Moment:
    clip = clips[int(rng.integers(len(clips)))]
    frame = np.asarray(clip.frames[int(rng.integers(len(clip)))])
    return Moment(None, frame, frame, None, frame, np.ones(clip.size, np.bool_), 0.5)


def _fields(moment: Moment) -> splat.Fields:
    greys = [
        None if f is None else splat.grey(f)
        for f in (moment.before, moment.first, moment.second, moment.after)
    ]
    before, first, second, after = greys
    assert first is not None and second is not None
    motion = splat.motion_between(first, second)
    bent = (
        None if before is None else splat.flow_at_half(first, before),
        None if after is None else splat.flow_at_half(second, after),
    )
    return splat.fields_at(motion, moment.t, *bent)


def _windows(rng: np.random.Generator, moment: Moment, fields: splat.Fields) -> list[Sample]:
    flows = splat.full_size(fields, moment.first.shape[1::-1])
    made = splat.render(moment.first, moment.second, *flows, moment.t)
    error = cv2.blur(cv2.absdiff(made, moment.truth).astype(np.float32).sum(2), (SIDE, SIDE))
    height, width = error.shape
    places = []
    for number in range(GROUP):
        tries = 5 if number < GROUP // 2 else 1
        spots = [(_spot(rng, width), _spot(rng, height)) for _ in range(tries)]
        places.append(
            max(
                spots,
                key=lambda s: error[min(s[1] + SIDE // 2, height - 1), min(s[0] + SIDE // 2, width - 1)],
            )
        )
    return [_window(moment, fields, left, top) for left, top in places]


def _spot(rng: np.random.Generator, length: int) -> int:
    """An even start of a window; a frame smaller than a window is in its middle."""
    room = length - SIDE
    return (int(rng.integers(room + 1)) if room > 0 else room // 2) // 2 * 2


def _window(moment: Moment, fields: splat.Fields, left: int, top: int) -> Sample:
    height, width = moment.truth.shape[:2]
    wide = SIDE + 2 * MARGIN
    stacked = np.dstack([fields.to0, fields.to1, fields.mass])
    return Sample(
        np.stack([_part(f, left - MARGIN, top - MARGIN, wide) for f in (moment.first, moment.second)]),
        _part(moment.truth, left, top, SIDE),
        _part(moment.counts.astype(np.uint8), left, top, SIDE, cv2.BORDER_CONSTANT) > 0,
        _part(stacked, left // 2, top // 2, SIDE // 2).astype(np.float16).transpose(2, 0, 1),
        moment.t,
        (-left, -top, width - 1 - left, height - 1 - top),
    )


def _part(
    picture: npt.NDArray[Any], left: int, top: int, side: int, border: int = cv2.BORDER_REPLICATE
) -> npt.NDArray[Any]:
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + side, width), min(top + side, height)
    inside = np.ascontiguousarray(picture[y0:y1, x0:x1])
    around = y0 - top, top + side - y1, x0 - left, left + side - x1
    return np.asarray(cv2.copyMakeBorder(inside, *around, border))
