"""Older saves of a project, thinned with age: dense in the last hour, sparse in the past.

They lie in `My Film_data/backups/`, named by the moment they were replaced. Thinning drops the one that stands
closest to its younger neighbour measured against its age, so what stays is spread evenly in log time.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from core.project.paths import data_folder

FOLDER = "backups"
_STAMP = "%Y%m%d-%H%M%S-%f"


def add(path: Path, data: Path, keep: int, now: datetime | None = None) -> None:
    """Keep a copy of the file that is about to be replaced, and thin the others to `keep`.

    Raises:
        OSError: when the copy cannot be made.
    """
    if keep <= 0:
        return
    now = now or datetime.now()
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"{path.stem} {now.strftime(_STAMP)}{path.suffix}"
    try:
        os.link(path, copy)  # the save renames over it, so the old content stays in the link
    except OSError:
        shutil.copyfile(path, copy)
    known = listed(path, data)
    for stamp in set(known) - thinned(set(known), keep, now):
        known[stamp].unlink(missing_ok=True)


def listed(path: Path, data: Path) -> dict[datetime, Path]:
    """The backups of a project file, oldest first."""
    found = {}
    for backup in (data / FOLDER).glob(f"*{path.suffix}"):
        name, _, stamp = backup.stem.rpartition(" ")
        if name != path.stem:
            continue
        try:
            found[datetime.strptime(stamp, _STAMP)] = backup
        except ValueError:
            continue  # a file of the user's
    return dict(sorted(found.items()))


def project_of(path: Path) -> Path | None:
    """The project that a backup belongs to; None for a file that is no backup."""
    name, _, stamp = path.stem.rpartition(" ")
    home = path.absolute().parent
    project = home.parent.parent / f"{name}{path.suffix}"
    if home.name != FOLDER or data_folder(project) != home.parent:
        return None
    try:
        datetime.strptime(stamp, _STAMP)
    except ValueError:
        return None
    return project


def thinned(stamps: set[datetime], keep: int, now: datetime) -> set[datetime]:
    """Which `keep` of the moments stay: always the newest and the oldest, the others evenly in log age."""
    kept = sorted(stamps, reverse=True)
    ages = [max(1.0, (now - stamp).total_seconds()) for stamp in kept]
    while len(kept) > max(1, keep):
        inner = range(1, len(kept) - 1)
        worst = min(inner, key=lambda i: ages[i + 1] / ages[i - 1], default=len(kept) - 1)
        del kept[worst], ages[worst]
    return set(kept)
