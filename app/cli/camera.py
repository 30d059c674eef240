"""The commands about where the camera looks, and what it follows: what `app.cli.main` offers under their names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.arguments import Clip, Json, PresetName

Cover = Literal["pixelate", "blur"]


def steady(
    clip: Clip,
    out: Annotated[Path, typer.Option("-o", "--out", help="The film.")],
    smoothness: Annotated[
        float,
        typer.Option(
            metavar="S", min=0.0, max=20.0, help="Seconds over which the camera's path is smoothed."
        ),
    ] = 0.7,
    zoom: Annotated[
        float,
        typer.Option(
            metavar="F", min=1.0, max=3.0, help="How far the picture may be enlarged to hide its border."
        ),
    ] = 1.25,
    masks: Annotated[
        Path | None,
        typer.Option("--masks", help="Masks of objects to look past when the camera is followed."),
    ] = None,
    preset: PresetName = "",
    json: Json = False,
) -> None:
    """Take the shake out of a hand-held clip."""
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
    preset: PresetName = "",
    json: Json = False,
) -> None:
    """Change a clip's format, for an upright film for example, keeping an object in the picture."""
    from app.cli.commands import reframe as command

    command.run(clip, out, masks, size, label, zoom, preset, json=json)


def pin(
    clip: Clip,
    picture: Annotated[
        Path, typer.Argument(help="What to lay there: a picture, or a film.", show_default=False)
    ],
    corners: Annotated[
        str,
        typer.Option(
            metavar="X,Y,X,Y,X,Y,X,Y",
            help="The surface's corners in pixels: top left, top right, bottom right, bottom left.",
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="The film.")],
    at: Annotated[
        int, typer.Option("--at", metavar="N", min=0, help="The frame in which the corners are there.")
    ] = 0,
    preset: PresetName = "",
    json: Json = False,
) -> None:
    """Lay a picture or a film on something flat in a clip, such as a screen or a wall, and follow it."""
    from app.cli.commands import pin as command

    command.run(clip, picture, corners, at, out, preset, json=json)


def cover(
    clip: Clip,
    out: Annotated[Path, typer.Option("-o", "--out", help="The film.")],
    box: Annotated[
        str, typer.Option(metavar="X,Y,WIDTH,HEIGHT", help="Pixels around what is to be covered: an ellipse.")
    ] = "",
    outline: Annotated[
        str, typer.Option(metavar="X,Y,X,Y,X,Y,…", help="Or points around it, in pixels.")
    ] = "",
    at: Annotated[int, typer.Option("--at", metavar="N", min=0, help="The frame in which it is there.")] = 0,
    by: Annotated[Cover, typer.Option("--with", help="What covers it.")] = "pixelate",
    amount: Annotated[
        float,
        typer.Option(
            metavar="PX", min=0.0, help="How coarse, in pixels at 1080 lines; the effect's own without."
        ),
    ] = 0.0,
    preset: PresetName = "",
    json: Json = False,
) -> None:
    """Make a face or a number plate unknown, wherever it goes: pixelated or blurred."""
    from app.cli.commands import cover as command

    command.run(clip, box, outline, at, by, amount, out, preset, json=json)
