"""Media outside a project's folder that nobody chose on this computer: read when the user says so with --trust."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from core.errors import MediaError
from core.project.paths import media_path
from core.project.project import Project


def trusted(film: Project) -> Project:
    """The project with all of its media to be read."""
    return replace(film, media=tuple(replace(media, missing=False) for media in film.media))


@contextmanager
def naming_trust(project: Path, film: Project) -> Iterator[None]:
    """An error names --trust when there are media which are left out only because nobody chose them here."""
    try:
        yield
    except MediaError as error:
        if any(media.missing and media_path(project, media).exists() for media in film.media):
            hint = "Media lie outside the project's folder: add --trust to read them"
            raise MediaError(error.message, hint) from error
        raise
