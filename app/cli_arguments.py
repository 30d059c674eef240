"""Arguments that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
Clip = Annotated[Path, typer.Argument(help="A video file or a folder of numbered images.")]
