"""Track objects through a clip: drawn masks of some frames in, a mask of every frame out.

The frames are streamed, several objects are tracked together, and key masks come out as they were drawn. Between
two known frames the clip is tracked from both and the results are blended by confidence and distance. The folder
shows masks as they are made: masks/NNNNN.png (palette), soft/LABEL/NNNNN.png and confidence.json. A killed job goes
on from its checkpoint and ends with the same masks, bit for bit. What is inside a step: core.masks.tracker.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import msgspec

from core.errors import MediaError
from core.job import Progress
from core.masks import keymasks
from core.masks.adapt import STEPS, drawn, learned
from core.masks.blending import DRAFTS
from core.masks.checkpoint import Checkpoint, Place, load_checkpoint, save_checkpoint
from core.masks.earlier import keep, keep_surer, with_seeds
from core.masks.features import Array32
from core.masks.keymasks import DIRECTIONS, Direction, Pass
from core.masks.output import hard_edges
from core.masks.presence import sizes_of
from core.masks.rounds import Rounds, State
from core.masks.run import (
    ADAPTED,
    Run,
    checkpoint,
    finish,
    finished,
    progress_of,
    softener_for,
    write_confidences,
    write_soft,
)
from core.masks.sight import look, look_on
from core.masks.states import Verdict
from core.masks.streaming import frames_of, picture
from core.masks.tracker import (
    FEWEST_ROWS,
    FINEST_ROWS,
    MOST_ROWS,
    Known,
    Step,
    Tracker,
    choose_grid,
    known_frame,
    nearest_keys,
    to_grid,
)
from core.masks.watching import Memo, make_watch, read_verdicts, restored, watch_arrays
from core.media import matte
from core.media.cuts import SceneCuts
from core.media.info import Frame, FrameSource
from core.media.matte import Labels, MaskFolder
from core.media.reader import open_source
from core.nn.weights import matcher

CHECKPOINT_SECONDS = 2.0
FAST_ROWS = 64, 80


def track(
    out: Path,
    *,
    clip: str,
    key_masks: Mapping[str, str],
    first: int = 0,
    last: int = -1,
    direction: Direction = "both",
    base: str = "",
    fast: bool = False,
    network: bool = True,
    adapt: bool = False,
    seed: int = 0,
    soft: bool = True,
    resize: bool = False,
    reidentify: bool = True,
    verdicts: Sequence[Mapping[str, Any]] = (),
    surer: bool = False,
    every: int = 1,
) -> Iterator[Progress]:
    """Carry the key masks through frames first to last (inclusive) of a clip.

    Args:
        out: the folder of the result; a second call with the same question goes on in it.
        clip: a video file or a folder of numbered images.
        key_masks: frame number (as text) to the mask's file. All are kept as drawn and feed the memory.
        last: -1 for the clip's last frame.
        direction: away from the known frames; "one_forward" and "one_back" track a single frame from its neighbour.
        base: folder of an earlier result. What is not tracked now is kept from it; without a key mask there,
            tracking starts from its mask at `first` (forward) or `last` (backward).
        fast: fewer, larger places are compared.
        adapt: first train the network on the known masks, for at most a minute; not when fast, and only for a single
            object, as the network.
        seed: of that training.
        network: match a single object by the features of the matching network beside the hand-made ones. It mixes up
            several objects that stand together, and clips of few rows are too small for it: they do without.
        soft: also write soft mattes.
        resize: accept masks of another size than the clip.
        reidentify: tell missing objects and look for them, and stop at scene cuts; without, masks are only carried.
        verdicts: what the user said of found objects, {label, frame, box: [x, y, width, height], accept}: a refused
            one is never used, an accepted one always.
        surer: keep the mask of `base` wherever it was surer than the new one (a correction).
        every: the network sees each so many-th frame, and its features go with the flow between: a little quicker, and
            a little worse.

    Yields:
        Progress with fields frame, confidence ({label: 0 to 1}) and cues ({label: what the confidence was made from});
        preview is the frame's mask.

    Raises:
        MediaError: when the clip or a mask cannot be read, a mask has another size, or nothing is known to track.
    """
    if direction not in DIRECTIONS:
        raise MediaError(f"{direction!r} is no direction to track in", f"Use one of {', '.join(DIRECTIONS)}")
    source = open_source(Path(clip))
    cuts = SceneCuts(lambda: open_source(Path(clip)))
    try:
        first, last = _range(clip, source, first, last)
        size = source.width, source.height
        drawn = keymasks.read_key_masks(key_masks, size, source.frame_count, resize)
        earlier = MaskFolder(Path(base), size) if base else None
        masks = with_seeds(drawn, earlier, first, last, direction)
        if not any(labels.any() for labels in masks.values()):
            raise MediaError(f"no mask to track {Path(clip).name} from", "Draw one on any frame")
        passes = keymasks.plan(tuple(masks), first, last, direction)
        rows = FAST_ROWS if fast else (MOST_ROWS, FINEST_ROWS)
        grid = choose_grid(*size, tuple(masks.values()), *rows)
        labels = keymasks.labels_of(masks)
        net = matcher() if network and len(labels) == 1 and grid.shape[0] >= FEWEST_ROWS else None
        run = Run(out, source, masks, labels, grid, net, soft, cuts, every)
        _prepare(run, tuple(drawn), earlier, passes)
        told = read_verdicts(verdicts, run.labels, size)
        if reidentify:
            run.watch = make_watch(partial(picture, source), size, masks, run.labels, cuts, told)
        if net is not None and adapt and not fast and not direction.startswith("one_"):
            yield from _adapt(run, seed)
        question = _question(run, first, last, direction, told)
        yield from _passes(run, passes, question)
        if run.watch is not None:
            yield from _rounds(run, passes, question)
        tracked = {n for each in passes for n in each.frames}
        if surer and base:
            yield from _kept_where_surer(run, Path(base), sorted(tracked - set(drawn)))
        finish(run, tuple(drawn), tracked, base)
    finally:
        cuts.close()
        source.close()


def _range(clip: str, source: FrameSource, first: int, last: int) -> tuple[int, int]:
    """The frames asked for, with the clip's last one filled in. Raises MediaError when there are no such frames."""
    end = source.frame_count - 1
    last = end if last < 0 else last
    if not 0 <= first <= last <= end:
        raise MediaError(f"frames {first} to {last} are not in {clip}, which has frames 0 to {end}")
    return first, last


def _question(run: Run, first: int, last: int, direction: str, verdicts: tuple[Verdict, ...]) -> str:
    """Hash of what the checkpoint depends on."""
    asked = (first, last, direction, run.grid, run.labels, run.watch is not None, verdicts, run.every)
    digest = hashlib.blake2b(repr(asked).encode(), digest_size=16)
    for frame, labels in run.masks.items():
        digest.update(str(frame).encode())
        digest.update(labels.tobytes())
    return digest.hexdigest()


def _prepare(run: Run, drawn: tuple[int, ...], earlier: MaskFolder | None, passes: tuple[Pass, ...]) -> None:
    """Make the folders, keep what is good of the earlier result, write the key masks as they are."""
    folders = [run.out / matte.MASKS, run.out / DRAFTS]
    folders += [run.out / matte.SOFT / str(label) for label in run.labels] if run.soft else []
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    for litter in [path for folder in (run.out, *folders) for path in folder.glob(".*.tmp")]:
        litter.unlink()  # left by a run that was killed while writing
    run.confidences = matte.read_confidences(run.out)
    if earlier is not None:
        tracked = {frame for each in passes for frame in each.frames}
        run.confidences |= keep(run.out, earlier, tracked | set(drawn), run.soft)
    for frame in drawn:
        matte.write_labels(run.out / matte.MASKS / matte.mask_name(frame), run.masks[frame])
        write_soft(run, frame, [hard_edges(run.masks[frame], label) for label in run.labels])
        run.confidences[frame] = dict.fromkeys(run.labels, 1.0)


def _adapt(run: Run, seed: int) -> Iterator[Progress]:
    """Train the network on the known frames; a job that is resumed uses what the first one learned."""
    assert run.net is not None
    size = run.grid.width, run.grid.height
    frames = []
    for number, labels in sorted(run.masks.items()):
        small = cv2.resize(picture(run.source, number), size, interpolation=cv2.INTER_AREA)
        objects = to_grid(labels, run.labels, run.grid)
        frames += [drawn(small, objects[..., k]) for k in range(len(run.labels)) if objects[..., k].any()]
    for done, net in learned(run.out / ADAPTED, run.net, frames, seed):
        run.net = net
        yield Progress(0, 1, f"Learning the objects, {done} of {STEPS}")


def _passes(run: Run, passes: tuple[Pass, ...], question: str) -> Iterator[Progress]:
    """Run the passes, from the checkpoint where there is one."""
    total = sum(len(each.frames) for each in passes)
    found = load_checkpoint(run.out, question) or Checkpoint(Place(question, 0, 0))
    place = found.place
    if run.watch is not None:
        restored(run.watch, _memo(found), found.more)
    done = sum(len(each.frames) for each in passes[: place.index]) + place.done
    yield Progress(done, total, "Looking at the drawn masks")
    keys = _key_frames(run)
    saved = time.monotonic()
    for index in range(place.index, len(passes)):
        each = passes[index]
        near = nearest_keys(tuple(keys.values()), each.start)
        tracker = Tracker(run.grid, run.net, near, [keys[each.start]], run.every)
        at = place.done if index == place.index else 0
        if at and found.masks:
            seen = zip(place.numbers, place.ages, found.masks, strict=True)
            tracker.history = [_remembered(run, *one, each.frames.step) for one in seen]
        if not at and run.watch is not None:
            run.watch.begin(*_sizes(run, each.start))
        run.softener = softener_for(run, each.frames[:at])
        for number, frame in frames_of(run.source, each.frames[at:]):
            step = finished(run, each, number, frame, _step(run, each, tracker, number, frame))
            done, at = done + 1, at + 1
            if time.monotonic() - saved > CHECKPOINT_SECONDS or done == total:
                checkpoint(run, Place(question, index, at), tracker)
                saved = time.monotonic()
            try:
                yield progress_of(run, number, step, done, total)
            except GeneratorExit:  # stopped here: nothing that was made is made again
                checkpoint(run, Place(question, index, at), tracker)
                raise


def _step(run: Run, each: Pass, tracker: Tracker, number: int, frame: Frame) -> Step:
    if run.watch is None:
        return tracker.step(number, frame)
    return run.watch.step(tracker, number, frame, each.frames.step)


def _sizes(run: Run, start: int) -> tuple[list[float], list[float]]:
    """The part of the frame that each object covers at the start of a pass, and where it is drawn largest."""
    drawn = [sizes_of(labels, run.labels) for labels in run.masks.values()]
    return sizes_of(run.masks[start], run.labels), [max(each) for each in zip(*drawn, strict=True)]


def _rounds(run: Run, passes: tuple[Pass, ...], question: str) -> Iterator[Progress]:
    """Find missing objects again."""
    watch, found = run.watch, load_checkpoint(run.out, question)
    tracked = sorted({frame for each in passes for frame in each.frames})
    if watch is None or len(tracked) < 2:
        return

    def save(state: State) -> None:
        write_confidences(run)
        notes = msgspec.json.encode(Memo(watch.notes(), state))
        save_checkpoint(run.out, Checkpoint(Place(question, len(passes), 0), (), watch_arrays(watch), notes))

    rounds = Rounds(
        run.out,
        run.labels,
        tuple(tracked),
        frozenset(run.masks),
        run.confidences,
        run.soft,
        watch,
        partial(picture, run.source),
        partial(frames_of, run.source),
        partial(_alone, run, {}),
        save,
        _memo(found).rounds if found is not None else None,
        CHECKPOINT_SECONDS,
    )
    total = sum(len(each.frames) for each in passes)
    for number, message in rounds.run():
        confidence = {str(label): value for label, value in run.confidences[number].items()}
        preview = f"{matte.MASKS}/{matte.mask_name(number)}"
        yield Progress(total, total, message, preview, {"frame": number, "confidence": confidence})
    run.rest = rounds.state.rest if rounds.state is not None else []


def _kept_where_surer(run: Run, base: Path, frames: list[int]) -> Iterator[Progress]:
    for number in keep_surer(run.out, base, run.labels, frames, run.confidences):
        yield Progress(1, 1, f"Comparing with what was there, frame {number}")


def _alone(run: Run, keys: dict[int, Known], k: int, number: int, frame: Frame, own: Labels) -> Tracker:
    """A tracker of object k alone, from a frame with its mask. keys: the key frames, filled when first needed."""
    if not keys:
        keys |= _key_frames(run)
    start = known_frame(number, frame, own, (1,), run.grid, run.net)
    alone = [Known(key.number, key.sight, key.masks[..., k : k + 1]) for key in keys.values()]
    return Tracker(run.grid, run.net, nearest_keys(alone, number), [start])


def _memo(found: Checkpoint) -> Memo:
    try:
        return msgspec.json.decode(found.notes, type=Memo)
    except msgspec.MsgspecError:
        return Memo()


def _key_frames(run: Run) -> dict[int, Known]:
    return {
        number: known_frame(number, picture(run.source, number), labels, run.labels, run.grid, run.net)
        for number, labels in run.masks.items()
    }


def _remembered(run: Run, number: int, age: int, masks: Array32, step: int) -> Known:
    """A frame of the history again, seen anew; the frame that the network saw lies `age` frames before it."""
    sight = look(picture(run.source, number - age * step), run.grid, run.net)
    for each in range(number - (age - 1) * step, number + step, step) if age else ():
        sight = look_on(picture(run.source, each), run.grid, run.net, sight)[0]
    return Known(number, sight, masks)
