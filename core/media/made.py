"""Pictures between frames that were made beforehand (core.retime.smooth), so that a preview need not make them.

    DATA/made/SEEN-VERSION/WIDTHxHEIGHT/FRAME-T.png
    DATA/made/SEEN-VERSION/looks/FRAME-T-LOOK.png

SEEN is the name of what is seen of the media (core.media.info), FRAME the frame before the picture, T ten thousandths
of the way to the next. Lossless, so what is shown is what an export writes. A look (core.render.slow_views) is into how
it was made. All of it can be made again; an export takes it when it is there.
"""

from __future__ import annotations

import shutil
from collections.abc import Container
from pathlib import Path

import cv2
import numpy as np

from core.media.info import Frame
from core.media.writer import write_png

Size = tuple[int, int]

VERSION = 7
"""Raised when the same picture would come out otherwise, as with newly trained weights."""
_PARTS = 10_000


def made_root(data: Path) -> Path:
    """Where a project's data folder keeps such pictures."""
    return data / "made"


def made_folder(data: Path, seen: str) -> Path:
    """The folder of the pictures between the frames of one media. seen: the name of what is seen of it."""
    return made_root(data) / f"{seen}-{VERSION}"


def made_path(folder: Path, index: int, t: float, size: Size) -> Path:
    """The file of the picture at part `t` of the way from frame `index` to the next, size (width, height)."""
    return folder / f"{size[0]}x{size[1]}" / f"{index:07d}-{round(t * _PARTS):05d}.png"


def look_path(folder: Path, index: int, t: float, look: str) -> Path:
    """The file of a look into the picture at part `t` of the way from frame `index` to the next."""
    return folder / "looks" / f"{index:07d}-{round(t * _PARTS):05d}-{look}.png"


def write_made(path: Path, picture: Frame) -> None:
    """Whole or not at all. Raises MediaError when the disk refuses."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.tmp")
    write_png(partial, picture, 1)
    partial.replace(path)


def clear_made(data: Path, kept: Container[str] = ()) -> int:
    """Remove the pictures made beforehand; returns the bytes that became free.

    Args:
        kept: what is seen of the media whose present pictures stay; those of an earlier VERSION go all the same.

    Raises:
        OSError: when one cannot be removed.
    """
    root, freed = made_root(data), 0
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        seen, _, version = folder.name.rpartition("-")
        if folder.is_symlink() or not folder.is_dir() or (seen in kept and version == str(VERSION)):
            continue
        freed += sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())
        shutil.rmtree(folder)
    return freed


def read_made(folder: Path, index: int, t: float, size: Size, exact: bool) -> Frame | None:
    """uint8 RGB or RGBA (H, W, 3|4) of `size`; None when it was not made or cannot be read.

    Args:
        exact: of that very size only; else the next larger one will do, made smaller.
    """
    found = _read(made_path(folder, index, t, size))
    if found is not None or exact:
        return found
    for larger in _larger(folder, size):
        found = _read(made_path(folder, index, t, larger))
        if found is not None:
            return np.asarray(cv2.resize(found, size, interpolation=cv2.INTER_AREA), np.uint8)
    return None


def read_look(folder: Path, index: int, t: float, look: str) -> Frame | None:
    """uint8 RGB (H, W, 3) of any size; None when it was not made or cannot be read."""
    return _read(look_path(folder, index, t, look))


def _larger(folder: Path, size: Size) -> list[Size]:
    """The sizes that there are beyond `size`, smallest first."""
    if not folder.is_dir():
        return []
    named = (path.name.split("x") for path in folder.iterdir())
    sizes = [
        (int(parts[0]), int(parts[1])) for parts in named if len(parts) == 2 and all(map(str.isdigit, parts))
    ]
    return sorted(known for known in sizes if known != size and known[0] >= size[0] and known[1] >= size[1])


def _read(path: Path) -> Frame | None:
    if not path.exists():
        return None
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None or picture.ndim != 3:
        return None
    order = cv2.COLOR_BGRA2RGBA if picture.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(picture, order), np.uint8)
