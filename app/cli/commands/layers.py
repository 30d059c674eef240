"""laminar plate and laminar layers: a clip with masks taken apart."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec

from app.cli.clips import pictured
from app.cli.commands.track import clear
from app.cli.targets import make_folder, require_own_folder, require_suffix, spare
from app.cli.terminal import Terminal, counted, existing
from core.errors import JobError, LaminarError, MediaError
from core.layers.result import (
    PLATE_FILM,
    PLATE_PICTURE,
    object_files,
    read_layers,
    read_plate,
    read_report,
)
from core.media.fingerprint import fingerprint_many
from core.media.info import MediaInfo
from core.media.matte import MaskFolder

WORK = ".laminar-layers"
"""Folder beside the result that holds unfinished work of `laminar layers`; the same command goes on from
it."""
PLATE_WORK = ".laminar-plate"
"""The same of `laminar plate`."""


def run_plate(
    clip: Path, masks: Path, out: Path, video: Path | None, max_seconds: float, *, json: bool
) -> None:
    terminal = Terminal(json)
    require_suffix(out, ".png", "-o")
    if video is not None:
        require_suffix(video, ".mkv", "--video")
    parameters, inputs = question(terminal, clip, masks)
    for target in filter(None, (out, video)):
        spare(target, clip, masks)
        make_folder(target.parent)
    parameters |= {"film": video is not None, "max_seconds": max_seconds}
    work = out.parent / PLATE_WORK
    result = drive_in(terminal, "plate", "Clean background", work, parameters, inputs)
    outputs = moved({result / PLATE_PICTURE: out} | ({result / PLATE_FILM: video} if video else {}))
    made = read_plate(result)
    clear(work)
    for note in made.notes:
        terminal.note(note)
    said: dict[str, Any] = {
        "outputs": outputs,
        "frames": made.frames,
        "scores": {"psnr_plate": made.psnr_plate},
    }
    said["notes"] = made.notes
    terminal.say(said, f"the clean background is in {' and '.join(outputs)}")


def run_layers(
    clip: Path, masks: Path, out: Path, order: str, max_seconds: float, seed: int, *, json: bool
) -> None:
    terminal = Terminal(json)
    require_own_folder(out, clip, masks)
    parameters, inputs = question(terminal, clip, masks)
    parameters |= {"order": _labels(order), "max_seconds": max_seconds, "seed": seed}
    result = drive_in(terminal, "layers", "Layers", out / WORK, parameters, inputs)
    made, report = read_layers(result), read_report(result)
    files = [path for path in sorted(result.iterdir()) if path.name not in ("manifest.json", "preview.png")]
    earlier = _films(out)
    outputs = moved({path: out / path.name for path in files})
    for name in earlier - {path.name for path in files}:
        (out / name).unlink(missing_ok=True)
    clear(out / WORK)
    for note in report.notes:
        terminal.note(note)
    if strange := set(parameters["order"]) - {each.label for each in made.objects}:
        terminal.note(f"--order names {sorted(strange)[0]}, which is no label of the masks in {masks}")
    scores = {
        "psnr": report.psnr, "psnr_masks": report.psnr_masks, "psnr_outside": report.psnr_outside,
        "psnr_plate": report.psnr_plate, "psnr_canvas": report.psnr_canvas,
    }  # fmt: skip
    said: dict[str, Any] = {"outputs": outputs, "frames": made.frames, "scores": scores}
    said["objects"] = [msgspec.to_builtins(each) for each in made.objects]
    terminal.say(
        said,
        f"{counted(len(made.objects), 'layer')} of {counted(made.frames, 'frame')} in {out}; together they "
        f"rebuild the clip to {report.psnr:.1f} dB",
    )


def _films(out: Path) -> set[str]:
    """The films of objects that an earlier split left in the folder; none when there was none that can be read."""
    try:
        objects = [object_files(each.label, "") for each in read_layers(out).objects]
    except LaminarError:
        return set()
    return {film for each in objects for film in (each.object, each.effect, each.layer)}


def _labels(order: str) -> list[int]:
    """Raises MediaError for anything but numbers and commas."""
    try:
        return [int(part) for part in order.split(",") if part.strip()]
    except ValueError as error:
        raise MediaError(
            f"--order {order} is no list of labels", "Give numbers, such as --order 2,1"
        ) from error


def question(terminal: Terminal, clip: Path, masks: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Parameters and inputs of a job on a clip and its masks. Raises MediaError when it cannot be done with them."""
    info, _ = pictured(terminal, clip)
    return {"clip": str(clip.resolve()), "masks": str(masks.resolve())}, inputs_of(info, masks)


def inputs_of(info: MediaInfo, masks: Path) -> dict[str, str]:
    """The fingerprints of a clip and of its masks. Raises MediaError when there are no masks."""
    folder = MaskFolder(existing(masks))
    files = tuple(path for frame in folder.frames() if (path := folder.file(frame)) is not None)
    if not files:
        raise MediaError(f"{masks} holds no PNG masks", "Give a folder with files such as 00000.png")
    try:
        return {"clip": info.fingerprint, "masks": fingerprint_many(files)}
    except OSError as error:
        raise MediaError(f"{masks} cannot be read: {error.strerror}", "Check the folder") from error


def drive_in(
    terminal: Terminal, job: str, title: str, work: Path, parameters: dict[str, Any], inputs: dict[str, str]
) -> Path:
    """Drive the job; what it leaves is kept when the disk, memory or the worker failed, and not when the input did."""
    new = not work.parent.exists()
    make_folder(work)
    try:
        return terminal.job(job, title, work, parameters, inputs)
    except OSError as error:
        raise MediaError(
            f"{work.parent} cannot be written: {error.strerror}",
            "Check the disk, or give another place with -o",
        ) from error
    except JobError:
        raise
    except LaminarError:
        clear(work)
        if new and not any(work.parent.iterdir()):
            work.parent.rmdir()
        raise


def moved(files: dict[Path, Path]) -> list[str]:
    """Take finished files to where they were asked for."""
    for source, target in files.items():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source, target)
        except OSError as error:
            raise MediaError(f"{target} cannot be written: {error.strerror}", "Check the disk") from error
    return [str(target) for target in files.values()]
