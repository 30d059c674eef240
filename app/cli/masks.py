"""The commands about masks that are not tracking: what `app.cli.main` offers under their names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.arguments import Clip, Json

masks = typer.Typer(rich_markup_mode=None, help="Masks from and to other programs.")


@masks.command("import")
def import_masks(
    source: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE",
            help="A folder of PNGs (palette, binary, soft) or a matte video; each is one more object.",
        ),
    ],
    clip: Annotated[Path, typer.Option("--clip", help="The clip that the masks belong to.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the masks.")],
    object_: Annotated[
        list[int] | None, typer.Option("--object", metavar="N", help="The label of each source, from 1.")
    ] = None,
    at: Annotated[
        int, typer.Option("--at", metavar="N", help="The clip's frame that a video begins at.")
    ] = 0,
    resize: Annotated[
        bool, typer.Option("--resize", help="Scale masks of another size to the clip's.")
    ] = False,
    json: Json = False,
) -> None:
    """Bring in masks from another program: OUT/masks and OUT/soft, as Laminar's own."""
    from app.cli.commands import masks as command

    command.run_import(source, clip, out, object_ or [], at, resize=resize, json=json)


@masks.command("export")
def export_masks(
    source: Annotated[Path, typer.Argument(metavar="MASKS", help="A folder of masks or a tracking result.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A folder, or a video: .mkv, .mov or .mp4.")],
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="F",
            help="palette, binary, soft, ffv1, prores4444 or h264; by default what fits -o.",
        ),
    ] = "",
    object_: Annotated[
        int,
        typer.Option(
            "--object",
            metavar="N",
            show_default=False,
            help="The label of one object; needed for soft masks and videos of several.",
        ),
    ] = 0,
    clip: Annotated[
        Path | None, typer.Option("--clip", help="The clip whose rate and length a video takes.")
    ] = None,
    json: Json = False,
) -> None:
    """Write masks as palette, binary or soft PNGs, or one object's matte as a video."""
    from app.cli.commands import masks as command

    command.run_export(source, out, format_, object_, clip, json=json)


def select(
    clip: Clip,
    box: Annotated[str, typer.Option("--box", metavar="X,Y,W,H", help="A box around the object, in pixels.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The mask, a PNG.")],
    frame: Annotated[int, typer.Option("--frame", metavar="N", help="The frame, from 0.")] = 0,
    inside: Annotated[
        list[str] | None,
        typer.Option("--inside", metavar="X,Y,…", help="A stroke on the object; may be given several times."),
    ] = None,
    outside: Annotated[
        list[str] | None,
        typer.Option(
            "--outside", metavar="X,Y,…", help="A stroke beside the object; may be given several times."
        ),
    ] = None,
    brush: Annotated[
        float, typer.Option("--brush", metavar="PX", min=1, help="Width of the strokes, in pixels.")
    ] = 12.0,
    object_: Annotated[
        int,
        typer.Option(
            "--object",
            metavar="N",
            min=0,
            max=254,
            show_default=False,
            help="Its label; by default the next free one.",
        ),
    ] = 0,
    add_to: Annotated[
        Path | None, typer.Option("--add-to", help="A mask of the same frame, whose other objects stay.")
    ] = None,
    json: Json = False,
) -> None:
    """Select the object in a box of one frame, as a mask that laminar track takes."""
    from app.cli.commands import select as command

    asked = command.Asked(frame, box, tuple(inside or ()), tuple(outside or ()), brush, object_, add_to)
    command.run(clip, asked, out, json=json)
