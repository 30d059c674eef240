"""The job "layers": a clip with masks becomes a clean background and one layer for each object with its effect.

First the camera and the canvas (a picture of it as it grows is there within a second), then the layers in closed
form, which are written whole. Interrupted work goes on from the last of these. What the folder holds:
core.layers.result.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, to_bytes, to_float
from core.errors import MediaError
from core.job import Progress, require_disk
from core.layers.background import Background, find_background
from core.layers.border_masks import add_missed
from core.layers.budget import BARE, LAYERS, Budget
from core.layers.channels import mean
from core.layers.clock import Clock, LateError
from core.layers.compose import Parts, Split, alone, join, take_apart
from core.layers.effects import evidence, link, slopes
from core.layers.films import Films
from core.layers.finding import scene_of, split_of
from core.layers.footage import Footage, open_footage
from core.layers.mask_leaks import leaked
from core.layers.paged import Room, Stack
from core.layers.plane import Plane, beside
from core.layers.plane_file import forget_plane, load_plane, save_plane
from core.layers.preview import PREVIEW, Preview, told
from core.layers.repaint import repaint_plane, throwing
from core.layers.result import (
    PLATE_FILM,
    PLATE_PICTURE,
    RECON,
    LayersResult,
    Report,
    object_files,
    read_report,
    write_layers,
    write_report,
)
from core.layers.score import Errors
from core.layers.tracks import Tracks, halved, measure
from core.layers.unseen import complete
from core.layers.world import world_of
from core.media.info import Fields
from core.media.matte import Labels
from core.media.writer import write_png

PLANE = "plane.safetensors"
JUDGED = 8
"""Every so many frames the background is judged when time is short."""
PASS = 0.35
"""A pass over the background, as a part of the time of finding and writing the layers."""
_BYTES_A_PIXEL = 5
"""Of all films together, for each object."""


def split(
    out: Path,
    *,
    clip: str,
    masks: str,
    fields: Fields = "",
    first: int = 0,
    last: int = -1,
    names: Mapping[str, str] | None = None,
    order: Sequence[int] = (),
    shared: Sequence[int] = (),
    max_seconds: float = 0.0,
    seed: int = 0,
) -> Iterator[Progress]:
    """Split frames first to last (inclusive) of a clip into layers.

    Args:
        out: the folder of the result; a second call with the same question goes on in it.
        clip: a video file or a folder of numbered images.
        fields: the user's choice for the clip's fields.
        masks: a folder in the DAVIS layout.
        names: label (as text) to the object's name.
        order: labels back to front; those that it does not name are put where the masks say.
        shared: labels of objects that go into one layer together, which has the first of them.
        max_seconds: wall time of the whole command, 0 for no limit. What does not fit is left out
            (core.layers.budget), and the report says so; the first set of layers is always written whole.
        seed: of everything random.

    Yields:
        Progress with fields psnr (of whole frames, so far) and seconds; preview is a picture in the folder.

    Raises:
        MediaError: when clip or masks cannot be read, do not fit, or show no object.
    """
    clock = Clock(max_seconds)
    with closing(open_footage(Path(clip), Path(masks), first, last, shared, fields)) as footage:
        yield Progress(0, 1, "Looking at the clip")
        budget = Budget(clock, footage.count, footage.size, LAYERS, BARE)
        plate = yield from _background(out, footage, budget, seed)
        job = _Job(out, footage, plate, clock, masks, dict(names or {}), order, seed)
        job.write("plate", ())
        yield Progress(0.4, 1, "Clean background", PLATE_PICTURE)
        began = clock.seconds
        parts = yield from _evidence(job, effects=budget.effects())
        pixels = footage.count * footage.size[0] * footage.size[1]
        require_disk(out, pixels * _BYTES_A_PIXEL * len(parts.order))
        job.write("plate", parts.order)
        yield from _write(job, parts, (0.6, 0.75))
        job.write("layers", parts.order)
        if isinstance(plate, Plane):
            yield from _refined(job, parts, clock.seconds - began)
        forget_plane(out / PLANE)


def _refined(job: _Job, parts: Split, films: float) -> Iterator[Progress]:
    """Refine in the time that is left; what does not fit is given up, and the layers stay as they are.

    Args:
        films: seconds that the layers took.
    """
    try:
        if not job.clock.allows((1 + PASS) * films):
            raise LateError
        yield from _refine(job, parts, films)
    except LateError:
        job.clock.left_out.append("There was no time to refine the background")
        job.write("layers", parts.order)
        report = read_report(job.out)
        write_report(job.out, msgspec.structs.replace(report, notes=job.notes()))


def _refine(job: _Job, parts: Split, films: float) -> Iterator[Progress]:
    """The background without what is known to be an effect, and the layers before that one."""
    plate, thrown = parts.plate, throwing(parts.owners, parts.tracks, job.footage.size)
    assert isinstance(plate, Plane), "only a canvas is painted again"

    def allows(seconds: float) -> bool:
        return job.clock.allows(seconds + films)

    steps = repaint_plane(job.footage, plate, *thrown, allows)
    better = yield from told(steps, (0.75, 0.85), "Refining the background", lambda: PREVIEW)
    for _ in complete(better, job.footage, job.seed):
        yield Progress(0.85, 1, "Refining the background", PREVIEW)
    again = replace(job, plate=better)
    refined = yield from _evidence(again, (0.85, 0.9))
    yield from _write(again, refined, (0.9, 1.0), optional=True)
    write_png(job.out / PLATE_PICTURE, better.picture())
    again.write("refined", refined.order)


def _rows(matrices: npt.NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    """Matrices (N, 3, 3) row by row, for JSON."""
    return tuple(tuple(float(value) for value in matrix.ravel()) for matrix in matrices)


@dataclass(frozen=True)
class _Job:
    """What is taken apart, and the folder of the result.

    masks: as they were given, for messages.
    names, order, seed: see `split`.
    """

    out: Path
    footage: Footage
    plate: Background
    clock: Clock
    masks: str
    names: dict[str, str]
    order: Sequence[int]
    seed: int

    def write(self, stage: str, order: Sequence[int]) -> None:
        """Describe the result as far as it is. order: of its objects, back to front."""
        footage, camera = self.footage, self.plate.camera
        world, takes = world_of(camera)
        result = LayersResult(
            *footage.size,
            footage.count,
            footage.rate,
            footage.first,
            camera.canvas,
            _rows(camera.to_canvas),
            tuple(object_files(label, self.names.get(str(label), "")) for label in order),
            stage=stage,
            notes=self.notes(),
            world=_rows(world),
            takes=takes,
        )
        write_layers(self.out, result)

    def notes(self) -> tuple[str, ...]:
        return (*self.plate.notes, *self.clock.notes(), *self.footage.notes())


def _background(
    out: Path, footage: Footage, budget: Budget, seed: int
) -> Generator[Progress, None, Background]:
    """The clean background, from an earlier run where there is one; its picture and arrays are kept."""
    kept = load_plane(out / PLANE, Room(out))
    if kept is not None and (kept.size != footage.size or len(kept.camera.to_canvas) != footage.count):
        kept = None
    show = Preview(out)
    steps = find_background(footage, out, kept, show, budget.clock.allows, seed, budget=budget)
    while True:
        try:
            done = next(steps)
        except StopIteration as end:
            plate: Background = end.value
            return plate
        if isinstance(done, Plane):
            write_png(out / PLATE_PICTURE, done.picture())
            if budget.reduced == 1:  # a later run may have more time
                save_plane(out / PLANE, done)
        else:
            yield Progress(0.4 * done, 1, "Clean background", show.name)


@dataclass(frozen=True)
class _Evidence:
    """What is known of all frames before effects are linked to objects.

    surely: uint8 (N, h, w), half size, the evidence that a pixel is not bare background.
    halves: uint8 (N, h, w), the labels.
    bare: errors of the background alone.
    """

    surely: Stack
    halves: Stack
    bare: Errors


def _evidence(
    job: _Job, share: tuple[float, float] = (0.4, 0.6), effects: bool = True
) -> Generator[Progress, None, Split]:
    """What differs from the background, linked to the objects; and how good the background alone is.

    Args:
        effects: without, none is looked for, and the background is judged in a few frames.

    Raises:
        MediaError: when the masks show no object that differs from the background.
    """
    footage, plate, clock = job.footage, job.plate, job.clock
    found = _Evidence(footage.halves(job.out), footage.halves(job.out), Errors())
    for n in range(footage.count):
        _compare(job, n, found, effects)
        done = share[0] + 0.8 * (share[1] - share[0]) * (n + 1) / footage.count
        yield Progress(done, 1, "Shadows and reflections", PLATE_PICTURE)
    if effects:
        add_missed(footage, found.surely, found.halves)
    else:
        clock.left_out.append("There was no time to look for shadows and reflections")
    tracks = _tracks(job, found)
    clock.plate = found.bare.psnr_outside
    if not clock.history:
        clock.reached(found.bare.psnr)
        write_report(job.out, _report(job, found.bare, found.bare))
    owners = link(found.surely, found.halves, tracks, scene_of(footage, plate))
    yield Progress(share[1], 1, "Shadows and reflections", PLATE_PICTURE)
    linked = split_of(footage, plate, (owners, found.halves, tracks), job.order, job.seed)
    return replace(linked, shows=effects)


def _compare(job: _Job, n: int, found: _Evidence, effects: bool) -> None:
    """Frame n beside its background. effects: whether they are looked for."""
    footage, plate = job.footage, job.plate
    labels = footage.labels(n)
    found.halves[n] = halved(labels)
    if effects or n % JUDGED == 0:
        frame, clean = to_float(footage.frame(n)), plate.render(n)
        found.bare.add(alone(plate, n, mean((frame - clean) ** 2), labels > 0), labels > 0)
    if effects:
        found.surely[n] = evidence(frame, clean, plate.noise(n), beside(labels))
        found.halves[n] = _without_ground(footage, n, found.surely[n], found.halves[n], clean)


def _tracks(job: _Job, found: _Evidence) -> Tracks:
    """Where each object is. Raises MediaError when there is none."""
    tracks = measure(found.halves, job.plate.camera)
    if not tracks.labels:
        raise MediaError(
            f"the masks in {job.masks} show no object that differs from the background",
            "Draw a mask and track it first",
        )
    return tracks


def _without_ground(footage: Footage, n: int, surely: Labels, labels: Labels, clean: Array32) -> Labels:
    """The labels of a frame, half size, without what is nothing but background; the footage forgets it, too."""
    steep = cv2.resize(slopes(clean), labels.shape[::-1], interpolation=cv2.INTER_AREA)
    ground = leaked(surely, labels, np.asarray(steep, np.float32))
    if not ground.any():
        return labels
    footage.reduce(n, ground)
    return np.where(ground, np.uint8(0), labels)


def _write(
    job: _Job, parts: Split, share: tuple[float, float], *, optional: bool = False
) -> Iterator[Progress]:
    """All films and the report. Raises LateError, when they are optional and the time is over."""
    named = {label: object_files(label, "") for label in parts.order}
    alpha = {PLATE_FILM: False, RECON: False}
    for each in named.values():
        alpha |= dict.fromkeys((each.object, each.effect, each.layer), True)
    footage, show = job.footage, Preview(job.out)
    errors, canvas = Errors(), Errors()
    with Films(job.out, alpha, footage.size, footage.rate) as films:
        for n in range(footage.count):
            if optional:
                job.clock.check()
            made = take_apart(parts, n)
            errors.add(made.squares, made.mask)
            canvas.add(made.canvas, made.mask)
            films.write(PLATE_FILM, made.plate)
            films.write(RECON, made.recon)
            for label, each in named.items():
                films.write(each.object, made.objects[label])
                films.write(each.effect, made.effects[label])
                films.write(each.layer, join(made.objects[label], made.effects[label]))
            show(partial(_sheet, made), now=n == footage.count // 2)
            done = share[0] + (share[1] - share[0]) * (n + 1) / footage.count
            yield Progress(done, 1, "Writing the layers", PREVIEW)
    job.clock.reached(canvas.psnr)
    write_report(job.out, _report(job, errors, canvas))


def _report(job: _Job, errors: Errors, canvas: Errors) -> Report:
    """What is said of the result.

    Args:
        errors: of the film.
        canvas: of the same on the clean background alone.
    """
    clock = job.clock
    return Report(
        tuple(clock.history),
        errors.psnr,
        errors.psnr_inside,
        errors.psnr_outside,
        clock.plate,
        round(clock.seconds, 2),
        round(clock.cpu_seconds, 2),
        psnr_canvas=canvas.psnr,
        psnr_canvas_outside=canvas.psnr_outside,
        background="plane" if isinstance(job.plate, Plane) else "warped",
        notes=job.notes(),
    )


def _sheet(parts: Parts) -> npt.NDArray[np.uint8]:
    """The front object with its effect on a chequered ground, beside the clean background; uint8 RGB."""
    label = next(reversed(parts.objects))
    layer = to_float(join(parts.objects[label], parts.effects[label]))
    rows, columns = np.indices(layer.shape[:2]) // 12
    ground = np.where((rows + columns) % 2, 0.75, 0.6).astype(np.float32)[..., None]
    shown = layer[..., 3:] * layer[..., :3] + (1 - layer[..., 3:]) * ground
    both = np.hstack([to_bytes(np.asarray(shown, np.float32)), parts.plate])
    return np.asarray(both, np.uint8)
