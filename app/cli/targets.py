"""Where a command may write: where there can be a folder, and never over what it reads."""

from __future__ import annotations

from pathlib import Path

from core.errors import MediaError
from core.media.images import is_pattern, numbered


def make_folder(folder: Path, option: str = "-o") -> None:
    """The folder and those above it.

    Raises:
        MediaError: naming what is in the way.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        file = next((place for place in (folder, *folder.parents) if place.is_file()), None)
        why = f"{file} is a file" if file else error.strerror or "the system refuses"
        raise MediaError(
            f"{folder} cannot be made: {why}", f"Check the disk, or give another place with {option}"
        ) from error


def spare(out: Path, *given: Path) -> None:
    """Refuse to write `out` over a file that was given, or over a picture of a folder that was given.

    Raises:
        MediaError: when `out` is one of them.
    """
    if not out.exists():
        return
    for source in given:
        several = source.is_dir() or is_pattern(source)
        if any(file.exists() and out.samefile(file) for file in (numbered(source) if several else (source,))):
            raise MediaError(f"{out} would take the place of {source}", "Give another name")


def require_own_folder(out: Path, clip: Path, masks: Path | None = None) -> None:
    """Refuse to fill a folder that is a file, or that holds the frames of the clip or its masks.

    Raises:
        MediaError: when `out` is no place of its own.
    """
    if out.exists() and not out.is_dir():
        raise MediaError(f"{out} is a file", "Give a folder with -o")
    frames = clip.parent if is_pattern(clip) else clip
    if out.resolve() == frames.resolve():
        raise MediaError(f"{out} holds the clip's own frames", "Give another folder with -o")
    if masks is not None and out.resolve() == masks.resolve():
        raise MediaError(f"{out} holds the clip's masks", "Give another folder with -o")


def require_suffix(path: Path, suffix: str, option: str) -> None:
    """Raises MediaError when `path` is no file name with this suffix."""
    if path.suffix.lower() != suffix or path.is_dir():
        raise MediaError(
            f"{path} is no {suffix} file", f"Give a file name that ends in {suffix} with {option}"
        )


def left_over(folder: Path, written: set[str]) -> str:
    """What to tell of numbered PNGs in `folder` beside those just written; empty when there are none."""
    others = sorted(path.name for path in folder.glob("*.png") if path.name not in written)
    others = [name for name in others if name[:-4].isdigit()]
    if not others:
        return ""
    more = f"{len(others)} more pictures, such as {others[0]}, that were there before"
    return f"{folder} holds {more}: they are no part of this"
