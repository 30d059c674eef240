"""What an artist does to a whole track: small pieces and holes cleaned away, shapes between two drawn frames.

A result never changes: each makes a new folder beside it, named by what made it, with masks, soft mattes,
confidences and appearances. Frames are read and written one at a time. Numpy and OpenCV only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from core.files import link_or_copy, write_atomic
from core.job import Progress, Report, content_key, drain, run_job
from core.masks import draw
from core.media.appearances import APPEARANCES, as_gaps, read_appearances, write_appearances
from core.media.identities import carry_over
from core.media.matte import (
    CONFIDENCE,
    MASKS,
    SOFT,
    Labels,
    MaskFolder,
    Matte,
    mask_name,
    read_confidences,
    read_labels,
    read_matte,
    write_labels,
    write_soft,
)

VERSION = 1
SMALL = 0.02
"""Pieces and holes of less than this part of an object's largest piece are cleaned away."""
AROUND = 9
"""Pixels, odd: how wide a softened edge a piece that is cleaned away may have left around it."""
Area = npt.NDArray[np.bool_]
"""bool (H, W)."""
Distance = npt.NDArray[np.float32]
"""float32 (H, W): pixels to the edge, positive inside."""


def tidied(labels: Labels, label: int) -> Labels:
    """Labels (H, W) without an object's pieces and holes that are smaller than SMALL of its largest piece."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(
        (labels == label).astype(np.uint8), connectivity=8
    )
    if count < 2:
        return labels
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.int64)
    least = SMALL * areas[1:].max()
    areas[0] = least + 1  # the background is no piece
    kept = np.where((areas < least)[pieces], np.uint8(0), labels)
    outside = np.pad((kept != label).astype(np.uint8), 1, constant_values=1)
    _, holes, stats, _ = cv2.connectedComponentsWithStats(outside, connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] < least
    small[[0, holes[0, 0]]] = False
    return np.where(small[holes[1:-1, 1:-1]] & (kept == 0), np.uint8(label), kept)


@dataclass(frozen=True)
class Shape:
    """A drawn object.

    x, y: its middle.
    size: the root of its area.
    """

    distance: Distance
    x: float
    y: float
    size: float


def shape_of(area: Area) -> Shape:
    """Raises ValueError when there is nothing in `area`."""
    if not area.any():
        raise ValueError("a shape has pixels")
    padded = np.pad(area.astype(np.uint8), 1, mode="edge")
    inside = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    outside = cv2.distanceTransform(1 - padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    ys, xs = np.nonzero(area)
    distance = np.asarray((inside - outside)[1:-1, 1:-1], np.float32)
    return Shape(distance, float(xs.mean()), float(ys.mean()), float(np.sqrt(len(xs))))


def between(one: Shape, other: Shape, part: float) -> Area:
    """The shape at `part` (0 to 1) of the way from one to the other: both moved and scaled to where the object then is,
    and their distances to the edge mixed."""
    x, y = (1 - part) * one.x + part * other.x, (1 - part) * one.y + part * other.y
    size = one.size ** (1 - part) * other.size**part
    first, second = _placed(one, x, y, size), _placed(other, x, y, size)
    return np.asarray((1 - part) * first + part * second > 0)


def _placed(shape: Shape, x: float, y: float, size: float) -> Distance:
    scale = size / shape.size
    matrix = np.array([[scale, 0, x - scale * shape.x], [0, scale, y - scale * shape.y]])
    height, width = shape.distance.shape
    moved = cv2.warpAffine(
        shape.distance, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved * np.float32(scale), np.float32)


# Whole tracks


def tidy(base: Path, label: int, report: Report = lambda part: True) -> Path:
    """A result like `base` in which `tidied` was done to every frame. Takes long.

    Raises:
        MediaError: when the result cannot be read. Cancelled: when `report` asked for it.
    """
    work = partial(_tidy, base)
    return _made(base.parent, "tidied masks", work, {"label": label}, {"base": base.name}, report)


@dataclass(frozen=True)
class Keys:
    """Two key masks, palette PNGs named by their content, on frames first and last."""

    first: int
    last: int
    one: Path
    other: Path


def fill_between(
    root: Path, base: Path | None, keys: Keys, label: int, report: Report = lambda part: True
) -> Path:
    """A result like `base` with an object's shapes `between` two key masks that show it, in the frames between them;
    other objects keep their pixels. Without a base it holds the frames from one key mask to the other. Takes long.

    Raises:
        MediaError, Cancelled: as `tidy`.
    """
    work = partial(_between, base, keys)
    parameters = {"label": label, "first": keys.first, "last": keys.last}
    inputs = {"base": base.name if base is not None else "", "one": keys.one.name, "other": keys.other.name}
    return _made(root, "shapes between", work, parameters, inputs, report)


def _made(
    root: Path,
    kind: str,
    work: Callable[..., Iterator[Progress]],
    parameters: dict[str, int],
    inputs: dict[str, str],
    report: Report,
) -> Path:
    drain(run_job(root, kind, VERSION, work, parameters, inputs), lambda step: report(step.part))
    return root / content_key(kind, VERSION, parameters, inputs)


def _tidy(base: Path, out: Path, label: int) -> Iterator[Progress]:
    carry_over(base, out)
    for name in (CONFIDENCE, APPEARANCES):
        if (base / name).is_file():
            link_or_copy(base / name, out / name)
    source = MaskFolder(base)
    frames = source.frames()
    for done, frame in enumerate(frames, 1):
        before = source.labels(frame)
        after = tidied(before, label)
        _write_frame(base, out, frame, before, after, label)
        yield _progress(done, len(frames), frame)


def _between(
    base: Path | None, keys: Keys, out: Path, label: int, first: int, last: int
) -> Iterator[Progress]:
    drawn = {frame: read_labels(path) for frame, path in ((first, keys.one), (last, keys.other))}
    one, other = (shape_of(labels == label) for labels in drawn.values())
    source = MaskFolder(base) if base is not None else None
    if base is not None:
        carry_over(base, out)
    (out / MASKS).mkdir(exist_ok=True)
    filled = range(first + 1, last)
    frames = sorted(
        {*(source.frames() if source is not None else ()), *filled, *(drawn if source is None else ())}
    )
    for done, frame in enumerate(frames, 1):
        if frame not in filled:
            if base is None:
                write_labels(out / MASKS / mask_name(frame), drawn[frame])
            else:
                _link_frame(base, out, frame)
        else:
            there = source is not None and frame in source
            before = source.labels(frame) if source is not None and there else np.zeros_like(drawn[first])
            without = np.where(before == label, np.uint8(0), before)
            shape = between(one, other, (frame - first) / (last - first))
            write_labels(out / MASKS / mask_name(frame), draw.paint(without, shape, label, protect=True))
            if base is not None:
                _link_soft(base, out, frame, but=label)  # a drawn shape has a hard edge
        yield _progress(done, len(frames), frame)
    _tell(base, out, label, filled)


def _tell(base: Path | None, out: Path, label: int, filled: range) -> None:
    """Nobody doubts a shape, and where it is drawn the object is not missing."""
    sure = read_confidences(base) if base is not None else {}
    for frame in filled:
        sure.get(frame, {}).pop(label, None)
    write_atomic(out / CONFIDENCE, msgspec.json.encode(sure))
    told = read_appearances(base) if base is not None else None
    if told is None or not (told.objects or told.cuts):
        return
    objects = dict(told.objects)
    if label in objects:
        missing = [frame for start, end in objects[label].gaps for frame in range(start, end + 1)]
        gaps = as_gaps([frame for frame in missing if frame not in filled])
        objects[label] = msgspec.structs.replace(objects[label], gaps=gaps)
    write_appearances(out, msgspec.structs.replace(told, objects=objects))


def _progress(done: int, total: int, frame: int) -> Progress:
    return Progress(done, total, f"Frame {frame}", f"{MASKS}/{mask_name(frame)}", {"frame": frame})


# One frame's files


def _link_frame(base: Path, out: Path, frame: int) -> None:
    link_or_copy(base / MASKS / mask_name(frame), out / MASKS / mask_name(frame))
    _link_soft(base, out, frame)


def _link_soft(base: Path, out: Path, frame: int, but: int = 0) -> None:
    for path in (base / SOFT).glob(f"*/{mask_name(frame)}"):
        if path.parent.name != str(but):
            link_or_copy(path, out / SOFT / path.parent.name / path.name)


def _write_frame(base: Path, out: Path, frame: int, before: Labels, after: Labels, label: int) -> None:
    if np.array_equal(before, after):
        _link_frame(base, out, frame)
        return
    write_labels(out / MASKS / mask_name(frame), after)
    _link_soft(base, out, frame, but=label)
    path = base / SOFT / str(label) / mask_name(frame)
    if path.is_file():
        (out / SOFT / str(label)).mkdir(parents=True, exist_ok=True)
        matte = softened(read_matte(path), before == label, after == label)
        write_soft(out / SOFT / str(label) / path.name, matte)


def softened(matte: Matte, before: Area, after: Area) -> Matte:
    """A matte (H, W) in [0, 1] after its hard mask was tidied: full where a hole was filled, gone
    with the soft edge where a piece went."""
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (AROUND, AROUND))
    gone, kept = (cv2.dilate(area.astype(np.uint8), brush) > 0 for area in (before & ~after, after))
    changed = np.where(gone & ~kept | (before & ~after), np.float32(0), matte)
    return np.asarray(np.where(after & ~before, np.float32(1), changed), np.float32)
