"""A short name for a file's content that survives moving and renaming, without reading all of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

CHUNK = 64 * 1024
"""Bytes read at the head, in the middle and at the tail."""


def fingerprint(path: Path) -> str:
    """32 hex digits of the size and of three chunks. Raises OSError when the file cannot be read."""
    digest = hashlib.blake2b(digest_size=16)
    _feed(digest, path)
    return digest.hexdigest()


def fingerprint_many(paths: tuple[Path, ...]) -> str:
    """One for a series: all names and sizes, and the content of the first, the middle and the last.

    Raises:
        OSError: when a file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    for path in paths:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
    for path in {paths[0]: 0, paths[len(paths) // 2]: 0, paths[-1]: 0}:
        _feed(digest, path)
    return digest.hexdigest()


def _feed(digest: hashlib.blake2b, path: Path) -> None:
    size = path.stat().st_size
    digest.update(size.to_bytes(8, "little"))
    with path.open("rb") as file:
        for offset in (0, max(0, size // 2 - CHUNK // 2), max(0, size - CHUNK)):
            file.seek(offset)
            digest.update(file.read(CHUNK))
