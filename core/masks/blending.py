"""Several opinions on the same frames become one: two passes, from the known frames on both sides, and in a correction
the previous result as well.

The first pass leaves a draft of each frame, drafts/NNNNN.draft (compressed safetensors); the second mixes it with its
own step. A correction leaves drafts/NNNNN.evidence (float64 (opinions, objects)), so a killed one goes on alike. An
object that was not drawn where a pass began is left to the other pass. In a correction the previous mask has a say of
its own, and all are held against the drawn frames anew (core.masks.judging): how sure each was in its own time is not
comparable, since the previous tracking did not know what is drawn now, and was far from what it knew.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save

from core.arrays import Array32
from core.masks.judging import Judge
from core.masks.keymasks import Pass
from core.masks.memory_frame import to_grid
from core.masks.previous_result import PreviousResult
from core.masks.tracker import Step
from core.media.matte import Labels
from core.media.sureness import score_of

DRAFTS = "drafts"
SURER = 12.0
"""How strongly the surer of two passes is preferred: the mean of a right and a wrong mask is wrong."""
NOTHING = 0.01
"""Hardly any weight: of an object that is not seen, so that all who have a say count alike where nobody sees it."""
STAYS = 3.0
"""How much more than a pass the previous mask counts in a correction: what is there stays unless another is better."""
EVIDENCE = 16.0
"""Nats that a cue counts in a correction: .1 more of one makes a mask count five times as much."""
LASTING = 5
"""Frames over which evidence is averaged: of a single one it is noise."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Opinion:
    """What is said of a frame.

    objects: float32 (height, width, K) at the grid's size.
    say: (K,), how much it counts beside how good it is.
    confidence: (K,) in [0, 1], how sure the tracker was.
    """

    objects: Array32
    say: Floats
    confidence: Floats


@dataclass(frozen=True)
class Blender:
    """Brings the opinions on a frame together, in a job's folder.

    out: the folder, with a folder DRAFTS.
    masks: the known frames, uint8 (H, W) each.
    labels: of the K objects, in the order of the steps.
    """

    out: Path
    masks: Mapping[int, Labels]
    labels: Sequence[int]

    def write_draft(self, number: int, step: Step) -> None:
        """Keep a step of the first pass."""
        tensors = {
            "objects": np.ascontiguousarray(np.rint(step.objects * 255).astype(np.uint8)),
            "confidence": np.asarray(step.confidence, np.float32),
        }
        self._draft(number).write_bytes(zlib.compress(save(tensors), 1))

    def blended(self, each: Pass, number: int, step: Step) -> Step:
        """The mean of a step and its frame's draft, weighted for each object by confidence and by nearness to where
        the pass began. each: the second pass; `each.other` is where the first began."""
        opinions = self._passes(each, number, step, self._drawn(each))
        weights = [(opinion.confidence + NOTHING) ** SURER * opinion.say for opinion in opinions]
        return _mean(opinions, weights)

    def corrected(self, each: Pass, number: int, step: Step, previous: PreviousResult, judge: Judge) -> Step:
        """The vote of the passes, one or two, and of the previous result, each weighted by how well it agrees with
        all that is drawn now.

        Where an object was drawn as not there, the previous result has no say until the next drawn
        mask. What it has and one of two passes has as well stays where a drawn frame knows it, however
        little these masks count as a whole: the better one may lack a foot.
        """
        drawn = self._drawn(each)
        opinions = self._passes(each, number, step, drawn)
        if number in previous.masks and number in previous.confidences:
            told = previous.confidences[number]
            sure = np.asarray([score_of(told.get(label, 0.0)) for label in self.labels])
            before = to_grid(previous.masks.labels(number), self.labels, judge.grid)
            opinions.append(Opinion(before, np.where(drawn.all(axis=0), STAYS, 0.0), sure))
        evidence = self._lasting(each, number, np.stack([judge.agreement(one.objects) for one in opinions]))
        weights = [(odds + NOTHING) * one.say for odds, one in zip(evidence, opinions, strict=True)]
        voted = _mean(opinions, weights)
        return voted if len(opinions) < 3 else _with_kept(voted, opinions, judge)

    def _drawn(self, each: Pass) -> npt.NDArray[np.bool_]:
        """Which objects are drawn where the pass, and the one before it, began: (1 or 2, K)."""
        starts = [each.start] if each.other is None else [each.start, each.other]
        return np.asarray(
            [[bool(np.any(self.masks[start] == label)) for label in self.labels] for start in starts]
        )

    def _passes(self, each: Pass, number: int, step: Step, drawn: npt.NDArray[np.bool_]) -> list[Opinion]:
        """What the pass and its draft, where there is one, say; the nearer to its beginning counts more."""
        sure = np.asarray(step.confidence, np.float64)
        if each.other is None:
            return [Opinion(step.objects, np.ones(len(sure)), sure)]
        draft = load(zlib.decompress(self._draft(number).read_bytes()))
        before = at_shape_of(step.objects, (draft["objects"] / np.float32(255)).astype(np.float32))
        near, far = abs(number - each.start), abs(number - each.other)
        return [
            Opinion(step.objects, drawn[0] * far / (near + far), sure),
            Opinion(before, drawn[1] * near / (near + far), draft["confidence"].astype(np.float64)),
        ]

    def _lasting(self, each: Pass, number: int, now: Floats) -> Floats:
        """How much opinions count by how well they agreed with what is drawn in this frame and those before it in the
        pass, (opinions, K), 1 for the best one: a mask that was the better one for some frames is not given up for one.

        Args:
            now: of this frame, (opinions, K); not a number where nothing is seen, which counts nothing.
        """
        self._evidence(number).write_bytes(now.tobytes())
        latest = range(number, number - LASTING * each.frames.step, -each.frames.step)
        files = [self._evidence(frame) for frame in latest if frame in each.frames]
        known = [
            np.frombuffer(path.read_bytes()).reshape(-1, now.shape[1]) for path in files if path.exists()
        ]
        every = np.stack([one for one in known if one.shape == now.shape])
        mean = np.nansum(every, axis=0) / np.maximum(1, np.isfinite(every).sum(axis=0))
        mean = np.where(np.isfinite(now), mean, -np.inf)
        best = np.where(np.isfinite(now).any(axis=0), mean.max(axis=0), 0)
        return np.asarray(np.exp(EVIDENCE * (mean - best)), np.float64)

    def _draft(self, number: int) -> Path:
        return self.out / DRAFTS / f"{number:05d}.draft"

    def _evidence(self, number: int) -> Path:
        return self.out / DRAFTS / f"{number:05d}.evidence"


def _with_kept(voted: Step, opinions: Sequence[Opinion], judge: Judge) -> Step:
    """With what the previous result has and one of two passes has as well, where the drawn frames
    know it as the object."""
    one, other, before = (each.objects for each in opinions)
    kept = np.minimum(before, np.maximum(one, other)) * (opinions[-1].say > 0)
    lost = np.where((kept > 0.5) & (voted.objects <= 0.5), kept, np.float32(0)).astype(np.float32)
    known = judge.knows(np.maximum(voted.objects, kept).astype(np.float32), lost)
    return replace(voted, objects=np.where(known, lost, voted.objects).astype(np.float32))


def at_shape_of(objects: Array32, others: Array32) -> Array32:
    """Probabilities (h, w, K) at the size of those of another grid, (height, width, K)."""
    height, width, count = objects.shape
    if others.shape == objects.shape:
        return others
    how = cv2.INTER_AREA if height < others.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(others, (width, height), interpolation=how), np.float32).reshape(
        height, width, count
    )


def _mean(opinions: Sequence[Opinion], weights: Sequence[Floats]) -> Step:
    """Weighted for each object; where nobody has a say, all count alike."""
    total = np.sum(weights, axis=0)
    parts = [np.where(total > 0, each / np.where(total > 0, total, 1), 1 / len(weights)) for each in weights]
    objects = sum(part.astype(np.float32) * each.objects for part, each in zip(parts, opinions, strict=True))
    sure = np.sum([part * each.confidence for part, each in zip(parts, opinions, strict=True)], axis=0)
    return Step(np.asarray(objects, np.float32), tuple(round(float(value), 4) for value in sure))
