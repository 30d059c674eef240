"""Commands for which channels of a recording are heard: one microphone on each channel, a dead side, mono."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.effects import sounds
from app.actions.registry import Action, tr
from app.timeline.chosen import change_each_alone, has_selection
from core.timeline import edits
from core.timeline.clips import first_of
from core.timeline.effects import EFFECT_KINDS
from core.timeline.model import Sequence
from core.timeline.sound_kinds import CHANNELS

if TYPE_CHECKING:
    from app.editor import Editor

_WAYS = (
    ("left", "&Left on both sides", 0.0, 1.0, "What was recorded on the left, such as one of two microphones, "
                                              "is heard on both sides"),
    ("right", "&Right on both sides", 1.0, 0.0, "What was recorded on the right is heard on both sides"),
    ("mono", "&Both mixed", 0.5, 0.5, "Left and right in equal parts on both sides: mono"),
    ("swapped", "&Swapped", 1.0, 1.0, "Left on the right, right on the left"),
    ("stereo", "&As recorded", 0.0, 0.0, "Left on the left, right on the right"),
)  # fmt: skip


def hear(editor: Editor, left: float, right: float) -> None:
    """Set how much of the right is heard on the left, and of the left on the right, in the
    selected sounds: one undo step."""

    def change(film: Sequence, clip_id: str) -> Sequence:
        known = first_of(film.find(clip_id)[2], CHANNELS)
        if known is None:
            return edits.add_effect(film, clip_id, CHANNELS, left=left, right=right)
        film = edits.set_effect_param(film, clip_id, known.id, "left", left)
        return edits.set_effect_param(film, clip_id, known.id, "right", right)

    change_each_alone(editor, tr(EFFECT_KINDS[CHANNELS].title), sounds(editor), change)


ACTIONS = tuple(
    Action(f"channels.{name}", title, partial(hear, left=left, right=right), (), "Clip/Sound/Channels",
           has_selection, help=words)
    for name, title, left, right, words in _WAYS
)  # fmt: skip
