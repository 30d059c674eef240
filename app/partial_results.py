"""What a stopped job has made, kept as a result of its own beside the folder from which the job can still go on."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from core.files import write_atomic
from core.job import MANIFEST, read_manifest


def keep_partial(folder: Path, needed: str) -> Path | None:
    """Copy a job's partial folder to KEY-N, N being the milliseconds of its last change. Not for the GUI thread.

    Files are copied, not linked: the job writes them anew when it goes on.

    Args:
        folder: KEY.partial.
        needed: name of a file without which there is nothing to show.

    Returns:
        The new folder; None when the job has not come that far.

    Raises:
        OSError: when the disk refuses.
    """
    manifest = read_manifest(folder)
    if manifest is None or not (folder / needed).is_file():
        return None
    stamp = int((folder / needed).stat().st_mtime * 1000) % 10**9
    kept = folder.with_name(f"{folder.name.removesuffix('.partial')}-{stamp}")
    if not kept.exists():
        making = kept.with_name(f"{kept.name}.copy")
        shutil.rmtree(making, ignore_errors=True)
        shutil.copytree(folder, making, ignore=shutil.ignore_patterns(".*", "*.lock", "checkpoint*"))
        done = msgspec.structs.replace(manifest, complete=True)
        write_atomic(making / MANIFEST, msgspec.json.format(msgspec.json.encode(done), indent=1))
        making.replace(kept)
    return kept
