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
from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.errors import EditError, MediaError
from core.masks.draw import Box, Mask, Stroke, stroke_area
from core.masks.evidence import motions, moved, with_colours, with_motion
from core.masks.hints import MARGINS, SIDE, PromptMaps, View, area_map, box_map, hints, view_of
from core.masks.output import full_size
from core.media.info import Frame, FrameSource
from core.nn.plain import PlainSelector, shipped_selector

NEARLY = 3
"""Pixels: gaps narrower than this do not part an area."""
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class _Prompt:
    """What the user asks of a frame of (H, W).

    box: left, top, right, bottom, in the frame.
    inside: bool (H, W), surely the object.
    outside: bool (H, W), surely background; has nothing of `inside`.
    """

    box: Box
    inside: Mask
    outside: Mask

    def maps(self, view: View) -> PromptMaps:
        """How much it covers of each pixel of the network's picture of a view."""
        return PromptMaps(box_map(view, self.box), area_map(view, self.inside), area_map(view, self.outside))


def select(
    frame: Pixels,
    box: Box,
    add: Sequence[Stroke] = (),
    subtract: Sequence[Stroke] = (),
    *,
    sure: Mask | None = None,
    never: Mask | None = None,
    neighbours: Sequence[Pixels] = (),
    before: Mask | None = None,
) -> Mask:
    """The object in a box; the same question gives the same answer.

    Args:
        frame: uint8 (H, W, 3 or 4) RGB.
        box: around the object, its corners in any order.
        add, subtract: strokes that are surely object, surely background; where they cross, background.
        sure, never: bool (H, W), the same as areas.
        neighbours: the frames beside it in the clip (see `seen`); in a photo none.
        before: bool (H, W), the answer to the same box that strokes were then drawn on; None for none.

    Returns:
        bool (H, W). Outside the surroundings of box and strokes nothing is selected.

    Raises:
        EditError: when the box is not in the frame.
        LaminarError: when the weights are missing or damaged.
    """
    shape = frame.shape[0], frame.shape[1]
    outside = _union(shape, subtract, never)
    prompt = _Prompt(_in_frame(box, shape), _union(shape, add, sure) & ~outside, outside)
    near, far = (view_of(shape, _with_strokes(prompt), margin) for margin in MARGINS)
    selected = np.zeros(shape, bool)
    selected[near.area] = _at_full_size(frame, near, _probability(frame, prompt, near, far, neighbours))
    if before is not None:
        selected = _changed(before, selected, prompt)
    return np.asarray((selected | prompt.inside) & ~prompt.outside, np.bool_)


def select_in_steps(
    frame: Pixels,
    box: Box,
    add: Sequence[Stroke],
    subtract: Sequence[Stroke],
    neighbours: Sequence[Pixels] = (),
) -> Mask:
    """What a hand gets that draws the box, then the strokes one by one; args and errors as of `select`."""
    answer = select(frame, box, neighbours=neighbours)
    steps = [(add[:n], subtract[:0]) for n in range(1, len(add) + 1)]
    steps += [(add, subtract[:n]) for n in range(1, len(subtract) + 1)]
    for inside, outside in steps:
        answer = select(frame, box, inside, outside, neighbours=neighbours, before=answer)
    return answer


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


def _probability(
    frame: Pixels, prompt: _Prompt, near: View, far: View, neighbours: Sequence[Pixels]
) -> Array32:
    """How probably each pixel of the near view is of the object, float32 (SIDE, SIDE): what the network says in two
    looks, weighed with motion and colours."""
    net, maps = shipped_selector(), prompt.maps(near)
    first = _asked(net, _picture(frame, near), maps)
    second = moved(_asked_mirrored(net, _picture(frame, far), prompt.maps(far)), far, near)
    probability = np.asarray((first + second) / 2, np.float32)
    probability = with_motion(probability, motions(frame, neighbours, prompt.box, near), maps)
    return with_colours(probability, _picture(frame, near), maps)


def _asked(net: PlainSelector, picture: Pixels, maps: PromptMaps) -> Array32:
    """The network's answer for a picture (SIDE, SIDE, 3), float32 (SIDE, SIDE)."""
    return net(picture, hints(picture, maps))


def _asked_mirrored(net: PlainSelector, picture: Pixels, maps: PromptMaps) -> Array32:
    """The same, where the network is shown everything mirrored: it errs otherwise then."""
    return np.ascontiguousarray(net(picture[:, ::-1], hints(picture, maps)[:, ::-1])[:, ::-1])


def _picture(frame: Pixels, view: View) -> Pixels:
    """A view of a frame as the network sees it, uint8 (SIDE, SIDE, 3)."""
    how = cv2.INTER_AREA if min(view.size) > SIDE else cv2.INTER_LINEAR
    small = cv2.resize(np.ascontiguousarray(frame[view.area][..., :3]), (SIDE, SIDE), interpolation=how)
    return np.asarray(small, np.uint8)


def _at_full_size(frame: Pixels, view: View, probability: Array32) -> Mask:
    """The mask of a view, bool (h, w) in pixels of the frame, along the picture's edges."""
    picture = np.ascontiguousarray(frame[view.area][..., :3])
    return np.asarray(full_size(picture, probability[..., None], (1,))[0] > 0, np.bool_)


def _changed(before: Mask, answer: Mask, prompt: _Prompt) -> Mask:
    """An earlier answer with what strokes change of it: what comes with those on the object, what goes with those
    beside. Elsewhere a new answer is no better than the earlier one, and may have lost what was right."""
    more = _touching(answer & ~before, prompt.inside)
    less = _touching(before & ~answer, prompt.outside)
    return np.asarray((before | more) & ~less, np.bool_)


def _touching(area: Mask, strokes: Mask) -> Mask:
    """The parts of an area that meet a stroke, or nearly."""
    near = cv2.dilate((area | strokes).astype(np.uint8), np.ones((NEARLY, NEARLY), np.uint8))
    _, parts = cv2.connectedComponents(near)
    return np.asarray(area & np.isin(parts, np.unique(parts[strokes])), np.bool_)


def _in_frame(box: Box, shape: tuple[int, int]) -> Box:
    """The box with its corners in order and no larger than the frame."""
    left, right = (min(max(v, 0.0), float(shape[1])) for v in sorted((box[0], box[2])))
    top, bottom = (min(max(v, 0.0), float(shape[0])) for v in sorted((box[1], box[3])))
    if right - left < 0.5 or bottom - top < 0.5:
        raise EditError("nothing to select here", "Draw a box around the object")
    return left, top, right, bottom


def _with_strokes(prompt: _Prompt) -> Box:
    """The box, widened so that it also holds what was marked as the object."""
    rows, columns = (np.flatnonzero(prompt.inside.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return prompt.box
    left, top, right, bottom = prompt.box
    return (
        min(left, float(columns[0])),
        min(top, float(rows[0])),
        max(right, float(columns[-1] + 1)),
        max(bottom, float(rows[-1] + 1)),
    )


def _union(shape: tuple[int, int], strokes: Sequence[Stroke], area: Mask | None) -> Mask:
    """Strokes and an area as one, bool (H, W)."""
    start = np.zeros(shape, bool) if area is None else area
    return reduce(np.logical_or, (stroke_area(shape, each) for each in strokes), start)
