"""Begin a tracking job: what is asked is read from files, what is known goes into the job's folder."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

from core.errors import MediaError
from core.masks import keymasks
from core.masks.blending import DRAFTS
from core.masks.fineness import FAST, FEWEST_ROWS, NORMAL, choose_grid, fineness_of
from core.masks.output import hard_edges
from core.masks.previous_result import PreviousResult, copy_kept, with_seeds
from core.masks.question import Question
from core.masks.recognition.states import Verdict
from core.masks.recognition.watching import make_watch, read_verdicts
from core.masks.run import Run, write_soft
from core.masks.streaming import picture
from core.media import matte
from core.media.cuts import SceneCuts
from core.media.info import FrameSource
from core.media.matte import MaskFolder
from core.nn.weights import matcher


def prepare_run(out: Path, question: Question, source: FrameSource, cuts: SceneCuts) -> Run:
    """A job under way, with its folder prepared.

    Raises:
        MediaError: when the clip has no such frames, a mask cannot be read, or nothing is known to track.
    """
    first, last = _range(question, source)
    size = source.width, source.height
    drawn = keymasks.read_key_masks(question.key_masks, size, source.frame_count, question.resize)
    previous = MaskFolder(Path(question.base), size) if question.base else None
    masks = with_seeds(drawn, previous, first, last, question.direction)
    if not any(labels.any() for labels in masks.values()):
        raise MediaError(f"no mask to track {Path(question.clip).name} from", "Draw one on any frame")
    bounds, labels = FAST if question.fast else NORMAL, keymasks.labels_of(masks)
    grid = choose_grid(*size, tuple(masks.values()), bounds)
    net = matcher() if question.network and len(labels) == 1 and min(grid.shape) >= FEWEST_ROWS else None
    passes = keymasks.plan(tuple(masks), first, last, question.direction)
    fineness = fineness_of(size, tuple(masks.values()), labels, bounds)
    run = Run(
        out=out,
        source=source,
        masks=masks,
        drawn=tuple(drawn),
        labels=labels,
        passes=passes,
        grid=grid,
        fineness=fineness,
        net=net,
        soft=question.soft,
        cuts=cuts,
        every=question.every,
    )
    _prepare(run, previous)
    told = read_verdicts(question.verdicts, labels, size)
    if question.reidentify:
        run.watch = make_watch(partial(picture, source), size, masks, labels, cuts, told)
    if question.surer and previous is not None and previous.folder.resolve() != (out / matte.MASKS).resolve():
        run.previous = PreviousResult(previous, matte.read_confidences(Path(question.base)))
    run.key = _key(run, (first, last, question.direction), told)
    return run


def _range(question: Question, source: FrameSource) -> tuple[int, int]:
    """The frames asked for, with the clip's last one filled in. Raises MediaError when there are no such frames."""
    end = source.frame_count - 1
    first, last = question.first, end if question.last < 0 else question.last
    if not 0 <= first <= last <= end:
        raise MediaError(f"frames {first} to {last} are not in {question.clip}, which has frames 0 to {end}")
    return first, last


def _key(run: Run, asked: tuple[int, int, str], verdicts: tuple[Verdict, ...]) -> str:
    """Hash of what the checkpoint depends on."""
    told = (*asked, run.grid, run.labels, run.watch is not None, verdicts, run.every)
    digest = hashlib.blake2b(repr(told).encode(), digest_size=16)
    for frame, labels in run.masks.items():
        digest.update(str(frame).encode())
        digest.update(labels.tobytes())
    return digest.hexdigest()


def _prepare(run: Run, previous: MaskFolder | None) -> None:
    """Make the folders, keep what is good of the previous result, write the key masks as they are."""
    folders = [run.out / matte.MASKS, run.out / DRAFTS]
    folders += [run.out / matte.SOFT / str(label) for label in run.labels] if run.soft else []
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    for litter in [path for folder in (run.out, *folders) for path in folder.glob(".*.tmp")]:
        litter.unlink()  # left by a run that was killed while writing
    run.confidences = matte.read_confidences(run.out)
    if previous is not None:
        run.confidences |= copy_kept(run.out, previous, run.tracked | set(run.drawn), run.soft)
    for frame in run.drawn:
        matte.write_labels(run.out / matte.MASKS / matte.mask_name(frame), run.masks[frame])
        write_soft(run, frame, [hard_edges(run.masks[frame], label) for label in run.labels])
        run.confidences[frame] = dict.fromkeys(run.labels, 1.0)
