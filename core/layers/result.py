"""The folder that a split into layers leaves, and how it is read; without torch, so the window reads it too.

All films are lossless FFV1 (Matroska) at the clip's size and rate, one frame for each of the range; those with alpha
hold straight alpha. Frame n of a film is frame `first + n` of the clip.

    plate.png         the canvas, clean; for a still camera exactly the frame
    plate.mkv         RGB, the clean background of every frame, with camera motion and light: the frame itself where no
                      object and no effect lies, elsewhere the canvas with the frame's grain
    object_LL.mkv     RGBA, one object alone
    effect_LL.mkv     RGBA, what it throws on the background: a shadow is black with alpha
    layer_LL.mkv      RGBA, the object over its effect
    recon.mkv         RGB, all of them put together again
    layers.json       this module's `LayersResult`
    report.json       this module's `Report`

Putting together: the plate, above it the effects of all objects from back to front, above them the objects from back
to front, each plainly over what is below.

The job is "layers" in core.catalog, with the parameters clip (path), masks (folder), first and last (frames of the
clip, inclusive; -1 for its end), names ({label as text: name}), order (labels back to front; empty: estimated),
shared (labels that go into one layer, under the first of them; may be left out),
max_seconds (0: until it is good) and seed. Its inputs are the fingerprints {"clip", "masks"}.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from core.errors import MediaError
from core.files import NOT_JSON, write_json
from core.time import FrameRate

LAYERS, REPORT, PLATE = "layers.json", "report.json", "plate.json"
PLATE_PICTURE, PLATE_FILM, RECON = "plate.png", "plate.mkv", "recon.mkv"
_HINT = "Split the clip into layers again"
_Kind = TypeVar("_Kind")


class ObjectFiles(msgspec.Struct, frozen=True):
    """One object of a result.

    label: in the masks.
    name: for the user. The others are names of films in the folder.
    """

    label: int
    name: str
    object: str
    effect: str
    layer: str


class LayersResult(msgspec.Struct, frozen=True):
    """What is in the folder. objects: back to front.

    canvas: (width, height) of plate.png.
    homographies: a 3x3 matrix a frame, row by row, frame pixels to canvas pixels.
    world, takes: see core.layers.world.world_of; where the camera looked, for layers that are shown at another
        time than the background (core.media.viewpoint).
    stage: "plate" while only plate.png is there, "layers" when every film is, "refined" after the network's
        turn.
    notes: what the user should know, one sentence each.
    """

    width: int
    height: int
    frames: int
    rate: FrameRate
    first: int
    canvas: tuple[int, int]
    homographies: tuple[tuple[float, ...], ...]
    objects: tuple[ObjectFiles, ...]
    plate: str = PLATE_PICTURE
    plate_film: str = PLATE_FILM
    recon: str = RECON
    stage: str = "refined"
    notes: tuple[str, ...] = ()
    world: tuple[tuple[float, ...], ...] = ()
    takes: tuple[int, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """How well it went.

    psnr, psnr_masks, psnr_outside: dB of the recomposed clip, recon.mkv, over all pixels, inside and outside
        the objects' masks. Its plate is the frame itself where nothing lies on it, so these say what a user
        sees, and little of how well the background was found. That is what the others say, for which the
        background is one canvas (or what neighbouring frames say), and nothing of the frame: psnr_canvas,
        psnr_canvas_outside: of all layers on it.
    psnr_plate: of it alone, on pixels that no mask touches.
    psnr_over_time: (seconds since the start, psnr_canvas by then), ascending in time.
    seconds: wall time.
    cpu_seconds: of the process.
    """

    psnr_over_time: tuple[tuple[float, float], ...] = ()
    psnr: float = 0.0
    psnr_masks: float = 0.0
    psnr_outside: float = 0.0
    psnr_plate: float = 0.0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    iterations: int = 0
    background: str = "plane"
    """"plane" when one canvas explains it; "warped" when it was put together from neighbouring frames."""
    notes: tuple[str, ...] = ()
    psnr_canvas: float = 0.0
    psnr_canvas_outside: float = 0.0


class PlateResult(msgspec.Struct, frozen=True):
    """What the job "plate" says.

    frames: of the range.
    psnr_plate: dB on a few frames outside of the masks, of the background as it was found, without anything of
        the frame.
    notes: what the user should know, a sentence each.
    """

    frames: int
    psnr_plate: float
    notes: tuple[str, ...] = ()


def object_files(label: int, name: str) -> ObjectFiles:
    """The names that the films of an object have."""
    films = (f"{kind}_{label:02d}.mkv" for kind in ("object", "effect", "layer"))
    return ObjectFiles(label, name or f"Object {label}", *films)


def read_layers(folder: Path) -> LayersResult:
    """What a result folder holds; also one that is still being made.

    Raises:
        MediaError: when there is no such result, or it cannot be read.
    """
    return _read(folder / LAYERS, LayersResult)


def write_layers(folder: Path, result: LayersResult) -> None:
    """Raises OSError when the disk refuses."""
    write_json(folder / LAYERS, result)


def read_report(folder: Path) -> Report:
    """Raises MediaError as `read_layers`."""
    return _read(folder / REPORT, Report)


def write_report(folder: Path, report: Report) -> None:
    """Raises OSError when the disk refuses."""
    write_json(folder / REPORT, report)


def read_plate(folder: Path) -> PlateResult:
    """Raises MediaError as `read_layers`."""
    return _read(folder / PLATE, PlateResult)


def write_plate(folder: Path, result: PlateResult) -> None:
    """Raises OSError when the disk refuses."""
    write_json(folder / PLATE, result)


def _read(path: Path, kind: type[_Kind]) -> _Kind:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise MediaError(f"there are no layers in {path.parent}", _HINT) from error
    except NOT_JSON as error:
        raise MediaError(f"{path} cannot be read: {error}", _HINT) from error
