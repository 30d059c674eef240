"""Layers of one take put where they belong: a person on a clock of its own keeps its place in the scene.

The background of a take shows what the camera saw at one moment. A person of the same take that shows another moment,
frozen, late or played again, was seen by a camera that looked elsewhere; over that background it would slide along
with the frame. So its picture is moved to where the background's camera sees the same place (core.media.viewpoint).
Without the take's background in the film there is nothing to keep to, and layers are plain pictures.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.media.info import Frame
from core.media.viewpoint import Matrix, in_view
from core.motion.homography import scaling
from core.render.between import place
from core.render.plan import Layer, Visual
from core.render.resolver import Sources

Take = tuple[str, str]
"""Id of the media that was taken apart, and the result that its layers are from."""


def in_scene(shown: tuple[Visual, ...], sources: Sources) -> tuple[Visual, ...]:
    """The same, with the moment of its take's background told to every person that shows another one."""
    backgrounds = {}
    for visual in shown:
        file = sources.layer(visual.layer.clip) if visual.layer is not None else None
        if file is not None and file.part == "plate":
            backgrounds[file.of, file.key] = visual.layer
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


def _over(layer: Layer | None, backgrounds: dict[Take, Layer | None], sources: Sources) -> Layer | None:
    file = sources.layer(layer.clip) if layer is not None else None
    if layer is None or file is None or file.part == "plate":
        return layer
    background = backgrounds.get((file.of, file.key))
    if background is None or background.source_time == layer.source_time:
        return layer
    return replace(layer, over=background)


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
    small = scaling(full, size) @ carry @ scaling(size, full)
    moved = cv2.warpPerspective(picture, small, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    # Cubic overshoots beyond the alpha.
    return np.asarray(np.minimum(moved, moved[..., 3:]) if moved.shape[2] == 4 else moved, np.uint8)


def _carry(layer: Layer, sources: Sources) -> Matrix | None:
    if layer.over is None:
        return None
    viewpoints = sources.viewpoints(layer.clip)
    if viewpoints is None:
        return None
    shown = sum(place(layer, sources.source(layer.clip)))
    seen = sum(place(layer.over, sources.source(layer.over.clip)))
    return viewpoints.carry(shown, seen)
