"""laminar track: masks of a few frames in, a mask of every frame out."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.cli.clips import pictured
from app.cli.targets import left_over, make_folder, require_own_folder
from app.cli.terminal import Terminal, counted
from core.errors import MediaError
from core.files import lock
from core.media.appearances import APPEARANCES
from core.media.fingerprint import fingerprint
from core.media.images import is_pattern, numbered
from core.media.info import VideoInfo
from core.media.matte import CONFIDENCE, MaskFolder, mask_name

WORK = ".laminar-track"
"""Folder beside the masks that holds unfinished work; the same command goes on from it."""


def run(
    clip: Path, masks: list[Path], at: list[int], out: Path, *, fast: bool, adapt: bool, json: bool
) -> None:
    terminal = Terminal(json)
    frames = frames_of(masks, at)
    info, video = pictured(terminal, clip)
    _require_keys(frames, video)
    require_own_folder(out, clip)
    make_folder(out)
    parameters = {
        "clip": str(clip.resolve()),
        "key_masks": {str(frame): str(mask.resolve()) for frame, mask in frames.items()},
        "fast": fast,
        "adapt": adapt,
        "soft": False,
    }
    inputs = {"clip": info.fingerprint, **{f"mask {n}": fingerprint(mask) for n, mask in frames.items()}}
    try:
        result = terminal.job("track", "Tracking", out / WORK, parameters, inputs)
        written = copy_masks(result, out, clip)
    except OSError as error:
        raise MediaError(
            f"{out} cannot be written: {error.strerror}", "Check the disk, or give another folder with -o"
        ) from error
    clear(out / WORK)
    if notice := left_over(out, {path.name for path in written}):
        terminal.note(notice)
    terminal.say(
        {"outputs": [str(out)], "frames": len(written), "key_masks": len(frames)},
        f"{counted(len(written), 'mask')} in {out}",
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
            f"--mask is given {len(masks)} times, --at {len(at)} times", "Give one --at N for every --mask"
        )
    if len(set(at)) != len(at):
        raise MediaError("two masks for the same frame", "Give every --at once")
    for mask in masks:
        if not mask.is_file():
            raise MediaError(f"there is no mask {mask}", "Check the path given with --mask")
    return dict(zip(at, masks, strict=True))


def _require_keys(frames: dict[int, Path], video: VideoInfo) -> None:
    """Read every mask before anything is written. Raises MediaError as core.masks.keymasks.read_key_masks."""
    from core.masks.keymasks import read_key_masks

    named = {str(frame): str(mask) for frame, mask in frames.items()}
    read_key_masks(named, (video.width, video.height), video.frames or 1 + max(frames))


def clear(work: Path) -> None:
    """Remove finished and abandoned work; what another command is doing there stays."""
    if not work.is_dir():
        return
    for folder in work.iterdir():
        if not folder.is_dir():
            continue
        held = lock(work / f"{folder.name.removesuffix('.partial')}.lock")
        if held is not None:
            shutil.rmtree(folder, ignore_errors=True)
            Path(held.name).unlink(missing_ok=True)
            held.close()
    if not any(work.iterdir()):
        work.rmdir()


def copy_masks(result: Path, out: Path, clip: Path) -> list[Path]:
    """The masks of a result under the names that the clip's frames have, or 00000.png and so on, and what the tracker
    says of them (by frame number from 0)."""
    names = [path.stem for path in numbered(clip)] if clip.is_dir() or is_pattern(clip) else []
    written = []
    for frame in MaskFolder(result).frames():
        name = f"{names[frame]}.png" if frame < len(names) else mask_name(frame)
        written.append(out / name)
        shutil.copyfile(result / "masks" / mask_name(frame), written[-1])
    for name in (CONFIDENCE, APPEARANCES):
        if (result / name).is_file():
            shutil.copyfile(result / name, out / name)
    return written
