"""Commands for how the selected clips mix with what lies below them, or cut it out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.effects import pictures
from app.actions.registry import Action, tr
from app.timeline.chosen import has_selection, selected
from core.timeline import edits
from core.timeline.model import BLEND_MODES, MATTE_MODES, BlendMode, MatteMode

if TYPE_CHECKING:
    from app.editor import Editor

_HELP = {
    "normal": "Over what lies below",
    "stencil": "Not seen itself: what lies below is seen only where this clip is, as a film inside of a title",
    "silhouette": "Not seen itself: what lies below has a hole where this clip is",
    "stencil by brightness": "Not seen itself: what lies below is seen where this clip is bright",
    "silhouette by brightness": "Not seen itself: what lies below is seen where this clip is dark",
}


def use(editor: Editor, mode: BlendMode | MatteMode) -> None:
    """The selected pictures mix with what lies below them so from now on: one undo step."""
    editor.document.edit_sequence(tr("Blend mode"), edits.set_clips, pictures(editor), blend=mode)


def used(editor: Editor, mode: BlendMode | MatteMode) -> bool:
    """Whether all selected clips mix so."""
    chosen = selected(editor)
    return bool(chosen) and all(clip.blend == mode for clip in chosen)


ACTIONS = tuple(
    Action(f"clip.blend_{mode.replace(' ', '_')}", mode.capitalize(), partial(use, mode=mode), (),
           "Clip/Frame/Blend mode",
           has_selection, checked=partial(used, mode=mode), help=_HELP.get(mode, "How it mixes with what lies below"),
           separator=mode == MATTE_MODES[0])
    for mode in (*BLEND_MODES, *MATTE_MODES)
)  # fmt: skip
