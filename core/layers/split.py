"""The job "layers": a clip with masks becomes a clean background and one layer for each object with its effect.

First the camera and the canvas (a picture of it as it grows is there within a second), then the layers in closed form, which are written
whole. Interrupted work goes on from the last of these. What the folder holds: core.layers.result.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import MediaError
from core.job import Progress, require_disk
from core.layers.background import Background, find_background
from core.layers.channels import mean
from core.layers.compose import Parts, Split, join, take_apart, throws_colours, to_float
from core.layers.effects import evidence, link
from core.layers.films import Films
from core.layers.footage import Footage, open_footage
from core.layers.keeping import load_plane, save_plane
from core.layers.plane import Plane, repaint_plane, to_bytes
from core.layers.result import (
    PLATE_FILM,
    PLATE_PICTURE,
    RECON,
    LayersResult,
    Report,
    object_files,
    write_layers,
    write_report,
)
from core.layers.showing import PREVIEW, Showing
from core.layers.tracks import halved, measure, order_of
from core.media.writer import write_png
from core.motion.flow import Array32

PLANE = "plane.safetensors"
START = 2.0
"""Seconds from a command to its work: two processes start."""
REFINING = 3.5
"""Times what writing the films takes."""
_BYTES_A_PIXEL = 5
"""Of all films together, for each object."""


@dataclass
class _Errors:
    """Sums of squared errors over the clip: inside the masks and outside."""

    inside: float = 0.0
    outside: float = 0.0
    pixels: tuple[int, int] = (0, 0)

    def add(self, squares: Array32, mask: npt.NDArray[np.bool_]) -> None:
        within = int(np.count_nonzero(mask))
        self.inside += float(squares[mask].sum())
        self.outside += float(squares[~mask].sum())
        self.pixels = self.pixels[0] + within, self.pixels[1] + mask.size - within


@dataclass
class _Clock:
    """Seconds since the work began, and what was reached when."""

    began: float = field(default_factory=time.monotonic)
    cpu: float = field(default_factory=time.process_time)
    history: list[tuple[float, float]] = field(default_factory=list)
    plate: float = 0.0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def allows(self, most: float, needed: float) -> bool:
        """Whether there is time for work of `needed` seconds; `most` is of the command, 0 for no limit."""
        return most <= 0 or self.seconds + START + needed < most

    def reached(self, errors: _Errors) -> None:
        """Note how good whole frames are by now."""
        whole = decibels(errors.inside + errors.outside, sum(errors.pixels))
        self.history.append((round(self.seconds, 2), whole))


def split(
    out: Path,
    *,
    clip: str,
    masks: str,
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
        clip: a video file or a folder of numbered images. masks: a folder in the DAVIS layout.
        names: label (as text) to the object's name.
        order: labels back to front; those that it does not name are put where the masks say.
        shared: labels of objects that go into one layer together, which has the first of them.
        max_seconds: wall time after which refining ends; 0 for no limit.
        seed: of everything random.

    Yields:
        Progress with fields psnr (of whole frames, so far) and seconds; preview is a picture in the folder.

    Raises:
        MediaError: when clip or masks cannot be read, do not fit, or show no object.
    """
    clock = _Clock()
    with closing(open_footage(Path(clip), Path(masks), first, last, shared)) as footage:
        yield Progress(0, 1, "Looking at the clip")
        plate = yield from _background(out, footage)
        files = _Folder(out, footage, plate, dict(names or {}))
        files.write("plate", ())
        yield Progress(0.4, 1, "Clean background", PLATE_PICTURE)
        parts = yield from _evidence(files, clock, order, masks)
        require_disk(
            out, footage.count * footage.size[0] * footage.size[1] * _BYTES_A_PIXEL * len(parts.order)
        )
        files.write("plate", parts.order)
        began = clock.seconds
        yield from _write(files, parts, clock, (0.6, 0.75))
        files.write("layers", parts.order)
        if isinstance(plate, Plane) and clock.allows(max_seconds, REFINING * (clock.seconds - began)):
            yield from _refine(files, parts, clock, order, masks)
        (out / PLANE).unlink(missing_ok=True)


def _refine(
    files: _Folder, parts: Split, clock: _Clock, order: Sequence[int], masks: str
) -> Iterator[Progress]:
    """The background without what is known to be an effect, and the layers before that one."""
    plate, size = parts.plate, files.footage.size
    assert isinstance(plate, Plane), "only a canvas is painted again"

    def effects(n: int) -> npt.NDArray[np.bool_]:
        thick = cv2.dilate((parts.owners[n] > 0).astype(np.uint8), np.ones((7, 7), np.uint8))
        return np.asarray(cv2.resize(thick, size, interpolation=cv2.INTER_NEAREST) > 0)

    better = yield from _told(
        repaint_plane(files.footage, plate, effects), (0.75, 0.85), "Refining the background"
    )
    again = replace(files, plate=better)
    write_png(files.out / PLATE_PICTURE, better.picture())
    refined = yield from _evidence(again, clock, order, masks, (0.85, 0.9))
    yield from _write(again, refined, clock, (0.9, 1.0))
    again.write("refined", refined.order)


def _told(
    steps: Generator[float, None, Plane], share: tuple[float, float], message: str
) -> Generator[Progress, None, Plane]:
    """A part of the work as progress between the two shares."""
    while True:
        try:
            yield Progress(share[0] + (share[1] - share[0]) * next(steps), 1, message, PREVIEW)
        except StopIteration as done:
            made: Plane = done.value
            return made


@dataclass(frozen=True)
class _Folder:
    """The result folder and what its description says."""

    out: Path
    footage: Footage
    plate: Background
    names: dict[str, str]

    def write(self, stage: str, order: Sequence[int]) -> None:
        footage, camera = self.footage, self.plate.camera
        result = LayersResult(
            *footage.size,
            footage.count,
            footage.rate,
            footage.first,
            camera.canvas,
            tuple(tuple(float(v) for v in matrix.ravel()) for matrix in camera.to_canvas),
            tuple(object_files(label, self.names.get(str(label), "")) for label in order),
            stage=stage,
            notes=self.notes(),
        )
        write_layers(self.out, result)

    def notes(self) -> tuple[str, ...]:
        notes = list(self.plate.notes)
        if unknown := self.footage.unknown():
            notes.append(
                f"{len(unknown)} frames have no mask, the first is frame {unknown[0]}: no object is looked for there"
            )
        return tuple(notes)


def _background(out: Path, footage: Footage) -> Generator[Progress, None, Background]:
    """The clean background, from an earlier run where there is one; its picture and arrays are kept."""
    kept = load_plane(out / PLANE)
    if kept is not None and (kept.size != footage.size or len(kept.camera.to_canvas) != footage.count):
        kept = None
    show = Showing(out)
    steps = find_background(footage, out, kept, show)
    while True:
        try:
            done = next(steps)
        except StopIteration as end:
            plate: Background = end.value
            return plate
        if isinstance(done, Plane):
            write_png(out / PLATE_PICTURE, done.picture())
            save_plane(out / PLANE, done)
        else:
            yield Progress(0.4 * done, 1, "Clean background", show.name)


def _evidence(
    files: _Folder, clock: _Clock, order: Sequence[int], masks: str, share: tuple[float, float] = (0.4, 0.6)
) -> Generator[Progress, None, Split]:
    """What differs from the background, linked to the objects; and how good the background alone is."""
    footage, plate, bare = files.footage, files.plate, _Errors()
    size = (footage.size[1] + 1) // 2, (footage.size[0] + 1) // 2
    surely, halves = (np.empty((footage.count, *size), np.uint8) for _ in range(2))
    for n in range(footage.count):
        frame, labels, clean = to_float(footage.frame(n)), footage.labels(n), plate.render(n)
        surely[n], halves[n] = evidence(frame, clean, plate.noise(n)), halved(labels)
        bare.add(mean((frame - clean) ** 2), labels > 0)
        done = share[0] + 0.8 * (share[1] - share[0]) * (n + 1) / footage.count
        yield Progress(done, 1, "Shadows and reflections", PLATE_PICTURE)
    tracks = measure(halves)
    if not tracks.labels:
        raise MediaError(f"the masks in {masks} show no object", "Draw a mask and track it first")
    clock.plate = decibels(bare.outside, bare.pixels[1])
    if not clock.history:
        clock.reached(bare)
        write_report(files.out, _report(files, bare, clock))
    owners = link(surely, halves, tracks)
    yield Progress(share[1], 1, "Shadows and reflections", PLATE_PICTURE)
    found = Split(footage, plate, tracks, order_of(halves, tracks, order), owners)
    return replace(found, colourful=throws_colours(found))


def _write(files: _Folder, parts: Split, clock: _Clock, share: tuple[float, float]) -> Iterator[Progress]:
    """All films and the report."""
    named = {label: object_files(label, "") for label in parts.order}
    alpha = {PLATE_FILM: False, RECON: False}
    for each in named.values():
        alpha |= dict.fromkeys((each.object, each.effect, each.layer), True)
    errors, footage, show = _Errors(), files.footage, Showing(files.out)
    with Films(files.out, alpha, footage.size, footage.rate) as films:
        for n in range(footage.count):
            made = take_apart(parts, n)
            errors.add(made.squares, made.mask)
            films.write(PLATE_FILM, made.plate)
            films.write(RECON, made.recon)
            for label, each in named.items():
                films.write(each.object, made.objects[label])
                films.write(each.effect, made.effects[label])
                films.write(each.layer, join(made.objects[label], made.effects[label]))
            show(partial(_sheet, made), now=n == footage.count // 2)
            done = share[0] + (share[1] - share[0]) * (n + 1) / footage.count
            yield Progress(done, 1, "Writing the layers", PREVIEW)
    clock.reached(errors)
    write_report(files.out, _report(files, errors, clock))


def _report(files: _Folder, errors: _Errors, clock: _Clock) -> Report:
    return Report(
        tuple(clock.history),
        clock.history[-1][1],
        decibels(errors.inside, errors.pixels[0]),
        decibels(errors.outside, errors.pixels[1]),
        clock.plate,
        round(clock.seconds, 2),
        round(time.process_time() - clock.cpu, 2),
        background="plane" if isinstance(files.plate, Plane) else "warped",
        notes=files.notes(),
    )


def decibels(squares: float, pixels: int) -> float:
    """PSNR of a sum of squared errors in [0, 1]; 99 when there is none."""
    if pixels == 0 or squares / max(pixels, 1) < 1e-10:
        return 99.0
    return round(-10 * float(np.log10(squares / pixels)), 3)


def _sheet(parts: Parts) -> npt.NDArray[np.uint8]:
    """The front object with its effect on a chequered ground, beside the clean background; uint8 RGB."""
    label = next(reversed(parts.objects))
    layer = to_float(join(parts.objects[label], parts.effects[label]))
    rows, columns = np.indices(layer.shape[:2]) // 12
    ground = np.where((rows + columns) % 2, 0.75, 0.6).astype(np.float32)[..., None]
    shown = layer[..., 3:] * layer[..., :3] + (1 - layer[..., 3:]) * ground
    both = np.hstack([to_bytes(np.asarray(shown, np.float32)), parts.plate])
    return np.asarray(both, np.uint8)
