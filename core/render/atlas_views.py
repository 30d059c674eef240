"""Looks at unrolled objects that tell how good they are: on the frame, and the object held still on its atlas."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import cv2
import numpy as np

from core.arrays import to_float
from core.media.atlases import AtlasClip
from core.media.info import Frame, FrameSource
from core.project.project import Media
from core.render import grading, pixels
from core.render.atlas_source import Atlases
from core.render.atlas_stack import Grade, Paint, blend_in

Look = Literal["result", "original", "checker", "alpha", "residual"]
LOOKS: tuple[Look, ...] = get_args(Look)
CHECKS = 12
"""Checks over the longer side of an atlas."""
CHECK_OPACITY = 0.75
RESIDUAL_GAIN = 4


def looked_at(
    atlases: Atlases,
    data: Path | None,
    media: Media,
    source: FrameSource,
    index: int,
    size: tuple[int, int] | None,
    look: Look,
    label: int,
) -> Frame:
    """Frame `index` of a media: with its edits ("result"), as it is ("original"), or as the other looks show it.

    Args:
        source: the media's frames.
        size: (width, height) wanted.
        label: the object looked at.

    Returns:
        uint8 (H, W, 3 | 4), straight alpha. A frame that was not unrolled shows as it is.

    Raises:
        MediaError: when something cannot be read.
    """
    if look == "result":
        return atlases.edited(data, media, source).frame(index, size)
    picture = source.frame(index, size)
    if look == "original" or data is None or not media.atlas:
        return picture
    clip = atlases.clip(data, media)
    number = index - clip.index.first
    if not 0 <= number < clip.index.frames:
        return picture
    rgb = np.ascontiguousarray(picture[..., :3])
    match look:
        case "checker":
            return checkered(clip, rgb, number, label)
        case "alpha":
            return grey(clip.alpha(label, number, (rgb.shape[1], rgb.shape[0])))
        case "residual":
            return residual(clip, rgb, number)


def checkered(clip: AtlasClip, rgb: Frame, number: int, label: int) -> Frame:
    """The frame with a checkerboard on the object's atlas: it must stick to the object."""
    board = checks(*clip.entry(label).size)
    return clip.composite(rgb, number, {label: board}, shading=False)


def checks(width: int, height: int) -> Frame:
    """A checkerboard in two colours that no skin or grass has, straight RGBA; every fourth line is marked."""
    side = max(4, round(max(width, height) / CHECKS))
    rows, columns = np.indices((height, width))
    odd = (rows // side + columns // side) % 2 == 1
    marked = (rows // side % 4 == 0) | (columns // side % 4 == 0)
    board = np.empty((height, width, 4), np.uint8)
    board[..., :3] = np.where(odd[..., None], (250, 240, 90), (90, 40, 200))
    board[marked & odd, :3] = (255, 140, 60)
    board[..., 3] = round(255 * CHECK_OPACITY)
    return board


def grey(matte: np.ndarray) -> Frame:
    """A matte, float32 (H, W) in [0, 1], as RGB."""
    level = np.rint(matte * 255).astype(np.uint8)
    return cv2.merge([level, level, level]).astype(np.uint8, copy=False)


def rebuilt(clip: AtlasClip, rgb: Frame, number: int) -> Frame:
    """The frame as the atlases alone show it; what none of them knows stays black."""
    painted = {entry.label: clip.atlas(entry.label) for entry in clip.objects}
    return clip.composite(np.zeros_like(rgb), number, painted, shading=False)


def residual(clip: AtlasClip, rgb: Frame, number: int) -> Frame:
    """What the atlases do not explain of a frame, four times as bright as it is."""
    apart = cv2.absdiff(rgb, rebuilt(clip, rgb, number))
    return np.asarray(cv2.multiply(apart, (RESIDUAL_GAIN,) * 4), np.uint8)


def held_still(clip: AtlasClip, picture: Frame, number: int, label: int) -> Frame:
    """The object of a frame on its atlas, where it does not move: straight RGBA of the atlas's size."""
    cover = clip.alpha(label, number, (picture.shape[1], picture.shape[0]))
    return clip.push(label, number, pixels.scaled_alpha(pixels.with_alpha(picture), cover))


def painted_atlas(atlases: Atlases, data: Path, media: Media, label: int) -> Frame:
    """An object's atlas with its edits, straight RGBA; paint beside what is known of the object is seen as well.

    Raises:
        MediaError: when it cannot be read.
    """
    stack = atlases.stack(data, media, label)
    out = atlases.clip(data, media).atlas(label).copy()
    out[..., :3] = stack.shown
    for step in stack.steps:
        if isinstance(step, Paint):
            out[..., 3] = np.maximum(out[..., 3], step.pixels[..., 3])
    return out


def painted_page(atlases: Atlases, data: Path, media: Media, label: int, number: int) -> Frame:
    """A page of an object, counted from 1, with all edits of the object: straight RGBA of its size.

    Raises:
        MediaError: when there is no such page, or it cannot be read.
    """
    clip = atlases.clip(data, media)
    out = clip.page_picture(label, number).copy()
    known = to_float(out[..., 3])
    below = np.ascontiguousarray(out[..., :3])
    for step in atlases.stack(data, media, label).steps:
        if isinstance(step, Grade):
            graded = grading.colour(below, step.values)
            below = blend_in(below, graded, known * np.float32(step.opacity), step.blend)
            continue
        paint = step.pixels if step.leaf is None else step.leaf
        if step.page != number:
            paint = clip.onto_page(label, number, paint, step.page)
        cover = to_float(paint[..., 3])
        below = pixels.lerp(below, np.ascontiguousarray(paint[..., :3]), cover)
        out[..., 3] = np.maximum(out[..., 3], paint[..., 3])
    out[..., :3] = below
    return out
