"""A clip that lies on a surface seen below it: a film on a screen, a poster on a wall, a name on a door.

The surface is what lies between the corners of the clip's corner pin. Where it goes is followed in the film as it is
seen below the clip (core.motion.planar), and becomes ordinary keyframes of the corners, which can be edited.
"""

from __future__ import annotations

from msgspec.structs import replace

from core.errors import EditError
from core.job import Report
from core.motion.planar import Surface
from core.render.corner_pin import corners_of, pin_of, values_of
from core.render.plan import layer_at
from core.render.sources import Sources
from core.render.tracing import Traced, View, traced, with_keys
from core.timeline import edits
from core.timeline.effects import EFFECT_KINDS
from core.timeline.model import Sequence

TOLERANCE = 0.025
"""Per cent of the frame that a corner may be off between keyframes."""


def below(sequence: Sequence, clip_id: str) -> Sequence:
    """The film as it is without a clip's track and all above it. Raises KeyError when the clip is not in it."""
    track = sequence.find(clip_id)[0]
    pictures = [one for one in sequence.tracks if one.kind == "video"]
    under = pictures[: [one.id for one in pictures].index(track.id)]
    return replace(sequence, tracks=tuple(under))


def trace(
    sequence: Sequence,
    clip_id: str,
    time: int,
    sources: Sources,
    report: Report = lambda part: True,
    ways: tuple[int, ...] = (1, -1),
) -> Traced:
    """Follow the surface on which a clip lies at a record time, from there to the clip's ends. report, ways: see
    `traced`.

    Raises:
        EditError: when the clip has no corner pin, or nothing between its corners can be followed.
        MediaError: as `sources`.
        Cancelled: when `report` asked for it.
    """
    _, here, clip = sequence.require(clip_id)
    corners = corners_of(
        layer_at(clip, here.nearest(time) - here.start), (float(sequence.width), float(sequence.height))
    )
    if corners is None:
        raise EditError(f"{clip.name} has no corner pin", "Add one, and drag its corners onto the surface")
    view = View.of(below(sequence, clip_id), here, time, sources)
    marked = Surface.marked(view.grey(view.begin), view.small(corners))
    if not marked.textured:
        raise EditError(
            f"below {clip.name} nothing is seen that could be followed",
            "Put its corners on something with edges or a pattern, on a track below",
        )
    return traced(marked, view, report, ways)


def laid(sequence: Sequence, clip_id: str, traced: Traced) -> Sequence:
    """The film with a clip whose corners go as the surface does. Keyframes outside of what was followed stay; the
    clip is moved, scaled and turned by its corners alone from then on, and keeps to no scene.

    Raises:
        EditError: when the clip or its corner pin is gone.
    """
    _, here, clip = sequence.require(clip_id)
    pin = pin_of(clip)
    if pin is None:
        raise EditError(f"{clip.name} has no corner pin", "Add one, and drag its corners onto the surface")
    times = [clip.time_map.at(time - here.start) for time in traced.times]
    ways = values_of(traced.corners / (sequence.width, sequence.height) * 100)
    bounds = {one.name: one for one in EFFECT_KINDS[pin.kind].parameters}
    pin = replace(pin, params=with_keys(pin.params, times, ways, bounds, TOLERANCE))
    effects = tuple(pin if one.id == pin.id else one for one in clip.effects)
    return edits.set_clip(sequence, clip_id, effects=effects, x=0.0, y=0.0, scale=1.0, rotation=0.0, pin=None)
