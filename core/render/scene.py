"""Layers of one take put where they belong: a person on a clock of its own keeps its place in the scene.

The background of a take shows what the camera saw at one moment. A person of the same take that shows another moment,
frozen, late or played again, was seen by a camera that looked elsewhere; over that background it would slide along
with the frame. So its picture is moved to where the background's camera sees the same place (core.media.viewpoint).
Without the take's background in the film there is nothing to keep to, and layers are plain pictures.

What is pinned to the scene, a title on a wall, moves in the same way from the moment of its pin.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.errors import MediaError
from core.media.info import Frame
from core.media.viewpoint import Matrix, in_view
from core.motion.homography import scaling
from core.render import pixels
from core.render.between import place
from core.render.plan import Layer, Visual
from core.render.sources import Sources

Backgrounds = dict[str, Layer]
"""The moment that each take shows, by the id of the media that was taken apart."""


def in_scene(shown: tuple[Visual, ...], sources: Sources) -> tuple[Visual, ...]:
    """The same, with the moment of its take's background told to every person that shows another one."""
    backgrounds: Backgrounds = {}
    for visual in shown:
        file = sources.layer(visual.layer.clip) if visual.layer is not None else None
        if visual.layer is None or file is None or file.part != "plate":
            continue
        if _is_there(visual.layer, sources):
            backgrounds[file.of] = visual.layer
    if not backgrounds:
        return shown
    return tuple(
        replace(
            visual,
            layer=_over(visual.layer, backgrounds, sources),
            earlier=_over(visual.earlier, backgrounds, sources),
        )
        for visual in shown
    )


def _over(layer: Layer | None, backgrounds: Backgrounds, sources: Sources) -> Layer | None:
    if layer is None:
        return None
    file, pin = sources.layer(layer.clip), layer.clip.pin
    if file is None:
        return replace(layer, over=backgrounds.get(pin.of)) if pin is not None else layer
    background = backgrounds.get(file.of)
    if background is None or file.part == "plate" or background.source_time == layer.source_time:
        return layer
    if not _is_there(layer, sources):
        return layer
    theirs = sources.layer(background.clip)
    return replace(layer, over=background) if theirs is not None and theirs.key == file.key else layer


def _is_there(layer: Layer, sources: Sources) -> bool:
    """Whether the media can be read; that it cannot is told where its picture is drawn."""
    try:
        sources.source(layer.clip)
    except MediaError:
        return False
    return True


def stood(picture: Frame, layer: Layer, sources: Sources) -> Frame | None:
    """A layer's picture, premultiplied, moved to where the background below it sees its place.

    Returns:
        uint8 of the same size; the very picture when it does not move; None when its place is behind the camera.

    Raises:
        MediaError: when the media is not there.
    """
    carry = _carry(layer, sources)
    if carry is None:
        return picture
    source = sources.source(layer.clip)
    full, size = (source.width, source.height), (picture.shape[1], picture.shape[0])
    if not in_view(carry, full):
        return None
    return _warped(picture, scaling(full, size) @ carry @ scaling(size, full))


def stuck(raster: Frame, layer: Layer, onto: Matrix, sources: Sources) -> Frame | None:
    """A raster with a pinned clip, premultiplied RGBA, moved as the scene below it did since the moment of the pin.

    Args:
        onto: pixels of the take's frames to those of the raster, where its background lies.

    Returns:
        As `stood`.
    """
    over, pin = layer.over, layer.clip.pin
    assert over is not None and pin is not None, "only what is pinned over a scene is asked"
    viewpoints, file = sources.viewpoints(over.clip), sources.layer(over.clip)
    if viewpoints is None or file is None:
        return raster
    carry = viewpoints.carry(pin.frame - file.first, sum(place(over, sources.source(over.clip))))
    if carry is None:
        return raster
    size = raster.shape[1], raster.shape[0]
    moved = onto @ carry @ np.linalg.inv(onto)
    return _warped(raster, moved) if in_view(moved, size) else None


def _warped(picture: Frame, matrix: Matrix) -> Frame:
    """A premultiplied picture through a homography, RGBA: what comes into view from outside of it is empty."""
    size, full = (picture.shape[1], picture.shape[0]), pixels.with_alpha(picture)
    moved = cv2.warpPerspective(full, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(np.minimum(moved, moved[..., 3:]), np.uint8)  # cubic overshoots beyond the alpha


def _carry(layer: Layer, sources: Sources) -> Matrix | None:
    if layer.over is None:
        return None
    viewpoints = sources.viewpoints(layer.clip)
    if viewpoints is None:
        return None
    shown = sum(place(layer, sources.source(layer.clip)))
    seen = sum(place(layer.over, sources.source(layer.over.clip)))
    return viewpoints.carry(shown, seen)
