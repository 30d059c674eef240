"""Stacks of effects kept by name, to be put on clips of any project: a JSON file each, in the settings' folder.

What belongs to one project alone is left out: the object that an effect is limited to, and the table of a look. Values
that were animated are kept as they stand at one moment. The files are read as untrusted input.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
from msgspec.structs import replace

from core.errors import EditError, ProjectError
from core.files import read_json, write_json
from core.project.bounds import Notes
from core.project.checks import believed_effects
from core.settings import folders
from core.timeline import edits
from core.timeline.effects import LOOK, effect_values
from core.timeline.model import Effect, Sequence, new_id

LONGEST_NAME, MOST = 80, 200


class EffectPreset(msgspec.Struct, frozen=True, tag="laminar effects"):
    """Effects by a name, in their order."""

    name: str
    effects: tuple[Effect, ...]


def preset_of(name: str, effects: tuple[Effect, ...], source_time: int) -> EffectPreset:
    """What of a clip's effects can be kept. source_time: the moment whose values count.

    Raises:
        EditError: when the name is empty, or nothing can be kept.
    """
    name = " ".join(name.split())[:LONGEST_NAME]
    kept = tuple(
        replace(effect, params=dict(effect_values(effect, source_time)), matte=None)
        for effect in effects
        if effect.kind != LOOK
    )
    if not name:
        raise EditError("a preset needs a name", "Type one")
    if not kept:
        raise EditError(
            "the clip has no effects that can be kept", "Looks from .cube files stay in their project"
        )
    return EffectPreset(name, kept)


def save_preset(preset: EffectPreset) -> None:
    """Write the preset, over one of the same name.

    Raises:
        ProjectError: when the disk refuses.
    """
    path = _path(preset.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, preset)
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be written: {error.strerror}", "Make room, or choose another folder for settings"
        ) from error


def presets() -> dict[str, EffectPreset]:
    """All presets that can be read, by name, in the order of the alphabet."""
    found = [read_json(path, EffectPreset) for path in sorted(_folder().glob("*.json"))[:MOST]]
    whole = [_believed(one) for one in found if one is not None]
    return {one.name: one for one in sorted(whole, key=lambda one: one.name.casefold()) if one.effects}


def remove_preset(name: str) -> None:
    """Delete a preset; nothing happens when it is gone. Raises ProjectError when the disk refuses."""
    path = _path(name)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ProjectError(f"{path} cannot be deleted: {error.strerror}", "Delete it by hand") from error


def with_preset(sequence: Sequence, clip_id: str, preset: EffectPreset) -> Sequence:
    """The preset's effects after those that the clip has.

    Raises:
        EditError: when its track is locked.
    """
    fresh = tuple(replace(effect, id=new_id()) for effect in preset.effects)
    return edits.set_clip(sequence, clip_id, effects=(*sequence.find(clip_id)[2].effects, *fresh))


def _believed(preset: EffectPreset) -> EffectPreset:
    name = " ".join(preset.name.split())[:LONGEST_NAME]
    whole = tuple(effect for effect in preset.effects if effect.matte is None and effect.kind != LOOK)
    return EffectPreset(name, believed_effects(whole, name, Notes()) if name else ())


def _path(name: str) -> Path:
    """A file of its own for every name, whatever letters that has."""
    return _folder() / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"


def _folder() -> Path:
    return folders().config / "effects"
