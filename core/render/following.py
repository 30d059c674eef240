"""A clip that goes along with a tracked object of a clip below it: a name over a head, an arrow,
a picture that is carried.

The way is that of the middle of the object's outline, averaged over a moment, because limbs swing;
where it is hidden it goes on in a straight line. It becomes ordinary keyframes of position (and of
scale, when the clip is to grow with the object), which can be edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Never

import numpy as np
from msgspec.structs import replace

from core.errors import EditError
from core.motion.framing import Values, known_smoothed
from core.render.framing import animated, rising
from core.render.object_positions import Seen, Shot
from core.render.plan import Layer, layer_at
from core.time import TimeRange
from core.timeline import edits
from core.timeline.beside import free_lane
from core.timeline.effects import CLIP_PARAMETERS
from core.timeline.model import Animated, Clip, Sequence

SAMPLES = 60.0
"""Frames looked at in a second: all of usual footage."""
STEADY_SECONDS = 0.12
"""Sigma in time over which the middle of the outline is averaged."""
CALM_SECONDS = 0.4
"""Sigma in time over which its size is averaged."""
SCALE_TOLERANCE = 0.004
"""Part of its scale that a clip may be off between keyframes."""
ABOVE = 1.4
"""Heights of a tag from its middle to the top of the object."""
LINGERS = 0.2
"""Seconds that a tag is there before and after the object is seen."""
_BOUNDS = {one.name: (one.low, one.high) for one in CLIP_PARAMETERS}


@dataclass(frozen=True, eq=False)
class _Way:
    """An object in a stretch of the film without a cut, at every frame of the film.

    times: record times, rising.
    middles: (N, 2) pixels of the film from the frame's centre.
    sizes, heights: (N,) pixels.
    """

    times: tuple[int, ...]
    middles: Values
    sizes: Values
    heights: Values

    def nearest(self, time: int) -> int:
        """The number of the frame that is nearest to a record time."""
        return int(np.abs(np.array(self.times) - time).argmin())


@dataclass(frozen=True, eq=False)
class _Spot:
    """The object in one frame of the film.

    middle: x, y, pixels of the film from the frame's centre.
    size, height: pixels.
    """

    middle: Values
    size: float
    height: float


def followed(
    sequence: Sequence, clip_id: str, leader_id: str, where: Seen, time: int, *, grow: bool = False
) -> Sequence:
    """The film with a clip that keeps its place beside an object.

    Args:
        leader_id: the clip that shows the object.
        where: where the object is in that clip.
        time: record time at which the clip lies as it should; of the frames that show both the nearest counts.
        grow: it also becomes larger and smaller with the object.

    Raises:
        EditError: when one of the clips is gone, or the object is not seen in any frame that shows both.
    """
    _, here, clip = sequence.require(clip_id)
    _, there, leader = sequence.require(leader_id)
    where.require(leader)
    ways = _ways(sequence, there, leader, where, here.intersection(there))
    if not ways:
        _refuse(clip)
    lies = layer_at(clip, here.nearest(time) - here.start)
    spot = _spot_at(ways, time)
    growth = [way.sizes / spot.size if grow else np.ones(len(way.times)) for way in ways]
    offset = np.array((lies.x, lies.y)) - spot.middle
    places = [way.middles + offset * by[:, None] for way, by in zip(ways, growth, strict=True)]
    times = [[clip.time_map.at(at - here.start) for at in way.times] for way in ways]
    moves = {
        name: animated(rising(times, [_bounded(name, place[:, axis]) for place in places]))
        for axis, name in enumerate(("x", "y"))
    }
    if grow:
        scales = [_bounded("scale", lies.scale * by) for by in growth]
        moves["scale"] = animated(rising(times, scales), lies.scale * SCALE_TOLERANCE)
    return edits.set_clip(sequence, clip_id, pin=None, **moves)


def tagged(
    sequence: Sequence, tag: Clip, leader_id: str, where: Seen, time: int, *, height: float
) -> Sequence:
    """The film with a clip that goes along above an object for as long as the clip that shows it
    lasts, and goes away while the object is not seen.

    Args:
        tag: shows something in the middle of the frame, `height` pixels of the film high.
        leader_id, where, time: see `followed`.

    Raises:
        EditError: as `followed`.
    """
    track, there, leader = sequence.require(leader_id)
    where.require(leader)
    ways = _ways(sequence, there, leader, where, there)
    if not ways:
        _refuse(leader)
    spot = _spot_at(ways, time)
    x, y = spot.middle - (0, spot.height / 2 + ABOVE * height)
    opacity = _opacity(sequence, leader, where, there)
    tag = replace(tag, duration=there.duration, x=float(x), y=float(y), opacity=opacity)
    sequence, lane = free_lane(sequence, "video", there.start, there.end, track.id)
    return followed(edits.overwrite(sequence, there.start, {lane: tag}), tag.id, leader_id, where, time)


def _refuse(clip: Clip) -> Never:
    raise EditError(
        f"the object is not seen while {clip.name} is there", "Move it over the part that shows the object"
    )


def _opacity(sequence: Sequence, leader: Clip, where: Seen, there: TimeRange) -> Animated:
    """1 at clip times of the film's frames around which the object is seen, else 0."""
    frame = sequence.rate.frame_ticks
    times = range(0, there.duration, frame)
    at = np.concatenate([shot.times for shot in where.shots])
    seen = np.concatenate([np.isfinite(shot.extents[:, 0]) for shot in where.shots])
    asked = [leader.time_map.at(time) for time in times]
    shown = seen[np.clip(np.searchsorted(at, asked, "right") - 1, 0, None)].astype(float)
    around = 2 * round(LINGERS * sequence.rate.fps) + 1
    near = np.convolve(np.pad(shown, around // 2, "edge"), np.ones(around), "valid")
    return animated([(times, (near > 0).astype(float))], 0.01)


def _ways(sequence: Sequence, there: TimeRange, leader: Clip, where: Seen, shared: TimeRange) -> list[_Way]:
    """The object's ways in the film's frames of `shared`, through each shot in which it is seen."""
    rate = sequence.rate
    first, end = rate.frames_before(shared.start), rate.frames_before(shared.end)
    times = [rate.time_of(frame) for frame in range(first, end)]
    layers = [layer_at(leader, time - there.start) for time in times]
    starts = [shot.times[0] for shot in where.shots]
    numbers = np.searchsorted(starts, [layer.source_time for layer in layers], side="right") - 1
    ways = []
    for shown in np.split(np.arange(len(times)), np.flatnonzero(np.diff(numbers)) + 1):
        shot = where.shots[max(0, int(numbers[shown[0]]))] if len(shown) else None
        if shot is None or not np.isfinite(shot.extents).any():
            continue
        placed = _Placed([layers[n] for n in shown], sequence, where.size)
        ways.append(_way(shot, placed, tuple(times[n] for n in shown)))
    return ways


class _Placed:
    """A clip's layers, which say where its picture lies in frames of the film. picture: its width and height."""

    def __init__(self, layers: list[Layer], sequence: Sequence, picture: tuple[int, int]) -> None:
        self._layers, self._picture = layers, picture
        fit = min(sequence.width / picture[0], sequence.height / picture[1])
        self.scales = fit * np.array([layer.scale for layer in layers])
        self.source_times = [layer.source_time for layer in layers]

    def in_film(self, across: Values, down: Values) -> Values:
        """Places of the picture, (N,) each in parts of its sides, as pixels of the film from its centre, (N, 2)."""
        right = (across - 0.5) * self._picture[0] * self.scales
        below = (down - 0.5) * self._picture[1] * self.scales
        turn = np.radians([layer.rotation for layer in self._layers])
        x = right * np.cos(turn) - below * np.sin(turn) + [layer.x for layer in self._layers]
        y = right * np.sin(turn) + below * np.cos(turn) + [layer.y for layer in self._layers]
        return np.column_stack([x, y])

    def sides(self, parts: Values) -> Values:
        """Sides in parts of the picture, (M, 2), as pixels of it, at least 1."""
        return (parts * self._picture).clip(1)


def _way(shot: Shot, placed: _Placed, times: tuple[int, ...]) -> _Way:
    """The object's way in a clip's layers of one shot. times: record times of the layers."""
    seen = np.isfinite(shot.extents[:, 0])
    low, high = shot.extents[:, :2], shot.extents[:, 2:]

    def calm(values: Values, seconds: float) -> Values:
        smooth = known_smoothed(values, seen, seconds * shot.rate, goes_on=True)
        return np.interp(placed.source_times, shot.times, smooth)

    across, down = (calm((low + high)[:, axis] / 2, STEADY_SECONDS) for axis in (0, 1))
    sides = placed.sides(high - low)
    sizes, heights = (
        np.exp(calm(np.log(one), CALM_SECONDS)) * placed.scales
        for one in (np.sqrt(sides.prod(axis=1)), sides[:, 1])
    )
    return _Way(times, placed.in_film(across, down), sizes, heights)


def _spot_at(ways: list[_Way], time: int) -> _Spot:
    """The object in the frame that is nearest to a record time."""
    way = min(ways, key=lambda way: abs(way.times[way.nearest(time)] - time))
    at = way.nearest(time)
    return _Spot(way.middles[at], float(way.sizes[at]), float(way.heights[at]))


def _bounded(name: str, values: Values) -> Values:
    low, high = _BOUNDS[name]
    return np.clip(values, low, high)
