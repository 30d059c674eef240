"""What lies right beside an object that never moves away: seen, but not believed, since it may be
a trace of the object.

A frame is not trusted in a margin around its masks, and of what no frame shows a rim is put
together anew as well. Of an object that stands still both are a stripe of background that
everybody sees. Where that stripe only goes on as what lies further out does, it is no trace, and
it is kept: so what is put under the object begins where the object does.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32, to_float
from core.layers.channels import largest
from core.layers.fill import fill
from core.layers.footage import Pictures
from core.layers.painting import Sums
from core.layers.patches import Seen
from core.layers.plane import MARGIN, SEEN, Plane
from core.media.matte import Labels

GOES_ON = 0.03
"""How much what goes on may differ from what lies further out, in values of pictures in [0, 1]."""
MOST = 12
"""Views that are asked, evenly spread."""
OFTEN = 0.5
"""Share of the looks at a pixel beside an object that must find that it goes on."""
CLOSE = 0.006
"""In heights of the frame: how far around a mask nothing is kept, since edges are soft."""
LEAST_CLOSE = 2.5
"""The same in pixels, at the least."""
EVEN = 3
"""Pixels over which a picture is smoothed before it is judged."""


def keep_beside(plane: Plane, footage: Pictures) -> None:
    """Put into the canvas, and into what was seen of it, the margin around objects that hide the same place in all
    frames, where it goes on as its surroundings do."""
    for shot, rows in zip(plane.camera.shots, plane.camera.bands, strict=True):
        if (plane.seen[rows] >= SEEN).all():
            continue
        sums, looks = Sums(plane, rows), np.zeros(plane.seen[rows].shape, np.float32)
        for at, view in _some(sorted(plane.camera.views_of(shot).items())):
            if not footage.known(at):
                continue
            beside = close_by(footage.labels(at))
            sums.add(view, to_float(footage.frame(at)), beside, first=False)
            part = sums.part(view)
            looks[part.here] += sums.back(beside, view, part, cv2.INTER_LINEAR)
        found, weight = sums.mean()
        kept = (plane.seen[rows] < SEEN) & (weight > np.maximum(OFTEN * looks, SEEN))
        plane.canvas[rows][kept] += found[kept]
        plane.seen[rows][kept] = SEEN
        plane.room.let_go()


def close_by(labels: Labels) -> Array32:
    """1 in the margin around masks in which a frame is not trusted, float32 (H, W)."""
    if not labels.any():
        return np.zeros(labels.shape, np.float32)
    tall, away = len(labels), cv2.distanceTransform((labels == 0).astype(np.uint8), cv2.DIST_L2, 3)
    return ((away > max(LEAST_CLOSE, CLOSE * tall)) & (away <= MARGIN * tall + 2)).astype(np.float32)


def traces(canvas: Array32, seen: Seen, hidden: Seen, wide: Seen) -> Seen:
    """What is to be put together anew, bool (H, W): what is hidden, and of the wider rim what
    does not go on as what lies around it does."""
    around = fill(canvas, (seen & ~wide).astype(np.float32))
    off = largest(np.abs(cv2.blur(canvas - around, (EVEN, EVEN))))
    anew = hidden | (wide & (off > GOES_ON))
    return np.asarray(cv2.morphologyEx(anew.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((EVEN, EVEN))) > 0)


def _some(views: list[tuple[int, int]]) -> list[tuple[int, int]]:
    places = np.linspace(0, len(views) - 1, min(MOST, len(views))).round().astype(int)
    return [views[k] for k in places]
