"""Edits of an unrolled object as the document keeps them, and every kind of edit once: its numbers, bounds and words.

An atlas is one picture of an object over a whole clip. Edits lie on it in a stack, the first at the bottom; the panel,
the checks of project files and the renderer read this table. Places are pixels of the atlas, x right and y down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import msgspec

from core.timeline.effect_kind import Parameter
from core.timeline.effects import EFFECT_KINDS
from core.timeline.model import BlendMode

BACKGROUND = 0
"""The label of the background's atlas; objects are counted from 1."""
EditGroup = Literal["paint", "filter", "colour"]
PAGE_KINDS = ("paint", "text", "stamp")
"""Kinds that may lie on a page."""


class AtlasEdit(msgspec.Struct, frozen=True):
    """One edit of the stack.

    label: the object whose atlas it lies on, 0 is the background.
    kind: a key of EDIT_KINDS.
    opacity: 0 to 1.
    lit: light and shade of the film fall on it.
    file: PNG in the project's data folder, named by the hash of its content; empty for kinds that need none.
    numbers, texts: the kind's parameters, defaults where they are missing.
    page: it lies on this page of the object, counted from 1, whose pixels its places and its file count in; 0:
        on the atlas of the whole clip. Kinds that ask what lies below are always there.
    """

    id: str
    label: int
    kind: str
    name: str = ""
    enabled: bool = True
    opacity: float = 1.0
    blend: BlendMode = "normal"
    lit: bool = True
    file: str = ""
    numbers: dict[str, float] = {}
    texts: dict[str, str] = {}
    page: int = 0


@dataclass(frozen=True)
class EditKind:
    """A kind of edit of an unrolled object, and its numbers.

    file: it shows a picture of its own.
    lit: whether a new one is lit by the film.
    """

    kind: str
    title: str
    help: str
    group: EditGroup
    numbers: tuple[Parameter, ...] = ()
    texts: tuple[tuple[str, str, str], ...] = ()
    """Name, title and default of each text."""
    file: bool = False
    lit: bool = True


_PLACE = (
    Parameter("x", "Position X", 0.0, -20000, 20000, 1, "px"),
    Parameter("y", "Position Y", 0.0, -20000, 20000, 1, "px"),
)
_TURN = Parameter("rotation", "Rotation", 0.0, -3600, 3600, 1, "°")
_COLOUR = ("colour", "Colour", "#e6475a")
_STRENGTH = Parameter("amount", "Amount", 1.0, 0.0, 1.0, 0.05)

EDIT_KINDS: dict[str, EditKind] = {
    kind.kind: kind
    for kind in (
        EditKind("paint", "Paint", "Strokes of brush and eraser.", "paint", file=True),
        EditKind(
            "text",
            "Text",
            "Letters on the object.",
            "paint",
            (*_PLACE, Parameter("size", "Letter height", 40.0, 2, 4000, 1, "px"), _TURN),
            (("text", "Text", "Text"), ("font", "Font", "DejaVu Sans"), _COLOUR),
        ),
        EditKind(
            "stamp",
            "Picture",
            "An image laid on the object.",
            "paint",
            (*_PLACE, Parameter("scale", "Scale", 1.0, 0.01, 50.0, 0.01), _TURN),
            file=True,
        ),
        EditKind(
            "fill",
            "Fill",
            "One colour over all that is like the pixel clicked on; at the largest tolerance over all.",
            "paint",
            (*_PLACE, Parameter("tolerance", "Tolerance", 24.0, 0, 255, 1)),
            (_COLOUR,),
        ),
        EditKind("colour", "Colour", EFFECT_KINDS["colour"].help, "colour", EFFECT_KINDS["colour"].parameters),
        EditKind(
            "blur",
            "Blur",
            "Softens the object's texture.",
            "filter",
            (Parameter("radius", "Radius", 4.0, 0.0, 100.0, 0.5, "px"),),
            lit=False,
        ),
        EditKind(
            "sharpen",
            "Sharpen",
            "Raises fine detail.",
            "filter",
            (Parameter("radius", "Radius", 2.0, 0.3, 50.0, 0.1, "px"),
             Parameter("amount", "Amount", 1.0, 0.0, 5.0, 0.1)),
            lit=False,
        ),
        EditKind(
            "posterise",
            "Posterise",
            "Few tones of each colour.",
            "filter",
            (Parameter("levels", "Tones", 5.0, 2, 32, 1),),
            lit=False,
        ),
        EditKind("edges", "Edges", "Bright lines on black where the texture changes.", "filter", (_STRENGTH,),
                 lit=False),
        EditKind("pencil", "Pencil", "A drawing in grey.", "filter", (_STRENGTH,), lit=False),
        EditKind(
            "cartoon",
            "Cartoon",
            "Flat colours and dark outlines.",
            "filter",
            (Parameter("levels", "Tones", 8.0, 2, 32, 1), _STRENGTH),
            lit=False,
        ),
    )
}  # fmt: skip


def edit_numbers(edit: AtlasEdit) -> dict[str, float]:
    """The edit's numbers, every one present and inside its bounds."""
    found = {}
    for one in EDIT_KINDS[edit.kind].numbers:
        value = edit.numbers.get(one.name, one.default)
        found[one.name] = one.bounded(value) if math.isfinite(value) else one.default
    return found


def edit_texts(edit: AtlasEdit) -> dict[str, str]:
    """The edit's texts, every one present."""
    return {name: edit.texts.get(name, default) for name, _, default in EDIT_KINDS[edit.kind].texts}
