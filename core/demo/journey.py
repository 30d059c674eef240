"""The whole journey on the clip that the program draws: import, cut, mask, track, use the matte, export, reopen.

Nothing here is special: each step calls what the window calls. It leaves film, project, masks and a picture of each
step, and a report that compares the tracked masks with the drawn truth.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace

from core.demo.paint import paint
from core.demo.people import people
from core.demo.state import Demo, overlay
from core.demo.time import slow_motion, speed_up
from core.drive import drive, result_folder
from core.errors import LaminarError
from core.files import write_json
from core.job import Progress
from core.masks import draw
from core.masks.selection import seen, select
from core.media.fingerprint import fingerprint
from core.media.info import Frame
from core.media.matte import MaskFolder, mask_name, read_labels
from core.media.pool import SourcePool
from core.media.probe import probe
from core.media.reader import open_source
from core.project.file import load, save
from core.project.key_masks import write_key_mask
from core.project.paths import key_masks_folder, results_folder
from core.project.project import (
    KeyMask,
    Media,
    TrackedObject,
    TrackedRange,
    first_colour,
    new_project,
)
from core.render.compositor import render_frame
from core.render.resolver import Resolver
from core.sample import OBJECT_NAMES, write_sample
from core.time import seconds
from core.timeline import edits
from core.timeline.model import Clip, MatteUse, MediaUse, Sequence, Title, Track, new_id, new_sequence


class Marks(NamedTuple):
    """A box (left, top, right, bottom), and strokes where smart select took too much, and too little."""

    box: draw.Box
    beside: tuple[draw.Stroke, ...] = ()
    on: tuple[draw.Stroke, ...] = ()


DRAWN = {
    0: {
        1: Marks(
            (314, 226, 412, 432),
            (draw.Stroke(((361, 384), (361, 410)), 4), draw.Stroke(((336, 384), (337, 398)), 4)),
            (draw.Stroke(((339, 256), (345, 254)), 3),),
        ),
        2: Marks((48, 314, 242, 412), on=(draw.Stroke(((128, 381), (166, 381)), 6),)),
        3: Marks((802, 360, 854, 452)),
    },
    95: {
        1: Marks(
            (460, 222, 554, 424),
            (
                draw.Stroke(((497, 385), (499, 410)), 4),
                draw.Stroke(((467, 335), (466, 365)), 3),
                draw.Stroke(((466, 290), (472, 300)), 3),
            ),
            (draw.Stroke(((484, 248), (482, 282)), 5), draw.Stroke(((474, 312), (480, 322)), 4)),
        ),
        2: Marks((764, 314, 854, 412)),
        3: Marks((130, 218, 224, 310)),
    },
}
"""What a user does, by frame and object. In frame 95 robot and car are seen again after they were hidden."""
FADE_FRAMES = 10


def demo(out: Path) -> Iterator[Progress]:
    """Make the journey in `out`; what an earlier run left there is made again, tracking is taken over.

    Leaves `report.json`: paths, frames, and J (intersection over union) of each object against the drawn truth.

    Raises:
        LaminarError: when a step fails, or when the reopened project is not what was saved.
    """
    out.mkdir(parents=True, exist_ok=True)
    state = Demo(out, new_project("Laminar Demo"))
    yield Progress(0, 10, "Drawing the sample clip")
    sample = write_sample(out / "sample")
    yield Progress(1, 10, "Importing it")
    _import(state, sample.clip)
    yield Progress(2, 10, "Cutting the film")
    _cut(state)
    scores: dict[str, Any] = {}
    for done, frame in zip((3, 5.5), DRAWN, strict=True):
        yield Progress(done, 10, f"Drawing masks on frame {frame}")
        _mask(state, frame)
        for step in _track(state):
            yield Progress(done + 2.5 * step.part, 10, f"Tracking: {step.message}")
        scores[f"{len(state.media.key_masks)} key masks"] = _compare(state, sample.truth)
    yield Progress(8, 10, "Using the mattes")
    _use_mattes(state)
    for step in _export(state):
        yield Progress(8 + 0.5 * step.part, 10, f"Exporting: {step.message}")
    for step in people(state):
        yield Progress(8.5 + 0.4 * step.part, 10, step.message)
    for step in paint(state):
        yield Progress(8.9 + 0.3 * step.part, 10, step.message)
    for step in slow_motion(state):
        yield Progress(9.2 + 0.2 * step.part, 10, step.message)
    for step in speed_up(state):
        yield Progress(9.4 + 0.1 * step.part, 10, step.message)
    state.project = save(state.project, state.file)
    yield Progress(9.5, 10, "Reopening the project")
    _reopen(state)
    _picture_of_film(state)
    write_json(out / "report.json", _report(state, scores))
    yield Progress(10, 10, "Done")


def _import(state: Demo, clip: Path) -> None:
    info = probe(clip)
    media = Media(new_id(), clip.stem, str(clip.relative_to(state.out)), info)
    state.project = state.project.with_media(media)
    with closing(open_source(clip, info)) as source:
        state.picture("clip", source.frame(40))


def _cut(state: Demo) -> None:
    """Three parts of the clip, a cross-fade, a slow part, a title on the track above."""
    info = state.media.info
    assert info.video is not None
    rate = info.video.rate
    sequence = new_sequence("Film", info.video.width, info.video.height, rate)
    video, above, sound = (
        _track_named(sequence, "V1"),
        _track_named(sequence, "V2"),
        _track_named(sequence, "A1"),
    )
    use, whole = MediaUse(state.media.id, info.available), info.available
    assert whole is not None
    clips = edits.media_clips(use, state.media.name, whole, video_track=video.id, audio_track=sound.id)
    sequence = edits.insert(sequence, 0, clips)
    for frame in (45, 60):
        sequence = edits.split_all(sequence, rate.time_of(frame))
    middle = _clips_on(sequence, "V1")[1]
    sequence = edits.ripple_delete(sequence, middle.id)
    sequence = edits.set_transition(sequence, _clips_on(sequence, "V1")[1].id, rate.time_of(FADE_FRAMES))
    sequence = edits.split_all(sequence, rate.time_of(85))
    sequence = edits.set_speed(sequence, _clips_on(sequence, "V1")[2].id, 1, 2)
    title = Clip(
        new_id(),
        "Title",
        Title("Everything flows in layers", y=0.16, size=0.09, outline=0.004),
        rate.time_of(40),
    )
    sequence = edits.overwrite(sequence, rate.time_of(5), {above.id: title})
    state.project = state.project.with_sequence(sequence)
    _picture_of_film(state, "cut")


def _mask(state: Demo, number: int) -> None:
    """A box around each object, and smart select finds its outline; what was tracked of the others stays."""
    with closing(open_source(state.out / state.media.path, state.media.info)) as source:
        frame, neighbours = seen(source, number)
    labels = np.zeros(frame.shape[:2], np.uint8)
    if state.media.track is not None:
        labels = MaskFolder(results_folder(state.data) / state.media.track.key).labels(number)
    for label, marks in DRAWN[number].items():
        labels = np.where(labels == label, np.uint8(0), labels)
        found = select(frame, marks.box, add=marks.on, subtract=marks.beside, neighbours=neighbours)
        labels = draw.paint(labels, found, label, protect=True)
        labels = draw.keep_largest(draw.fill_holes(labels, label), label)
    name = write_key_mask(state.data, state.media.id, number, labels)
    objects = tuple(TrackedObject(label, text, first_colour(label)) for label, text in OBJECT_NAMES.items())
    keys = (*state.media.key_masks, KeyMask(number, name))
    state.project = state.project.with_media(replace(state.media, objects=objects, key_masks=keys))
    state.picture(f"mask-drawn-{number}", overlay(frame, labels))


def _track(state: Demo) -> Iterator[Progress]:
    drawn = {str(key.frame): key_masks_folder(state.data) / key.file for key in state.media.key_masks}
    parameters: dict[str, Any] = {
        "clip": str((state.out / state.media.path).resolve()),
        "key_masks": {frame: str(path.resolve()) for frame, path in drawn.items()},
        "fast": True,
    }
    inputs = {"clip": state.media.info.fingerprint}
    inputs |= {f"mask {frame}": fingerprint(path) for frame, path in drawn.items()}
    root = results_folder(state.data)
    yield from drive("track", root, parameters, inputs)
    result = result_folder("track", root, parameters, inputs)
    frames = MaskFolder(result).frames()
    tracked = replace(state.media, track=TrackedRange(result.name, frames[0], frames[-1]))
    state.project = state.project.with_media(tracked)
    _picture_of_track(state, result, frames)


def _picture_of_track(state: Demo, result: Path, frames: list[int]) -> None:
    """Four moments with their masks."""
    masks = MaskFolder(result)
    shutil.copytree(result / "masks", state.out / "masks", dirs_exist_ok=True)
    moments = [frames[k * (len(frames) - 1) // 4] for k in range(1, 5)]
    with closing(open_source(state.out / state.media.path, state.media.info)) as source:
        state.picture("tracked", _collage([overlay(source.frame(n), masks.labels(n)) for n in moments]))


def _compare(state: Demo, truth: Path) -> dict[str, float]:
    """Mean J of each object over the frames where it shows or is claimed."""
    found: dict[int, list[float]] = {label: [] for label in OBJECT_NAMES}
    for path in sorted(truth.glob("*.png"))[1:]:
        want, got = read_labels(path), read_labels(state.out / "masks" / mask_name(int(path.stem)))
        for label, scores in found.items():
            union = np.count_nonzero((want == label) | (got == label))
            if union:
                scores.append(np.count_nonzero((want == label) & (got == label)) / union)
    return {OBJECT_NAMES[label]: round(float(np.mean(scores)), 3) for label, scores in found.items()}


def _use_mattes(state: Demo) -> None:
    """Blur all but the robot, grey all but the ball, and turn the last part to evening around the car."""
    sequence = state.sequence
    first, second, third = (clip.id for clip in _clips_on(sequence, "V1"))
    sequence = edits.add_effect(
        sequence, first, "blur", matte=MatteUse(1, invert=True, feather=3), radius=12.0
    )
    sequence = edits.add_effect(sequence, second, "colour", matte=MatteUse(3, invert=True), saturation=0.0)
    sequence = edits.add_effect(
        sequence, third, "colour", matte=MatteUse(2, invert=True, feather=4), exposure=-1.2, temperature=-0.4
    )
    state.project = state.project.with_sequence(sequence)
    _picture_of_film(state, "mattes")


def _export(state: Demo) -> Iterator[Progress]:
    state.project = save(state.project, state.file)
    yield from state.export(state.film.stem)


def _reopen(state: Demo) -> None:
    """Tomorrow: the file gives the same value.

    Raises:
        LaminarError: when it does not.
    """
    loaded = load(state.file)
    if loaded.project != state.project or loaded.notices:
        raise LaminarError(f"{state.file} did not come back as it was saved", "; ".join(loaded.notices))


def _picture_of_film(state: Demo, name: str = "film") -> None:
    """Four moments: as composed, or, for the finished film, as its file shows them."""
    count = state.sequence.frame_count
    moments = [count // 10, count * 2 // 5, count * 3 // 5, count * 9 // 10]
    if name == "film":
        with closing(open_source(state.film)) as source:
            state.picture(name, _collage([source.frame(n) for n in moments]))
        return
    times = [state.sequence.rate.time_of(n) for n in moments]
    with closing(SourcePool(256 * 2**20)) as pool:
        resolver = Resolver(state.project, state.file, state.data, pool, strict=True)
        state.picture(name, _collage([render_frame(state.sequence, at, resolver)[..., :3] for at in times]))


def _collage(pictures: list[Frame]) -> Frame:
    """Four pictures of one size, two by two."""
    return np.vstack([np.hstack(pictures[:2]), np.hstack(pictures[2:])])


def _report(state: Demo, scores: dict[str, Any]) -> dict[str, Any]:
    return {
        "film": str(state.film),
        "project": str(state.file),
        "masks": str(state.out / "masks"),
        "pictures": [str(path) for path in state.pictures],
        "frames": state.sequence.frame_count,
        "film_seconds": seconds(state.sequence.duration),
        "scores": {"J": scores},
    }


def _track_named(sequence: Sequence, name: str) -> Track:
    return next(track for track in sequence.tracks if track.name == name)


def _clips_on(sequence: Sequence, name: str) -> list[Clip]:
    return [clip for _, clip in _track_named(sequence, name).clips()]
