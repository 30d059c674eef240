"""Two passes over the same frames, from the known frames on both sides, become one: the surer and nearer counts more.

The first pass leaves a draft of each frame, drafts/NNNNN.draft (compressed safetensors); the second mixes it with its
own step. An object that was not drawn where a pass began is left to the other pass.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load, save

from core.masks.keymasks import Pass
from core.masks.tracker import Step
from core.media.matte import Labels

DRAFTS = "drafts"
SURER = 12
"""How strongly the surer of two passes is preferred: the mean of a right and a wrong mask is wrong."""


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
    assert each.other is not None
    draft = load(zlib.decompress(_draft_path(out, number).read_bytes()))
    near, far = abs(number - each.start), abs(number - each.other)
    weights = []
    for k, label in enumerate(labels):
        ours = (step.confidence[k] + 0.01) ** SURER * far * bool(np.any(masks[each.start] == label))
        theirs = (float(draft["confidence"][k]) + 0.01) ** SURER * near
        theirs *= bool(np.any(masks[each.other] == label))
        weights.append(ours / (ours + theirs) if ours + theirs else 0.5)
    mix = np.asarray(weights, np.float32)
    confidence = mix * np.asarray(step.confidence, np.float32) + (1 - mix) * draft["confidence"]
    confidence = confidence * ((np.asarray(step.confidence) > 0) | (draft["confidence"] > 0))
    objects = mix * step.objects + (1 - mix) * (draft["objects"] / np.float32(255))
    return Step(objects.astype(np.float32), tuple(round(float(value), 4) for value in confidence))


def _draft_path(out: Path, number: int) -> Path:
    return out / DRAFTS / f"{number:05d}.draft"
