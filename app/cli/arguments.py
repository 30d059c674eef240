"""Arguments that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Clip = Annotated[Path, typer.Argument(metavar="CLIP", help="A video file or a folder of numbered images.")]
Masks = Annotated[Path, typer.Option("--masks", help="A folder of mask PNGs, such as laminar track writes.")]
MaxSeconds = Annotated[
    float,
    typer.Option(
        "--max-seconds",
        metavar="S",
        min=0,
        help="Wall time of the whole; what does not fit is left out or done coarsely. 0: no limit.",
    ),
]
