"""Masks of other programs brought into the layout of a tracking result, and written out in other programs' ways.

In: folders of PNGs (palette, binary, soft) and matte videos. Out: palette, binary or soft PNGs, and matte videos.
Frames are read and written one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from core.errors import MediaError
from core.job import Progress
from core.media.matte import (
    MASKS,
    SOFT,
    Labels,
    MaskFolder,
    Matte,
    mask_name,
    read_labels,
    read_soft,
    write_binary,
    write_labels,
    write_soft,
)
from core.media.matte_video import MatteFormat, read_matte_video, to_labels, write_matte_video
from core.time import FrameRate

PngStyle = Literal["palette", "binary", "soft"]


def import_labels(
    folder: Path, out: Path, *, size: tuple[int, int], frames: int, resize: bool = False
) -> Iterator[Progress]:
    """Masks of several objects: a folder of label PNGs becomes OUT/masks, its labels as they are.

    Args:
        size: (width, height) of the clip.
        frames: how many it has.
        resize: bring masks of another size to the clip's instead of raising.

    Raises:
        MediaError: when there is no mask, one cannot be read, has another size or lies outside the clip.
    """
    found = _files(folder, frames)
    make_folder(out / MASKS)
    for done, (frame, path) in enumerate(found.items()):
        write_labels(out / MASKS / mask_name(frame), read_labels(path, size, resize))
        yield Progress(done + 1, len(found), f"Frame {frame}")


def import_object(
    source: Path,
    out: Path,
    label: int,
    *,
    size: tuple[int, int],
    frames: int,
    first: int = 0,
    resize: bool = False,
) -> Iterator[Progress]:
    """Masks of one object, from a folder of PNGs or a matte video, added to OUT/masks and OUT/soft/LABEL.

    Where objects meet, the one imported last is above.

    Args:
        size: (width, height) of the clip.
        frames: how many it has.
        first: the clip's frame that a video begins at.
        resize: bring masks of another size to the clip's instead of raising.

    Raises:
        MediaError: when nothing can be read, or it has another size or number of frames.
    """
    mattes, count = _mattes(source, size, frames, first, resize)
    make_folder(out / MASKS)
    make_folder(out / SOFT / str(label))
    for done, (frame, matte) in enumerate(mattes):
        path = out / MASKS / mask_name(frame)
        labels = read_labels(path, size) if path.is_file() else np.zeros(matte.shape, np.uint8)
        labels = np.where(labels == label, np.uint8(0), labels)
        write_labels(path, np.where(matte >= 0.5, to_labels(matte, label), labels))
        write_soft(out / SOFT / str(label) / mask_name(frame), matte)
        yield Progress(done + 1, max(count, done + 1), f"Frame {frame}")


def export_pngs(masks: Path, out: Path, style: PngStyle, label: int | None = None) -> Iterator[Progress]:
    """Write masks as PNGs named by frame number: the DAVIS palette, white on black, or soft grey.

    Args:
        masks: a tracking result or a folder of mask PNGs.
        label: the object; None takes all of them as one for binary ones. Soft ones are of one object.

    Raises:
        MediaError: without masks or such an object, or when the disk refuses.
    """
    folder, numbers = _masks(masks)
    label = _one_object(folder, numbers, masks) if style == "soft" and label is None else label
    make_folder(out)
    seen = label is None
    for done, frame in enumerate(numbers):
        labels, path = folder.labels(frame), out / mask_name(frame)
        seen = seen or bool(np.any(labels == label))
        if style == "soft" and label is not None:
            write_soft(path, folder.soft(frame, label))
        elif style == "binary":
            write_binary(path, labels, label)
        else:
            write_labels(path, labels if label is None else _only(labels, label))
        yield Progress(done + 1, len(numbers), f"Frame {frame}")
    if not seen:
        raise MediaError(f"{masks} has no object {label}", "Give another --object")


def export_video(
    masks: Path,
    out: Path,
    *,
    rate: FrameRate,
    frames: int = 0,
    label: int | None = None,
    format: MatteFormat | None = None,
) -> Iterator[Progress]:
    """Write one object's mattes as a video from frame 0 on; frames without a mask are empty.

    Args:
        frames: how many the clip has; 0 ends with the last mask.
        label: None takes the only object.
        format: None takes the one of the suffix.

    Raises:
        MediaError: without masks, for several objects and no label, or when the disk refuses.
    """
    folder, numbers = _masks(masks)
    wanted = _one_object(folder, numbers, masks) if label is None else label
    count = frames or numbers[-1] + 1
    height, width = folder.labels(numbers[0]).shape

    def mattes() -> Iterator[Matte]:
        for frame in range(count):
            yield folder.soft(frame, wanted) if frame in folder else np.zeros((height, width), np.float32)

    yield Progress(0, count, f"Writing {out.name}")
    write_matte_video(out, mattes(), size=(width, height), rate=rate, format=format)
    yield Progress(count, count, f"Writing {out.name}")


def png_style(name: str) -> PngStyle | None:
    """The style of that name; None when it is none."""
    return next((style for style in get_args(PngStyle) if style == name), None)


def _mattes(
    source: Path, size: tuple[int, int], frames: int, first: int, resize: bool
) -> tuple[Iterator[tuple[int, Matte]], int]:
    """The mattes and about how many there are."""
    if not source.is_dir():
        return read_matte_video(source, size=size, frames=frames, first=first, resize=resize), frames - first
    found = _files(source, frames)
    return ((frame, read_soft(path, size, resize)) for frame, path in found.items()), len(found)


def _files(folder: Path, frames: int) -> dict[int, Path]:
    """The PNGs of a folder by frame number."""
    masks = MaskFolder(folder)
    found = {frame: path for frame in masks.frames() if (path := masks.file(frame)) is not None}
    if not found:
        raise MediaError(f"{folder} holds no PNG masks", "Give a folder with files such as 00000.png")
    if max(found) >= frames:
        raise MediaError(
            f"{found[max(found)]} is for frame {max(found)}, the clip ends at {frames - 1}",
            "Number the masks from 0, as the clip's frames are",
        )
    return found


def _masks(path: Path) -> tuple[MaskFolder, list[int]]:
    folder = MaskFolder(path)
    numbers = folder.frames()
    if not numbers:
        raise MediaError(f"{path} holds no PNG masks", "Give the folder that laminar track wrote")
    return folder, numbers


def _one_object(folder: MaskFolder, numbers: Sequence[int], path: Path) -> int:
    """The only object of the masks, looked for in a few frames. Raises MediaError when there are several or none."""
    step = max(1, len(numbers) // 16)
    found = {int(label) for frame in numbers[::step] for label in np.unique(folder.labels(frame))} - {0}
    if len(found) != 1:
        many = f"objects {', '.join(map(str, sorted(found)))}" if found else "no object"
        raise MediaError(f"{path} has {many}", "Say which one with --object")
    return found.pop()


def _only(labels: Labels, label: int) -> Labels:
    return np.where(labels == label, labels, np.uint8(0)).astype(np.uint8)


def make_folder(folder: Path) -> None:
    """The folder and those above it. Raises MediaError when the disk refuses."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MediaError(f"{folder} cannot be made: {error.strerror}", "Choose another folder") from error
