"""Smart select: the object that a box and strokes mean, by the network of core.nn.selector.

The network looks twice at a square picture around the box, once near, once from further away and mirrored. The mean
of what it says of each pixel is weighed with the pixel's motion, where the frame's neighbours in the clip are
given, and colour (core.masks.evidence), and brought to the frame's size along the picture's edges, as the tracker's
masks are (core.masks.output). Strokes have the last word, and change an earlier answer only as far as they reach:
one on the object takes nothing away, one beside it adds nothing, and what changes hangs together with a stroke.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import reduce

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.errors import EditError, MediaError
from core.masks.draw import Box, Mask, Stroke, stroke_area
from core.masks.evidence import motions, moved, with_colours, with_motion
from core.masks.hints import MARGINS, SIDE, View, box_map, hints, view_of
from core.masks.output import full_size
from core.media.info import Frame, FrameSource
from core.nn.plain import PlainSelector, shipped_selector

NEARLY = 3
"""Pixels: gaps narrower than this do not part an area."""


def select(
    frame: npt.NDArray[np.uint8],
    box: Box,
    add: Sequence[Stroke] = (),
    subtract: Sequence[Stroke] = (),
    *,
    sure: Mask | None = None,
    never: Mask | None = None,
    neighbours: Sequence[npt.NDArray[np.uint8]] = (),
    before: Mask | None = None,
    net: PlainSelector | None = None,
) -> Mask:
    """The object in a box; the same question gives the same answer.

    Args:
        frame: uint8 (H, W, 3 or 4) RGB.
        box: around the object, its corners in any order.
        add, subtract: strokes that are surely object, surely background; where they cross, background.
        sure, never: bool (H, W), the same as areas.
        neighbours: the frames beside it in the clip (see `seen`); in a photo none.
        before: bool (H, W), the answer to the same box that strokes were then drawn on; None for none.
        net: instead of the shipped network.

    Returns:
        bool (H, W). Outside the surroundings of box and strokes nothing is selected.

    Raises:
        EditError: when the box is not in the frame.
        LaminarError: when the weights are missing or damaged.
    """
    shape = frame.shape[0], frame.shape[1]
    asked = _in_frame(box, shape)
    no = _union(shape, subtract, never)
    yes = _union(shape, add, sure) & ~no
    near, far = (view_of(shape, _with_strokes(asked, yes), margin) for margin in MARGINS)
    ask = net or shipped_selector()
    told = probability(frame, near, asked, yes, no, ask)
    again = moved(probability(frame, far, asked, yes, no, ask, mirrored=True), far, near)
    told = np.asarray((told + again) / 2, np.float32)
    told = _weighed(frame, neighbours, near, asked, told, (_small(yes[near.area]), _small(no[near.area])))
    selected = np.zeros(shape, bool)
    picture = np.ascontiguousarray(frame[near.area][..., :3])
    selected[near.area] = full_size(picture, told[..., None], (1,))[0] > 0
    if before is not None:
        selected = _mended(before, selected, yes, no)
    return np.asarray((selected | yes) & ~no, np.bool_)


def select_in_steps(
    frame: npt.NDArray[np.uint8],
    box: Box,
    add: Sequence[Stroke],
    subtract: Sequence[Stroke],
    neighbours: Sequence[npt.NDArray[np.uint8]] = (),
) -> Mask:
    """What a hand gets that draws the box, then the strokes one by one; args and errors as of `select`."""
    answer = select(frame, box, neighbours=neighbours)
    steps = [(add[:n], subtract[:0]) for n in range(1, len(add) + 1)]
    steps += [(add, subtract[:n]) for n in range(1, len(subtract) + 1)]
    for inside, outside in steps:
        answer = select(frame, box, inside, outside, neighbours=neighbours, before=answer)
    return answer


def _mended(before: Mask, answer: Mask, yes: Mask, no: Mask) -> Mask:
    """An earlier answer with what strokes change of it: what comes with those on the object, what goes with those
    beside. Elsewhere a new answer is no better than the earlier one, and may have lost what was right."""
    more, less = _touching(answer & ~before, yes), _touching(before & ~answer, no)
    return np.asarray((before | more) & ~less, np.bool_)


def _touching(area: Mask, strokes: Mask) -> Mask:
    """The parts of an area that meet a stroke, or nearly."""
    near = cv2.dilate((area | strokes).astype(np.uint8), np.ones((NEARLY, NEARLY), np.uint8))
    _, parts = cv2.connectedComponents(near)
    return np.asarray(area & np.isin(parts, np.unique(parts[strokes])), np.bool_)


def seen(source: FrameSource, number: int) -> tuple[Frame, tuple[Frame, ...]]:
    """A frame of a clip and its neighbours, for `select`; neighbours that cannot be read are left out.

    Raises MediaError when the frame itself cannot be read.
    """
    around: dict[int, Frame] = {}
    for each in range(max(0, number - 1), min(number + 2, source.frame_count)):
        with suppress(*(() if each == number else (MediaError,))):
            around[each] = source.frame(each)
    frame = around.pop(number)
    return frame, tuple(around.values())


def _weighed(
    frame: npt.NDArray[np.uint8],
    neighbours: Sequence[npt.NDArray[np.uint8]],
    near: View,
    box: Box,
    told: Array32,
    strokes: tuple[Array32, Array32],
) -> Array32:
    """What the network told of a view, float32 (SIDE, SIDE), weighed with motion and colours."""
    covered = box_map(near, box)
    told = with_motion(told, motions(frame, neighbours, box, near), covered, *strokes)
    return with_colours(told, _picture(frame, near), covered, *strokes)


def _picture(frame: npt.NDArray[np.uint8], view: View) -> npt.NDArray[np.uint8]:
    """A view of a frame as the network sees it, uint8 (SIDE, SIDE, 3)."""
    how = cv2.INTER_AREA if min(view.size) > SIDE else cv2.INTER_LINEAR
    small = cv2.resize(np.ascontiguousarray(frame[view.area][..., :3]), (SIDE, SIDE), interpolation=how)
    return np.asarray(small, np.uint8)


def probability(
    frame: npt.NDArray[np.uint8],
    view: View,
    box: Box,
    add: Mask,
    subtract: Mask,
    net: PlainSelector,
    mirrored: bool = False,
) -> Array32:
    """What the network says of a view of a frame, float32 (SIDE, SIDE). mirrored: it is shown the view mirrored."""
    small = _picture(frame, view)
    told = hints(small, box_map(view, box), _small(add[view.area]), _small(subtract[view.area]))
    if not mirrored:
        return net(small, told)
    return np.ascontiguousarray(net(small[:, ::-1], told[:, ::-1])[:, ::-1])


def _small(area: Mask) -> Array32:
    """A stroke in the network's picture: no narrower than a pixel of it."""
    if not area.any():
        return np.zeros((SIDE, SIDE), np.float32)
    small = cv2.resize(area.astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(np.minimum(small * 2, 1), np.float32)


def _in_frame(box: Box, shape: tuple[int, int]) -> Box:
    """The box with its corners in order and no larger than the frame."""
    left, right = (min(max(v, 0.0), float(shape[1])) for v in sorted((box[0], box[2])))
    top, bottom = (min(max(v, 0.0), float(shape[0])) for v in sorted((box[1], box[3])))
    if right - left < 0.5 or bottom - top < 0.5:
        raise EditError("nothing to select here", "Draw a box around the object")
    return left, top, right, bottom


def _with_strokes(box: Box, sure: Mask) -> Box:
    """A box that also holds what was marked as the object."""
    rows, columns = np.flatnonzero(sure.any(axis=1)), np.flatnonzero(sure.any(axis=0))
    if not rows.size:
        return box
    return (
        min(box[0], float(columns[0])),
        min(box[1], float(rows[0])),
        max(box[2], float(columns[-1] + 1)),
        max(box[3], float(rows[-1] + 1)),
    )


def _union(shape: tuple[int, int], strokes: Sequence[Stroke], area: Mask | None) -> Mask:
    start = np.zeros(shape, bool) if area is None else area
    return reduce(np.logical_or, (stroke_area(shape, each) for each in strokes), start)
