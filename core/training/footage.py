"""Clips to train on: which files of a data folder may be used, decoded once into memory-mapped arrays.

A data folder holds `davis-train/NAME.mp4` and `pexels/ID.mp4` with `.npz` masks beside them, `asl-gestures/*.mkv`
and `misc/*.mp4` without masks, and perhaps an `INDEX.csv` in it or above it with a `note` on each file. Only footage
whose own licence lets trained weights be shipped is found: DAVIS (BSD), Pexels, CC BY, BSD, Apache and MIT.

A mask file holds `mask` and `band`, packed bits (frames, ceil(H * W / 8)), and `mask_shape` (frames, H, W). Inside
`band` the picture was filled in afterwards: neither its pixels nor its mask are to be trusted.
"""

from __future__ import annotations

import csv
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


@dataclass(frozen=True)
class Source:
    """A file that may be trained on. name: folder and stem, "pexels/123". masks: its .npz, or None."""

    name: str
    path: Path
    masks: Path | None


@dataclass(frozen=True, eq=False)
class Clip:
    """A decoded clip.

    Attributes:
        frames: uint8 (N, H, W, 3) RGB, mapped from disk.
        labels: uint8 (N, H, W) bits OBJECT and BAND, mapped from disk; None when the clip has no masks.
        boxes: int32 (N, 4) left, top, right, bottom (exclusive) of the object; zeros where it is not seen.
        areas: int64 (N,) pixels of the object.
    """

    name: str
    frames: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8] | None
    boxes: npt.NDArray[np.int32]
    areas: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.frames.shape[1], self.frames.shape[2]


@dataclass(frozen=True, eq=False)
class Footage:
    """masked: clips with an object mask a frame. plain: clips without, for backgrounds and textures."""

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
    notes = _notes(folder)
    found = []
    for pattern in ("davis-train/*.mp4", "pexels/*.mp4", *_PLAIN):
        for path in folder.glob(pattern):
            name = f"{path.parent.name}/{path.stem}"
            masks = path.with_suffix(".npz")
            if pattern not in _PLAIN and not masks.exists():
                continue
            if any(word in path.stem for word in _SCORING_ONLY) or _is_unreliable(notes.get(path.name, "")):
                continue
            found.append(Source(name, path, masks if masks.exists() else None))
    if not found:
        raise MediaError(
            f"{folder} holds no footage to train on", "Give a folder with davis-train and pexels clips."
        )
    return tuple(sorted(found, key=lambda source: source.name))


def is_held_out(name: str) -> bool:
    """Whether a clip is kept from training, by a hash of its name: about one in eight."""
    return zlib.crc32(name.encode()) % _HELD_OUT_OF == 0


def held_out_names(folder: Path) -> tuple[str, ...]:
    """The names of the masked clips of a folder that are kept from training."""
    return tuple(s.name for s in find_sources(folder) if s.masks and is_held_out(s.name))


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
    stem = source.name.replace("/", "_")
    frames_file, labels_file = cache / f"{stem}.frames.npy", cache / f"{stem}.labels.npy"
    if not frames_file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _save(frames_file, _decode(source.path))
    frames = np.load(frames_file, mmap_mode="r")
    if source.masks is None:
        return plain_clip(source.name, frames)
    if not labels_file.exists():
        _save(labels_file, _read_labels(source.masks, frames.shape))
    return masked_clip(source.name, frames, np.load(labels_file, mmap_mode="r"))


def plain_clip(name: str, frames: npt.NDArray[np.uint8]) -> Clip:
    """A clip without masks."""
    return Clip(name, frames, None, np.zeros((len(frames), 4), np.int32), np.zeros(len(frames), np.int64))


def masked_clip(name: str, frames: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]) -> Clip:
    """A clip with masks; `labels` as in Clip. Finds the boxes and areas."""
    boxes, areas = np.zeros((len(labels), 4), np.int32), np.zeros(len(labels), np.int64)
    for number, plane in enumerate(labels):
        seen = plane & OBJECT
        areas[number] = cv2.countNonZero(seen)
        x, y, width, height = cv2.boundingRect(seen)
        boxes[number] = (x, y, x + width, y + height)
    return Clip(name, frames, labels, boxes, areas)


def _notes(folder: Path) -> dict[str, str]:
    for path in (folder / "INDEX.csv", folder.parent / "INDEX.csv"):
        if path.exists():
            with path.open(newline="", encoding="utf-8") as file:
                rows = [row for row in csv.DictReader(file) if f"{folder.name}/" in row["file"]]
                return {Path(row["file"]).name: row.get("note") or "" for row in rows}
    return {}


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


def _save(path: Path, array: npt.NDArray[np.uint8]) -> None:
    partial = path.with_name(path.stem + ".partial.npy")
    np.save(partial, array)
    partial.replace(path)
