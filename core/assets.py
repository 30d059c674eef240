"""Where the files that ship with the program are."""

from __future__ import annotations

from pathlib import Path


def asset(*parts: str) -> Path:
    """Path of a shipped file or folder, such as `asset("help", "tour.html")`.

    The folder lies beside this package in the checkout and in an installation alike. importlib.resources is not
    asked: it refuses an editable namespace folder, and costs start-up time.
    """
    return Path(__file__).resolve().parent.parent.joinpath("assets", *parts)
