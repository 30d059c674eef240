"""The bounds of what a project file may say, for numbers, times, colours and ids; see core.project.checks."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from core.project.names import is_id
from core.time import TICKS_PER_SECOND, FrameRate
from core.timeline.curve import NATURAL
from core.timeline.effect_kind import Parameter
from core.timeline.model import Animated, Keys, new_id
from core.timeline.time_map import Curve, Linear, TimeMap

MAX_TIME = 100 * 24 * 3600 * TICKS_PER_SECOND
"""A film, a source, a track is shorter than a hundred days."""
MAX_SIDE = 32768
MOST_LETTERS = 1000
"""Of a name, which is painted in many places."""
LONGEST_PATH = 32_767
"""Letters of the path of a file."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")
T = TypeVar("T", bound=msgspec.Struct)


class Notes:
    """What was found, for the user. lost: something could not be kept, so the project is not whole."""

    LIMIT = 20

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.lost = False

    def mended(self, text: str) -> None:
        """Something was put right; nothing is lost."""
        self.lines.append(text)

    def dropped(self, text: str) -> None:
        """Something could not be kept."""
        self.lost = True
        self.lines.append(text)

    @property
    def shown(self) -> tuple[str, ...]:
        """At most LIMIT lines and one that counts the rest."""
        lines = list(dict.fromkeys(self.lines))
        more = len(lines) - self.LIMIT
        return (*lines[: self.LIMIT], f"… and {more} more like these") if more > 0 else tuple(lines)


def fresh_ids(values: tuple[T, ...], notes: Notes) -> tuple[T, ...]:
    """The values with plain ids, each used once."""
    seen: set[str] = set()
    fresh = []
    for value in values:
        value_id = str(getattr(value, "id", ""))
        if value_id in seen or not is_id(value_id):
            notes.mended(f"a {type(value).__name__.lower()} got a new id: the old one was used twice")
            value = replace(value, id=new_id())
        seen.add(str(getattr(value, "id", "")))
        fresh.append(value)
    return tuple(fresh)


def short(name: str, notes: Notes) -> str:
    """A name that can be painted; a whole book is cut to its first letters."""
    if len(name) <= MOST_LETTERS:
        return name
    notes.mended(f"the name {name[:40]}… was too long and is cut")
    return name[:MOST_LETTERS]


def time_ok(ticks: int) -> bool:
    """Whether it can be a time of a film or a source."""
    return -MAX_TIME <= ticks <= MAX_TIME


def rate_ok(rate: FrameRate) -> bool:
    """Whether frames can come at this rate."""
    return rate.num <= 10**9 and rate.den <= 10**9 and 0.01 <= rate.fps <= 1000


def map_ok(time_map: TimeMap) -> bool:
    """Whether a clip can play by it."""
    if isinstance(time_map, Curve):
        speeds = (speed for point in time_map.points for speed in (point.before, point.after))
        return all(time_ok(point.time) and time_ok(point.source) for point in time_map.points) and all(
            speed is None or abs(speed) <= 10_000 * NATURAL for speed in speeds
        )
    linear: Linear = time_map
    small = abs(linear.num) <= 10**12 and linear.den <= 10**12
    return time_ok(linear.start) and small and abs(linear.num) <= 10_000 * linear.den


def keys_ok(value: Animated) -> bool:
    """Whether numbers and times are in reach."""
    if not isinstance(value, Keys):
        return abs(value) <= 1e9
    return all(time_ok(key.time) and abs(key.value) <= 1e9 for key in value.keys)


def bounded(value: Animated, parameter: Parameter) -> Animated:
    """The value, or the value of each key, inside the bounds of a parameter."""
    if not isinstance(value, Keys):
        return parameter.bounded(value)
    if all(parameter.bounded(key.value) == key.value for key in value.keys):
        return value
    return Keys(tuple(replace(key, value=parameter.bounded(key.value)) for key in value.keys))


def colour(text: str, default: str) -> str:
    """The text when it is #rrggbb or #rrggbbaa, else the default."""
    return text if _COLOUR.fullmatch(text) else default
