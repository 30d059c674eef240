"""A split into layers with nothing to guess: the folder that the job leaves, made of the drawn scene's own layers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from core.layers.result import LayersResult, Report, object_files, write_layers, write_report
from core.media.matte import mask_name, write_labels
from core.media.probe import probe
from core.project.layers import layer_media
from core.project.project import (
    OBJECT_COLOURS,
    LayerChoice,
    LayerFile,
    LayerSet,
    Media,
    Project,
    TrackedObject,
    TrackedRange,
    new_project,
)
from core.sample import OBJECT_NAMES
from core.sample.scene import Scene
from core.time import FrameRate
from core.timeline.model import Clip, MediaUse, Sequence, Track

KEY = "0" * 31 + "1"
TRACK_KEY = "0" * 31 + "2"
RATE = FrameRate(25)
FRAME = RATE.frame_ticks


@dataclass(frozen=True)
class Truth:
    """All uint8. plates, clip: (N, H, W, 3). objects, effects: label to (N, H, W, 4), straight alpha."""

    plates: np.ndarray
    objects: dict[int, np.ndarray]
    effects: dict[int, np.ndarray]
    clip: np.ndarray

    def composed(self, n: int, numbers: dict[int, int | None] | None = None) -> np.ndarray:
        """Frame n put together, uint8 (H, W, 3); `numbers` says of objects which frame they show, None: not at all."""
        numbers = dict.fromkeys(self.objects, n) | (numbers or {})
        shown = {label: number for label, number in numbers.items() if number is not None}
        picture = self.plates[n].astype(np.float64)
        for films in (self.effects, self.objects):
            for label in films:
                if label in shown:
                    picture = over(picture, films[label][shown[label]])
        return np.rint(picture).astype(np.uint8)


def over(picture: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """A straight-alpha layer, uint8, over a float picture of 0 to 255."""
    alpha = layer[..., 3:] / 255.0
    return picture * (1 - alpha) + layer[..., :3] * alpha


def draw_truth(
    labels: tuple[int, ...] = (2, 1), frames: int = 8, size: tuple[int, int] = (192, 108)
) -> Truth:
    """Layers of the street, taken where robot, car and ball are all in the picture; `labels` back to front."""
    scene = Scene(*size, frames=125)
    moments = [20 + 4 * n for n in range(frames)]
    plates = np.stack([(np.clip(scene.plate(n), 0, 1) * 255 + 0.5).astype(np.uint8) for n in moments])
    objects: dict[int, list[np.ndarray]] = {label: [] for label in labels}
    effects: dict[int, list[np.ndarray]] = {label: [] for label in labels}
    for n in moments:
        for layer in scene.layers(n):
            if layer.label in objects:
                alpha = layer.rgba[..., 3:]
                colours = np.divide(
                    layer.rgba[..., :3], alpha, out=np.zeros_like(layer.rgba[..., :3]), where=alpha > 0
                )
                objects[layer.label].append(_bytes(np.dstack([colours, alpha])))
                black = np.zeros((*layer.shadow.shape, 3), np.float32)
                effects[layer.label].append(_bytes(np.dstack([black, layer.shadow])))
    stacked = [
        {label: np.stack(pictures) for label, pictures in films.items()} for films in (objects, effects)
    ]
    truth = Truth(plates, stacked[0], stacked[1], plates)
    return Truth(plates, stacked[0], stacked[1], np.stack([truth.composed(n) for n in range(frames)]))


def write_result(folder: Path, truth: Truth, first: int = 0) -> LayersResult:
    """The folder as the job "layers" leaves it."""
    folder.mkdir(parents=True)
    frames, height, width = truth.plates.shape[:3]
    files = tuple(object_files(label, OBJECT_NAMES[label]) for label in truth.objects)
    with _writer(folder / "plate.mkv") as add:
        for picture in truth.plates:
            add(picture)
    for one in files:
        layers = [
            over_straight(a, b)
            for a, b in zip(truth.effects[one.label], truth.objects[one.label], strict=True)
        ]
        films = (
            (one.object, truth.objects[one.label]),
            (one.effect, truth.effects[one.label]),
            (one.layer, layers),
        )
        for name, pictures in films:
            with _writer(folder / name) as add:
                for picture in pictures:
                    add(picture)
    result = LayersResult(width, height, frames, RATE, first, (width, height), (), files)
    write_layers(folder, result)
    write_report(folder, Report(psnr_over_time=((2.0, 28.0), (6.0, 33.5)), psnr=33.5))
    return result


def over_straight(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """One straight-alpha picture over another, straight again, uint8."""
    a, b = above[..., 3:] / 255.0, below[..., 3:] / 255.0
    alpha = a + b * (1 - a)
    colours = (above[..., :3] * a + below[..., :3] * b * (1 - a)) / np.maximum(alpha, 1e-6)
    return np.rint(np.dstack([colours, alpha * 255])).astype(np.uint8)


def write_clip(path: Path, pictures: np.ndarray) -> Path:
    """A lossless clip."""
    with _writer(path) as add:
        for picture in pictures:
            add(picture)
    return path


def film(folder: Path, truth: Truth, data: Path) -> tuple[Project, tuple[Media, ...]]:
    """A project with the clip "clip" of the media "media" on V1, taken apart, and its layers as media for the bin."""
    path = write_clip(folder / "street.mkv", truth.clip)
    result = write_result(data / "results" / KEY, truth)
    info = probe(path)
    labels = tuple(truth.objects)
    track = _write_track(data, truth)
    media = Media(
        "media", "street.mkv", str(path), info, track=track,
        objects=tuple(TrackedObject(label, OBJECT_NAMES[label], OBJECT_COLOURS[label - 1]) for label in labels),
        layers=LayerSet(KEY, 0, result.frames, tuple(LayerChoice(label, OBJECT_NAMES[label]) for label in labels)),
    )  # fmt: skip
    clip = Clip("clip", "Street", MediaUse("media", info.available), result.frames * FRAME)
    tracks = (Track("V1", "video", "V1", (clip,)), Track("V2", "video", "V2"))
    sequence = Sequence("film", "Film", result.width, result.height, RATE, tracks=tracks)
    return new_project().with_media(media).with_sequence(sequence), films_of(data, media, result)


def films_of(data: Path, media: Media, result: LayersResult) -> tuple[Media, ...]:
    """The layers of a result as media."""
    wanted = [(LayerFile(KEY, result.plate_film, media.id, "plate"), media.name)]
    for one in result.objects:
        wanted.append((LayerFile(KEY, one.effect, media.id, "effect", one.label), one.name))
        wanted.append((LayerFile(KEY, one.object, media.id, "object", one.label), one.name))
    root = data / "results" / KEY
    return tuple(layer_media(data, media, layer, name, probe(root / layer.file)) for layer, name in wanted)


def _write_track(data: Path, truth: Truth) -> TrackedRange:
    folder = data / "results" / TRACK_KEY / "masks"
    folder.mkdir(parents=True)
    for n in range(len(truth.plates)):
        labels = np.zeros(truth.plates.shape[1:3], np.uint8)
        for label, pictures in truth.objects.items():
            labels[pictures[n][..., 3] > 127] = label
        write_labels(folder / mask_name(n), labels)
    return TrackedRange(TRACK_KEY, 0, len(truth.plates) - 1)


def _bytes(picture: np.ndarray) -> np.ndarray:
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


@contextmanager
def _writer(path: Path) -> Iterator[Any]:
    """Lossless FFV1 at 25 frames a second; the function that comes takes RGB or straight RGBA, uint8."""
    with av.open(str(path), "w") as container:
        stream: Any = None
        count = 0

        def add(picture: np.ndarray) -> None:
            nonlocal stream, count
            if stream is None:
                stream = container.add_stream("ffv1", rate=Fraction(RATE.num, RATE.den))
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "bgra" if picture.shape[2] == 4 else "bgr0"
            frame = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(picture), "rgba" if picture.shape[2] == 4 else "rgb24"
            )
            frame.pts, count = count, count + 1
            container.mux(stream.encode(frame))

        yield add
        container.mux(stream.encode(None))
