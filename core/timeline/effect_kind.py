"""What there is to say of a kind of effect and of its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Group = Literal["Colour", "Detail", ""]
GROUPS: tuple[Group, ...] = get_args(Group)
"""Light and colours; how sharp and how coarse; the rest."""


@dataclass(frozen=True)
class Parameter:
    """One number of an effect or a clip: neutral default, bounds, step of its spin box, unit. switch: it is 0 or 1, off
    or on."""

    name: str
    title: str
    default: float
    low: float
    high: float
    step: float = 0.01
    unit: str = ""
    switch: bool = False

    def bounded(self, value: float) -> float:
        """The value, or the bound that it lies beyond."""
        return min(max(value, self.low), self.high)


@dataclass(frozen=True)
class EffectKind:
    """One kind of effect. What it does to pixels or samples is in core.render, under the same `kind`.

    whole: it cannot be limited to an object.
    sound: it works on sound, others on pictures.
    clears: it makes parts of an opaque picture transparent.
    group: what it is listed among in menus, which are short enough for a small screen.
    """

    kind: str
    title: str
    help: str
    parameters: tuple[Parameter, ...]
    whole: bool = False
    sound: bool = False
    clears: bool = False
    group: Group = ""
