"""laminar masks: masks from other programs in, masks for other programs out."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import cast, get_args

import numpy as np
from msgspec.structs import replace

from app.cli.clips import pictured
from app.cli.terminal import Terminal, counted, existing
from core.errors import MediaError
from core.media.guard import safe_probe
from core.media.info import VideoInfo
from core.media.mask_exchange import export_pngs, export_video, import_labels, import_object, png_style
from core.media.matte import MASKS, SOFT, MaskFolder, read_soft
from core.media.matte_video import FORMATS, MatteFormat, matte_format
from core.media.reader import open_source
from core.time import FrameRate

WORK = ".laminar-import"
"""Folder in the result for masks until all are there."""
RATE = FrameRate(25, 1)
"""Of a matte video when no clip is given."""


def run_import(
    sources: list[Path], clip: Path, out: Path, labels: list[int], at: int, *, resize: bool, json: bool
) -> None:
    """Raises MediaError when a source cannot be read or does not fit the clip."""
    terminal = Terminal(json)
    video = _video(terminal, clip)
    several = len(sources) > 1 or bool(labels)
    names = _labels(len(sources), labels)
    if (out / MASKS).is_dir() and any((out / MASKS).iterdir()):
        raise MediaError(f"{out} holds masks already", "Give another folder with -o")
    work = out / WORK
    shutil.rmtree(work, ignore_errors=True)  # of one that was killed
    try:
        _import_all(terminal, sources, names, work, video, at, several=several, resize=resize)
        for name in (SOFT, MASKS):  # masks last: a folder with them is whole
            if (work / name).is_dir():
                shutil.copytree(work / name, out / name, copy_function=shutil.move, dirs_exist_ok=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if out.is_dir() and not any(out.iterdir()):
            out.rmdir()
    count = len(MaskFolder(out).frames())
    terminal.say({"outputs": [str(out)], "frames": count}, f"{counted(count, 'mask')} in {out}")


def _import_all(
    terminal: Terminal,
    sources: list[Path],
    names: list[int],
    out: Path,
    video: VideoInfo,
    at: int,
    *,
    several: bool,
    resize: bool,
) -> None:
    size = video.width, video.height
    for source, label in zip(sources, names, strict=True):
        _probe_video(existing(source))
        if source.is_dir() and not several and not _is_soft(source):
            steps = import_labels(source, out, size=size, frames=video.frames, resize=resize)
        else:
            steps = import_object(source, out, label, size=size, frames=video.frames, first=at, resize=resize)
        terminal.follow(f"Importing {source.name}", steps)


def run_export(source: Path, out: Path, format: str, label: int, clip: Path | None, *, json: bool) -> None:
    """Raises MediaError for an unknown format, without masks, or when the disk refuses."""
    terminal = Terminal(json)
    existing(source)
    if not 0 <= label <= 255:
        raise MediaError(f"{label} is no object", "Give --object 1 to 255")
    wanted = label or None
    if wanted is not None:
        _require_object(MaskFolder(source), wanted)
    style = png_style(format or ("" if out.suffix else "palette"))
    if style is not None:
        if out.is_file():
            raise MediaError(f"{out} is a file", f"Give a folder with -o for {style} PNGs")
        if out.resolve() in (source.resolve(), (source / MASKS).resolve()):
            raise MediaError(f"{out} holds the masks themselves", "Give another folder with -o")
        terminal.follow("Exporting", export_pngs(source, out, style, wanted))
        count = len(MaskFolder(out).frames())
    else:
        kind = _matte_format(format, out)
        video = _video(terminal, clip) if clip is not None else None
        rate, frames = (video.rate, video.frames) if video is not None else (RATE, 0)
        count = frames or max(MaskFolder(source).frames(), default=-1) + 1
        terminal.follow(
            "Exporting", export_video(source, out, rate=rate, frames=frames, label=wanted, format=kind)
        )
    terminal.say({"outputs": [str(out)], "frames": count}, f"{counted(count, 'frame')} in {out}")


def _require_object(masks: MaskFolder, label: int) -> None:
    """Raises MediaError when no mask shows the object: what would be written is black. Looks until it finds one."""
    seen: set[int] = set()
    for frame in masks.frames():
        labels = masks.labels(frame)
        if (labels == label).any():
            return
        seen |= set(np.unique(labels).tolist()) - {0}
    if seen:
        known = ", ".join(map(str, sorted(seen)))
        raise MediaError(
            f"object {label} is in none of the masks", f"They show {known}: give one of these with --object"
        )


def _labels(count: int, given: list[int]) -> list[int]:
    """The label of each source: as given, else 1, 2, 3."""
    labels = given or list(range(1, count + 1))
    if len(labels) != count:
        raise MediaError(
            f"{count} sources and {len(labels)} objects", "Give one --object for every source, or none"
        )
    if len(set(labels)) != count or not all(1 <= label <= 254 for label in labels):
        raise MediaError("objects are numbered 1 to 254, each once", "Give other numbers with --object")
    return labels


def _matte_format(name: str, out: Path) -> MatteFormat:
    if not name:
        return matte_format(out)
    if name not in get_args(MatteFormat):
        known = ", ".join(("palette", "binary", "soft", *FORMATS))
        raise MediaError(f"{name!r} is no format of masks", f"Use one of {known}")
    kind = cast(MatteFormat, name)
    if out.suffix.lower() != FORMATS[kind].suffix:
        raise MediaError(f"{out.name} does not fit {name}", f"Let it end in {FORMATS[kind].suffix}")
    return kind


def _video(terminal: Terminal, clip: Path) -> VideoInfo:
    """Of the clip, with the frames that it really has."""
    info, video = pictured(terminal, clip)
    with closing(open_source(clip, info)) as source:
        return replace(video, frames=source.frame_count)


def _probe_video(source: Path) -> None:
    """Let a video first be opened in a process of its own. Raises MediaError when it cannot be used."""
    if not source.is_dir():
        safe_probe(source)


def _is_soft(folder: Path) -> bool:
    """Whether the PNGs hold more than labels: a first grey one with values between black and white."""
    masks = MaskFolder(folder)
    for frame in masks.frames()[:3]:
        path = masks.file(frame)
        if path is not None:
            matte = read_soft(path)
            if ((matte > 0) & (matte < 1)).any():
                return True
    return False
