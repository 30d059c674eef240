"""Pictures of atlas edits on disk: what the user painted, in the project's data folder.

A file is named by the hash of its content and never changes, so an older document still finds the picture it knew.
They are work, like key masks: never cleaned, carried by save, collect and copies.
"""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from core.errors import MediaError
from core.files import write_atomic
from core.media.info import Frame
from core.project.paths import atlas_edits_folder

LARGEST = 8192
"""Pixels of a side that a picture may have."""
QUICK = (cv2.IMWRITE_PNG_COMPRESSION, 1)


def write_picture(data: Path, picture: Frame) -> str:
    """Write straight RGBA, uint8 (H, W, 4), into the data folder and return its name; nothing is written twice.

    Raises:
        MediaError: when the disk refuses.
    """
    picture = np.ascontiguousarray(picture)
    name = (
        f"{hashlib.blake2b(repr(picture.shape).encode() + picture.tobytes(), digest_size=16).hexdigest()}.png"
    )
    path = atlas_edits_folder(data) / name
    if not path.exists():
        _, encoded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA), QUICK)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, encoded.tobytes())
        except OSError as error:
            raise MediaError(f"{path} cannot be written: {error.strerror}", "Check the disk") from error
    return name


@lru_cache(maxsize=16)
def read_picture(data: Path, name: str) -> Frame:
    """A picture of the data folder: straight RGBA, uint8 (H, W, 4). Shared: do not write to it.

    Raises:
        MediaError: when it is not there or is no picture.
    """
    picture = load_rgba(atlas_edits_folder(data) / name)
    picture.flags.writeable = False
    return picture


@lru_cache(maxsize=64)
def picture_size(data: Path, name: str) -> tuple[int, int] | None:
    """Width and height of a picture of the data folder, from its head only; None when it cannot be read."""
    try:
        with Image.open(atlas_edits_folder(data) / name) as image:
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def load_rgba(path: Path, content: bytes | None = None) -> Frame:
    """Any picture file as straight RGBA, uint8 (H, W, 4), with the orientation that it asks for left as it is.

    Args:
        content: the bytes, when they do not come from the file; `path` names them in errors.

    Raises:
        MediaError: when it cannot be read, or is larger than LARGEST on a side.
    """
    try:
        with Image.open(io.BytesIO(content) if content is not None else path) as image:
            if max(image.size) > LARGEST:
                raise MediaError(
                    f"{path} is {image.width} x {image.height} pixels large", f"Make it {LARGEST} at most on a side"
                )  # fmt: skip
            return np.array(image.convert("RGBA"), np.uint8)
    except FileNotFoundError as error:
        raise MediaError(f"the picture {path} is not there", "Choose another file") from error
    except Image.DecompressionBombError as error:
        raise MediaError(f"the picture {path} is far too large", "Choose another file") from error
    except (OSError, ValueError, SyntaxError, EOFError, TypeError) as error:  # what Pillow raises on damage
        raise MediaError(f"{path} cannot be read as a picture", "Choose a PNG, JPEG or WebP file") from error
