"""laminar slowmo: a clip slower, or at a higher rate, with the pictures between its frames."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec

from app.cli.clips import moving
from app.cli.commands.film import preset_for
from app.cli.commands.track import clear
from app.cli.targets import left_over, make_folder
from app.cli.terminal import Terminal, counted
from core.errors import MediaError
from core.media.images import is_pattern
from core.render.presets import PRESETS

WORK = ".laminar-slowmo"
"""Folder beside the result that holds unfinished work; the same command goes on from it."""
FRAMES, VIEWS, REPORT = "frames", "views", "report.json"


def run(clip: Path, factor: str, fps: str, out: Path, *, fast: bool, views: bool, json: bool) -> None:
    """Raises MediaError when the clip, the numbers or the target cannot be used."""
    terminal = Terminal(json)
    if bool(factor) == bool(fps):
        raise MediaError("give either --factor or --fps", "--factor 4 plays four times slower")
    info, _ = moving(terminal, clip)
    film = bool(out.suffix) and not out.is_dir()
    if views and film:
        raise MediaError("--views are written beside pictures, not into a film", "Give a folder with -o")
    _require_target(clip, out, film)
    root = out.parent / f"{WORK}-{out.name}" if film else out / WORK
    parameters: dict[str, Any] = {
        "clip": str(clip.resolve()), "factor": factor, "rate": fps, "fast": fast, "views": views,
    }  # fmt: skip
    if film:
        parameters |= {"path": str(out.resolve()), "preset": preset_for(out, "").id}
        if not out.exists():
            clear_finished(root)
    notice = ""
    try:
        result = terminal.job("slowmo", "Slow motion", root, parameters, {"clip": info.fingerprint})
        report = msgspec.json.decode((result / REPORT).read_bytes(), type=dict[str, Any])
        if not film:
            notice = _take_over(result, out)
        clear(root)
    except OSError as error:
        raise MediaError(
            f"{out} cannot be written: {error.strerror}", "Check the disk, or give another -o"
        ) from error
    if notice:
        terminal.note(notice)
    said = {
        "outputs": [str(out)],
        "frames": report["frames"],
        "scores": {k: report[k] for k in ("real", "made")},
    }
    terminal.say(said, f"{counted(report['frames'], 'frame')} in {out}, {report['made']} of them made")


def _require_target(clip: Path, out: Path, film: bool) -> None:
    folder = clip if clip.is_dir() else clip.parent if is_pattern(clip) else None
    if folder is not None and out.resolve() == folder.resolve():
        raise MediaError(f"{out} holds the clip's own frames", "Give another folder with -o")
    if film and out.resolve() == clip.resolve():
        raise MediaError(f"{out} is the clip itself", "Give another file with -o")
    if not film and out.exists() and not out.is_dir():
        raise MediaError(
            f"{out} is a file without an ending that says what it is", "Give a folder, or film.mp4"
        )
    if film and not any(preset.suffix == out.suffix.lower() for preset in PRESETS.values()):
        raise MediaError(
            f"{out}: no film ends in {out.suffix}",
            "Give a film such as slow.mp4, or make the folder first to have pictures there",
        )
    make_folder(out.parent if film else out)


def clear_finished(root: Path) -> None:
    """Forget finished work whose film is gone, so that it is made again."""
    for folder in root.glob("*"):
        if folder.is_dir() and not folder.name.endswith(".partial"):
            shutil.rmtree(folder)


def _take_over(result: Path, out: Path) -> str:
    """Move a finished result's pictures and views to where they were asked for; what to tell of others there."""
    made = sorted((result / FRAMES).iterdir())
    for path in made:
        path.replace(out / path.name)
    if (result / VIEWS).is_dir():
        shutil.rmtree(out / VIEWS, ignore_errors=True)
        (result / VIEWS).replace(out / VIEWS)
    return left_over(out, {path.name for path in made})
