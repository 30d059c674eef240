"""How one picture becomes the next at a transition. Sound always cross-fades (core.render.mixer)."""

from __future__ import annotations

import numpy as np

from core.media.info import Frame
from core.render import pixels, titles
from core.timeline.model import Transition

SOFT = 0.02
"""Width of a wipe's edge, as a part of the way it goes."""


def changing(earlier: Frame, later: Frame, weight: float, how: Transition) -> Frame:
    """The picture at `weight`, 0 to 1, of the way from `earlier` to `later`.

    Args:
        earlier, later: premultiplied uint8 (H, W, 3|4) of one size.

    Returns:
        The same; RGB when both are.
    """
    if how.kind == "dip":
        colour = titles.solid(how.colour, (earlier.shape[1], earlier.shape[0]))
        return (
            pixels.mix(earlier, colour, weight * 2)
            if weight < 0.5
            else pixels.mix(colour, later, weight * 2 - 1)
        )
    if how.kind == "cross-fade":
        return pixels.mix(earlier, later, weight)
    if earlier.shape[2] != later.shape[2]:
        earlier, later = pixels.with_alpha(earlier), pixels.with_alpha(later)
    turn = _wiped if how.kind == "wipe" else _pushed
    # Everything is done as if the way were to the right, on rows that lie along it.
    return _back(turn(_along(earlier, how), _along(later, how), weight), how)


def _along(picture: Frame, how: Transition) -> Frame:
    turned = picture.swapaxes(0, 1) if how.way in ("up", "down") else picture
    return turned[:, ::-1] if how.way in ("left", "up") else turned


def _back(picture: Frame, how: Transition) -> Frame:
    picture = picture[:, ::-1] if how.way in ("left", "up") else picture
    return np.ascontiguousarray(picture.swapaxes(0, 1) if how.way in ("up", "down") else picture)


def _wiped(earlier: Frame, later: Frame, weight: float) -> Frame:
    """The later picture comes in behind an edge that goes to the right."""
    width = earlier.shape[1]
    edge = weight * (1 + SOFT)
    place = (np.arange(width) + 0.5) / width
    share = np.clip((edge - place) / SOFT, 0, 1)[None, :, None]
    mixed = earlier + (later.astype(np.float32) - earlier) * share.astype(np.float32)
    return np.asarray(mixed + 0.5, np.uint8)


def _pushed(earlier: Frame, later: Frame, weight: float) -> Frame:
    """The later picture comes in from the left and pushes the earlier one out."""
    shift = round(weight * earlier.shape[1])
    return np.concatenate(
        [later[:, later.shape[1] - shift :], earlier[:, : earlier.shape[1] - shift]], axis=1
    )
