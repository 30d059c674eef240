"""The commands about where the camera looks: what `app.cli.main` offers under their names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.arguments import Clip, Json


def steady(
    clip: Clip,
    out: Annotated[Path, typer.Option("-o", "--out", help="The film.")],
    smoothness: Annotated[
        float,
        typer.Option(metavar="S", min=0.0, max=20.0, help="Seconds that the camera's path is smoothed over."),
    ] = 0.7,
    zoom: Annotated[
        float,
        typer.Option(
            metavar="F", min=1.0, max=3.0, help="The most that the picture is enlarged to hide its border."
        ),
    ] = 1.25,
    masks: Annotated[
        Path | None, typer.Option("--masks", help="Objects that the camera is followed past.")
    ] = None,
    preset: Annotated[str, typer.Option(help="A preset's name, such as h264-master.")] = "",
    json: Json = False,
) -> None:
    """Take the shaking out of a hand-held clip."""
    from app.cli.commands import steady as command

    command.run(clip, out, smoothness, zoom, masks, preset, json=json)


def reframe(
    clip: Clip,
    masks: Annotated[Path, typer.Option("--masks", help="The clip's masks, as from laminar track.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The film.")],
    size: Annotated[str, typer.Option("--size", metavar="WxH", help="Of the film, in pixels.")] = "1080x1920",
    label: Annotated[
        int, typer.Option("--object", metavar="N", min=1, max=255, help="The label to follow.")
    ] = 1,
    zoom: Annotated[
        float,
        typer.Option(metavar="F", min=1.0, max=8.0, help="How many times closer than what fills the frame."),
    ] = 1.0,
    preset: Annotated[str, typer.Option(help="A preset's name, such as h264-master.")] = "",
    json: Json = False,
) -> None:
    """Another format, such as an upright film, in which an object stays in the picture."""
    from app.cli.commands import reframe as command

    command.run(clip, out, masks, size, label, zoom, preset, json=json)
