"""A project as a job is handed it: JSON values, frozen when the job is queued."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from core.errors import ProjectError
from core.project.project import Project


def snapshot(project: Project, file: Path | None = None, data: Path | None = None) -> dict[str, Any]:
    """The parameters `project`, `project_file` and `data` that every job about a whole project takes.

    Args:
        file, data: absolute paths of the project's file and data folder; None when there is none.
    """
    return {
        "project": msgspec.to_builtins(project),
        "project_file": str(file or ""),
        "data": str(data or ""),
    }


def project_of(values: dict[str, Any]) -> Project:
    """The project in such parameters. Raises ProjectError when it is none."""
    try:
        return msgspec.convert(values, Project)
    except msgspec.ValidationError as error:
        raise ProjectError(f"the project cannot be read: {error}", "Save it and try again") from error
