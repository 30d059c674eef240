"""Commands on effect presets: keep the effects of a clip by a name, put them on others, delete them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.effects import pictures
from app.actions.registry import Action, tr
from app.timeline.chosen import change_each_alone, has_selection, sequence_of
from app.widgets.asking import ask_choice, ask_text
from core.errors import EditError
from core.project.effect_presets import (
    EffectPreset,
    preset_of,
    presets,
    remove_preset,
    save_preset,
    with_preset,
)

if TYPE_CHECKING:
    from app.editor import Editor


def save(editor: Editor, name: str = "") -> None:
    """Keep the effects of the first selected picture by a name, which is asked for unless it is given."""
    _, where, clip = sequence_of(editor).find(pictures(editor)[0])
    time = clip.time_map.at(where.nearest(editor.state.playhead) - where.start)
    given = name or ask_text(editor.window, tr("Save effects as preset"), tr("Name"), clip.name)
    if given is None:
        return
    preset = preset_of(given, clip.effects, time)
    save_preset(preset)
    editor.notify.info(tr("The preset {0} is kept").format(preset.name), tr("Clip › Effects › Use preset"))


def use(editor: Editor, preset: EffectPreset | None = None) -> None:
    """The effects of a preset on every selected picture; asks which one unless it is given."""
    ids = pictures(editor)
    preset = preset or _asked(editor, tr("Use preset"))
    if preset is not None:
        known = preset
        change_each_alone(
            editor,
            tr("Preset {0}").format(preset.name),
            ids,
            lambda film, clip_id: with_preset(film, clip_id, known),
        )


def remove(editor: Editor) -> None:
    """Delete a preset; clips that have its effects keep them."""
    preset = _asked(editor, tr("Delete preset"))
    if preset is not None:
        remove_preset(preset.name)


def _asked(editor: Editor, title: str) -> EffectPreset | None:
    known = presets()
    if not known:
        raise EditError(
            "there are no presets yet", "Select a clip with effects and choose Save effects as preset"
        )
    name = ask_choice(editor.window, title, tr("Preset"), known)
    return None if name is None else known[name]


ACTIONS = (
    Action("effects.save_preset", "Save effects as preset…", save, (), "Clip/Effects/Presets", has_selection,
           help="Keep the effects of the selected clip by a name, for clips of any project"),
    Action("effects.use_preset", "Use preset…", use, (), "Clip/Effects/Presets", has_selection,
           help="Put the effects of a preset on the selected clips"),
    Action("effects.remove_preset", "Delete preset…", remove, (), "Clip/Effects/Presets",
           help="Clips that have its effects keep them"),
)  # fmt: skip
