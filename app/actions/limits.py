"""Commands of Clip/Effects/Where it works: a shape or an object that the last effect of each selected picture is
limited to, whether that effect is on, and where it stands. The inspector sets the same for any effect."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.actions.effects import label_of, pictures
from app.actions.registry import Action, tr
from app.recipes import require_masks
from app.timeline.chosen import for_each_alone, has_selection
from core.errors import EditError
from core.project.project import Project
from core.timeline import edits
from core.timeline.effects import EFFECT_KINDS
from core.timeline.model import Effect, MatteUse, Sequence, Shape

if TYPE_CHECKING:
    from app.editor import Editor


def _last(sequence: Sequence, clip_id: str, wanted: Callable[[Effect], bool]) -> Effect:
    """Raises EditError when the clip has no such effect."""
    clip = sequence.find(clip_id)[2]
    found = next((effect for effect in reversed(clip.effects) if wanted(effect)), None)
    if found is None:
        raise EditError(
            f"{clip.name} has no effect that this could be done to", "Add one with Clip > Effects"
        )
    return found


def _limited(effect: Effect) -> bool:
    """It works on a picture's pixels, so it can be limited to some of them."""
    kind = EFFECT_KINDS[effect.kind]
    return not kind.whole and not kind.sound


def _shape(shape: Shape, editor: Editor) -> None:
    def change(sequence: Sequence, clip_id: str) -> Sequence:
        effect = _last(sequence, clip_id, _limited)
        return edits.set_effect(sequence, clip_id, effect.id, shape=shape)

    editor.document.edit_sequence(tr("Limit effect"), for_each_alone(pictures(editor), change))


def _on_object(editor: Editor) -> None:
    """On the object in hand, or the first that the clip's media has."""
    ids, wanted = pictures(editor), editor.state.label

    def change(project: Project) -> Project:
        sequence = project.sequence
        assert sequence is not None, "a picture is selected in it"
        for clip_id in ids:
            require_masks(project, sequence, clip_id)
            effect, label = _last(sequence, clip_id, _limited), label_of(project, clip_id, wanted)
            matte = replace(effect.matte, label=label) if effect.matte is not None else MatteUse(label)
            sequence = edits.set_effect(sequence, clip_id, effect.id, matte=matte)
        return project.with_sequence(sequence)

    editor.document.edit(tr("Limit effect"), change)


def _turn_round(editor: Editor) -> None:
    """What was on the object is on all but it, and back."""

    def change(sequence: Sequence, clip_id: str) -> Sequence:
        effect = _last(sequence, clip_id, lambda one: one.matte is not None)
        assert effect.matte is not None
        matte = replace(effect.matte, invert=not effect.matte.invert)
        return edits.set_effect(sequence, clip_id, effect.id, matte=matte)

    editor.document.edit_sequence(tr("Limit effect"), for_each_alone(pictures(editor), change))


def _everywhere(editor: Editor) -> None:
    def change(sequence: Sequence, clip_id: str) -> Sequence:
        effect = _last(sequence, clip_id, _limited)
        return edits.set_effect(sequence, clip_id, effect.id, matte=None, shape="")

    editor.document.edit_sequence(tr("Limit effect"), for_each_alone(pictures(editor), change))


def _switch(editor: Editor) -> None:
    def change(sequence: Sequence, clip_id: str) -> Sequence:
        effect = _last(sequence, clip_id, lambda one: True)
        return edits.set_effect(sequence, clip_id, effect.id, enabled=not effect.enabled)

    editor.document.edit_sequence(tr("Switch effect on or off"), for_each_alone(pictures(editor), change))


def _to_front(editor: Editor) -> None:
    def change(sequence: Sequence, clip_id: str) -> Sequence:
        effect = _last(sequence, clip_id, lambda one: True)
        count = len(sequence.find(clip_id)[2].effects)
        return edits.move_effect(sequence, clip_id, effect.id, -count)

    editor.document.edit_sequence(tr("Order of effects"), for_each_alone(pictures(editor), change))


def _remove(editor: Editor) -> None:
    def change(sequence: Sequence, clip_id: str) -> Sequence:
        return edits.remove_effect(sequence, clip_id, _last(sequence, clip_id, lambda one: True).id)

    editor.document.edit_sequence(tr("Remove effect"), for_each_alone(pictures(editor), change))


MENU = "Clip/Effects/Where it works"
ACTIONS = (
    Action("effects.inside_ellipse", "Inside an &ellipse", partial(_shape, "ellipse"), (), MENU, has_selection, separator=True,
           help="The last effect of the clip works inside an ellipse, which is dragged on the picture"),
    Action("effects.inside_rectangle", "Inside a &rectangle", partial(_shape, "rectangle"), (), MENU, has_selection,
           help="The last effect of the clip works inside a rectangle, which is dragged on the picture"),
    Action("effects.only_on", "Only on the &object in hand", _on_object, (), MENU, has_selection,
           help="The last effect of the clip works on the object in hand, or the first that the clip has"),
    Action("effects.outside", "&Inside out", _turn_round, (), MENU, has_selection,
           help="What works on an object works on all but it, and back"),
    Action("effects.everywhere", "On the &whole picture", _everywhere, (), MENU, has_selection,
           help="The last effect of the clip is limited to no shape and no object"),
    Action("effects.switch", "Last effect on or off", _switch, (), "Clip/Effects", has_selection,
           help="See the clip with its last effect and without it"),
    Action("effects.to_front", "Last effect before all others", _to_front, (), "Clip/Effects", has_selection,
           help="The last effect of the clip works first"),
    Action("effects.remove_last", "Remove last effect", _remove, (), "Clip/Effects", has_selection),
)  # fmt: skip
