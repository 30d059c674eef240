"""Looks on disk: .cube files that effects use, in the project's data folder.

A file is named by the hash of its content and never changes, so an older document still finds the look it knew. They
are carried by save, collect and copies, as key masks are.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from core.errors import MediaError
from core.files import write_atomic
from core.media.cube import SUFFIX, Cube, parse_cube, read_cube
from core.project.paths import looks_folder


def write_look(data: Path, content: bytes, name: str) -> str:
    """Put a .cube file into the data folder and return its name there; nothing is written twice.

    Args:
        name: of the file it comes from, for errors.

    Raises:
        MediaError: when it is no look, or the disk refuses.
    """
    parse_cube(content, name)
    file = f"{hashlib.blake2b(content, digest_size=16).hexdigest()}{SUFFIX}"
    path = looks_folder(data) / file
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, content)
        except OSError as error:
            raise MediaError(f"{path} cannot be written: {error.strerror}", "Check the disk") from error
    return file


@lru_cache(maxsize=16)
def read_look(data: Path, file: str) -> Cube:
    """A look of the data folder. Raises MediaError when it is not there or damaged."""
    return read_cube(looks_folder(data) / file)
