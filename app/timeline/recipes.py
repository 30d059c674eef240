"""One-click effects with an object's matte: blur the background, grey but the object, cut the object out."""

from __future__ import annotations

from typing import Literal

from core.errors import EditError
from core.project.project import Project
from core.timeline import edits
from core.timeline.effects import new_effect
from core.timeline.model import Effect, MatteUse, Sequence

Recipe = Literal["blur_background", "grey_but_object", "cut_out"]
RECIPES: tuple[Recipe, ...] = ("blur_background", "grey_but_object", "cut_out")


def recipe_effect(recipe: Recipe, label: int) -> Effect:
    """The effect with its matte for the object `label`."""
    if recipe == "blur_background":
        return new_effect("blur", MatteUse(label, invert=True, feather=4.0), radius=14.0)
    if recipe == "grey_but_object":
        return new_effect("colour", MatteUse(label, invert=True), saturation=0.0)
    return new_effect("cutout", MatteUse(label))


def with_recipe(project: Project, clip_ids: frozenset[str], recipe: Recipe, label: int) -> Project:
    """The project with the recipe on every selected picture clip whose media has the object.

    label: the object in hand; clips that do not have it take their first object.

    Raises:
        EditError: no clip selected, or none of them has an object.
    """
    sequence = project.sequence
    if sequence is None or not clip_ids:
        raise EditError("no clip is selected", "Select a clip with an object")
    changed = sequence
    for clip_id in sorted(clip_ids):
        changed = _on_clip(project, changed, clip_id, recipe, label)
    if changed is sequence:
        raise EditError(
            "the selected clip has no object yet",
            "Open it in the mask view (Draw masks), paint an object and track it",
        )
    return project.with_sequence(changed)


def _on_clip(project: Project, sequence: Sequence, clip_id: str, recipe: Recipe, label: int) -> Sequence:
    track, _, clip = sequence.find(clip_id)
    if track.kind != "video" or clip.media_id is None:
        return sequence
    labels = [thing.label for thing in project.find_media(clip.media_id).objects]
    if not labels:
        return sequence
    effect = recipe_effect(recipe, label if label in labels else labels[0])
    return edits.set_clip(sequence, clip_id, effects=(*clip.effects, effect))
