"""laminar steady: a clip without the shaking of its camera."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from app.cli.clips import moving
from app.cli.commands.film import picture_preset, write_film
from app.cli.commands.layers import inputs_of
from app.cli.commands.track import clear
from app.cli.targets import make_folder, spare
from app.cli.terminal import Terminal, counted
from core.media.info import MediaInfo
from core.project.clip_film import clip_film
from core.project.paths import results_folder
from core.project.project import Project
from core.timeline.effects import STEADY, new_effect

WORK = ".laminar-steady"
"""Folder beside the result that holds unfinished work; the same command goes on from it."""


def run(
    clip: Path, out: Path, smoothness: float, zoom: float, masks: Path | None, preset: str, *, json: bool
) -> None:
    """Raises LaminarError when the clip, the masks or the target cannot be used."""
    terminal = Terminal(json)
    (info, _), chosen = moving(terminal, clip), picture_preset(out, preset)
    for target in filter(None, (clip, masks)):
        spare(out, target)
    parameters: dict[str, Any] = {"clip": str(clip.resolve())}
    inputs = {"clip": info.fingerprint}
    if masks is not None:
        inputs = inputs_of(info, masks)
        parameters["masks"] = str(masks.resolve())
    make_folder(out.parent)
    data = out.parent / WORK
    folder = terminal.job("camera", "Following the camera", results_folder(data), parameters, inputs)
    film = _film(clip, info, folder.name, smoothness, zoom)
    write_film(terminal, film, out, chosen, data=data)
    clear(data)
    assert film.sequence is not None
    frames = film.sequence.frame_count
    terminal.say({"outputs": [str(out)], "frames": frames}, f"{counted(frames, 'frame')} in {out}")


def _film(clip: Path, info: MediaInfo, key: str, smoothness: float, zoom: float) -> Project:
    steady = new_effect(STEADY, smoothness=smoothness, zoom=zoom)
    film = clip_film(clip, info, lambda one: replace(one, effects=(steady,)))
    return film.with_media(replace(film.media[0], camera=key))
