"""The commands about how fast things go: what `app.cli.main` offers under their names."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.arguments import Clip, Json, PresetName, ProjectFile, Trust


class Between(StrEnum):
    """See core.timeline.model.Clip."""

    nearest = "nearest"
    blend = "blend"
    flow = "flow"


def smooth(
    project: ProjectFile,
    clip: Annotated[
        list[str] | None,
        typer.Option(
            "--clip", metavar="NAME", help="A clip's name; may be given several times; by default all."
        ),
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", help="Remove what was made, to free the disk, and make nothing.")
    ] = False,
    trust: Trust = False,
    json: Json = False,
) -> None:
    """Make a project's frames along the motion beforehand, so that its slow motion plays smoothly."""
    from app.cli.commands import smooth as command

    if clear:
        command.clear(project, json=json)
    else:
        command.run(project, tuple(clip or ()), trust=trust, json=json)


def speediness(
    clip: Clip,
    out: Annotated[Path, typer.Option("-o", "--out", help="CSV: frame, seconds, speediness.")],
    json: Json = False,
) -> None:
    """Measure how fast things already go in every frame, from 0, where any speed-up looks
    natural, to 1, where none does."""
    from app.cli.commands import speed as command

    command.run_speediness(clip, out, json=json)


def speedup(
    clip: Clip,
    rate: Annotated[float, typer.Option("--rate", metavar="R", help="How many times shorter the film gets.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The film.")],
    slowest: Annotated[
        float | None, typer.Option("--min", metavar="F", help="The lowest speed; 1 is natural.")
    ] = None,
    fastest: Annotated[float | None, typer.Option("--max", metavar="F", help="The highest speed.")] = None,
    smoothness: Annotated[
        float, typer.Option(metavar="S", help="Seconds over which the speed changes.")
    ] = 0.5,
    protect: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A:B", help="Seconds of the clip that play at natural speed; may be given several times."
        ),
    ] = None,
    uniform: Annotated[
        bool, typer.Option("--uniform", help="One speed throughout, to compare with.")
    ] = False,
    pitch: Annotated[bool, typer.Option(help="Keep the pitch of the sound.")] = True,
    between: Annotated[
        Between,
        typer.Option(
            help="What is shown between frames where the film runs slower than it was shot; blend also mixes "
            "all frames "
            "that pass where it runs faster."
        ),
    ] = Between.nearest,
    curve: Annotated[
        Path | None, typer.Option("--curve", help="CSV of the speeds: seconds, source, speed, speediness.")
    ] = None,
    preset: PresetName = "",
    json: Json = False,
) -> None:
    """Make a clip shorter, faster where it can bear it."""
    from app.cli.commands import speed as command

    wish = command.Wish(
        rate, slowest, fastest, smoothness, tuple(protect or ()), uniform, pitch, between.value
    )
    command.run_speedup(clip, out, wish, curve, preset, json=json)


def moments(
    clip: Clip,
    at: Annotated[float, typer.Option("--at", metavar="SECONDS", help="The moment, in seconds of the clip.")],
    among: Annotated[
        list[Path] | None,
        typer.Option(
            "--in", metavar="CLIP", help="A clip to search, besides CLIP; may be given several times."
        ),
    ] = None,
    count: Annotated[int, typer.Option(metavar="N", help="How many at most.")] = 12,
    json: Json = False,
) -> None:
    """Find moments like one moment of a clip, in it and in other clips."""
    from app.cli.commands import moments as command

    command.run(clip, at, among or [], count, json=json)
