"""Soft mattes of one object from and to files: a video, or a folder of grey PNGs. Runs off the GUI thread.

What comes in becomes a result like that of a tracking, with the object's masks and soft mattes; the other objects
stay as they were in the track there is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from app.masks.mask_files import same_shape, soft_matte
from app.masks.track_results import tracked_range
from core.errors import Cancelled, MediaError
from core.files import link_or_copy, write_atomic
from core.job import Progress, Report, content_key, drain, run_job
from core.media.appearances import Appearances, read_appearances, write_appearances
from core.media.fingerprint import fingerprint
from core.media.matte import (
    CONFIDENCE,
    MASKS,
    SOFT,
    MaskFolder,
    Matte,
    mask_name,
    read_confidences,
    read_matte,
    write_labels,
    write_soft,
)
from core.media.matte_video import read_matte_video, write_matte_video
from core.media.reader import open_source
from core.project.paths import results_folder
from core.project.project import Media, TrackedRange

KIND, VERSION = "imported mattes", 1
Mattes = Generator[tuple[int, Matte]]
"""Frame numbers of the clip and float32 (H, W) in [0, 1]."""


def import_mattes(
    data: Path, media: Media, path: Path, label: int, frame: int, count: int, report: Report
) -> TrackedRange:
    """Take the mattes of a video or of a folder of PNGs over for the object `label`.

    Args:
        frame: where a video that is shorter than the clip begins.
        count: frames of the clip.

    Returns:
        The media's track with them.

    Raises:
        MediaError: when they cannot be read or do not fit the clip. Cancelled: when `report` asked for it.
    """
    video = media.info.video
    assert video is not None, "masks are of pictures"
    size = (video.width, video.height)
    numbers, mattes = (_folder if path.is_dir() else _video)(path, size, frame, count)
    base = results_folder(data) / media.track.key if media.track is not None else None
    root = results_folder(data)
    parameters = {"label": label, "first": min(numbers, default=0)}
    inputs = {"mattes": _print(path), "clip": media.info.fingerprint, "base": base.name if base else ""}
    work = partial(_work, base, mattes, len(numbers))
    try:
        drain(run_job(root, KIND, VERSION, work, parameters, inputs), lambda step: report(step.part))
    finally:
        mattes.close()  # a video's file
    return tracked_range(media, root / content_key(KIND, VERSION, parameters, inputs))


def _print(path: Path) -> str:
    """What tells the files from others."""
    if not path.is_dir():
        return fingerprint(path)
    prints = "".join(f"{file.name} {fingerprint(file)}\n" for file in sorted(path.glob("*.png")))
    return hashlib.blake2b(prints.encode(), digest_size=16).hexdigest()


def _folder(path: Path, size: tuple[int, int], frame: int, count: int) -> tuple[Sequence[int], Mattes]:
    """The mattes of PNGs with frame numbers in their names."""
    found = MaskFolder(path)
    files = {number: found.file(number) for number in found.frames() if number < count}
    if not files:
        raise MediaError(f"{path} holds no PNG mattes", "Choose a folder with files such as 00000.png")
    return list(files), ((number, _png(file, size)) for number, file in files.items() if file is not None)


def _png(file: Path, size: tuple[int, int]) -> Matte:
    """A matte (H, W) at the clip's size; raises MediaError when it has another shape."""
    matte = read_matte(file)
    own = (matte.shape[1], matte.shape[0])
    return matte if own == size else read_matte(file, size, resize=same_shape(own, size))


def _video(path: Path, size: tuple[int, int], frame: int, count: int) -> tuple[Sequence[int], Mattes]:
    """The mattes of a video that covers the clip, or begins at `frame`."""
    with closing(open_source(path)) as source:
        own, stored = source.frame_count, (source.width, source.height)
    first = 0 if own == count else frame
    if first + own > count:
        raise MediaError(
            f"{path.name} has {own} frames: begun at frame {first} it goes past the clip's end at {count - 1}",
            "Stand on the frame where it begins, or export it over the whole clip",
        )
    padded = all(0 <= more <= 1 for more in (stored[0] - size[0], stored[1] - size[1]))
    return range(first, first + own), _frames(path, size, first, not padded and same_shape(stored, size))


def _frames(path: Path, size: tuple[int, int], first: int, resize: bool) -> Mattes:
    yield from read_matte_video(path, size=size, first=first, resize=resize)


def _work(
    base: Path | None, mattes: Mattes, count: int, out: Path, label: int, first: int
) -> Iterator[Progress]:
    (out / MASKS).mkdir(exist_ok=True)
    (out / SOFT / str(label)).mkdir(parents=True, exist_ok=True)
    earlier = MaskFolder(base) if base is not None else None
    confidences = read_confidences(base) if base is not None else {}
    done = set[int]()
    for frame, matte in mattes:
        labels = np.zeros(matte.shape, np.uint8)
        if earlier is not None and frame in earlier:
            labels = earlier.labels(frame).copy()
            labels[labels == label] = 0
        labels[matte >= 0.5] = label
        write_labels(out / MASKS / mask_name(frame), labels)
        write_soft(out / SOFT / str(label) / mask_name(frame), matte)
        confidences[frame] = {**confidences.get(frame, {}), label: 1.0}
        done.add(frame)
        yield Progress(len(done), count, f"Frame {frame}")
    if base is not None:
        _carry_over(base, out, label, done)
    write_atomic(out / CONFIDENCE, msgspec.json.encode(confidences))


def _carry_over(base: Path, out: Path, label: int, imported: set[int]) -> None:
    """What the earlier track has beside the mattes that came in."""
    names = {mask_name(frame) for frame in imported}
    for part in (MASKS, SOFT):
        for path in sorted((base / part).rglob("*.png")):
            of_the_object = part == MASKS or path.parent.name == str(label)
            if not (of_the_object and path.name in names):
                link_or_copy(path, out / path.relative_to(base))
    told = read_appearances(base)
    others = {known: history for known, history in told.objects.items() if known != label}
    if others or told.cuts:
        write_appearances(out, Appearances(others, told.cuts))


def export_video(data: Path, media: Media, path: Path, label: int, count: int, report: Report) -> int:
    """Write an object's mattes over the whole clip as a video; frames without a mask are empty.

    Returns:
        How many frames were written.

    Raises:
        MediaError: for an unknown suffix, or when the disk refuses. Cancelled: when `report` asked for it.
    """
    video = media.info.video
    assert video is not None, "masks are of pictures"
    size = (video.width, video.height)

    def mattes() -> Iterator[Matte]:
        for frame in range(count):
            if not report(frame / count):
                raise Cancelled("cancelled")
            yield soft_matte(data, media, size, frame, label)

    return write_matte_video(path, mattes(), size=size, rate=video.rate)
