"""laminar render: a project's film as a file."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from app.cli.commands.film import preset_for, write_film
from app.cli.targets import make_folder
from app.cli.terminal import Terminal, counted
from app.cli.trust import naming_trust, trusted
from core.errors import LaminarError, ProjectError
from core.project.file import load
from core.project.paths import data_folder
from core.project.project import Project
from core.time import from_timecode
from core.timeline.model import Sequence


def run(
    project: Path,
    out: Path,
    preset: str,
    range_: str,
    name: str = "",
    *,
    height: int = 0,
    loudness: float = 0.0,
    trust: bool,
    json: bool,
) -> None:
    terminal = Terminal(json)
    loaded = load(project)
    for notice in loaded.warnings:
        terminal.note(notice)
    film = loaded.project
    if trust:
        film = trusted(film)
    if name:
        film = with_film(film, name)
    sequence = film.sequence
    if sequence is None or not sequence.frame_count:
        raise ProjectError(f"{project} has no film to render", "Put a clip on its timeline first")
    chosen = preset_for(out, preset)
    first, last = _part(terminal, sequence, range_)
    make_folder(out.parent)
    with naming_trust(project, film):
        written = write_film(
            terminal, film, out, chosen, "Rendering",
            project_file=project, data=data_folder(project), part=(first, last), height=height, loudness=loudness,
        )  # fmt: skip
    frames = last - first + 1
    terminal.say(
        {"outputs": written.files, "frames": frames, "preset": chosen.id, "notes": written.notes},
        f"{counted(frames, 'frame')} in {' and '.join(written.files)}",
    )


def _part(terminal: Terminal, sequence: Sequence, text: str) -> tuple[int, int]:
    """First and last frame to render, inside the film; a range that goes beyond it is noted."""
    first, last = frames_of(sequence, text)
    if last < sequence.frame_count:
        return first, last
    terminal.note(
        f"the range {text} goes beyond the film, which has {counted(sequence.frame_count, 'frame')}: "
        f"rendering to its end"
    )
    return first, sequence.frame_count - 1


def with_film(project: Project, name: str) -> Project:
    """The project with the film of that name as the one that is shown.

    Raises:
        LaminarError: when no film, or more than one, has it.
    """
    found = [one.id for one in project.sequences if one.name == name]
    if len(found) != 1:
        names = ", ".join(dict.fromkeys(one.name for one in project.sequences))
        raise LaminarError(
            f"{f'{len(found)} films' if found else 'no film'} of the project {'are' if found else 'is'} called {name}",
            f"It has {names}: give one of them",
        )
    return replace(project, active=found[0])


def frames_of(sequence: Sequence, text: str) -> tuple[int, int]:
    """First and last frame of "A:B" (frames or timecode, B not included), "A:", ":B", or of the
    whole film. The last may lie beyond the film.

    Raises:
        LaminarError: when the range is none, or holds no frame.
    """
    if not text:
        return 0, sequence.frame_count - 1
    # Timecodes hold colons too: the parts on both sides have the same number of them.
    parts = text.split(":")
    half = len(parts) // 2
    try:
        if len(parts) % 2:
            raise ValueError(text)
        head, tail = ":".join(parts[:half]), ":".join(parts[half:])
        start = from_timecode(head or "0", sequence.rate)
        end = from_timecode(tail, sequence.rate) if tail else sequence.rate.time_of(sequence.frame_count)
    except ValueError:
        raise LaminarError(f"{text} is no range", "Give A:B in frames or timecode, such as 0:100") from None
    first = sequence.rate.frame_at(start)
    last = sequence.rate.frame_at(end) - 1
    if not 0 <= first <= min(last, sequence.frame_count - 1):
        raise LaminarError(
            f"the range {text} holds no frame of the film", f"It has frames 0 to {sequence.frame_count - 1}"
        )
    return first, last
