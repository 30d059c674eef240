"""The part of the journey about people: the clip taken apart, an object removed, an object on a clock of its own.

Works on a short range of the sample, in two films of their own beside the main one, with the very edits of the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np

from core.demo.state import Demo
from core.drive import drive, result_folder
from core.job import Progress
from core.layers.as_media import films_of
from core.layers.result import read_layers
from core.media.info import Frame
from core.media.pool import SourcePool
from core.media.probe import probe
from core.project import layer_edits, layers
from core.project.paths import results_folder
from core.project.project import LayerChoice, LayerSet, Media
from core.render import titles
from core.render.compositor import render_frame
from core.render.resolver import Resolver
from core.retime import people as verbs
from core.sample import OBJECT_NAMES
from core.time import TimeRange
from core.timeline.model import Clip, MediaUse, Sequence, Track, new_id
from core.timeline.time_map import Linear

FIRST, LAST = 88, 111
"""Frames of the sample in which robot and car go their ways and do not touch."""
ROBOT, CAR = 1, 2
FREEZE_AT = 10
"""Frame of the range from which the robot stands still, while the car comes on."""


def people(state: Demo) -> Iterator[Progress]:
    """Take the range apart, remove the car in one film, hold the robot in another, and write both."""
    for step in _take_apart(state):
        yield Progress(0.6 * step.part, 1, step.message)
    folder = result_folder("layers", results_folder(state.data), *_question(state))
    films = _attach(state, folder)
    yield Progress(0.65, 1, "Removing the car")
    _remove(state, films)
    yield Progress(0.7, 1, "Retiming the robot")
    _retime(state, films)
    for number, name in enumerate(("Without the car", "The robot waits")):
        film = next(one for one in state.project.sequences if one.name == name)
        for step in state.export(name, film):
            yield Progress(0.7 + 0.15 * (number + step.part), 1, step.message)


def _question(state: Demo) -> tuple[dict[str, Any], dict[str, str]]:
    names = {str(label): name for label, name in OBJECT_NAMES.items()}
    return state.question(FIRST, LAST, names=names, order=[], max_seconds=0.0, seed=0)


def _take_apart(state: Demo) -> Iterator[Progress]:
    yield from drive("layers", results_folder(state.data), *_question(state))


def _attach(state: Demo, folder: Path) -> tuple[Media, ...]:
    """The result becomes the clip's layers; returns its films as media."""
    found = read_layers(folder)
    choices = tuple(LayerChoice(one.label, one.name) for one in found.objects)
    made = LayerSet(folder.name, found.first, found.frames, choices)
    state.project = layers.with_layers(state.project, state.media.id, made)
    return films_of(state.data, state.media, probe)


def _new_film(state: Demo, name: str) -> str:
    """A film of the range that was taken apart, active from now on; returns the id of its only clip."""
    media, video = state.media, state.media.info.video
    assert video is not None and media.layers is not None
    start = video.start + video.rate.time_of(media.layers.first)
    span = TimeRange(start, video.rate.time_of(media.layers.frames))
    clip = Clip(new_id(), name, MediaUse(media.id, media.available), span.duration, Linear(span.start))
    film = Sequence(new_id(), name, video.width, video.height, video.rate,
                    tracks=(Track(new_id(), "video", "V1", (clip,)),))  # fmt: skip
    state.project = state.project.with_sequence(film)
    return clip.id


def _remove(state: Demo, films: tuple[Media, ...]) -> None:
    main = state.project.active
    clip = _new_film(state, "Without the car")
    state.project = layer_edits.remove_object(state.project, clip, CAR, films)
    state.picture("removed", _moments(state, state.sequence))
    state.project = msgspec.structs.replace(state.project, active=main)


def _retime(state: Demo, films: tuple[Media, ...]) -> None:
    main = state.project.active
    clip = _new_film(state, "The robot waits")
    state.project = layer_edits.split(state.project, clip, films)
    rate = state.sequence.rate
    at = rate.time_of(FREEZE_AT)
    robot = layer_edits.person(state.project, clip, ROBOT)[-1]
    held = verbs.retimed(state.sequence, robot, lambda now, length: verbs.freeze(now, length, at))
    state.project = state.project.with_sequence(held)
    state.picture("retimed", _moments(state, state.sequence))
    state.picture("lanes", _lanes(state))
    state.project = msgspec.structs.replace(state.project, active=main)


def _moments(state: Demo, film: Sequence) -> Frame:
    """Four moments of a film, two by two."""
    numbers = [film.frame_count * part // 8 for part in (1, 3, 5, 7)]
    with closing(SourcePool(256 * 2**20)) as pool:
        resolver = Resolver(state.project, state.file, state.data, pool, strict=True)
        pictures = [render_frame(film, film.rate.time_of(n), resolver)[..., :3] for n in numbers]
    return np.vstack([np.hstack(pictures[:2]), np.hstack(pictures[2:])])


def _lanes(state: Demo) -> Frame:
    """Which frame of the clip each person shows when: a line a person, over the background's."""
    lane, width = 90, 720
    film, names = state.sequence, {one.label: one for one in state.media.objects}
    rows: list[Frame] = []
    for choice in reversed(layers.layers_of(state.media).objects):
        picture = np.full((lane, width, 3), 29, np.uint8)
        clip = film.find(layer_edits.person(state.project, _any_layer(film), choice.label)[-1])[2]
        colour = names[choice.label].colour if choice.label in names else "#ffffff"
        for time_map, line in ((Linear(0), (90, 94, 102)), (clip.time_map, titles.rgba(colour)[:3])):
            xs = np.linspace(0, clip.duration - 1, 200).astype(np.int64)
            ys = np.array([time_map.at(int(x)) for x in xs]) / clip.duration
            points = np.stack([120 + xs / clip.duration * (width - 130), lane - 8 - ys * (lane - 16)], 1)
            cv2.polylines(picture, [np.rint(points).astype(np.int32)], False, line, 2, cv2.LINE_AA)
        cv2.putText(picture, choice.name, (12, lane // 2 + 5), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (228, 230, 235), 1,
                    cv2.LINE_AA)  # fmt: skip
        rows.append(picture)
    return np.vstack(rows)


def _any_layer(film: Sequence) -> str:
    return next(clip.id for _, _, clip in film.clips())
