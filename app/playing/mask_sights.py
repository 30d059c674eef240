"""What the mask view shows of a frame beside its masks: soft mattes, and the masks of its neighbours (onion skin)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np

from app.state import EditorState
from core.media.info import Frame
from core.media.matte import Labels, MaskFolder
from core.project.project import Media

Size = tuple[int, int]
STEP = 4
"""Frames to the neighbours that lie faintly over a frame that is painted on: the next one looks too much the same."""


def matte_of(result: Path, frame: int, labels: Iterable[int], size: Size) -> Labels | None:
    """The mattes of these objects together, uint8 (H, W) of `size` (width, height); None where none of them is soft."""
    masks = MaskFolder(result, size, resize=True)
    labels = tuple(labels)
    if not any(masks.is_soft(frame, label) for label in labels):
        return None
    whole = np.zeros((size[1], size[0]), np.float32)
    for label in labels:
        whole += masks.soft(frame, label)
    return np.rint(np.minimum(whole, 1) * 255).astype(np.uint8)


def mattes_seen(state: EditorState, media: Media) -> tuple[int, ...]:
    """Objects whose soft mattes are wanted: none but in the looks that show how much of a pixel is theirs."""
    if state.mask_look not in ("matte", "cutout"):
        return ()
    return (state.label,) if state.solo else tuple(known.label for known in media.objects if known.visible)


def beside(media: Media, frame: int) -> tuple[int | None, int | None]:
    """The frames whose masks are shown faintly: the key masks before and after; where there is none, the next tracked
    frame that way."""
    keys, track = [key.frame for key in media.key_masks], media.track
    before = max((key for key in keys if key < frame), default=None)
    after = min((key for key in keys if key > frame), default=None)
    if track is not None and before is None and track.first < frame <= track.last + 1:
        before = frame - 1
    if track is not None and after is None and track.first - 1 <= frame < track.last:
        after = frame + 1
    return before, after


Onion = tuple[Labels | None, Labels | None]


def onion_of(media: Media, frame: int, read: Callable[[int], Labels]) -> Onion:
    """The masks of the neighbours before and after. read: the labels of a frame."""
    before, after = (None if number is None else read(number) for number in beside(media, frame))
    return before, after


def veiled(picture: Frame, frame: int, frames: int, read: Callable[[int], Frame]) -> Frame:
    """A picture, uint8 (H, W, C), with its neighbours faintly over it. read: the picture of a frame."""
    for number in (frame - STEP, frame + STEP):
        if 0 <= number < frames:
            other = read(number)
            if other.shape == picture.shape:
                picture = np.asarray(cv2.addWeighted(picture, 0.75, other, 0.25, 0), np.uint8)
    return picture
