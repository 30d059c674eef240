"""Fit what tells a mask that is still on its object from one that is not: what assets/claims.json holds.

    python -m core.training.claims DATA --cache CACHE --out assets/claims.json [--clips 24] [--samples 24]

Clips with masks, in which the object stays in sight, and composites in which it is lost and comes back
(core.training.occlusions) are tracked by the bare tracker, which does not know that anything can be lost: forward from
the first frame, and of composites also back from the return into the gap; every other one fast. Every mask is right when much of it lies on
the object and wrong when next to nothing does. The model is logistic; both kinds of each clip weigh at most as much as
so many frames. Scores are of held-out clips: frame by frame, and of the doubt that the program sums up.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from core.files import write_atomic
from core.masks.begin import FAST_ROWS
from core.masks.claims import LIMIT, MEASURES, Doubt, Floats, evidence, measured
from core.masks.confidence import Calibration
from core.masks.content import content
from core.masks.fineness import FINEST_ROWS, MOST_ROWS, choose_grid
from core.masks.known import known_frame, to_grid
from core.masks.tracker import Tracker
from core.media.info import Frame
from core.media.matte import Labels
from core.nn.weights import matcher
from core.training.calibrate import real_clip
from core.training.footage import Footage, load_footage
from core.training.occlusions import KINDS, lost_clip

RIGHT, WRONG = 0.3, 0.05
"""Part of a mask that lies on the object: at least, at most."""
AT_MOST = 20
"""Frames that one clip counts as, of either kind."""
DECAY = 0.01
WHOLE = 0.8
"""An object is back when this part of it is seen."""


@dataclass(frozen=True, eq=False)
class Story:
    """Frames, uint8 (N, H, W, 3), in the order of tracking, the first one known. labels: uint8 (N, H, W), objects 1 to
    `count`."""

    name: str
    frames: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    count: int
    key: tuple[Frame, Labels] | None = None
    """A drawn frame elsewhere; None when it is the first one."""


@dataclass(frozen=True, eq=False)
class Claims:
    """The masks of one object in one story. measures: (N, MEASURES). right: (N,), 1 right, 0 wrong, -1 neither."""

    name: str
    measures: Floats
    right: npt.NDArray[np.int64]


def tracked(story: Story, fast: bool = False) -> list[Claims]:
    """Track a story to its end."""
    height, width = story.labels[0].shape
    objects = tuple(range(1, story.count + 1))
    picture, mask = story.key or (story.frames[0], story.labels[0])
    grid = choose_grid(width, height, (mask,), *(FAST_ROWS if fast else (MOST_ROWS, FINEST_ROWS)))
    net = matcher() if story.count == 1 else None
    key = known_frame(0 if story.key is None else -len(story.frames), picture, mask, objects, grid, net)
    start = known_frame(0, story.frames[0], story.labels[0], objects, grid, net)
    tracker = Tracker(grid, net, (key,), [start])
    rows: list[list[tuple[Floats, int]]] = [[] for _ in objects]
    for number in range(1, len(story.frames)):
        step = tracker.step(number, story.frames[number])
        now, truth = tracker.history[-1], to_grid(story.labels[number], objects, grid)
        for k in range(story.count):
            claimed, under = now.masks[..., k] > 0.5, content(now, tracker.keys, k)
            if under is None or not key.masks[..., k].any():
                continue
            part = float(truth[..., k][claimed].mean())
            area, whole = float(now.masks[..., k].mean()), float(key.masks[..., k].mean())
            right = 1 if part >= RIGHT else 0 if part <= WRONG else -1
            rows[k].append((measured(under, step.confidence[k], area, whole), right))
    return [
        Claims(story.name, np.stack([each[0] for each in some]), np.array([each[1] for each in some]))
        for some in rows
        if some
    ]


def lost_stories(footage: Footage, seed: int, count: int) -> Iterator[Story]:
    """Composites, forward and from the return of the first object back."""
    for number in range(seed, seed + count):
        made = lost_clip(np.random.default_rng(number), footage, kind=KINDS[number % len(KINDS)])
        name = f"composite {number}"
        yield Story(name, made.frames, made.labels, made.targets)
        areas = (made.labels == 1).sum(axis=(1, 2))
        gone = np.flatnonzero(areas == 0)
        back = np.flatnonzero((areas > WHOLE * areas.max()) & (np.arange(len(areas)) > gone[-1]))
        if back.size:
            order = slice(back[0], None, -1)
            key = made.frames[0], made.labels[0]
            yield Story(f"{name}, back", made.frames[order], made.labels[order], made.targets, key)


def real_stories(footage: Footage, rng: np.random.Generator, clips: int, frames: int) -> Iterator[Story]:
    """Clips with masks; pixels of unknown truth count as the object."""
    for index in rng.permutation(len(footage.masked))[: clips or None]:
        truth = real_clip(footage.masked[index], rng, frames)
        if truth is not None:
            labels = (truth.masks | ~truth.known).astype(np.uint8)
            labels[0] = truth.masks[0]
            yield Story(truth.name, truth.frames, labels, 1)


def fit(claims: Sequence[Claims], rounds: int = 30) -> Calibration:
    """The logistic model with the least cross-entropy, by Newton's method."""
    measures = np.concatenate([each.measures[each.right >= 0] for each in claims])
    right = np.concatenate([each.right[each.right >= 0] for each in claims]).astype(np.float64)
    share = np.concatenate([_shares(each.right[each.right >= 0]) for each in claims])
    mean, scale = measures.mean(axis=0), measures.std(axis=0) + 1e-3
    rows = np.column_stack(((measures - mean) / scale, np.ones(len(measures))))
    weight, decay = np.zeros(rows.shape[1]), DECAY * share.sum() * np.append(np.ones(measures.shape[1]), 0)
    for _ in range(rounds):
        guess = 1 / (1 + np.exp(-rows @ weight))
        slope = rows.T @ (share * (guess - right)) + decay * weight
        bend = (rows * (share * guess * (1 - guess))[:, None]).T @ rows + np.diag(decay)
        weight = weight - np.linalg.solve(bend, slope)
    columns = (tuple(float(round(value, 5)) for value in column) for column in (mean, scale, weight[:-1]))
    means, scales, weights = columns
    return Calibration(MEASURES, means, scales, weights, round(float(weight[-1]), 5))


def _shares(right: npt.NDArray[np.int64]) -> Floats:
    counts = np.array([(right == kind).sum() for kind in (0, 1)])
    return np.minimum(1.0, AT_MOST / np.maximum(1, counts))[right]


def withdrawn(each: Claims, model: Calibration) -> npt.NDArray[np.bool_]:
    """The frames whose masks the doubt takes away, (N,); after that it begins anew."""
    found, doubt = np.zeros(len(each.right), bool), Doubt()
    for number, row in enumerate(each.measures):
        doubt = doubt.after(evidence(row, model), number)
        if doubt.amount >= LIMIT:
            found[doubt.since : number + 1], doubt = True, Doubt()
    return found


def scores(model: Calibration, claims: Sequence[Claims]) -> dict[str, float]:
    """How often a right mask has more evidence than a wrong one; what part of either kind is withdrawn."""
    right = np.concatenate([each.right for each in claims])
    says = np.concatenate([[evidence(row, model) for row in each.measures] for each in claims])
    gone = np.concatenate([withdrawn(each, model) for each in claims])
    good, bad = says[right == 1], says[right == 0]
    above = (good[:, None] > bad[None]).mean() + (good[:, None] == bad[None]).mean() / 2 if bad.size else 1.0
    return {
        "clips": len({each.name for each in claims}),
        "right masks": int((right == 1).sum()),
        "wrong masks": int((right == 0).sum()),
        "right above wrong": round(float(above), 3),
        "right withdrawn": round(float(gone[right == 1].mean()), 4),
        "wrong withdrawn": round(float(gone[right == 0].mean()), 3) if bad.size else 0.0,
    }


def _all(footage: Footage, seed: int, clips: int, samples: int, frames: int) -> Iterator[Claims]:
    rng = np.random.default_rng(seed)
    for stories in (real_stories(footage, rng, clips, frames), lost_stories(footage, seed, samples)):
        for count, story in enumerate(stories):
            for each in tracked(story, fast=count % 2 == 0):
                counts = [int((each.right == kind).sum()) for kind in (1, 0)]
                sys.stderr.write(f"{each.name}: {counts[0]} right, {counts[1]} wrong\n")
                yield each


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with davis-train and pexels clips")
    parser.add_argument("--cache", type=Path, required=True, help="folder for decoded frames")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=24, help="real clips to fit to; 0 for all")
    parser.add_argument("--samples", type=int, default=24, help="composites to fit to")
    parser.add_argument("--frames", type=int, default=40, help="of a real clip, at most")
    parser.add_argument("--seed", type=int, default=1000)
    args = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    footage = load_footage(args.data, args.cache)
    fitted = list(_all(footage, args.seed, args.clips, args.samples, args.frames))
    model = fit(fitted)
    kept = load_footage(args.data, args.cache, held_out=True)
    unseen = list(_all(kept, args.seed, 0, max(1, args.samples // 4), args.frames))
    card: dict[str, Any] = {
        "what": "Tells a mask that is still on its object from one that is not; see core.masks.claims.",
        "data": "Clips with masks of DAVIS (train) and Pexels, and composites of them; no clip of davis-dev.",
        "command": "python -m core.training.claims DATA --cache CACHE --out assets/claims.json"
        f" --clips {args.clips} --samples {args.samples} --frames {args.frames} --seed {args.seed}",
        "date": datetime.now(UTC).date().isoformat(),
        **{f"fitted: {name}": value for name, value in scores(model, fitted).items()},
        **{f"held out: {name}": value for name, value in scores(model, unseen).items()},
    }
    model = msgspec.structs.replace(model, card=card)
    write_atomic(args.out, msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in card.items()))


if __name__ == "__main__":
    main()
