"""Commands of Clip/Effects/Where it works: a shape or an object that the last effect of each selected picture is
limited to, whether that effect is on, and where it stands. The inspector sets the same for any effect."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.actions.effects import label_of, only_picture, pictures
from app.actions.registry import Action, tr
from app.recipes import require_masks
from app.threads import large_edit
from app.timeline.chosen import change_each_alone, has_selection, sequence_of
from app.viewer.handles import selected_picture
from core.errors import EditError
from core.project.project import Project
from core.timeline import edits, freeform
from core.timeline.effects import EFFECT_KINDS
from core.timeline.freeform import Point
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

    change_each_alone(editor, tr("Limit effect"), pictures(editor), change)


def inside_freeform(editor: Editor) -> None:
    """Inside a shape of free form: the one that was drawn before, else one that is drawn now."""
    clip_id, effect = _effect_to_limit(editor)
    if freeform.count_of(effect.params) < freeform.FEWEST:
        draw_shape(editor, clip_id, effect.id)
    else:
        editor.document.edit_sequence(
            tr("Limit effect"), edits.set_effect, clip_id, effect.id, shape="freeform"
        )


def draw_shape(editor: Editor, clip_id: str = "", effect_id: str = "") -> None:
    """Draw a shape on the picture that an effect is limited to: the clip's last, unless one is named."""
    from app.panels.viewer import ViewerPanel

    if not clip_id:
        clip_id, effect = _effect_to_limit(editor)
        effect_id = effect.id
    selected = selected_picture(editor)
    if selected is None or selected.clip.id != clip_id:
        raise EditError(
            "the clip's picture does not lie open under the playhead",
            "Select the clip alone, with the select tool, on a frame that it shows",
        )
    where, plane = selected.picture, selected.plane

    def take(points: tuple[Point, ...]) -> None:
        own = [(where.own(*plane.off(point.x, point.y)), point.round) for point in points]
        parts = [Point(50 + 100 * x / where.width, 50 + 100 * y / where.height, r) for (x, y), r in own]
        frame, inside = freeform.framed(parts)
        editor.document.edit_sequence(
            tr("Draw shape"),
            edits.change_effect,
            clip_id,
            effect_id,
            lambda effect: freeform.drawn(effect, frame, inside),
        )

    words = tr(
        "Click around it, or draw around it; a click on the first point or Enter closes, Escape lets go"
    )
    editor.panel(ViewerPanel).draw_shape(words, take)


def _effect_to_limit(editor: Editor) -> tuple[str, Effect]:
    clip_id = only_picture(editor, "Select the one whose effect the shape is for")
    return clip_id, _last(sequence_of(editor), clip_id, _limited)


def _all_points(round_: float, editor: Editor) -> None:
    def change(sequence: Sequence, clip_id: str) -> Sequence:
        effect = _last(sequence, clip_id, lambda one: one.shape == "freeform")
        return edits.change_effect(sequence, clip_id, effect.id, lambda one: freeform.rounded(one, round_))

    change_each_alone(editor, tr("Points of the shape"), pictures(editor), change)


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

    large_edit.edit(editor, tr("Limit effect"), len(ids), change)


def _turn_round(editor: Editor) -> None:
    """What was on the object is on all but it, and back."""

    def change(sequence: Sequence, clip_id: str) -> Sequence:
        effect = _last(sequence, clip_id, lambda one: one.matte is not None)
        assert effect.matte is not None
        matte = replace(effect.matte, invert=not effect.matte.invert)
        return edits.set_effect(sequence, clip_id, effect.id, matte=matte)

    change_each_alone(editor, tr("Limit effect"), pictures(editor), change)


def _everywhere(editor: Editor) -> None:
    def change(sequence: Sequence, clip_id: str) -> Sequence:
        effect = _last(sequence, clip_id, _limited)
        return edits.set_effect(sequence, clip_id, effect.id, matte=None, shape="")

    change_each_alone(editor, tr("Limit effect"), pictures(editor), change)


def _switch(editor: Editor) -> None:
    def change(sequence: Sequence, clip_id: str) -> Sequence:
        effect = _last(sequence, clip_id, lambda one: True)
        return edits.set_effect(sequence, clip_id, effect.id, enabled=not effect.enabled)

    change_each_alone(editor, tr("Switch effect on or off"), pictures(editor), change)


def _to_front(editor: Editor) -> None:
    def change(sequence: Sequence, clip_id: str) -> Sequence:
        effect = _last(sequence, clip_id, lambda one: True)
        count = len(sequence.find(clip_id)[2].effects)
        return edits.move_effect(sequence, clip_id, effect.id, -count)

    change_each_alone(editor, tr("Order of effects"), pictures(editor), change)


def _remove(editor: Editor) -> None:
    def change(sequence: Sequence, clip_id: str) -> Sequence:
        return edits.remove_effect(sequence, clip_id, _last(sequence, clip_id, lambda one: True).id)

    change_each_alone(editor, tr("Remove effect"), pictures(editor), change)


MENU = "Clip/Effects/Where it works"
ACTIONS = (
    Action("effects.inside_ellipse", "Inside an &ellipse", partial(_shape, "ellipse"), (), MENU, has_selection,
           separator=True,
           help="The last effect of the clip works inside an ellipse, which is dragged on the picture"),
    Action("effects.inside_rectangle", "Inside a &rectangle", partial(_shape, "rectangle"), (), MENU, has_selection,
           help="The last effect of the clip works inside a rectangle, which is dragged on the picture"),
    Action("effects.inside_freeform", "Inside a &freeform shape", inside_freeform, (), MENU, has_selection,
           help="The last effect of the clip works inside a shape that is drawn on the picture, point by point "
                "or by hand"),
    Action("effects.draw_shape", "&Draw the shape anew", draw_shape, (), MENU, has_selection,
           help="Draw another freeform shape for the last effect of the clip"),
    Action("effects.round_shape", "&Round points", partial(_all_points, 1.0), (), MENU, has_selection,
           help="All points of the freeform shape lie on a smooth curve; a double click changes one"),
    Action("effects.cornered_shape", "&Corners", partial(_all_points, 0.0), (), MENU, has_selection,
           help="All points of the freeform shape are corners; a double click changes one"),
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
