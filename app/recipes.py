"""What a tracked object is most often used for, each as one edit: a pure function on the project."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.errors import EditError
from core.project.project import Project
from core.timeline import edits
from core.timeline.model import MatteUse, Sequence


@dataclass(frozen=True)
class Recipe:
    """An effect with its settings for a tracked object, in one click.

    short: title where the object is known.
    effect: a kind of core.timeline.effects.
    inside: it works on the object, else around it.
    """

    id: str
    title: str
    short: str
    help: str
    inside: bool
    effect: str
    params: dict[str, Any] = field(default_factory=dict)


RECIPES: dict[str, Recipe] = {
    recipe.id: recipe
    for recipe in (
        Recipe(
            "blur_background",
            "Blur background",
            "Blur rest",
            "Blurs everything but the object.",
            False,
            "blur",
            {"radius": 14.0},
        ),
        Recipe(
            "cut_out",
            "Cut out object",
            "Cut out",
            "Keeps the object and makes the rest transparent.",
            True,
            "cutout",
        ),
        Recipe(
            "grey_background",
            "Grey but the object",
            "Grey rest",
            "Takes the colour out of everything but the object.",
            False,
            "colour",
            {"saturation": 0.0},
        ),
        Recipe(
            "pixelate",
            "Pixelate object",
            "Pixelate",
            "Hides the object behind squares of one colour: a face, a number plate.",
            True,
            "pixelate",
        ),
        Recipe(
            "outline",
            "Outline object",
            "Outline",
            "Draws a line around the object.",
            True,
            "outline",
        ),
    )
}


FEATHER = 2.0
"""Softness of a matte's edge where nobody said otherwise, pixels."""


def with_recipe(project: Project, clip_id: str, recipe: str, label: int, feather: float) -> Project:
    """The project with a recipe's effect at the end of a clip's effects.

    Raises:
        EditError: when the clip is gone, its track is locked, or its media has no mask of that object.
        KeyError: for an unknown recipe.
    """
    sequence = project.sequence
    if sequence is None:
        raise EditError("there is no film yet", "Put a clip on the timeline first")
    require_masks(project, sequence, clip_id)
    kind = RECIPES[recipe]
    use = MatteUse(label, invert=not kind.inside, feather=feather)
    return project.with_sequence(edits.add_effect(sequence, clip_id, kind.effect, matte=use, **kind.params))


def require_masks(project: Project, sequence: Sequence, clip_id: str) -> None:
    """Raises EditError when the clip's media has no masks."""
    clip = sequence.require(clip_id)[2]
    media = project.known_media(clip.media_id)
    if media is None or (media.track is None and not media.key_masks):
        raise EditError(f"{clip.name} has no masks yet", "Draw a mask in the mask view and track it first")
