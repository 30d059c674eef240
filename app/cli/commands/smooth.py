"""laminar smooth: the pictures between frames of a project's slowed clips, made beforehand or removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.cli.terminal import Terminal
from app.cli.trust import naming_trust, trusted
from core.errors import ProjectError
from core.media.made import clear_made, made_root
from core.project.file import load
from core.project.paths import data_folder
from core.project.snapshot import snapshot
from core.timeline.model import Sequence


def run(project: Path, names: tuple[str, ...], *, trust: bool, json: bool) -> None:
    """Raises ProjectError when there is no film, or no such clip in it."""
    terminal = Terminal(json)
    loaded = load(project)
    for notice in loaded.warnings:
        terminal.note(notice)
    shown = trusted(loaded.project) if trust else loaded.project
    film = shown.sequence
    if film is None or not film.frame_count:
        raise ProjectError(f"{project} has no film to make smooth", "Put a clip on its timeline first")
    data = data_folder(project).resolve()
    parameters = snapshot(shown, project.resolve(), data) | {"clips": _ids(film, names)}
    root, said = made_root(data), dict[str, Any](made=0, known=0)
    with naming_trust(project, shown):
        terminal.job("smooth", "Making smooth", root, parameters, {}, lambda step: said.update(step.fields))
    counts = {"made": said["made"], "known": said["known"]}
    terminal.say(
        {"outputs": [str(root)], "frames": sum(counts.values()), "scores": counts},
        f"{counts['made']} pictures made, {counts['known']} were there",
    )


def clear(project: Path, *, json: bool) -> None:
    """Raises ProjectError when there is no such project, or what was made cannot be removed."""
    load(project)
    root = data_folder(project).resolve()
    try:
        freed = clear_made(root)
    except OSError as error:
        raise ProjectError(
            f"{made_root(root)} cannot be removed: {error.strerror}", "Check the disk"
        ) from error
    Terminal(json).say({"outputs": [], "freed": freed}, f"{freed / 2**20:.1f} MB were freed")


def _ids(film: Sequence, names: tuple[str, ...]) -> list[str]:
    """The clips of those names; all when none is given."""
    clips = [clip for _, _, clip in film.clips()]
    for name in names:
        if all(clip.name != name for clip in clips):
            known = ", ".join(sorted({clip.name for clip in clips}))
            raise ProjectError(f"the film has no clip {name}", f"Its clips are {known}")
    return [clip.id for clip in clips if clip.name in names]
