"""Which keys run which command: the table's own, changed by a preset, changed by the user.

A preset is assets/shortcuts/NAME.json: {"title": …, "keys": {command id: [key, …]}}. The user's own are the same
mapping in the setting "custom_shortcuts". Pure functions; nothing here knows Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from app.actions.registry import Action
from core.assets import asset
from core.settings import Settings

Keys = dict[str, tuple[str, ...]]


class Preset(msgspec.Struct, frozen=True):
    title: str
    keys: dict[str, tuple[str, ...]] = {}


def preset(name: str) -> Preset:
    """A shipped preset. Raises OSError when there is none of that name."""
    return msgspec.json.decode(asset("shortcuts", f"{name}.json").read_bytes(), type=Preset)


def own(settings: Settings) -> Keys:
    """The user's own keys; damaged text counts as none."""
    try:
        return msgspec.json.decode(settings.text("custom_shortcuts").encode(), type=Keys)
    except msgspec.MsgspecError:
        return {}


def keys_of(actions: Iterable[Action], *layers: Mapping[str, tuple[str, ...]]) -> Keys:
    """Command id to its keys, later layers over earlier ones."""
    keys = {action.id: action.shortcuts for action in actions}
    for layer in layers:
        keys |= {name: tuple(value) for name, value in layer.items() if name in keys}
    return keys


def current(settings: Settings, actions: Iterable[Action]) -> Keys:
    """What is in force now."""
    return keys_of(actions, preset(settings.text("shortcuts")).keys, own(settings))


def with_own(settings: Settings, action_id: str, keys: tuple[str, ...] | None) -> str:
    """The setting "custom_shortcuts" with the user's own keys for a command; None goes back to the preset's."""
    mine: dict[str, Any] = dict(own(settings))
    if keys is None:
        mine.pop(action_id, None)
    else:
        mine[action_id] = keys
    return msgspec.json.encode(mine).decode()
