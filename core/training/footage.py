"""Clips to train on: which files of a data folder may be used, decoded once into memory-mapped arrays.

A data folder holds `davis-train/NAME.mp4` and `pexels/ID.mp4` with `.npz` masks beside them, `asl-gestures/*.mkv` and
`misc/*.mp4` without masks, and perhaps an `INDEX.csv` in it or above it with a `note` on each file and, in `source`,
the colour of an outline ("outlined_[255, 215, 0]") that was drawn around the object and may have left traces. Only
footage whose own licence lets trained weights be shipped is found: DAVIS (BSD), Pexels, CC BY, BSD, Apache and MIT.

A mask file holds `mask` and `band`, packed bits (frames, ceil(H * W / 8)), and `mask_shape` (frames, H, W). Inside
`band` the picture was filled in afterwards: neither its pixels nor its mask are to be trusted.
"""

from __future__ import annotations

import csv
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import MediaError
from core.media.reader import open_source

OBJECT, BAND = 1, 2
"""Bits of `Clip.labels`: the object, and the band around it that must be ignored."""

_SCORING_ONLY = (
    "blackswan",
    "bmx-trees",
    "car-shadow",
    "dance-twirl",
    "drift-chicane",
    "libby",
    "parkour",
    "scooter-black",
)
_PLAIN = (
    "asl-gestures/*.mkv",
    "misc/iot_*.mp4",
    "misc/pexels_*.mp4",
    "misc/pose2sim*.mp4",
    "misc/sam2_*.mp4",
)
_UNRELIABLE = ("mask wrong", "look before use")
_SHORT_SIDE = 480
_LONGEST = 120
_HELD_OUT_OF = 8
_VIVID = 150
_OUTLINE_REACH = 12
_CACHE_VERSION = 2


@dataclass(frozen=True)
class Source:
    """A file that may be trained on.

    name: folder and stem, "pexels/123".
    masks: its .npz, or None.
    outline: red, green and blue of a vivid outline whose traces are to be healed, or None.
    """

    name: str
    path: Path
    masks: Path | None
    outline: tuple[int, int, int] | None = None


@dataclass(frozen=True, eq=False)
class Clip:
    """A decoded clip.

    Attributes:
        frames: uint8 (N, H, W, 3) RGB, mapped from disk.
        labels: uint8 (N, H, W) bits OBJECT and BAND, mapped from disk; None when the clip has no masks.
        boxes: int32 (N, 4) left, top, right, bottom (exclusive) of the object; zeros where it is not seen.
        areas: int64 (N,) pixels of the object.
        cores: int64 (N,) pixels of the object outside the band.
        weight: how much more than another the clip has to teach, by how much its mask changes: 0.25 to 2.
    """

    name: str
    frames: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8] | None
    boxes: npt.NDArray[np.int32]
    areas: npt.NDArray[np.int64]
    cores: npt.NDArray[np.int64]
    weight: float = 1.0

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.frames.shape[1], self.frames.shape[2]


@dataclass(frozen=True, eq=False)
class Footage:
    """The clips that are trained on.

    masked: clips with an object mask a frame.
    plain: clips without, for backgrounds and textures.
    """

    masked: tuple[Clip, ...]
    plain: tuple[Clip, ...] = ()

    @property
    def clips(self) -> tuple[Clip, ...]:
        """All of them."""
        return self.masked + self.plain


def find_sources(folder: Path) -> tuple[Source, ...]:
    """Every usable file of a data folder in the order of their names.

    Raises:
        MediaError: when there is none.
    """
    index = _index(folder)
    found = []
    for pattern in ("davis-train/*.mp4", "pexels/*.mp4", *_PLAIN):
        for path in folder.glob(pattern):
            name = f"{path.parent.name}/{path.stem}"
            masks = path.with_suffix(".npz")
            if pattern not in _PLAIN and not masks.exists():
                continue
            row = index.get(path.name, {})
            if any(word in path.stem for word in _SCORING_ONLY) or _is_unreliable(row.get("note") or ""):
                continue
            found.append(
                Source(name, path, masks if masks.exists() else None, _outline(row.get("source") or ""))
            )
    if not found:
        raise MediaError(
            f"{folder} holds no footage to train on", "Give a folder with davis-train and pexels clips."
        )
    return tuple(sorted(found, key=lambda source: source.name))


def is_held_out(name: str) -> bool:
    """Whether a clip is kept from training, by a hash of its name: about one in eight."""
    return zlib.crc32(name.encode()) % _HELD_OUT_OF == 0


def load_footage(folder: Path, cache: Path, held_out: bool = False) -> Footage:
    """The clips to train on, or those held out; a file is decoded only when `cache` has it not.

    Raises:
        MediaError: when there is no footage, a file cannot be decoded or a mask does not fit its clip.
        OSError: when the cache cannot be written.
    """
    clips = [load_clip(s, cache) for s in find_sources(folder) if is_held_out(s.name) == held_out]
    masked = tuple(clip for clip in clips if clip.labels is not None)
    return Footage(masked, tuple(clip for clip in clips if clip.labels is None))


def load_clip(source: Source, cache: Path) -> Clip:
    """One clip from the cache, decoded into it first when it is not there. Raises as `load_footage`."""
    stem = f"{source.name.replace('/', '_')}-{_CACHE_VERSION}"
    frames_file, labels_file = cache / f"{stem}.frames.npy", cache / f"{stem}.labels.npy"
    if not frames_file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        frames = _decode(source.path)
        if source.masks is not None:
            labels = _read_labels(source.masks, frames.shape)
            if source.outline is not None:
                _heal(frames, labels, source.outline)
            _save(labels_file, labels)
        _save(frames_file, frames)
    frames = np.load(frames_file, mmap_mode="r")
    if source.masks is None:
        return plain_clip(source.name, frames)
    return masked_clip(source.name, frames, np.load(labels_file, mmap_mode="r"))


def plain_clip(name: str, frames: npt.NDArray[np.uint8]) -> Clip:
    """A clip without masks."""
    none = np.zeros(len(frames), np.int64)
    return Clip(name, frames, None, np.zeros((len(frames), 4), np.int32), none, none)


def masked_clip(name: str, frames: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]) -> Clip:
    """A clip with masks; `labels` as in Clip. Finds the boxes, the areas and the weight."""
    boxes = np.zeros((len(labels), 4), np.int32)
    areas, cores = np.zeros((2, len(labels)), np.int64)
    changes, before = [], None
    for number, plane in enumerate(labels):
        seen = plane & OBJECT
        areas[number], cores[number] = cv2.countNonZero(seen), np.count_nonzero(plane == OBJECT)
        x, y, width, height = cv2.boundingRect(seen)
        boxes[number] = (x, y, x + width, y + height)
        if number % 2 == 0:
            if before is not None and areas[number]:
                changes.append(cv2.countNonZero(cv2.bitwise_xor(seen, before)) / areas[number])
            before = seen
    weight = float(np.clip(0.25 + 5 * np.mean(changes or [0]), 0.25, 2))
    return Clip(name, frames, labels, boxes, areas, cores, weight)


def _index(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of INDEX.csv on this folder by file name."""
    for path in (folder / "INDEX.csv", folder.parent / "INDEX.csv"):
        if path.exists():
            with path.open(newline="", encoding="utf-8") as file:
                rows = [row for row in csv.DictReader(file) if f"{folder.name}/" in row["file"]]
                return {Path(row["file"]).name: row for row in rows}
    return {}


def _outline(source: str) -> tuple[int, int, int] | None:
    """The outline's colour when it is so vivid that it cannot be the object's own."""
    written = re.search(r"outlined_\[(\d+), (\d+), (\d+)\]|outlined_(2552150|0191255|52255152)_", source)
    if written is None:
        return None
    known = {"2552150": (255, 215, 0), "0191255": (0, 191, 255), "52255152": (52, 255, 152)}
    red, green, blue = known.get(written[4]) or (int(written[1]), int(written[2]), int(written[3]))
    return (red, green, blue) if max(red, green, blue) - min(red, green, blue) >= _VIVID else None


def _is_unreliable(note: str) -> bool:
    return any(words in note for words in _UNRELIABLE)


def _decode(path: Path) -> npt.NDArray[np.uint8]:
    source = open_source(path)
    try:
        count = min(source.frame_count, _LONGEST)
        height, width = source.frame(0).shape[:2]
        factor = min(1.0, _SHORT_SIDE / min(height, width))
        size = (round(width * factor), round(height * factor))
        frames = np.empty((count, size[1], size[0], 3), np.uint8)
        for number in range(count):
            picture = source.frame(number)[..., :3]
            frames[number] = (
                picture if factor == 1 else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            )
    finally:
        source.close()
    return frames


def _read_labels(path: Path, shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    """The bits of a mask file in the size of the decoded frames; frames without a mask count as band."""
    with np.load(path) as stored:
        count, height, width = (int(n) for n in stored["mask_shape"])
        planes = [
            np.unpackbits(stored[key], axis=1)[:, : height * width].reshape(count, height, width)
            for key in ("mask", "band")
        ]
    if abs(width / height - shape[2] / shape[1]) > 0.05:
        raise MediaError(f"{path.name} does not fit its clip", "Masks need the shape of their frames.")
    labels = np.full(shape[:3], BAND, np.uint8)
    for number in range(min(count, shape[0])):
        plane = planes[0][number] * np.uint8(OBJECT) | planes[1][number] * np.uint8(BAND)
        labels[number] = cv2.resize(plane, (shape[2], shape[1]), interpolation=cv2.INTER_NEAREST)
    return labels


def _heal(
    frames: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], outline: tuple[int, int, int]
) -> None:
    """Paint over what is left of the outline in and around the object, and count it to the band."""
    near = np.ones((2 * _OUTLINE_REACH + 1, 2 * _OUTLINE_REACH + 1), np.uint8)
    low, high = np.array(outline) - 60, np.array(outline) + 60
    for picture, plane in zip(frames, labels, strict=True):
        zone = cv2.dilate((plane > 0).astype(np.uint8), near)
        traces = cv2.inRange(picture, low.clip(0, 255), high.clip(0, 255)) & (zone * np.uint8(255))
        if traces.any():
            traces = cv2.dilate(traces, np.ones((5, 5), np.uint8))
            picture[:] = cv2.inpaint(picture, traces, 3, cv2.INPAINT_TELEA)
            plane[traces > 0] |= BAND


def _save(path: Path, array: npt.NDArray[np.uint8]) -> None:
    partial = path.with_name(path.stem + ".partial.npy")
    np.save(partial, array)
    partial.replace(path)
