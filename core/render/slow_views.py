"""Looking into a picture between two frames: the motion it was made from, which frame it was taken from, what it
changes against plain mixing, and where it is unsure. numpy and OpenCV only: `view` looks into the splat of a preview;
core.retime.views, with the same colours, into the network of the export.

Views are RGB, uint8 (H, W, 3), at the size of the frames they are made from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.media.info import Frame, FrameSource
from core.motion import splat
from core.motion.between import Betweens, Neighbours
from core.motion.flow import positions
from core.timeline.model import Clip

Look = Literal["motion", "selection", "difference", "unsure"]
LOOKS: tuple[Look, ...] = get_args(Look)
FIRST = (64, 132, 255)
"""Colour, RGB, of what is taken from the frame before."""
SECOND = (255, 160, 48)
"""Colour, RGB, of what is taken from the frame after."""
GUESS = (255, 60, 50)
"""Colour of what is a guess."""
SLOWEST_SHOWN = 4.0
"""Pixels a frame that are shown at full colour where nothing is faster."""
LOUDER = 3.0
"""Times by which differences are made stronger."""
LARGEST = 1280
"""Pixels of the longer side that the network is looked into at."""


@dataclass(frozen=True)
class Moment:
    """Where a clip stands between two frames of its media: after frame `index`, at part `t` of the way to the next.

    start, end: source times of the two frames.
    """

    index: int
    t: float
    start: int
    end: int


def moment_of(clip: Clip, source: FrameSource, clip_time: int) -> Moment:
    """Between which frames a clip stands at a clip time."""
    time = clip.time_map.at(clip_time)
    index = min(source.index_at(time), max(0, source.frame_count - 2))
    start, end = source.time_of(index), source.time_of(min(index + 1, source.frame_count - 1))
    t = (time - start) / (end - start) if end > start else 0.0
    return Moment(index, min(max(t, 0.0), 1.0), start, end)


def look_size(width: int, height: int) -> tuple[int, int]:
    """The size that the network is looked into at, of frames of that size; even."""
    scale = min(1.0, LARGEST / max(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def view(betweens: Betweens, moment: Moment, look: Look) -> Frame:
    """The view at a moment, of a splatted picture. Where nothing is made up the frame, darkened."""
    pair = betweens.neighbours(moment.index)
    real = untouched(pair, moment.t)
    if real is not None:
        return real
    return pair.framed(_made_view(pair, moment, look))


def _made_view(pair: Neighbours, moment: Moment, look: Look) -> Frame:
    """The view of what lies between the bars of moving neighbours."""
    fields = pair.fields(moment.t)
    to0, to1 = splat.full_size(fields, pair.first.shape[1::-1])
    if look == "motion":
        return motion_picture(to1 - to0)
    if look == "selection":
        sides = splat.fetch(pair.first, to0), splat.fetch(pair.second, to1)
        return selection_picture(pair.first, splat.share_of(*sides, moment.t))
    made = replace(pair, whole=None).picture(moment.t)
    if look == "difference":
        return difference_picture(pair, made, moment.t)
    return unsure_picture(made, unsureness(pair, fields))


def untouched(pair: Neighbours, t: float) -> Frame | None:
    """The frame that shows at t, darkened, where nothing is made up: a real frame, a cut, a repeated frame."""
    if pair.held(t) is None and pair.motion is not None:
        return None
    grey = splat.grey(pair.first if t < 0.5 else pair.second)
    return pair.framed(np.repeat((grey // 3)[..., None], 3, axis=2))


def motion_picture(flow: Array32) -> Frame:
    """Flow (H, W, 2) in pixels as colours: the hue is the direction, the strength the speed."""
    length, angle = cv2.cartToPolar(flow[..., 0], flow[..., 1], angleInDegrees=True)
    strongest = max(SLOWEST_SHOWN, float(np.percentile(length, 98)))
    hue = (angle / 2).astype(np.uint8)
    strength = (np.minimum(length / strongest, 1) * 255).astype(np.uint8)
    hsv = np.dstack([hue, np.full_like(hue, 210), strength])
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), np.uint8)


def unsureness(pair: Neighbours, fields: splat.Fields) -> npt.NDArray[np.float32]:
    """How little the picture at the time of `fields` is backed by what was seen, float32 (H, W), 0 sure to 1."""
    assert pair.motion is not None
    seen = [
        cv2.remap(sure, positions(flow), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        for sure, flow in ((pair.motion.sure0, fields.to0), (pair.motion.sure1, fields.to1))
    ]
    backed = np.maximum(*seen) * np.minimum(fields.mass / 0.5, 1)
    smooth = cv2.GaussianBlur(1 - np.asarray(backed, np.float32), (0, 0), 2.0)
    size = pair.first.shape[1], pair.first.shape[0]
    return np.asarray(np.clip(cv2.resize(smooth, size), 0, 1), np.float32)


def selection_picture(first: Frame, share: npt.NDArray[np.float32]) -> Frame:
    """Blue where the picture comes from the frame before, orange where from the one after. share: float32 (H, W), of
    the frame after."""
    grey = splat.grey(first).astype(np.float32)[..., None] / 255 * 0.5 + 0.5
    before, after = (np.array(colour, np.float32) for colour in (FIRST, SECOND))
    return np.asarray((before * (1 - share)[..., None] + after * share[..., None]) * grey, np.uint8)


def difference_picture(pair: Neighbours, made: Frame, t: float) -> Frame:
    """What a made picture changes against plain mixing, louder."""
    plain = splat.blend(pair.first, pair.second, np.full(made.shape[:2], t, np.float32))
    change = cv2.absdiff(made, plain)[..., :3].astype(np.float32) * LOUDER
    return np.asarray(np.minimum(change, 255), np.uint8)


def unsure_picture(made: Frame, doubt: npt.NDArray[np.float32]) -> Frame:
    """A made picture in grey, red where it is a guess. doubt: float32 (H, W), 0 to 1."""
    grey = np.repeat(splat.grey(made)[..., None], 3, axis=2).astype(np.float32) * 0.6
    share = doubt[..., None]
    return np.asarray(grey * (1 - share) + np.array(GUESS, np.float32) * share, np.uint8)
