"""Several opinions on the same frames become one: two passes, from the known frames on both sides, and in a correction
the earlier result as well.

The first pass leaves a draft of each frame, drafts/NNNNN.draft (compressed safetensors); the second mixes it with its
own step. An object that was not drawn where a pass began is left to the other pass. In a correction the earlier mask
has a say of its own, and all are held against the drawn frames anew (core.masks.judging): how sure each was in its own
time is not comparable, since the earlier tracking did not know what is drawn now, and was far from what it knew.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save

from core.masks.features import Array32
from core.masks.judging import Judge
from core.masks.keymasks import Pass
from core.masks.known import to_grid
from core.masks.tracker import Step
from core.media.matte import Labels, MaskFolder

DRAFTS = "drafts"
SURER = 12.0
"""How strongly the surer of two passes is preferred: the mean of a right and a wrong mask is wrong."""
NOTHING = 0.01
"""Hardly any weight: of an object that is not seen, so that all who have a say count alike where nobody sees it."""
STAYS = 1.5
"""How much more than a pass the earlier mask counts in a correction: what is there stays unless another is better."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Opinion:
    """What is said of a frame. objects: float32 (height, width, K) at the grid's size. say: (K,), how much it counts
    beside how good it is. confidence: (K,) in [0, 1], how sure the tracker was."""

    objects: Array32
    say: Floats
    confidence: Floats


def write_draft(out: Path, number: int, step: Step) -> None:
    """Keep a step of the first pass in the job's folder."""
    tensors = {
        "objects": np.ascontiguousarray(np.rint(step.objects * 255).astype(np.uint8)),
        "confidence": np.asarray(step.confidence, np.float32),
    }
    _draft_path(out, number).write_bytes(zlib.compress(save(tensors), 1))


def blended(
    out: Path, each: Pass, number: int, step: Step, masks: Mapping[int, Labels], labels: Sequence[int]
) -> Step:
    """The mean of a step and its frame's draft, weighted for each object by confidence and by nearness to where the
    pass began.

    Args:
        each: the second pass; `each.other` is where the first began.
        masks: the known frames. labels: of the objects, in the order of the step.
    """
    opinions = _passes(out, each, number, step, _drawn(each, masks, labels))
    shares = _shares([(opinion.confidence + NOTHING) ** SURER * opinion.say for opinion in opinions])
    sure = np.sum([share * each.confidence for share, each in zip(shares, opinions, strict=True)], axis=0)
    return Step(_mixed(opinions, shares), tuple(round(float(value), 4) for value in sure))


def corrected(
    out: Path,
    each: Pass,
    number: int,
    step: Step,
    masks: Mapping[int, Labels],
    labels: Sequence[int],
    earlier: MaskFolder,
    judge: Judge,
) -> Step:
    """The vote of the passes, one or two, and of the earlier result, each weighted by how well it agrees with all
    that is drawn now. Args as of `blended`.

    Where an object was drawn as not there, the earlier result has no say until the next drawn mask.
    """
    drawn = _drawn(each, masks, labels)
    opinions = _passes(out, each, number, step, drawn)
    if number in earlier:
        before = to_grid(earlier.labels(number), labels, judge.grid)
        opinions.append(Opinion(before, np.where(drawn.all(axis=0), STAYS, 0.0), np.zeros(len(labels))))
    voted = _mixed(
        opinions, _shares([(judge.weights(each.objects) + NOTHING) * each.say for each in opinions])
    )
    return Step(voted, tuple(judge.confidences(voted).tolist()))


def _drawn(each: Pass, masks: Mapping[int, Labels], labels: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Which objects are drawn where the pass, and the one before it, began: (1 or 2, K)."""
    starts = [each.start] if each.other is None else [each.start, each.other]
    return np.asarray([[bool(np.any(masks[start] == label)) for label in labels] for start in starts])


def _passes(out: Path, each: Pass, number: int, step: Step, drawn: npt.NDArray[np.bool_]) -> list[Opinion]:
    """What the pass and its draft, where there is one, say; the nearer to its beginning counts more."""
    sure = np.asarray(step.confidence, np.float64)
    if each.other is None:
        return [Opinion(step.objects, np.ones(len(sure)), sure)]
    draft = load(zlib.decompress(_draft_path(out, number).read_bytes()))
    before = (draft["objects"] / np.float32(255)).astype(np.float32)
    near, far = abs(number - each.start), abs(number - each.other)
    return [
        Opinion(step.objects, drawn[0] * far / (near + far), sure),
        Opinion(before, drawn[1] * near / (near + far), draft["confidence"].astype(np.float64)),
    ]


def _shares(weights: Sequence[Floats]) -> list[Floats]:
    """Weights (K,) as parts of their sum; where nobody has a say, all count alike."""
    total = np.sum(weights, axis=0)
    return [np.where(total > 0, each / np.where(total > 0, total, 1), 1 / len(weights)) for each in weights]


def _mixed(opinions: Sequence[Opinion], shares: Sequence[Floats]) -> Array32:
    """The mean of the masks, weighted for each object."""
    parts = [share.astype(np.float32) * each.objects for share, each in zip(shares, opinions, strict=True)]
    return np.asarray(sum(parts), np.float32)


def _draft_path(out: Path, number: int) -> Path:
    return out / DRAFTS / f"{number:05d}.draft"
