"""Set up the watch over a clip's objects, and keep what it has learned with a job's checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from core.arrays import Array32
from core.errors import MediaError
from core.masks.recognition.linking import Place
from core.masks.recognition.outline import make_outliner
from core.masks.recognition.presence import Watch
from core.masks.recognition.recognise import Recogniser, Usual, search_grid
from core.masks.recognition.rounds import WORTH_TELLING
from core.masks.recognition.states import Hits, Notes, Sighting, State, Verdict
from core.masks.recognition.surroundings import Surroundings
from core.media.appearances import Appearance, Box, ObjectHistory, as_gaps
from core.media.info import Frame
from core.media.matte import Labels

Look = Callable[[int], Frame]
"""Gives a frame of the clip, uint8 (H, W, 3) RGB."""


class _Verdict(msgspec.Struct):
    label: int
    frame: int
    box: tuple[float, float, float, float]
    accept: bool


def read_verdicts(
    verdicts: Sequence[Mapping[str, Any]], labels: Sequence[int], size: tuple[int, int]
) -> tuple[Verdict, ...]:
    """What the user accepted and refused, {label, frame, box: [x, y, width, height] in pixels, accept}.

    Args:
        labels: the clip's objects; verdicts of others are passed over. size: (width, height) of the clip.

    Raises:
        MediaError: when one is none.
    """
    try:
        given = msgspec.convert(list(verdicts), list[_Verdict], strict=False)
    except msgspec.ValidationError as error:
        raise MediaError(f"a verdict on a found object cannot be read: {error}") from error
    width, height = size
    return tuple(
        Verdict(
            labels.index(each.label),
            each.frame,
            (each.box[0] / width, each.box[1] / height, each.box[2] / width, each.box[3] / height),
            each.accept,
        )
        for each in sorted(given, key=lambda each: (each.frame, each.label, each.box))
        if each.label in labels
    )


def make_watch(
    look: Look,
    size: tuple[int, int],
    masks: Mapping[int, Labels],
    labels: Sequence[int],
    cuts: Container[int],
    verdicts: Sequence[Verdict],
) -> Watch:
    """A watch that knows the key masks and the verdicts.

    Args:
        size: (width, height) of the clip. masks: the known frames. labels: the objects.

    Raises:
        MediaError: when one of their frames cannot be read.
    """
    grid = search_grid(*size, tuple(masks.values()))
    recogniser = Recogniser(grid, [Usual() for _ in labels])
    outliner = make_outliner(grid, *size, len(labels))
    for number, drawn in masks.items():
        frame = look(number)
        recogniser.learn_key(frame, drawn, labels)
        outliner.learn_key(frame, drawn, labels)
    for verdict in verdicts:
        if verdict.accept:
            recogniser.accept(look(verdict.frame), verdict.box, verdict.k)
    return Watch(recogniser, outliner, cuts, {(each.k, each.frame): each for each in verdicts})


def to_box(place: Place, size: tuple[int, int]) -> Box:
    """Parts of the frame as a box in pixels."""
    width, height = size
    x, y = round(place[0] * width), round(place[1] * height)
    return x, y, max(1, round(place[2] * width)), max(1, round(place[3] * height))


class Memo(msgspec.Struct):
    """What goes into a checkpoint beside the arrays."""

    watch: Notes | None = None
    rounds: State | None = None


def restored(watch: Watch, memo: Memo, arrays: Mapping[str, Array32]) -> None:
    """Bring a watch made from the same key masks and verdicts to where another one was."""
    if memo.watch is None or "bank" not in arrays:
        return
    known = watch.recogniser
    known.features, known.weights = np.ascontiguousarray(arrays["bank"]), arrays["weights"]
    known.kinds = arrays["kinds"].astype(np.int64)
    known.later = arrays["later"].astype(bool)
    known.usual = list(memo.watch.usual)
    watch.presences, watch.sightings = list(memo.watch.presences), list(memo.watch.sightings)
    watch.doubles, watch.withdrawn = dict(memo.watch.doubles), list(memo.watch.withdrawn)
    if "beside" in arrays:
        watch.surroundings = Surroundings(arrays["beside"], arrays["beside looks"])


def watch_arrays(watch: Watch) -> dict[str, Array32]:
    """What the watch has learned, to go with `Watch.notes`."""
    known = watch.recogniser
    kinds = known.kinds.astype(np.float32)
    arrays = {
        "bank": known.features,
        "weights": known.weights,
        "kinds": kinds,
        "later": known.later.astype(np.float32),
    }
    if watch.surroundings is not None:
        arrays |= {"beside": watch.surroundings.places, "beside looks": watch.surroundings.looks}
    return arrays


def joined(now: ObjectHistory, before: ObjectHistory, tracked: Container[int]) -> ObjectHistory:
    """What is told now, with what an earlier result told of frames that were not tracked now."""
    kept = [each for each in before.appearances if each.frame not in tracked]
    told = {(each.frame, each.box): each for each in (*kept, *now.appearances)}
    return ObjectHistory(now.gaps, tuple(told[key] for key in sorted(told)))


def history_of(
    k: int,
    absent: Sequence[int],
    frames: Sequence[int],
    watch: Watch,
    rest: Sequence[Hits],
    size: tuple[int, int],
) -> ObjectHistory:
    """What is told of one object.

    Args:
        absent: frames, ascending, without it. frames: all that have a mask, ascending. rest: candidates not used.
        size: (width, height) of the clip.
    """
    gone, told = set(absent), []
    runs = as_gaps([frame for frame in frames if frame not in gone])
    best: dict[tuple[int, int], Sighting] = {}
    for seen in watch.sightings:
        run = next((run for run in runs if run[0] <= seen.frame <= run[1]), None)
        if seen.k == k and seen.doubted is None and run is not None:
            old = best.get(run)
            if old is None or (seen.accepted, seen.score) > (old.accepted, old.score):
                best[run] = seen
    for (first, last), seen in best.items():
        state: Literal["found", "accepted"] = "accepted" if seen.accepted else "found"
        told.append(Appearance(seen.frame, first, last, seen.score, to_box(seen.box, size), state))
    for hits in rest:
        frame = hits.path.best.frame
        if hits.k == k and hits.path.score >= WORTH_TELLING and frame in gone:
            first, last = hits.path.candidates[0].frame, hits.path.candidates[-1].frame
            box = to_box(hits.path.best.box, size)
            told.append(Appearance(frame, first, last, hits.path.score, box, "candidate"))
    for verdict in watch.verdicts.values():
        if verdict.k == k and not verdict.accept:
            box, frame = to_box(verdict.box, size), verdict.frame
            told.append(Appearance(frame, frame, frame, 0.0, box, "refused"))
    return ObjectHistory(as_gaps(list(absent)), tuple(sorted(told, key=lambda each: (each.frame, each.box))))
