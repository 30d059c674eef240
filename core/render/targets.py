"""May an export be written there? Not over the film's own media or project, and not while another one is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from core.errors import JobError, MediaError
from core.job import sole_writer
from core.project.paths import media_path
from core.project.project import Project
from core.render.presets import Preset


def targets(preset: Preset, path: Path) -> tuple[Path, ...]:
    """The files, or the folder, that an export to `path` makes."""
    if preset.kind == "pair":
        return tuple(path.with_stem(f"{path.stem}_{part}") for part in ("fill", "matte"))
    return (path,)


def spare_sources(project: Project, project_file: Path | None, preset: Preset, path: Path) -> None:
    """Raises MediaError when the export would take the place of the project or of any media in its bin."""
    kept = {media_path(project_file, media).resolve(): f"media {media.name}" for media in project.media}
    if project_file is not None:
        kept[project_file.resolve()] = "project"
    for target in (each.resolve() for each in targets(preset, path)):
        for place, what in kept.items():
            if target in (place, *place.parents):
                raise MediaError(
                    f"{target} is where the film's own {what} is", "Choose another name or folder"
                )


@contextmanager
def sole_export(path: Path) -> Iterator[None]:
    """Hold the right to write `path`.

    Raises:
        MediaError: when its folder cannot be written.
        JobError: when another export is writing it.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(sole_writer(path.parent, f".{path.name}"))
        except JobError as error:
            raise JobError(f"another export is writing {path}", error.hint) from error
        except OSError as error:
            raise MediaError(
                f"{path} cannot be written: {error.strerror}", "Check the disk, or choose another folder"
            ) from error
        yield
