"""Masks from and to files: a folder of PNGs in the DAVIS layout, binary or soft ones. Runs off the GUI thread."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from app.playing.preview import labels_of
from core.errors import MediaError
from core.media.mask_exchange import PngStyle, make_folder
from core.media.matte import (
    Labels,
    MaskFolder,
    Matte,
    mask_name,
    read_labels,
    write_binary,
    write_labels,
    write_soft,
)
from core.project.key_masks import write_key_mask
from core.project.paths import results_folder
from core.project.project import Media

SHAPE = 0.01
"""The ratio of the sides may differ by this part, as rounded sizes of proxies do."""


def mask_frames(media: Media) -> list[int]:
    """The frames that have a mask, drawn or tracked, ascending."""
    frames = {key.frame for key in media.key_masks}
    if media.track is not None:
        frames |= set(range(media.track.first, media.track.last + 1))
    return sorted(frames)


def export_masks(
    data: Path, media: Media, size: tuple[int, int], folder: Path, style: PngStyle, labels: Iterable[int] = ()
) -> int:
    """Write a PNG a frame, named by frame number: palette, or white on black, or soft grey of the objects `labels`
    (all when empty). Binary and soft ones get a folder an object when there are several.

    Returns:
        How many frames were written.

    Raises:
        MediaError: without masks, or when the disk refuses.
    """
    frames, wanted = mask_frames(media), list(labels) or [known.label for known in media.objects] or [1]
    if not frames:
        raise MediaError(f"{media.name} has no masks", "Draw a mask and track it first")
    folders = {0: folder} if style == "palette" else _folders(folder, wanted)
    for made in folders.values():
        make_folder(made)
    for frame in frames:
        image, _ = labels_of(data, media, frame, size)
        for label, into in folders.items():
            path = into / mask_name(frame)
            if style == "palette":
                write_labels(path, image)
            elif style == "binary":
                write_binary(path, image, label)
            else:
                write_soft(path, _soft(data, media, frame, label, image == label))
    return len(frames)


def _folders(folder: Path, labels: list[int]) -> dict[int, Path]:
    return {labels[0]: folder} if len(labels) == 1 else {label: folder / str(label) for label in labels}


def _soft(
    data: Path, media: Media, frame: int, label: int, hard: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The tracker's soft matte where the frame was tracked and not drawn, else the hard mask."""
    track, drawn = media.track, any(key.frame == frame for key in media.key_masks)
    if track is None or drawn or not track.first <= frame <= track.last:
        return hard.astype(np.float32)
    folder = MaskFolder(results_folder(data) / track.key)
    return folder.soft(frame, label) if frame in folder else hard.astype(np.float32)


def soft_matte(data: Path, media: Media, size: tuple[int, int], frame: int, label: int) -> Matte:
    """An object's matte in any frame, float32 (H, W); nothing where it has no mask. Raises MediaError."""
    image, _ = labels_of(data, media, frame, size)
    return _soft(data, media, frame, label, image == label)


def same_shape(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two sizes (width, height) are of one picture, larger and smaller."""
    return abs(one[0] * other[1] - one[1] * other[0]) <= SHAPE * one[0] * other[1]


def _scaled(labels: Labels, size: tuple[int, int]) -> Labels | None:
    """Labels (H, W) at another size (width, height), as those of a proxy are; None when it has another shape."""
    own = (labels.shape[1], labels.shape[0])
    if own == size:
        return labels
    if not same_shape(own, size):
        return None
    return np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)


def import_masks(
    data: Path, media: Media, size: tuple[int, int], path: Path, frame: int
) -> tuple[dict[int, str], set[int]]:
    """Take masks over as key masks: one PNG for `frame`, or a folder of them by the numbers in their names. They may
    be larger or smaller than the clip.

    Returns:
        Key mask names by frame, and the labels found in them.

    Raises:
        MediaError: when there is no mask, one cannot be read, or it has another shape than the clip.
    """
    if path.is_dir():
        folder = MaskFolder(path)
        images = {number: folder.labels(number) for number in folder.frames()}
    else:
        images = {frame: read_labels(path)}
    if not images:
        raise MediaError(f"{path} holds no PNG masks", "Choose a folder with files such as 00000.png")
    files, found = {}, set[int]()
    for number, given in images.items():
        labels = _scaled(given, size)
        if labels is None:
            raise MediaError(
                f"the mask of frame {number} in {path} is {given.shape[1]}x{given.shape[0]}, "
                f"{media.name} is {size[0]}x{size[1]}, which is another shape",
                "Crop the masks as the clip is; their size does not matter",
            )
        files[number] = write_key_mask(data, media.id, number, labels)
        found |= {int(label) for label in np.unique(labels) if 0 < label < 255}
    return files, found
