"""The last step of a command: a project's film written as a file, with a preset that the file's name or the user
chose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.cli.targets import make_folder
from app.cli.terminal import Terminal, counted
from core.errors import LaminarError, MediaError
from core.project.project import Project
from core.project.snapshot import snapshot
from core.render.presets import PRESETS, Preset, available_presets, find_preset
from core.time import timecode


@dataclass(frozen=True)
class Written:
    """What a command has written.

    files: paths as they are told.
    notes: what the export had to say; they are told with the answer.
    """

    files: list[str]
    notes: list[str]


def write_film(
    terminal: Terminal,
    film: Project,
    out: Path,
    preset: Preset,
    title: str = "Writing",
    *,
    project_file: Path | None = None,
    data: Path | None = None,
    part: tuple[int, int] | None = None,
    height: int = 0,
    loudness: float = 0.0,
) -> Written:
    """Export the film.

    Args:
        project_file: paths of media are relative to it.
        data: the project's results.
        part: first and last frame.
        height: of the picture; 0: the film's own.
        loudness: LUFS of the sound; 0: as it is mixed.

    Returns:
        The files, named as `out` was given, and the notes.

    Raises:
        LaminarError: as the job "export".
    """
    parameters = snapshot(film, project_file and project_file.resolve(), data and data.resolve())
    parameters |= {"preset": preset.id, "path": str(out.resolve()), "height": height, "loudness": loudness}
    if part is not None:
        parameters |= {"first": part[0], "last": part[1]}
    said: dict[str, Any] = {}
    terminal.job("export", title, out.parent, parameters, {}, lambda step: said.update(step.fields))
    for note in said["notes"]:
        terminal.note(note)
    return Written([str(out.parent / Path(file).name) for file in said["files"]], list(said["notes"]))


def write_followed(
    terminal: Terminal, film: Project, lost: tuple[int, ...], out: Path, preset: Preset, words: str
) -> None:
    """Export a film in which something was followed, and tell of it.

    Args:
        lost: record times at which it got lost. words: what is said then, with {0} for the time.

    Raises:
        LaminarError: as `write_film`.
    """
    make_folder(out.parent)
    write_film(terminal, film, out, preset)
    assert film.sequence is not None
    told = [timecode(time, film.sequence.rate) for time in lost]
    for time in told:
        terminal.note(words.format(time))
    frames = film.sequence.frame_count
    terminal.say(
        {"outputs": [str(out)], "frames": frames, "lost": told}, f"{counted(frames, 'frame')} in {out}"
    )


def preset_for(out: Path, name: str) -> Preset:
    """The named preset, or the first whose files end as `out` does.

    Raises:
        LaminarError: for a name or an ending that no preset has.
    """
    if name:
        try:
            return find_preset(name)
        except KeyError:
            raise LaminarError(
                f"there is no preset {name}", f"Use one of {', '.join(available_presets())}"
            ) from None
    for preset in PRESETS.values():
        if preset.suffix == out.suffix.lower():
            return preset
    raise LaminarError(
        f"{out}: no preset writes such files", f"Add --preset with one of {', '.join(PRESETS)}"
    )


def picture_preset(out: Path, name: str) -> Preset:
    """As `preset_for`. Raises MediaError for one that writes sound alone, too."""
    preset = preset_for(out, name)
    if preset.video is None:
        raise MediaError(
            f"{out} would hold sound alone", "Give a film such as film.mp4 with -o, or another --preset"
        )
    return preset
