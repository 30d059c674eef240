"""What a tracking takes over from a previous result: masks to start from, and frames that are not made anew."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.masks.keymasks import Direction
from core.media import matte
from core.media.matte import Confidences, Labels, MaskFolder


@dataclass(frozen=True)
class PreviousResult:
    """The result that a correction corrects: masks, and the confidences of each frame and label, as they were told."""

    masks: MaskFolder
    confidences: Confidences


def with_seeds(
    masks: Mapping[int, Labels], previous: MaskFolder | None, first: int, last: int, direction: Direction
) -> dict[int, Labels]:
    """The key masks, and the masks of the previous result that tracking starts from; ascending."""
    if previous is None:
        return dict(masks)
    starts = {
        "forward": (first, first - 1),
        "backward": (last, last + 1),
        "both": (),
        "one_forward": (first - 1,),
        "one_back": (last + 1,),
    }[direction]
    found = dict(masks)
    if not any(frame in masks for frame in starts):
        for frame in starts:
            if frame in previous and (labels := previous.labels(frame)).any():
                found[frame] = labels
                break
    return dict(sorted(found.items()))


def copy_kept(out: Path, previous: MaskFolder, replaced: set[int], soft: bool) -> Confidences:
    """Copy the frames of a previous result that are not made anew; their confidences."""
    if previous.folder.resolve() == (out / matte.MASKS).resolve():
        return {}
    before = previous.folder.parent
    known, kept = matte.read_confidences(before), {}
    for frame in previous.frames():
        if frame in replaced:
            continue
        name = matte.mask_name(frame)
        matte.write_labels(out / matte.MASKS / name, previous.labels(frame))
        if frame in known:
            kept[frame] = known[frame]
        for old in sorted((before / matte.SOFT).glob(f"*/{name}")) if soft else ():
            folder = out / matte.SOFT / old.parent.name
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(old, folder / name)
    return kept
