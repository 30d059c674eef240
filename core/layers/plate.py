"""The job "plate": the clean background behind masked objects, as one picture and, if asked for, as a film."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

from core.arrays import to_bytes, to_float
from core.job import Progress
from core.layers.background import Background, find_background
from core.layers.budget import FILM, WHOLE, Budget
from core.layers.channels import mean
from core.layers.clock import Clock
from core.layers.compose import alone, plate_of
from core.layers.films import Films
from core.layers.finding import find_effects, split_of
from core.layers.footage import Footage, open_footage
from core.layers.painting import PASSES
from core.layers.plane import Plane
from core.layers.preview import Preview, told
from core.layers.repaint import without_effects
from core.layers.result import PLATE_FILM, PLATE_PICTURE, PlateResult, write_plate
from core.layers.score import Errors
from core.media.info import Fields
from core.media.writer import write_png

MESSAGE, FILMED = "Clean background", "Writing the background"
WITH_FILM = 1.5
"""Writing the film, as a multiple of the time of a pass over the canvas."""
AGAIN = 1.2
"""Painting the background again without shadows, as a multiple of the time of finding it."""
SAMPLE = 8
"""Frames that are compared with the background."""


def paint(
    out: Path,
    *,
    clip: str,
    masks: str,
    fields: Fields = "",
    first: int = 0,
    last: int = -1,
    film: bool = False,
    max_seconds: float = 0.0,
    seed: int = 0,
) -> Iterator[Progress]:
    """Write plate.png, the canvas; for a still camera it is exactly the frame. Where the background is no plane it is
    a survey, for which neighbouring frames are not asked. With `film` also plate.mkv, the clean background of every
    frame, as in core.layers.result; how good it is and what the user should know go to plate.json (`read_plate`).

    Args:
        clip: a video file or a folder of numbered images.
        fields: the user's choice for the clip's fields.
        masks: a folder in the DAVIS layout.
        first, last: frames of the clip, inclusive; -1 for its end.
        max_seconds: wall time of the whole command, 0 for no limit. Passes that do not fit are left out, and
            without time for two of them they work on smaller pictures; it is said, also when that took longer.
        seed: of what is put where no frame shows the background.

    Raises:
        MediaError: when clip or masks cannot be read or do not fit.
    """
    share, clock = (0.7 if film else 1.0), Clock(max_seconds)
    with closing(open_footage(Path(clip), Path(masks), first, last, fields=fields)) as footage:
        budget = Budget(clock, footage.count, footage.size, WHOLE if film else 0.0, FILM if film else 0.0)
        plate = yield from _found(out, footage, budget, seed, share, after=WITH_FILM if film else 0.0)
        write_png(out / PLATE_PICTURE, plate.picture())
        whole = film and budget.effects()
        if film and not whole:
            clock.left_out.append(
                "There was no time to look for shadows: the film is nothing but the background"
            )
        notes = (*footage.notes(), *plate.notes, *clock.left_out, *clock.overrun("The background"))
        write_plate(out, PlateResult(footage.count, _psnr(footage, plate), notes))
        yield Progress(share, 1, MESSAGE, PLATE_PICTURE)
        if film:
            yield from _write_film(out, footage, plate, whole, seed, share)


def _write_film(
    out: Path, footage: Footage, plate: Background, whole: bool, seed: int, share: float
) -> Iterator[Progress]:
    """Write plate.mkv: with `whole` each frame itself where nothing lies on it, else the background alone.

    Args:
        share: the part of the job that is done.
    """
    middle, split = 0.5 * (1 + share), None
    if whole:
        looked = find_effects(footage, plate, out)
        found = yield from told(looked, (share, middle), FILMED, lambda: PLATE_PICTURE)
        split = split_of(footage, plate, found, seed=seed)
    with Films(out, {PLATE_FILM: False}, footage.size, footage.rate) as films:
        for n in range(footage.count):
            films.write(PLATE_FILM, plate_of(split, n) if split else to_bytes(plate.render(n)))
            yield Progress(middle + (1 - middle) * (n + 1) / footage.count, 1, FILMED)


def _found(
    out: Path, footage: Footage, budget: Budget, seed: int, share: float, after: float
) -> Generator[Progress, None, Background]:
    """The background, and where one canvas does and there is time, once more without what objects throw on it."""
    show, clock = Preview(out), budget.clock
    began = clock.seconds
    steps = find_background(
        footage=footage,
        folder=out,
        plane=None,
        show=show,
        allows=clock.allows,
        seed=seed,
        after=after,
        budget=budget,
        frames=after > 0,
    )
    plate = yield from told(steps, (0.0, 0.8 * share), MESSAGE, lambda: show.name)
    if not isinstance(plate, Plane) or not plate.flat:
        return plate
    if not clock.allows((AGAIN + after / PASSES) * (clock.seconds - began)):
        plate.notes.append("There was no time to look for shadows in the background")
        return plate
    write_png(out / PLATE_PICTURE, plate.picture())
    again = without_effects(footage, plate, seed, clock.allows)
    return (yield from told(again, (0.8 * share, share), MESSAGE, lambda: PLATE_PICTURE))


def _psnr(footage: Footage, plate: Background) -> float:
    """dB of a few frames outside of their masks; 99 when they are the same, or nothing is outside."""
    errors = Errors()
    for n in sorted({k * (footage.count - 1) // (SAMPLE - 1) for k in range(SAMPLE)}):
        hidden = footage.labels(n) > 0
        off = to_float(footage.frame(n)) - plate.render(n)
        errors.add(alone(plate, n, mean(off * off), hidden), hidden)
    return errors.psnr_outside
