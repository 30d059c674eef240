"""Which object is which, put right after tracking: swap, merge, split and remove labels of a tracking result.

A result never changes: an edit makes a new folder beside it, named by the old one's name and the edit, with masks,
soft mattes, confidence.json and appearances.json. Frames are read and written one at a time. Key masks follow by
`changed_key`, so the document holds the same identities as the result.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from core.errors import MediaError
from core.files import link_or_copy, write_atomic
from core.job import MANIFEST, Progress, content_key, drain, run_job
from core.media.appearances import (
    APPEARANCES,
    Appearance,
    Appearances,
    ObjectHistory,
    as_gaps,
    read_appearances,
    write_appearances,
)
from core.media.matte import (
    CONFIDENCE,
    MASKS,
    SOFT,
    Confidences,
    Labels,
    MaskFolder,
    mask_name,
    read_confidences,
    read_matte,
    write_labels,
    write_soft,
)

KIND, VERSION = "identities", 1
TOUCHING = 0.2
"""A connected part of which more than this belongs to either side is divided between them."""

Area = npt.NDArray[np.bool_]
"""bool (H, W)."""


class Swap(msgspec.Struct, frozen=True, tag="swap"):
    """Objects a and b change places in frames first to last (inclusive; -1 for the end)."""

    a: int
    b: int
    first: int = 0
    last: int = -1


class Merge(msgspec.Struct, frozen=True, tag="merge"):
    """The object `label` becomes part of `into`; of the background, and so is gone, where that is 0."""

    label: int
    into: int


class Split(msgspec.Struct, frozen=True, tag="split"):
    """In frames first to last (inclusive; -1 for the end) the object `label` is another one, `new`; where that is an
    object already, the two become one there."""

    label: int
    new: int
    first: int
    last: int = -1


class Part(msgspec.Struct, frozen=True, tag="part"):
    """The connected part of `label` at column x, row y of a frame becomes the object `new`; followed both ways."""

    label: int
    new: int
    frame: int
    x: int
    y: int


Edit = Swap | Merge | Split | Part


class Sides(msgspec.Struct, frozen=True):
    """An object divided in two, bool (H, W) each: what it keeps, and what is the new object's."""

    kept: Area
    new: Area


def change(folder: Path, edit: Edit) -> Path:
    """Make the changed result beside `folder`, whole or not at all. Takes long: not for the GUI thread.

    Returns:
        The new folder. The same edit of the same result is made once.

    Raises:
        MediaError: when the result has no masks or cannot be read, or the edit does not fit it.
        JobError: when another process is making the same.
    """
    drain(steps(folder, edit))
    return changed_folder(folder, edit)


def changed_folder(folder: Path, edit: Edit) -> Path:
    """Where `change` leaves its result."""
    return folder.parent / content_key(KIND, VERSION, {"edit": _plain(edit)}, {"base": folder.name})


def steps(folder: Path, edit: Edit) -> Iterator[Progress]:
    """`change` as a job: a generator of progress, which may be closed at any time. Raises as `change`."""
    inputs, parameters = {"base": folder.name}, {"edit": _plain(edit)}
    yield from run_job(folder.parent, KIND, VERSION, partial(_work, folder), parameters, inputs)


def changed(labels: Labels, frame: int, edit: Swap | Merge | Split) -> Labels:
    """A frame's labels (H, W) after an edit that needs no other frame."""
    if isinstance(edit, Merge):
        return np.where(labels == edit.label, np.uint8(edit.into), labels)
    if not _inside(frame, edit):
        return labels
    if isinstance(edit, Split):
        return np.where(labels == edit.label, np.uint8(edit.new), labels)
    table = np.arange(256, dtype=np.uint8)
    table[[edit.a, edit.b]] = edit.b, edit.a
    return table[labels]


def changed_key(labels: Labels, frame: int, edit: Edit, result: Labels | None) -> Labels:
    """A key mask (H, W) after the edit. result: the frame's labels in the changed result, if it has the frame; a
    part follows it, and without it the key mask stays as it is."""
    if not isinstance(edit, Part):
        return changed(labels, frame, edit)
    if result is None or result.shape != labels.shape:
        return labels
    sides = _divided(labels == edit.label, Sides(result == edit.label, result == edit.new))
    return np.where(sides.new, np.uint8(edit.new), labels)


def _plain(edit: Edit) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(edit)
    return plain


def _inside(frame: int, edit: Swap | Split) -> bool:
    return edit.first <= frame and (edit.last < 0 or frame <= edit.last)


def _work(base: Path, out: Path, edit: dict[str, Any]) -> Iterator[Progress]:
    asked = msgspec.convert(edit, Edit)
    frames = MaskFolder(base).frames()
    _check(base, frames, asked)
    carry_over(base, out)
    missing: dict[int, list[int]] = {label: [] for label in _labels(asked)}
    boxes: dict[int, Sides] = {}
    told = read_appearances(base)
    marks = {each.frame for history in told.objects.values() for each in history.appearances}
    for done, (frame, labels) in enumerate(_frames(base, out, frames, asked), 1):
        present = set(np.unique(labels).tolist())
        for label, gaps in missing.items():
            if label not in present:
                gaps.append(frame)
        if isinstance(asked, Part) and frame in marks:
            boxes[frame] = Sides(labels == asked.label, labels == asked.new)
        yield Progress(done, len(frames), f"Frame {frame}", f"{MASKS}/{mask_name(frame)}", {"frame": frame})
    confidences = _confidences(read_confidences(base), asked)
    write_atomic(out / CONFIDENCE, msgspec.json.encode(confidences))
    if told.objects or told.cuts:
        runs = {label: as_gaps(sorted(absent)) for label, absent in missing.items()}
        write_appearances(out, _appearances(told, asked, runs, boxes))


def _labels(edit: Edit) -> tuple[int, int]:
    if isinstance(edit, Swap):
        return edit.a, edit.b
    return (edit.label, edit.into) if isinstance(edit, Merge) else (edit.label, edit.new)


def _check(base: Path, frames: list[int], edit: Edit) -> None:
    """Raises MediaError when the edit does not fit the result."""
    one, other = _labels(edit)
    if not frames:
        raise MediaError(f"{base} holds no masks", "Track the object first")
    gone = isinstance(edit, Merge) and other == 0
    if one == other or not all(0 < label < 255 for label in ((one,) if gone else (one, other))):
        raise MediaError(f"objects {one} and {other} cannot be exchanged", "Choose two different objects")
    if not isinstance(edit, Part):
        return
    if any(edit.new in values for values in read_confidences(base).values()):
        raise MediaError(f"object {edit.new} is in the masks already", "Give the part a label of its own")
    labels = MaskFolder(base).labels(edit.frame)
    height, width = labels.shape
    if not (0 <= edit.x < width and 0 <= edit.y < height) or labels[edit.y, edit.x] != edit.label:
        raise MediaError(
            f"object {edit.label} is not at {edit.x}, {edit.y} of frame {edit.frame}",
            "Point at the part that is another object",
        )


def carry_over(base: Path, out: Path) -> None:
    """The files of a result that an edit of identities does not concern."""
    for folder in (out / MASKS, out / SOFT):
        folder.mkdir(exist_ok=True)
    for path in sorted(base.iterdir()):
        if path.is_file() and path.name not in (CONFIDENCE, APPEARANCES, MANIFEST) and path.name[:1] != ".":
            link_or_copy(path, out / path.name)


def _frames(base: Path, out: Path, frames: list[int], edit: Edit) -> Iterator[tuple[int, Labels]]:
    """Write every frame's masks, and give its new labels."""
    source = MaskFolder(base)
    if isinstance(edit, Part):
        yield from _parts(base, out, frames, edit)
        return
    for frame in frames:
        before = source.labels(frame)
        after = changed(before, frame, edit)
        if np.array_equal(before, after):
            link_or_copy(base / MASKS / mask_name(frame), out / MASKS / mask_name(frame))
        else:
            write_labels(out / MASKS / mask_name(frame), after)
        _write_soft(base, out, frame, edit)
        yield frame, after


def _write_soft(base: Path, out: Path, frame: int, edit: Swap | Merge | Split) -> None:
    """The soft mattes of a frame under the objects' new labels."""
    name, places = mask_name(frame), dict[int, list[Path]]()
    for path in sorted((base / SOFT).glob(f"*/{name}")):
        if path.parent.name.isdigit():
            places.setdefault(_renamed(int(path.parent.name), frame, edit), []).append(path)
    places.pop(0, None)
    for label, paths in places.items():
        if len(paths) == 1:
            link_or_copy(paths[0], out / SOFT / str(label) / name)
        else:
            _write_matte(out, label, name, np.minimum(sum(read_matte(path) for path in paths), 1))


def _renamed(label: int, frame: int, edit: Swap | Merge | Split) -> int:
    return int(changed(np.array([[label]], np.uint8), frame, edit)[0, 0])


def _write_matte(out: Path, label: int, name: str, matte: npt.NDArray[np.float32]) -> None:
    (out / SOFT / str(label)).mkdir(parents=True, exist_ok=True)
    write_soft(out / SOFT / str(label) / name, matte)


def _parts(base: Path, out: Path, frames: list[int], edit: Part) -> Iterator[tuple[int, Labels]]:
    """From the frame that was pointed at to the end, then from it to the start."""
    source = MaskFolder(base)
    first = _pointed(source.labels(edit.frame), edit)
    ways = (
        [frame for frame in frames if frame >= edit.frame],
        [frame for frame in frames[::-1] if frame < edit.frame],
    )
    for way in ways:
        sides = first
        for frame in way:
            labels = source.labels(frame)
            found = first if frame == edit.frame else _divided(labels == edit.label, sides)
            sides = Sides(
                found.kept if found.kept.any() else sides.kept, found.new if found.new.any() else sides.new
            )
            after = np.where(found.new, np.uint8(edit.new), labels)
            write_labels(out / MASKS / mask_name(frame), after)
            _write_soft_parts(base, out, frame, edit, found)
            yield frame, after


def _pointed(labels: Labels, edit: Part) -> Sides:
    area = labels == edit.label
    _, parts = cv2.connectedComponents(area.astype(np.uint8), connectivity=8)
    new = np.asarray(parts == parts[edit.y, edit.x])
    return Sides(area & ~new, new)


def _divided(area: Area, before: Sides) -> Sides:
    """Give every connected part of an object to the side of the neighbouring frame that it is nearer to; a part in
    which the two touch is divided pixel by pixel."""
    if not before.new.any() or not before.kept.any():
        return (
            Sides(area & ~before.new, area & before.new) if before.kept.any() else Sides(area & False, area)
        )
    nearer = _nearer(before)
    _, parts = cv2.connectedComponents(area.astype(np.uint8), connectivity=8)
    sizes = np.bincount(parts.ravel())
    share = np.bincount(parts.ravel(), weights=nearer.ravel()) / np.maximum(sizes, 1)
    whole, divided = share > 1 - TOUCHING, (share >= TOUCHING) & (share <= 1 - TOUCHING)
    new = area & (whole[parts] | (divided[parts] & nearer))
    return Sides(area & ~new, new)


def _nearer(sides: Sides) -> Area:
    """Where the new object is nearer than what was kept."""
    new, kept = (
        cv2.distanceTransform((~side).astype(np.uint8), cv2.DIST_L2, 3) for side in (sides.new, sides.kept)
    )
    return np.asarray(new < kept)


def _write_soft_parts(base: Path, out: Path, frame: int, edit: Part, sides: Sides) -> None:
    name = mask_name(frame)
    for path in (base / SOFT).glob(f"*/{name}"):
        if path.parent.name != str(edit.label):
            link_or_copy(path, out / SOFT / path.parent.name / name)
            continue
        matte = read_matte(path)
        if sides.new.any() and sides.kept.any():
            mine = _nearer(sides).astype(np.float32)
        else:
            mine = np.full(matte.shape, float(sides.new.any()), np.float32)
        _write_matte(out, edit.new, name, matte * mine)
        _write_matte(out, edit.label, name, matte * (1 - mine))


def _confidences(before: Confidences, edit: Edit) -> Confidences:
    """Merged objects are as sure as the less sure one, the parts of a split one as the whole was."""
    after: Confidences = {}
    for frame, values in sorted(before.items()):
        values = dict(values)
        one, other = _labels(edit)
        if isinstance(edit, Swap):
            if _inside(frame, edit):
                moved = {label: values[label] for label in (one, other) if label in values}
                values = {label: value for label, value in values.items() if label not in moved}
                values |= {other if label == one else one: value for label, value in moved.items()}
        elif isinstance(edit, Merge):
            least = [values.pop(label) for label in (one, other) if label in values]
            values |= {other: min(least)} if least and other else {}
        elif one in values and (isinstance(edit, Part) or _inside(frame, edit) or other not in values):
            values[other] = values[one]
        after[frame] = dict(sorted(values.items()))
    return after


def _appearances(
    told: Appearances, edit: Edit, gaps: dict[int, tuple[tuple[int, int], ...]], boxes: dict[int, Sides]
) -> Appearances:
    """What was told of each object goes where the object goes; gaps are the frames without it."""
    objects = {label: history for label, history in told.objects.items() if label not in gaps}
    moved: dict[int, list[Appearance]] = {label: [] for label in gaps}
    for label in gaps:
        for each in told.objects.get(label, ObjectHistory()).appearances:
            moved[_owner(label, each, edit, boxes)].append(each)
    for label, found in moved.items():
        if label and not (isinstance(edit, Merge) and label == edit.label):
            objects[label] = ObjectHistory(gaps[label], tuple(sorted(found, key=lambda each: each.frame)))
    return Appearances(dict(sorted(objects.items())), told.cuts)


def _owner(label: int, each: Appearance, edit: Edit, boxes: dict[int, Sides]) -> int:
    if not isinstance(edit, Part):
        return _renamed(label, each.frame, edit)
    if label != edit.label or each.frame not in boxes:
        return label
    x, y, width, height = each.box
    sides, where = boxes[each.frame], (slice(y, y + height), slice(x, x + width))
    return edit.new if sides.new[where].sum() > sides.kept[where].sum() else label
