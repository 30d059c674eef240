"""laminar retime: a film of layers with another time for some of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from app.cli_commands.render import preset_for
from app.cli_targets import make_folder, spare
from app.terminal import Terminal, existing
from core.errors import MediaError
from core.layers.result import RECON, read_layers
from core.retime.curve_file import read_curve
from core.retime.layer_film import layer_film


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
    film = layer_film(folder, lanes)
    chosen = preset_for(out, preset)
    make_folder(out.parent)
    spare(out, folder / RECON)
    parameters: dict[str, Any] = {
        "project": msgspec.to_builtins(film), "project_file": "", "data": "", "preset": chosen.id,
        "path": str(out.resolve()),
    }  # fmt: skip
    said: dict[str, Any] = {}
    terminal.job("export", "Retiming", out.parent, parameters, {}, lambda step: said.update(step.fields))
    for note in said["notes"]:
        terminal.warn(note)
    assert film.sequence is not None, "a film of layers has a sequence"
    frames, files = film.sequence.frame_count, [str(out.parent / Path(file).name) for file in said["files"]]
    terminal.say(
        {"outputs": files, "frames": frames, "layers": sorted(lanes), "preset": chosen.id},
        f"{frames} frames in {' and '.join(files)}",
    )
