"""Commands that ask for a click on the picture: the hue that an effect works on, and what should be grey."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from app.actions.effects import pictures
from app.actions.registry import Action, tr
from app.timeline.chosen import has_selection, sequence_of
from core.errors import EditError
from core.render.grading import to_grey
from core.timeline import edits
from core.timeline.clips import first_of
from core.timeline.effects import EFFECT_KINDS
from core.timeline.model import Sequence, value_at

if TYPE_CHECKING:
    from app.editor import Editor

FAINTEST = 0.08
"""Saturation below which a colour has no hue to speak of."""


def has_hue(kind: str) -> bool:
    """Whether an effect works on a hue."""
    return any(parameter.name == "hue" for parameter in EFFECT_KINDS[kind].parameters)


def pick_hue(editor: Editor, clip_id: str = "", effect_id: str = "") -> None:
    """Click on the colour that an effect works on: of the clip's effects with a hue the last, unless one is named."""
    clip_id = clip_id or pictures(editor)[0]
    effects = sequence_of(editor).find(clip_id)[2].effects
    found = [one for one in effects if has_hue(one.kind) and effect_id in ("", one.id)]
    effect = found[-1] if found else None
    if effect is None:
        raise EditError(
            "the clip has no effect that works on one hue", "Add a Colour key or One colour first"
        )

    def take(colour: QColor) -> None:
        if colour.hsvSaturationF() < FAINTEST:
            raise EditError("what was clicked on is grey", "Click on something that has a colour")
        hue = round(colour.hsvHueF() * 360, 1)
        editor.document.edit_sequence(
            tr("Pick the hue"), edits.set_effect_param, clip_id, effect.id, "hue", hue
        )

    _ask(
        editor,
        tr("Click on the colour for {0}; Escape lets go").format(tr(EFFECT_KINDS[effect.kind].title)),
        take,
    )


def balance(editor: Editor) -> None:
    """Click on what should be grey or white: temperature and tint of the selected pictures follow."""
    ids = pictures(editor)

    def take(colour: QColor) -> None:
        if min(colour.red(), colour.green(), colour.blue()) < 8 or colour.lightness() > 250:
            raise EditError(
                "what was clicked on is too dark, too light or too colourful", "Click on something grey"
            )
        warmer, tint = to_grey(colour.red(), colour.green(), colour.blue())

        def change(film: Sequence) -> Sequence:
            for clip_id in ids:
                film = _turned_by(film, clip_id, "colour", "temperature", warmer)
                film = _turned_by(film, clip_id, "hue", "tint", tint)
            return film

        editor.document.edit_sequence(tr("White balance"), change)

    _ask(editor, tr("Click on what should be grey or white; Escape lets go"), take)


def _ask(editor: Editor, words: str, then: Callable[[QColor], None]) -> None:
    from app.panels.viewer import ViewerPanel

    editor.panel(ViewerPanel).pick_colour(words, then)


def _turned_by(film: Sequence, clip_id: str, kind: str, name: str, by: float) -> Sequence:
    """A value of the clip's first effect of a kind, which it gets where it has none, changed by
    so much; keyframes go."""
    parameter = next(one for one in EFFECT_KINDS[kind].parameters if one.name == name)
    effect = first_of(film.find(clip_id)[2], kind)
    if effect is None:
        film = edits.add_effect(film, clip_id, kind)
        effect = first_of(film.find(clip_id)[2], kind)
        assert effect is not None
    now = value_at(effect.params.get(name, parameter.default), 0)
    return edits.set_effect_param(film, clip_id, effect.id, name, round(parameter.bounded(now + by), 3))


ACTIONS = (
    Action("effects.pick_hue", "Pick the hue in the viewer", pick_hue, (), "Clip/Effects/Colour", has_selection,
           separator=True, help="Click on the colour that the clip's Colour key or One colour works on"),
    Action("effects.balance", "White balance by a click", balance, (), "Clip/Effects/Colour", has_selection,
           help="Click on something that should be grey or white; temperature and tint follow"),
)  # fmt: skip
