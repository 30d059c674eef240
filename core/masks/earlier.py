"""What a tracking takes over from an earlier result: masks to start from, frames that are not made anew, and, in a
correction, the earlier mask of every frame where it was surer than the new one.

A correction is tracked from both sides and can be worse than what it corrects, away from the mask that was drawn. So
for each object and each run of frames, the path through {new, earlier} with the largest sum of log confidences is
taken; a switch costs the more, the less the two masks overlap where it is made (dynamic programming).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from core.files import write_atomic
from core.masks.keymasks import Direction
from core.media import matte
from core.media.appearances import as_gaps
from core.media.matte import Confidences, Labels, MaskFolder

CHOICE = "surer.json"
SWITCH = 5.0
"""Cost of a switch between two masks that have nothing in common, in nats of confidence."""
LEAST = 0.02
"""Added to confidences before the logarithm."""


def with_seeds(
    masks: Mapping[int, Labels], earlier: MaskFolder | None, first: int, last: int, direction: Direction
) -> dict[int, Labels]:
    """The key masks, and the masks of the earlier result that tracking starts from; ascending."""
    if earlier is None:
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
            if frame in earlier and (labels := earlier.labels(frame)).any():
                found[frame] = labels
                break
    return dict(sorted(found.items()))


def keep(out: Path, earlier: MaskFolder, replaced: set[int], soft: bool) -> Confidences:
    """Copy the frames of an earlier result that are not made anew; their confidences."""
    if earlier.folder.resolve() == (out / matte.MASKS).resolve():
        return {}
    before = earlier.folder.parent
    known, kept = matte.read_confidences(before), {}
    for frame in earlier.frames():
        if frame in replaced:
            continue
        name = matte.mask_name(frame)
        matte.write_labels(out / matte.MASKS / name, earlier.labels(frame))
        if frame in known:
            kept[frame] = known[frame]
        for old in sorted((before / matte.SOFT).glob(f"*/{name}")) if soft else ():
            folder = out / matte.SOFT / old.parent.name
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(old, folder / name)
    return kept


def keep_surer(
    out: Path, base: Path, labels: Sequence[int], frames: Sequence[int], confidences: Confidences
) -> Iterator[int]:
    """Give frames of a finished correction the earlier mask back where that was surer; yields the frames looked at.

    What is chosen is written down before anything is changed, so a killed job ends with the same masks.

    Args:
        out, base: the folders of the correction and of the result it corrects.
        frames: those tracked anew, ascending, without drawn ones.
        confidences: of the correction; changed where an earlier mask is kept.
    """
    masks, earlier, known = MaskFolder(out), MaskFolder(base), matte.read_confidences(base)
    path = out / CHOICE
    if not path.exists():
        kept: dict[int, list[int]] = {}
        for start, end in as_gaps([n for n in frames if n in earlier and n in known]):
            run = range(start, end + 1)
            alike = np.zeros((len(run), len(labels)))
            for i, number in enumerate(run):
                new, old = masks.labels(number), earlier.labels(number)
                alike[i] = [_overlap(new == label, old == label) for label in labels]
                yield number
            for k, label in enumerate(labels):
                sure = [[each[n].get(label, 0.0) for n in run] for each in (confidences, known)]
                chosen = surer(np.array(sure[0]), np.array(sure[1]), alike[:, k])
                for place in np.flatnonzero(chosen):
                    kept.setdefault(start + int(place), []).append(label)
        write_atomic(path, msgspec.json.encode(kept))
    for number, chosen_labels in msgspec.json.decode(path.read_bytes(), type=dict[int, list[int]]).items():
        _put_back(out, base, number, chosen_labels)
        confidences[number] |= {label: known[number].get(label, 0.0) for label in chosen_labels}
        yield number


def surer(
    new: npt.NDArray[np.float64], earlier: npt.NDArray[np.float64], alike: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Of a run of frames, those whose earlier mask is kept.

    Args:
        new, earlier: confidences (T,) in [0, 1]. A frame on which either has no mask says nothing for or against.
        alike: (T,) overlap of the two masks in [0, 1].
    """
    asked = (new > 0) & (earlier > 0)
    value = np.where(asked, np.log(np.stack((new, earlier)) + LEAST), 0.0)
    best, came = value[:, 0], []
    for t in range(1, len(new)):
        switched = best[::-1] - SWITCH * (1 - alike[t])
        came.append(switched > best)
        best = np.maximum(best, switched) + value[:, t]
    state = int(best[1] > best[0])
    path = [state]
    for switched_to in reversed(came):
        state = 1 - state if switched_to[state] else state
        path.append(state)
    return np.array(path[::-1], bool)


def _put_back(out: Path, base: Path, number: int, labels: Sequence[int]) -> None:
    """Replace the masks of some objects by the earlier ones; the other objects keep their pixels."""
    name = matte.mask_name(number)
    now, before = MaskFolder(out).labels(number), MaskFolder(base).labels(number)
    now = np.where(np.isin(now, labels), np.uint8(0), now)
    matte.write_labels(out / matte.MASKS / name, np.where((now == 0) & np.isin(before, labels), before, now))
    for label in labels:
        old, new = (folder / matte.SOFT / str(label) / name for folder in (base, out))
        if old.is_file() and new.parent.is_dir():
            shutil.copyfile(old, new)


def _overlap(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> float:
    union = int(np.count_nonzero(one | other))
    return np.count_nonzero(one & other) / union if union else 1.0
