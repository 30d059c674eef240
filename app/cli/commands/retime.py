"""laminar retime: a film of layers with another time for some of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.cli.commands.film import preset_for
from app.cli.commands.layers import drive_in
from app.cli.commands.track import clear
from app.cli.targets import make_folder, spare
from app.cli.terminal import Terminal, counted, existing
from core.errors import MediaError
from core.layers.result import RECON, read_layers
from core.media.fingerprint import fingerprint_many
from core.retime.curve_file import read_curve
from core.retime.layer_film import layer_film
from core.retime.retimed_film import read_written

WORK = ".laminar-retime"
"""A folder beside the film that holds its finished parts; the same command goes on from them."""


def run(folder: Path, layers: list[int], curves: list[Path], out: Path, preset: str, *, json: bool) -> None:
    """Raises MediaError when the folder, a curve or the target cannot be used."""
    terminal = Terminal(json)
    result = read_layers(existing(folder))
    if len(layers) != len(curves):
        raise MediaError(
            f"--layer is given {len(layers)} times, --curve {len(curves)} times",
            "Give one --curve FILE for every --layer N",
        )
    if len(set(layers)) != len(layers):
        raise MediaError("two curves for the same layer", "Give every --layer once")
    lanes = {
        label: read_curve(curve, result.rate, result.frames)
        for label, curve in zip(layers, curves, strict=True)
    }
    layer_film(folder, lanes)  # what is wrong with them is said before any work
    chosen = preset_for(out, preset)
    make_folder(out.parent)
    spare(out, folder / RECON)
    parameters: dict[str, Any] = {
        "folder": str(folder.resolve()),
        "lanes": {str(label): [list(piece) for piece in lane] for label, lane in lanes.items()},
        "preset": chosen.id,
        "path": str(out.resolve()),
    }
    work = out.parent / WORK
    made = read_written(drive_in(terminal, "retime", "Retiming", work, parameters, _inputs(folder)))
    clear(work)
    for note in made.notes:
        terminal.note(note)
    files = [str(out.parent / Path(file).name) for file in made.files]
    terminal.say(
        {"outputs": files, "frames": made.frames, "layers": sorted(lanes), "preset": chosen.id},
        f"{counted(made.frames, 'frame')} in {' and '.join(files)}",
    )


def _inputs(folder: Path) -> dict[str, str]:
    """The fingerprint of the layers, so that others of the same name are not taken for them."""
    films = tuple(sorted(path for path in folder.iterdir() if path.suffix == ".mkv"))
    return {"layers": fingerprint_many(films)}
