"""Which films of a data folder pace may be learned from: those that play as fast as they were shot.

A data folder is one of core.training.footage, or holds that as `train-video` and beside it `layers/tennis/rgb`,
`layers/schoolgirls` (DAVIS) and `long/montage*.mp4`, several films joined, with a .json of the same name that says
which and where: rows of `source`, `out_start_frame`, `frames`.

No masks are needed, so films whose masks are not to be trusted are taken as well. The footage of core.training.footage
that `train-video` holds alone is not taken from a montage again, and nothing whose own licence keeps it from training.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from core.errors import MediaError
from core.training.footage import find_sources

_LEFT_OUT = ("_32f", "timelapse", "slowmo")
_WITHOUT_TRUE_MASKS = ("davis-train/elephant", "pexels/11125400", "pexels/7835175")
_DAVIS_RATE = 24.0
_BESIDE = (
    ("layers/tennis", "layers/tennis/rgb"),
    ("layers/schoolgirls", "layers/schoolgirls/schoolgirls.mp4"),
)
_OF_MONTAGE = ("karma", "max-heromode")
"""Example clips of a camera maker's repository, under Apache-2.0 and MIT."""


class Film(NamedTuple):
    """Frames `first` to `last`, exclusive (None: to its end), of a file or folder of pictures. rate: frames a second,
    where the file does not say."""

    name: str
    path: Path
    first: int = 0
    last: int | None = None
    rate: float | None = None


def find_films(folder: Path) -> list[Film]:
    """All of a data folder.

    Raises:
        MediaError: when there is none, or what a montage is made of cannot be read.
    """
    main = folder / "train-video"
    main = main if main.is_dir() else folder
    found = [Film(source.name, source.path) for source in find_sources(main)]
    found += [Film(name, main / f"{name}.mp4") for name in _WITHOUT_TRUE_MASKS]
    found += [Film(name, folder / place, rate=_DAVIS_RATE) for name, place in _BESIDE]
    for montage in sorted(folder.glob("long/montage*.json")):
        found += _parts(montage)
    usable = [
        film for film in found if film.path.exists() and not any(word in film.name for word in _LEFT_OUT)
    ]
    return list({film.name: film for film in usable}.values())


def _parts(montage: Path) -> list[Film]:
    film = montage.with_suffix(".mp4")
    try:
        rows = json.loads(montage.read_text(encoding="utf-8"))
        places = [(Path(row["source"]).stem, int(row["out_start_frame"]), int(row["frames"])) for row in rows]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise MediaError(f"{montage.name} does not say what the montage is made of") from error
    return [Film(f"long/{stem}", film, at, at + count) for stem, at, count in places if stem in _OF_MONTAGE]
