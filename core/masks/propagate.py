"""Track objects through a clip: drawn masks of some frames in, a mask of every frame out.

The frames are streamed, several objects are tracked together, and key masks come out as they were drawn. Between
two known frames the clip is tracked from both and the results are blended by confidence and distance. The folder
shows masks as they are made: masks/NNNNN.png (palette), soft/LABEL/NNNNN.png and confidence.json. A killed job goes
on from its checkpoint and ends with the same masks, bit for bit. What is inside a step: core.masks.tracker.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import torch

from core.files import NOT_JSON
from core.job import Progress
from core.masks.adapt import STEPS, drawn, learned
from core.masks.background_memory import BackgroundMemory
from core.masks.checkpoint import Checkpoint, Place, load_checkpoint, save_checkpoint
from core.masks.encoding import Prefetched
from core.masks.features import at_size_of
from core.masks.judging import Judge
from core.masks.keymasks import Pass
from core.masks.lookahead import beside, prefetched
from core.masks.memory_frame import to_grid
from core.masks.prepare import prepare_run
from core.masks.question import read_question
from core.masks.recognition.rounds import Rounds
from core.masks.recognition.states import State, sizes_of
from core.masks.recognition.watching import Memo, restored, watch_arrays
from core.masks.regrid import EVERY, grid_of, wanted
from core.masks.run import (
    ADAPTED,
    Run,
    checkpoint,
    finish,
    finished,
    progress_of,
    softener_for,
    write_confidences,
)
from core.masks.straying import straying_of
from core.masks.streaming import frames_of, picture
from core.masks.tracker import Step, Tracker
from core.masks.trackers import Trackers, remembered
from core.media import matte
from core.media.cuts import SceneCuts
from core.media.reader import open_source

CHECKPOINT_SECONDS = 2.0


def track(out: Path, **asked: Any) -> Iterator[Progress]:
    """Carry key masks through a clip.

    Args:
        out: the folder of the result; a second call with the same question goes on in it.
        asked: the fields of a Question (core.masks.question).

    Yields:
        Progress with fields frame, confidence ({label: 0 to 1}) and cues ({label: what the confidence was made from});
        preview is the frame's mask.

    Raises:
        MediaError: when the clip or a mask cannot be read, a mask has another size, or nothing is known to track.
    """
    question = read_question(asked)
    clip = Path(question.clip)
    opened = partial(open_source, clip, fields=question.fields)
    with closing(opened()) as source, closing(SceneCuts(opened)) as cuts:
        run = prepare_run(out, question, source, cuts)
        if question.adapt and not question.fast and not question.direction.startswith("one_"):
            yield from _adapt(run, question.seed)
        with beside() as pool, beside() as run.asking:
            yield from _passes(run, pool)
            yield from _rounds(run, pool)
        finish(run, question.base)


def _adapt(run: Run, seed: int) -> Iterator[Progress]:
    """Train the network on the known frames; a job that is resumed uses what the first one learned."""
    if run.net is None:
        return
    frames = []
    for number, labels in sorted(run.masks.items()):
        small = at_size_of(run.grid, picture(run.source, number))
        objects = to_grid(labels, run.labels, run.grid)
        frames += [drawn(small, objects[..., k]) for k in range(len(run.labels)) if objects[..., k].any()]
    for done, net in learned(run.out / ADAPTED, run.net, frames, seed):
        run.net = net
        yield Progress(0, 1, f"Learning the objects, {done} of {STEPS}")


def _passes(run: Run, pool: Executor) -> Iterator[Progress]:
    """Run the passes, from the checkpoint where there is one."""
    found = load_checkpoint(run.out, run.key) or Checkpoint(Place(run.key, 0, 0))
    place = found.place
    if run.watch is not None:
        restored(run.watch, _memo(found), found.more)
    yield Progress(_done(run, place), run.total, "Looking at the drawn masks")
    trackers = Trackers(run)
    for index in range(place.index, len(run.passes)):
        each, at = run.passes[index], place.done if index == place.index else 0
        rows = place.rows if at else 0
        tracker = trackers.tracker_from(each.start, grid_of(run, rows) if rows else run.grid)
        if at and (found.masks or rows):
            _go_on(run, tracker, found, each.frames.step)
        if not at and run.watch is not None:
            run.watch.begin(*_sizes(run, each.start))
        run.softener = softener_for(run, each.frames[:at])
        yield from _pass(run, pool, trackers, tracker, Place(run.key, index, at))


def _pass(run: Run, pool: Executor, trackers: Trackers, tracker: Tracker, place: Place) -> Iterator[Progress]:
    """What is left of a pass, on one grid after another."""
    each = run.passes[place.index]
    while place.done < len(each.frames):
        if place.done % EVERY == 0 and wanted(run, tracker) != tracker.grid:
            tracker = trackers.regridded(tracker, each.start, each.frames.step)
            if run.watch is not None:
                run.watch.surroundings = None
        place = yield from _stretch(run, pool, tracker, place)
    checkpoint(run, place, tracker)


def _stretch(run: Run, pool: Executor, tracker: Tracker, place: Place) -> Generator[Progress, None, Place]:
    """Track until the pass ends or another grid is wanted. While a frame is tracked, the pool sees the next one and
    finishes the one before. Returns how far it came."""
    each, saved = run.passes[place.index], time.monotonic()
    made: Future[Progress] | None = None
    with closing(prefetched(pool, frames_of(run.source, each.frames[place.done :]), tracker)) as coming:
        try:
            for now in coming:
                step = _step(run, each, tracker, now)
                judge = _judge(run, tracker, now)
                place = msgspec.structs.replace(place, done=place.done + 1)
                before, made = made, pool.submit(_made, run, each, now, step, judge, _done(run, place))
                if before is not None:
                    yield before.result()
                if time.monotonic() - saved > CHECKPOINT_SECONDS:
                    made.result()
                    checkpoint(run, place, tracker)
                    saved = time.monotonic()
                if place.done % EVERY == 0 and wanted(run, tracker) != tracker.grid:
                    break
            if made is not None:
                yield made.result()
        except GeneratorExit:  # stopped here: nothing that was made is made again
            if made is not None:
                made.result()
            checkpoint(run, place, tracker)
            raise
    return place


def _made(run: Run, each: Pass, now: Prefetched, step: Step, judge: Judge | None, done: int) -> Progress:
    """Finish a frame that was tracked, and tell of it."""
    return progress_of(
        run, now.number, finished(run, each, now.number, now.frame, step, judge), done, run.total
    )


def _done(run: Run, place: Place) -> int:
    return sum(len(each.frames) for each in run.passes[: place.index]) + place.done


def _go_on(run: Run, tracker: Tracker, found: Checkpoint, step: int) -> None:
    """Bring a tracker to where another one was. step: of the pass."""
    seen = zip(found.place.numbers, found.place.ages, found.masks, strict=True)
    tracker.history = [
        replace(
            remembered(run, *one, step),
            rides=found.more.get(f"rides.{i}"),
            straying=straying_of(found.more, str(i)),
        )
        for i, one in enumerate(seen)
    ]
    if "ground" in found.more:
        tracker.background = BackgroundMemory(
            found.more["ground"], torch.from_numpy(found.more["ground keys"])
        )


def _step(run: Run, each: Pass, tracker: Tracker, now: Prefetched) -> Step:
    tracker.prefetched = now
    if run.watch is None:
        return tracker.step(now.number, now.frame)
    return run.watch.step(tracker, now.number, now.frame, each.frames.step)


def _judge(run: Run, tracker: Tracker, now: Prefetched) -> Judge | None:
    """Who compares the new masks of a frame with the previous ones, in a correction."""
    if run.previous is None:
        return None
    return Judge(now.number, tracker.encoding(now.number, now.frame), tracker.keys, tracker.grid)


def _sizes(run: Run, start: int) -> tuple[list[float], list[float]]:
    """The part of the frame that each object covers at the start of a pass, and where it is drawn largest."""
    drawn = [sizes_of(labels, run.labels) for labels in run.masks.values()]
    return sizes_of(run.masks[start], run.labels), [max(each) for each in zip(*drawn, strict=True)]


def _rounds(run: Run, pool: Executor) -> Iterator[Progress]:
    """Find missing objects again."""
    watch, found = run.watch, load_checkpoint(run.out, run.key)
    if watch is None or len(run.tracked) < 2:
        return

    def save(state: State | None) -> None:
        write_confidences(run)
        notes = msgspec.json.encode(Memo(watch.notes(), state))
        save_checkpoint(
            run.out, Checkpoint(Place(run.key, len(run.passes), 0), (), watch_arrays(watch), notes)
        )

    rounds = Rounds(
        out=run.out,
        labels=run.labels,
        frames=tuple(sorted(run.tracked)),
        known=frozenset(run.masks),
        confidences=run.confidences,
        soft=run.soft,
        watch=watch,
        picture=partial(picture, run.source),
        stream=partial(frames_of, run.source),
        tracker=Trackers(run).alone,
        pool=pool,
        save=save,
        state=_memo(found).rounds if found is not None else None,
        seconds=CHECKPOINT_SECONDS,
    )
    for number, message in rounds.run():
        confidence = {str(label): value for label, value in run.confidences[number].items()}
        preview = f"{matte.MASKS}/{matte.mask_name(number)}"
        yield Progress(run.total, run.total, message, preview, {"frame": number, "confidence": confidence})
    run.rest = rounds.state.rest if rounds.state is not None else []


def _memo(found: Checkpoint) -> Memo:
    try:
        return msgspec.json.decode(found.notes, type=Memo)
    except NOT_JSON:
        return Memo()
