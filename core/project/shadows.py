"""What becomes of the shadow of an object, as ordinary changes of the clip that shows it: kept, dropped, softened."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from core.project.project import Shadow
from core.timeline import edits
from core.timeline.effects import new_effect
from core.timeline.model import Clip, Sequence, new_id

SOFT_OPACITY = 0.6
"""How much of a softened shadow stays."""
SOFT_RADIUS = 14.0
"""Sigma of its blur, in pixels at 1080 lines."""
_SOFT = "soften-"


def set_shadow(sequence: Sequence, clip_id: str, how: Shadow) -> Sequence:
    """Keep, drop or soften the shadow that a clip of an effect layer shows.

    Raises:
        EditError: when the clip is gone or its track is locked.
    """
    clip = sequence.require(clip_id)[2]
    return edits.set_clip(sequence, clip_id, **shadow_fields(clip, how))


def shadow_of(clip: Clip) -> Shadow:
    """What was chosen for the shadow that a clip shows."""
    if not clip.enabled:
        return "drop"
    return "soften" if any(effect.id.startswith(_SOFT) for effect in clip.effects) else "keep"


def shadow_fields(clip: Clip, how: Shadow) -> dict[str, Any]:
    """The fields of the clip that change."""
    rest = tuple(effect for effect in clip.effects if not effect.id.startswith(_SOFT))
    was_soft = len(rest) != len(clip.effects)
    if how == "drop":
        return {"enabled": False}
    if how == "keep":
        return {"enabled": True, "effects": rest, **({"opacity": 1.0} if was_soft else {})}
    soft = replace(new_effect("blur", radius=SOFT_RADIUS), id=f"{_SOFT}{new_id()}")
    return {"enabled": True, "effects": (*rest, soft), "opacity": SOFT_OPACITY}
