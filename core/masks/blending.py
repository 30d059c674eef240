"""Several opinions on the same frames become one: two passes, from the known frames on both sides, and in a correction
the earlier result as well.

The first pass leaves a draft of each frame, drafts/NNNNN.draft (compressed safetensors); the second mixes it with its
own step. An object that was not drawn where a pass began is left to the other pass. In a correction the earlier mask
has a say of its own: where two of three agree, they win, and a mask that was right stays although it was unsure.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save

from core.masks.features import Array32, Grid
from core.masks.keymasks import Pass
from core.masks.known import to_grid
from core.masks.tracker import Step
from core.media.matte import Confidences, Labels, MaskFolder

DRAFTS = "drafts"
SURER = 12.0
"""How strongly the surer of two passes is preferred: the mean of a right and a wrong mask is wrong."""
VOTE, NEARER = 2.0, 0.5
"""In a vote of three the majority is mostly right: how strongly the surer, and the nearer of two passes, counts."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Earlier:
    """The result that a correction corrects: masks, and the confidences of each frame and label."""

    masks: MaskFolder
    confidences: Confidences


@dataclass(frozen=True)
class Opinion:
    """What is said of a frame. objects: float32 (height, width, K) at the grid's size. confidence, say: (K,) in [0, 1],
    how sure it is, and how much it counts beside that."""

    objects: Array32
    confidence: Floats
    say: Floats

    def weight(self, power: float) -> Floats:
        """How much it counts for each object, (K,)."""
        return (self.confidence + 0.01) ** power * self.say


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
    opinions = _passes(out, each, number, step, _drawn(each, masks, labels), 1.0)
    return _mean(opinions, [opinion.weight(SURER) for opinion in opinions])


def corrected(
    out: Path,
    each: Pass,
    number: int,
    step: Step,
    masks: Mapping[int, Labels],
    labels: Sequence[int],
    earlier: Earlier,
    grid: Grid,
) -> Step:
    """The vote of the passes, one or two, and of the earlier result. Args as of `blended`.

    Where an object was drawn as not there, the earlier result has no say until the next drawn mask.
    """
    drawn = _drawn(each, masks, labels)
    opinions = _passes(out, each, number, step, drawn, NEARER)
    if number in earlier.masks and number in earlier.confidences:
        sure = np.asarray([earlier.confidences[number].get(label, 0.0) for label in labels])
        before = to_grid(earlier.masks.labels(number), labels, grid)
        opinions.append(Opinion(before, sure, np.asarray(drawn.all(axis=0), np.float64)))
    return _mean(opinions, [opinion.weight(VOTE) for opinion in opinions])


def _drawn(each: Pass, masks: Mapping[int, Labels], labels: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Which objects are drawn where the pass, and the one before it, began: (1 or 2, K)."""
    starts = [each.start] if each.other is None else [each.start, each.other]
    return np.asarray([[bool(np.any(masks[start] == label)) for label in labels] for start in starts])


def _passes(
    out: Path, each: Pass, number: int, step: Step, drawn: npt.NDArray[np.bool_], nearer: float
) -> list[Opinion]:
    """What the pass and its draft, where there is one, say; the nearer to its beginning counts more."""
    sure = np.asarray(step.confidence, np.float64)
    if each.other is None:
        return [Opinion(step.objects, sure, np.ones(len(step.confidence)))]
    draft = load(zlib.decompress(_draft_path(out, number).read_bytes()))
    near, far = abs(number - each.start), abs(number - each.other)
    return [
        Opinion(step.objects, sure, np.asarray(drawn[0] * (far / (near + far)) ** nearer, np.float64)),
        Opinion(
            (draft["objects"] / np.float32(255)).astype(np.float32),
            np.asarray(draft["confidence"], np.float64),
            np.asarray(drawn[1] * (near / (near + far)) ** nearer, np.float64),
        ),
    ]


def _mean(opinions: Sequence[Opinion], weights: Sequence[Floats]) -> Step:
    """Weighted for each object; where nobody has a say, all count alike."""
    total = np.sum(weights, axis=0)
    parts = [np.where(total > 0, each / np.where(total > 0, total, 1), 1 / len(weights)) for each in weights]
    objects = sum(part.astype(np.float32) * each.objects for part, each in zip(parts, opinions, strict=True))
    sure = np.sum([part * each.confidence for part, each in zip(parts, opinions, strict=True)], axis=0)
    return Step(np.asarray(objects, np.float32), tuple(round(float(value), 4) for value in sure))


def _draft_path(out: Path, number: int) -> Path:
    return out / DRAFTS / f"{number:05d}.draft"
