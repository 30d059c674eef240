"""laminar atlas and laminar atlas-apply: objects unrolled into pictures, and painted pictures back on the film."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.cli.commands.film import preset_for, write_film
from app.cli.commands.layers import drive_in, moved, question
from app.cli.commands.track import clear
from app.cli.targets import make_folder, require_own_folder, spare
from app.cli.terminal import Terminal, counted, existing
from core.atlas.film import edited_film
from core.atlas.report import read_report
from core.errors import MediaError
from core.layers.result import RECON
from core.media.atlas_files import INDEX, AtlasObject, Page, alpha_file, read_index

WORK = ".laminar-atlas"
"""Folder in the result that holds unfinished work of `laminar atlas`; the same command goes on from it."""
APPLY = ".laminar-atlas-apply"
"""The same of `laminar atlas-apply`."""
NOT_MOVED = ("manifest.json", "preview.png", "scores.json", "work")


def run(clip: Path, masks: Path, out: Path, pages: int, max_seconds: float, *, json: bool) -> None:
    terminal = Terminal(json)
    require_own_folder(out, clip, masks)
    parameters, inputs = question(terminal, clip, masks)
    parameters |= {"pages": pages, "max_seconds": max_seconds}
    result = drive_in(terminal, "atlas", "Atlas", out / WORK, parameters, inputs)
    report = read_report(result)
    files = [path for path in sorted(result.iterdir()) if path.name not in NOT_MOVED]
    for path in files:
        if path.is_dir() and (out / path.name).is_dir():
            shutil.rmtree(out / path.name)
    before = files_of(out)
    # The index comes last: a folder with it is whole.
    files.sort(key=lambda path: path.name == INDEX)
    outputs = moved({path: out / path.name for path in files})
    clear(out / WORK)
    for name in before - files_of(out):
        path = out / name
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    for note in report.notes:
        terminal.note(note)
    scores = {name: getattr(report, name) for name in ("psnr", "psnr_masks", "psnr_outside")}
    objects = [
        {"label": entry.label, "name": entry.name, "atlas": str(out / entry.picture), "pages": max(1, len(entry.pages))}
        for entry in read_index(out).objects
    ]  # fmt: skip
    terminal.say(
        {"outputs": outputs, "frames": report.frames, "scores": scores, "objects": objects},
        f"{counted(len(objects), 'object')} of {counted(report.frames, 'frame')} unrolled in {out}; "
        f"together they rebuild the clip to {report.psnr:.1f} dB",
    )


def files_of(folder: Path) -> set[str]:
    """Names of the pictures, mappings and mattes of an atlas folder; none where there is no atlas, or a damaged one.

    Only plain names count: what an index names elsewhere is not ours.
    """
    try:
        objects = read_index(folder).objects
    except MediaError:
        return set()
    parts: list[AtlasObject | Page] = []
    for entry in objects:
        parts += (entry, *entry.pages)
    named = {name for part in parts for name in (part.picture, part.mapping)}
    mattes = {str(Path(alpha_file(entry.label, 0)).parent) for entry in objects}
    return {name for name in named if Path(name).name == name} | mattes


def run_apply(
    folder: Path, edits: list[str], out: Path, clip: Path | None, preset: str, *, json: bool
) -> None:
    """Raises MediaError when the folder, an edit or the target cannot be used."""
    terminal = Terminal(json)
    read_index(existing(folder))
    painted = pairs(edits)
    chosen = preset_for(out, preset)
    make_folder(out.parent)
    spare(out, folder / RECON, *painted.values())
    data = out.parent / APPLY
    try:
        film = edited_film(folder, painted, data, clip)
        written = write_film(terminal, film, out, chosen, "Painting", data=data)
    finally:
        shutil.rmtree(data, ignore_errors=True)
    assert film.sequence is not None, "an edited film has a sequence"
    frames = film.sequence.frame_count
    terminal.say(
        {"outputs": written.files, "frames": frames, "edits": sorted(painted), "preset": chosen.id},
        f"{counted(frames, 'frame')} in {' and '.join(written.files)}",
    )


def pairs(edits: list[str]) -> dict[str, Path]:
    """The edits by atlas name. Raises MediaError when one is no NAME=FILE, or an atlas has two."""
    found: dict[str, Path] = {}
    for edit in edits:
        name, equals, path = edit.partition("=")
        if not equals or not name or not path:
            raise MediaError(f"--edit {edit} is not NAME=FILE", "Give it as --edit atlas_01=painted.png")
        name = name.removesuffix(".png")
        if name in found:
            raise MediaError(f"two edits of {name}", "Give one --edit for each atlas")
        found[name] = existing(Path(path))
    return found
