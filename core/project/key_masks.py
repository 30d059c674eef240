"""Key masks on disk: the masks that the user drew, in the project's data folder.

A file is named <media id>-<frame>-<hash of its content>.png and never changes, so an older document still finds the
mask it knew, and drawing the same mask again writes nothing.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from core.errors import MediaError
from core.job import read_manifest
from core.media.matte import Labels, read_labels, write_labels
from core.project.paths import key_masks_folder
from core.project.project import KeyMask


def write_key_mask(data: Path, media_id: str, frame: int, labels: Labels) -> str:
    """Write a mask, uint8 (H, W), into the data folder and return its name; nothing is written twice.

    Raises:
        MediaError: when the disk refuses.
    """
    digest = hashlib.blake2b(repr(labels.shape).encode() + labels.tobytes(), digest_size=8).hexdigest()
    name = f"{media_id}-{frame:05d}-{digest}.png"
    folder = key_masks_folder(data)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MediaError(f"{folder} cannot be made: {error.strerror}", "Check the disk") from error
    if not (folder / name).exists():
        try:
            write_labels(folder / name, labels)
        except MediaError as error:  # the same words for every stroke, so that a full disk is told of once
            reason = getattr(error.__cause__, "strerror", None) or error.message
            raise MediaError(
                f"the mask of frame {frame} cannot be kept: {reason}",
                "Free some space on the disk, then draw it again",
            ) from error
    return name


def tracked_from(result: Path) -> frozenset[str]:
    """Names of the key masks that a tracking result was made from."""
    manifest = read_manifest(result)
    drawn = manifest.parameters.get("key_masks", {}) if manifest is not None else {}
    return frozenset(Path(str(path)).name for path in dict(drawn).values())


def read_key_mask(data: Path, key: KeyMask, size: tuple[int, int] | None = None) -> Labels:
    """The labels of a key mask, uint8 (H, W). size: (width, height) that it must have.

    Raises:
        MediaError: when it cannot be read or has another size.
    """
    return read_labels(key_masks_folder(data) / key.file, size)
