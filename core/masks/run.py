"""A tracking job under way, and what it leaves in its folder: masks, mattes, confidences, what to go on from."""

from __future__ import annotations

import shutil
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from core.files import write_atomic
from core.job import Progress
from core.masks.blending import DRAFTS, Blender
from core.masks.checkpoint import CHECKPOINT, Checkpoint, Place, save_checkpoint
from core.masks.features import Grid
from core.masks.fineness import Fineness
from core.masks.judging import Judge
from core.masks.keymasks import Pass
from core.masks.output import full_size
from core.masks.previous_result import PreviousResult
from core.masks.recognition.presence import Watch
from core.masks.recognition.states import Hits
from core.masks.recognition.watching import Memo, history_of, joined, watch_arrays
from core.masks.soften import Softener
from core.masks.streaming import picture
from core.masks.tracker import HISTORY, Step, Tracker
from core.media import matte
from core.media.appearances import Appearances, ObjectHistory, read_appearances, write_appearances
from core.media.cuts import SceneCuts
from core.media.info import Frame, FrameSource
from core.media.matte import Confidences, Labels
from core.media.sureness import told
from core.nn.matcher import Matcher

ADAPTED = "adapted.safetensors"


@dataclass
class Run:
    """A tracking job under way.

    masks: the known frames, drawn or taken from an earlier result.
    drawn: frames with masks that the user drew.
    labels: of the objects.
    confidences: as they are told.
    key: hash of what a checkpoint depends on.
    previous: what a correction corrects.
    grid: to begin with.
    fineness: what decides on later ones.
    asking: a thread that the trackers may use.
    """

    out: Path
    source: FrameSource
    masks: dict[int, Labels]
    drawn: tuple[int, ...]
    labels: tuple[int, ...]
    passes: tuple[Pass, ...]
    grid: Grid
    fineness: Fineness
    net: Matcher | None
    soft: bool
    cuts: SceneCuts
    every: int = 1
    key: str = ""
    previous: PreviousResult | None = None
    watch: Watch | None = None
    rest: list[Hits] = field(default_factory=list)
    confidences: Confidences = field(default_factory=dict)
    softener: Softener = field(default_factory=Softener)
    asking: Executor | None = None

    @property
    def total(self) -> int:
        """Frames of all passes; one that two passes track counts twice."""
        return sum(len(each.frames) for each in self.passes)

    @property
    def tracked(self) -> set[int]:
        """The numbers of the frames that any pass tracks."""
        return {frame for each in self.passes for frame in each.frames}


def finished(run: Run, each: Pass, number: int, frame: Frame, step: Step, judge: Judge | None) -> Step:
    """Blend with what else is known of the frame, write its masks, keep a draft where one is wanted. judge: of a
    correction, compares masks of the frame with the drawn ones."""
    blender = Blender(run.out, run.masks, run.labels)
    if each.draft:
        blender.write_draft(number, step)
    elif run.previous is not None and judge is not None:
        step = blender.corrected(each, number, step, run.previous, judge)
    elif each.other is not None:
        step = blender.blended(each, number, step)
    labels, mattes = full_size(frame, step.objects, run.labels)
    matte.write_labels(run.out / matte.MASKS / matte.mask_name(number), labels)
    write_soft(run, number, run.softener.step(frame, mattes) if run.soft else mattes)
    run.confidences[number] = {
        label: told(score) for label, score in zip(run.labels, step.confidence, strict=True)
    }
    return step


def write_soft(run: Run, frame: int, mattes: list[matte.Matte]) -> None:
    """The mattes of a frame, one for each label, where the run is asked for them."""
    if run.soft:
        for label, soft in zip(run.labels, mattes, strict=True):
            matte.write_soft(run.out / matte.SOFT / str(label) / matte.mask_name(frame), soft)


def softener_for(run: Run, done: range) -> Softener:
    """For a pass of which the frames `done` are made: it goes on from the last one's mattes."""
    softener = Softener()
    if run.soft and done:
        name = matte.mask_name(done[-1])
        paths = [run.out / matte.SOFT / str(label) / name for label in run.labels]
        softener.resume(picture(run.source, done[-1]), [matte.read_matte(path) for path in paths])
    return softener


def checkpoint(run: Run, place: Place, tracker: Tracker) -> None:
    """Write down how far a pass is, with what its tracker and its watch know, for the run to go on from there."""
    history = tracker.history[-HISTORY:]
    write_confidences(run)
    numbers, ages = tuple(k.number for k in history), tuple(k.encoding.age for k in history)
    place = msgspec.structs.replace(place, numbers=numbers, ages=ages, rows=tracker.grid.shape[0])
    more, notes = ({}, Memo()) if run.watch is None else (watch_arrays(run.watch), Memo(run.watch.notes()))
    if tracker.background is not None:
        more |= {"ground": tracker.background.places, "ground keys": tracker.background.keys.numpy()}
    more |= {f"rides.{i}": known.rides for i, known in enumerate(history) if known.rides is not None}
    for i, known in enumerate(history):
        more |= {} if known.straying is None else known.straying.arrays(str(i))
    masks = tuple(known.masks for known in history)
    save_checkpoint(run.out, Checkpoint(place, masks, more, msgspec.json.encode(notes)))


def finish(run: Run, base: str) -> None:
    """Leave only what belongs to the result."""
    write_confidences(run)
    if run.watch is not None:
        write_appearances(run.out, _told(run, run.watch, base))
    values = [value for frame in run.confidences.values() for value in frame.values()]
    scores = {
        "frames": len(run.confidences),
        "confidence": round(float(np.mean(values)), 4) if values else 0.0,
    }
    write_atomic(run.out / "scores.json", msgspec.json.encode(scores))
    shutil.rmtree(run.out / DRAFTS, ignore_errors=True)
    for litter in (CHECKPOINT, ADAPTED):
        (run.out / litter).unlink(missing_ok=True)


def _told(run: Run, watch: Watch, base: str) -> Appearances:
    """Gaps and appearances of every object; those of the previous result where nothing was tracked now."""
    size, frames = (run.source.width, run.source.height), sorted(run.confidences)
    before = read_appearances(Path(base)) if base else Appearances()
    objects = {}
    for k, label in enumerate(run.labels):
        shown = {frame: bool((run.masks[frame] == label).any()) for frame in run.drawn}
        absent = [n for n in frames if not shown.get(n, run.confidences[n].get(label, 1.0) > 0)]
        now = history_of(k, absent, frames, watch, run.rest, size)
        objects[label] = joined(now, before.objects.get(label, ObjectHistory()), run.tracked)
    cuts = run.cuts.between(max(1, frames[0]), frames[-1]) if frames else ()
    return Appearances(objects, cuts)


def progress_of(run: Run, number: int, step: Step, done: int, total: int) -> Progress:
    """What is told of a tracked frame: its number, confidence and cues by label, and its mask as the preview."""
    confidence = {str(label): told(score) for label, score in zip(run.labels, step.confidence, strict=True)}
    preview = f"{matte.MASKS}/{matte.mask_name(number)}"
    cues = {str(label): seen.tolist() for label, seen in zip(run.labels, step.cues, strict=False)}
    fields = {"frame": number, "confidence": confidence, "cues": cues}
    return Progress(done, total, f"Frame {number}", preview, fields)


def write_confidences(run: Run) -> None:
    """How sure the tracker was of each frame and object so far, in order."""
    ordered = dict(sorted(run.confidences.items()))
    write_atomic(run.out / matte.CONFIDENCE, msgspec.json.encode(ordered))
