"""Where the files that ship with the program are."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def asset(*parts: str) -> Path:
    """Path of a shipped file or folder, such as `asset("help", "tour.html")`."""
    return Path(str(files("assets"))).joinpath(*parts)
