"""laminar track: masks of a few frames in, a mask of every frame out."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.terminal import Terminal
from core.errors import MediaError
from core.media.fingerprint import fingerprint
from core.media.guard import safe_probe
from core.media.images import is_pattern, numbered
from core.media.matte import MaskFolder, mask_name

WORK = ".laminar-track"
"""Folder beside the masks that holds unfinished work; the same command goes on from it."""


def run(clip: Path, masks: list[Path], at: list[int], out: Path, *, fast: bool, json: bool) -> None:
    terminal = Terminal(json)
    frames = frames_of(masks, at)
    info = safe_probe(clip)
    if info.video is None:
        raise MediaError(f"{clip} has no picture to track in", "Give a video or a folder of images")
    out.mkdir(parents=True, exist_ok=True)
    parameters = {
        "clip": str(clip.resolve()),
        "key_masks": {str(frame): str(mask.resolve()) for frame, mask in frames.items()},
        "fast": fast,
        "soft": False,
    }
    inputs = {"clip": info.fingerprint, **{f"mask {n}": fingerprint(mask) for n, mask in frames.items()}}
    result = terminal.job("track", "Tracking", out / WORK, parameters, inputs)
    written = copy_masks(result, out, clip)
    shutil.rmtree(out / WORK)
    terminal.say(
        {"outputs": [str(out)], "frames": len(written), "key_masks": len(frames)},
        f"{len(written)} masks in {out}",
    )


def frames_of(masks: list[Path], at: list[int]) -> dict[int, Path]:
    """Which mask belongs to which frame; a single mask without --at belongs to the first.

    Raises:
        MediaError: when the numbers do not fit the masks.
    """
    if not at and len(masks) == 1:
        at = [0]
    if len(at) != len(masks):
        raise MediaError(
            f"{len(masks)} masks and {len(at)} frame numbers", "Give one --at N for every --mask"
        )
    if len(set(at)) != len(at):
        raise MediaError("two masks for the same frame", "Give every --at once")
    for mask in masks:
        if not mask.is_file():
            raise MediaError(f"there is no mask {mask}", "Check the path given with --mask")
    return dict(zip(at, masks, strict=True))


def copy_masks(result: Path, out: Path, clip: Path) -> list[Path]:
    """The masks of a result under the names that the clip's frames have, or 00000.png and so on."""
    names = [path.stem for path in numbered(clip)] if clip.is_dir() or is_pattern(clip) else []
    written = []
    for frame in MaskFolder(result).frames():
        name = f"{names[frame]}.png" if frame < len(names) else mask_name(frame)
        written.append(out / name)
        shutil.copyfile(result / "masks" / mask_name(frame), written[-1])
    return written
