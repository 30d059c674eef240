"""What one part of a long pan's canvas knows and the part beside it does not, brought over by frames that see both.

So what a part cannot show is what its neighbour saw there, and where neither saw it, the same guess: what was under an
object does not change where the canvas was parted.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32
from core.layers.light import spread_gain
from core.layers.painting import Sums
from core.layers.patches import Seen
from core.layers.plane import SEEN, Plane
from core.layers.visible_background import in_frames_light

MOST = 4
"""Frames by which something is brought, from the parting outwards."""
APART = 3
"""Frames between them."""
NEARER = 0.1
"""What the next of them counts: the nearest is sharp by itself."""
LEAST = 0.5 * NEARER ** (MOST - 1)
"""Sum of what they count from which on something was brought."""
SURELY = 0.1
"""Sum of trust over the frames from which on a part tells another one what it saw: what was seen once right beside an
object may be a trace of it."""
AROUND = 0.25
"""In heights of the frame: how far around what is brought its light is compared."""
ALIKE = 0.06
"""Differences from which on two parts do not show one thing."""


def bring_seen(plane: Plane, number: int) -> None:
    """Put into shot `number`'s part what the parts beside it saw, and it did not."""
    rows = plane.camera.bands[number]
    for other in (number - 1, number + 1):
        found = _brought(plane, number, other, only_seen=True)
        if found is not None:
            missing = found[1] & (plane.seen[rows] < SEEN)
            plane.canvas[rows][missing] = found[0][missing]
            plane.seen[rows][missing] = SEEN


def bring_guess(plane: Plane, number: int, hidden: Seen) -> Seen:
    """Put what the part before shows, which is whole, where `hidden`, bool (h, Wc), says; what is still hidden."""
    rows = plane.camera.bands[number]
    found = _brought(plane, number, number - 1, only_seen=False)
    if found is None:
        return hidden
    taken = hidden & found[1]
    plane.canvas[rows][taken] = found[0][taken]
    return np.asarray(hidden & ~taken)


def _brought(plane: Plane, number: int, other: int, *, only_seen: bool) -> tuple[Array32, Seen] | None:
    """Rows of the canvas, float32 (h, Wc, 3), as the part of shot `other` shows them, and where it does, bool (h, Wc);
    None when no frame sees both, as at a cut."""
    camera = plane.camera
    if not 0 <= other < len(camera.shots):
        return None
    there, here = (camera.views_of(camera.shots[k]) for k in (other, number))
    parting = camera.shots[max(number, other)].first
    common = sorted(there.keys() & here.keys(), key=lambda n: abs(n - parting))[: MOST * APART : APART]
    rows = camera.bands[number]
    missing = plane.seen[rows] < SEEN
    if not common or not missing.any():
        return None
    sums, share = Sums(plane, rows), np.float32(1)
    for n in common:
        known = plane.view(plane.seen, there[n]) >= SURELY
        weight = share * (known if only_seen else np.ones_like(known)).astype(np.float32)
        picture = plane.lit(there[n]) / spread_gain(plane.gains[here[n]], plane.size)
        sums.add(here[n], picture, weight, first=True)
        share = share * np.float32(NEARER)
    found, weight = sums.mean()
    shown = np.asarray(weight > LEAST)
    if not (shown & missing).any():
        return None
    part = _around(shown & missing, round(AROUND * plane.size[1]))
    own = np.asarray(shown & ~missing, np.float32)
    found[part] = in_frames_light(plane.canvas[rows][part], found[part], own[part], ALIKE)
    return found, shown


def _around(where: Seen, reach: int) -> tuple[slice, slice]:
    """The part of the rows with all of `where` in it, and so many pixels around, which tell of the light."""
    x, y, wide, tall = cv2.boundingRect(where.astype(np.uint8))
    return np.s_[max(0, y - reach) : y + tall + reach, max(0, x - reach) : x + wide + reach]
