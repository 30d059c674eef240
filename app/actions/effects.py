"""Commands of Clip/Effects: each effect, and what a tracked object is most often used for."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.actions.registry import Action, tr
from app.jobs import steady
from app.project import looks
from app.recipes import FEATHER, RECIPES, Recipe, with_recipe
from app.timeline.chosen import change_each_alone, has_selection, selected, sequence_of
from core.errors import EditError
from core.project.project import Media, Project
from core.render.corner_pin import as_it_fits, pin_of
from core.render.tracing import Traced
from core.time import timecode
from core.timeline import edits
from core.timeline.effect_kind import EffectKind
from core.timeline.effects import CORNER_PIN, EFFECT_KINDS, LOOK, STEADY
from core.timeline.model import Adjustment, Clip, LookUse, Sequence

if TYPE_CHECKING:
    from app.editor import Editor


def add(editor: Editor, kind: EffectKind) -> None:
    """The effect at the end of the effects of every selected picture, or sound. Stabilise also has the camera followed,
    a look asks for its file."""
    ids = sounds(editor) if kind.sound else pictures(editor)
    if kind.kind == LOOK:
        looks.choose(editor, partial(_add_look, editor, ids))
        return
    if kind.kind == CORNER_PIN:
        _add_pins(editor, ids)
        return
    if kind.kind == STEADY:
        for media in _footage(editor, ids):
            steady.follow(editor, media)
        ids = [one for one in ids if not _is_steady(sequence_of(editor).find(one)[2])]  # once is enough
    change_each_alone(
        editor,
        tr("Add {0}").format(tr(kind.title)),
        ids,
        lambda sequence, clip_id: edits.add_effect(sequence, clip_id, kind.kind),
    )


def _add_pins(editor: Editor, ids: list[str]) -> None:
    """A corner pin for every clip that has none, as it lies in the frame now."""
    project, film = editor.document.project, sequence_of(editor)
    corners: dict[str, Any] = {}
    for clip_id in ids:
        clip = film.find(clip_id)[2]
        if isinstance(clip.content, Adjustment):
            raise EditError(
                f"{clip.name} has no picture of its own", "Pin a clip of footage, a picture or a title"
            )
        if pin_of(clip) is None:
            corners[clip_id] = as_it_fits(project.picture_size(film, clip), (film.width, film.height))

    def change(sequence: Sequence, clip_id: str) -> Sequence:
        return edits.add_effect(sequence, clip_id, CORNER_PIN, **corners[clip_id])

    change_each_alone(editor, tr("Add {0}").format(tr(EFFECT_KINDS[CORNER_PIN].title)), corners, change)


def add_look(editor: Editor, path: Path) -> None:
    """A look's file as an effect of every selected picture. Raises EditError when there is none."""
    looks.choose(editor, partial(_add_look, editor, pictures(editor)), path)


def _add_look(editor: Editor, ids: list[str], look: LookUse) -> None:
    there = {clip.id for _, _, clip in sequence_of(editor).clips()}
    change_each_alone(
        editor,
        tr("Look {0}").format(look.name),
        [one for one in ids if one in there],
        lambda sequence, clip_id: edits.add_effect(sequence, clip_id, LOOK, look=look),
    )


def use(editor: Editor, recipe: Recipe) -> None:
    """The recipe on every selected picture, for the object in hand or the first that the media has."""
    from app.panels.viewer import ViewerPanel

    label = editor.state.label
    feather = editor.panel(ViewerPanel).masks.feather if editor.has_panel(ViewerPanel) else FEATHER
    ids = pictures(editor)

    def change(project: Project) -> Project:
        for clip_id in ids:
            project = with_recipe(project, clip_id, recipe.id, label_of(project, clip_id, label), feather)
        return project

    editor.document.edit(tr(recipe.title), change)


def pictures(editor: Editor) -> list[str]:
    """The selected clips that are pictures.

    Raises:
        EditError: when there is none.
    """
    sequence = sequence_of(editor)
    ids = [clip.id for clip in selected(editor) if sequence.find(clip.id)[0].kind == "video"]
    if not ids:
        raise EditError("no picture is selected", "Click a clip on a video track")
    return ids


def only_picture(editor: Editor, cure: str) -> str:
    """The one selected clip that is a picture. Raises EditError when there is none, or several: then with the cure."""
    ids = pictures(editor)
    if len(ids) > 1:
        raise EditError("several clips are selected", cure)
    return ids[0]


def tell_followed(editor: Editor, found: Traced, words: str, cure: str) -> None:
    """Tell how far something was followed, or where it got lost. words: with {0} for the time."""
    if not found.lost and found.times:
        ends = (timecode(time, sequence_of(editor).rate) for time in (min(found.times), max(found.times)))
        editor.notify.hint(tr("Followed from {0} to {1}").format(*ends))
    for lost in sorted(found.lost):
        editor.notify.warning(words.format(timecode(lost, sequence_of(editor).rate)), cure)


def _is_steady(clip: Clip) -> bool:
    return any(effect.kind == STEADY for effect in clip.effects)


def sounds(editor: Editor) -> list[str]:
    """The selected clips that are sound. Raises EditError when there is none."""
    sequence = sequence_of(editor)
    ids = [clip.id for clip in selected(editor) if sequence.find(clip.id)[0].kind == "audio"]
    if not ids:
        raise EditError("no sound is selected", "Click a clip on an audio track")
    return ids


def _footage(editor: Editor, ids: list[str]) -> list[Media]:
    """The media of these clips, each once. Raises EditError when a clip shows none."""
    sequence, project = sequence_of(editor), editor.document.project
    clips = [sequence.find(clip_id)[2] for clip_id in ids]
    lost = next((clip for clip in clips if clip.media_id is None), None)
    if lost is not None:
        raise EditError(f"{lost.name} was not taken by a camera", "Select clips of footage")
    wanted = {clip.media_id for clip in clips}
    return [media for media in project.media if media.id in wanted]


def label_of(project: Project, clip_id: str, wanted: int) -> int:
    """The object in hand when the clip's media has it, else its first object, else what was wanted."""
    assert project.sequence is not None
    media_id = project.sequence.find(clip_id)[2].media_id
    labels = [thing.label for media in project.media if media.id == media_id for thing in media.objects]
    return wanted if wanted in labels or not labels else labels[0]


def _menu(kind: EffectKind) -> str:
    if kind.kind == CORNER_PIN:
        return "Clip/Frame/On a surface"
    group = "Sound effects" if kind.sound else kind.group
    return f"Clip/Effects/{group}" if group else "Clip/Effects"


ACTIONS = (
    *(
        Action(f"effects.{recipe.id}", recipe.title, partial(use, recipe=recipe), (), "Clip/Effects",
               has_selection, help=recipe.help)
        for recipe in RECIPES.values()
    ),
    *(
        Action(f"effects.add_{kind.kind}", kind.title, partial(add, kind=kind), (),
               _menu(kind), has_selection, help=kind.help)
        for kind in EFFECT_KINDS.values()
    ),
)  # fmt: skip
