"""Arguments that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Clip = Annotated[Path, typer.Argument(metavar="CLIP", help="A video file or a folder of numbered images.")]
ProjectFile = Annotated[Path, typer.Argument(metavar="PROJECT", help="A .laminar file.")]
Masks = Annotated[Path, typer.Option("--masks", help="A folder of mask PNGs, such as laminar track writes.")]
PresetName = Annotated[
    str,
    typer.Option(
        "--preset",
        metavar="NAME",
        help="How the film is written, such as h264-master; a wrong name lists all. By default what fits the "
        "file's ending.",
    ),
]
MaxSeconds = Annotated[
    float,
    typer.Option(
        "--max-seconds",
        metavar="S",
        min=0,
        help="Wall time of the whole; what does not fit is left out or done coarsely. 0: no limit.",
    ),
]
Trust = Annotated[
    bool, typer.Option("--trust", help="Read media outside the project's folder, whoever chose it.")
]
