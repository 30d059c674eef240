"""The JSON of OpenTimelineIO as guarded values.

Files are written by the opentimelineio library but read here: its native reader crashes the process on some damaged
files (a timeline without tracks, a null among children), and nothing may take the editor down.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

from core.errors import ProjectError
from core.time import TICKS_PER_SECOND, FrameRate, TimeRange

LONGEST = 10**6 * 3600 * TICKS_PER_SECOND
"""No time in a file lies further from 0; what does is damage."""
OLD_NAMES = {"Sequence": "Track", "Filler": "Gap", "SerializeableCollection": "SerializableCollection"}


class Node:
    """One object of the file. Its fields are read by the type they should have; a field that is not there or null
    reads as empty, one of another type raises ProjectError."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    @property
    def schema(self) -> str:
        """The kind without its version: "Clip", "Track" …; names of early files as the later ones."""
        kind = str(self.values.get("OTIO_SCHEMA", "")).partition(".")[0]
        return OLD_NAMES.get(kind, kind)

    @property
    def name(self) -> str:
        """Empty when it is no text: a name is not worth an error."""
        value = self.values.get("name")
        return value if isinstance(value, str) else ""

    @property
    def enabled(self) -> bool:
        return self.values.get("enabled") is not False

    def text(self, field: str) -> str:
        value = self._value(field, str)
        return "" if value is None else str(value)

    def number(self, field: str, default: float) -> float:
        value = self._value(field, (int, float))
        if value is None:
            return default
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise ProjectError(f"{field} is no number")
        return number

    def child(self, field: str) -> Node | None:
        value = self._value(field, dict)
        return None if value is None else Node(value)

    def children(self, field: str) -> list[Node]:
        """The objects of a list; what is no object is passed over."""
        value = self._value(field, list)
        return [Node(item) for item in value or () if isinstance(item, dict)]

    def plain(self, field: str) -> dict[str, Any]:
        """A dictionary as it is; empty when there is none."""
        value = self.values.get(field)
        return value if isinstance(value, dict) else {}

    def time(self, field: str) -> int | None:
        """A RationalTime as ticks."""
        node = self.child(field)
        return None if node is None else ticks_of(node.number("value", 0.0), node.number("rate", 1.0))

    def range(self, field: str) -> TimeRange | None:
        """A TimeRange in ticks; a negative duration counts as none."""
        node = self.child(field)
        if node is None:
            return None
        return TimeRange(node.time("start_time") or 0, max(0, node.time("duration") or 0))

    def _value(self, field: str, kind: type | tuple[type, ...]) -> Any:
        value = self.values.get(field)
        if value is not None and not isinstance(value, kind):
            raise ProjectError(f"{field} is not what it should be")
        return value


def load(path: Path) -> Node:
    """The root object of a file. Raises OSError, and ProjectError when it is no OpenTimelineIO."""
    try:
        root = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ProjectError("it is damaged or something else") from error
    if not isinstance(root, dict) or "OTIO_SCHEMA" not in root:
        raise ProjectError("it is something else")
    return Node(root)


def ticks_of(value: float, rate: float) -> int:
    """A time of `value` frames at `rate` as ticks. Raises ProjectError when it is out of reach."""
    exact = exact_rate(rate)
    ticks = round(Fraction(value) * TICKS_PER_SECOND * exact.den / exact.num)
    if abs(ticks) > LONGEST:
        raise ProjectError("a time is out of reach")
    return ticks


def frames_of(ticks: int, rate: FrameRate) -> float:
    """Ticks as frames of `rate`; a time between frames gets a fractional frame.

    A double holds the frames of a day to a hundredth of a tick, so `ticks_of` gives the very ticks back.
    """
    return float(Fraction(ticks * rate.num, TICKS_PER_SECOND * rate.den))


def exact_rate(rate: float) -> FrameRate:
    """The ratio behind a rate that was rounded to a double, such as 29.97 or 23.976023976. Raises ProjectError."""
    if not math.isfinite(rate) or not 1e-3 <= rate <= 1e12:
        raise ProjectError(f"a rate of {rate:g} frames a second makes no sense")
    if rate == int(rate):
        return FrameRate(int(rate))
    nominal = math.ceil(rate)
    if abs(rate - nominal * 1000 / 1001) < 0.005:
        return FrameRate(nominal * 1000, 1001)
    return FrameRate.from_fraction(Fraction(rate).limit_denominator(100_000))
