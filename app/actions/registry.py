"""What a command is. Menus, shortcuts, the palette, the tool strip and the tests read the same table.

Each module of this package lists its commands in ACTIONS; `all_actions` gathers them. A command's function takes
the Editor. Errors that it raises are shown by the one caller, `trigger`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from app.editor import Editor


def tr(text: str) -> str:
    """The words of a command in the user's language."""
    return QCoreApplication.translate("Action", text)


@dataclass(frozen=True)
class Condition:
    """When a command can run, and what is missing where it cannot."""

    holds: Callable[[Editor], bool]
    missing: str
    """A sentence for the user, without a full stop."""

    def __call__(self, editor: Editor) -> bool:
        return self.holds(editor)


def needs(missing: str) -> Callable[[Callable[[Editor], bool]], Condition]:
    """Makes a condition of the function below it: `@needs("Select clips first")`."""
    return partial(Condition, missing=missing)


def always(editor: Editor) -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """A command of the window.

    id: "area.verb".
    menu: path such as "Edit" or "Clip/Speed"; empty: palette only.
    shortcuts: Qt key texts.
    checked: for switches, tells whether it is on.
    icon: name of an SVG in assets/icons.
    """

    id: str
    title: str
    run: Callable[[Editor], object]
    shortcuts: tuple[str, ...] = ()
    menu: str = ""
    enabled: Callable[[Editor], bool] = always
    checked: Callable[[Editor], bool] | None = None
    icon: str = ""
    help: str = ""
    separator: bool = False
    """A line before it in the menu."""


def missing(editor: Editor, action: Action) -> str:
    """What the user has to do before the command can run, in the user's language; empty where it can run now."""
    if action.enabled(editor):
        return ""
    return (
        tr(action.enabled.missing)
        if isinstance(action.enabled, Condition)
        else tr("This is not possible now")
    )


def trigger(editor: Editor, action: Action) -> None:
    """Run a command; an expected error becomes a notice. Where it is not possible, the status bar says what is
    missing."""
    if words := missing(editor, action):
        editor.notify.hint(words)
        return
    with editor.notify.failures():
        action.run(editor)


MENUS = ("File", "Edit", "View", "Clip", "Timeline", "Playback", "Mask", "Jobs", "Help")
"""Order of the menu bar; a menu that is not named here comes before Help."""


_OWN_MENU = ("file", "edit", "view", "clip", "timeline", "playback", "masks", "jobs", "help")
"""Modules that a menu is named after; the commands of others follow theirs."""
_FIRST = ("file.new", "file.open", "file.sample", "file.save", "file.save_as", "file.revert", "media.import",
          "file.export")  # fmt: skip
_AFTER = {
    "Clip/Add": "clip.close_gap",
    "Clip/Transition": "clip.fade_out",
    "Mask/Which object is which": "mask.worst",
    "clip.split_shots": "clip.split_all",
}
"""Menus and commands of other modules, and the command that they stand behind."""
_LAST = (
    "edit.find",
    "edit.palette",
    "edit.shortcuts",
    "edit.settings",
    "file.quit",
    "view.start_page",
    "view.workspace",
)


def _place(action: Action) -> tuple[float, int]:
    """Where a command stands: by menu, then what every such menu starts and ends with, else as listed."""
    menu = action.menu.split("/")[0]
    number = MENUS.index(menu) if menu in MENUS else len(MENUS) - 1.5
    if action.id in _FIRST:
        return number, _FIRST.index(action.id) - len(_FIRST)
    return number, _LAST.index(action.id) + 1 if action.id in _LAST else 0


def modules() -> list[str]:
    """Full names of this package's modules, in the order their commands are gathered; imports none of them."""
    names = [module.name for module in pkgutil.iter_modules(import_module("app.actions").__path__)]
    return [f"app.actions.{name}" for name in sorted(names, key=lambda name: (name not in _OWN_MENU, name))]


@lru_cache(maxsize=1)
def all_actions() -> tuple[Action, ...]:
    """Every command of the program, in menu order."""
    found: list[Action] = []
    for name in modules():
        found += getattr(import_module(name), "ACTIONS", ())
    found.sort(key=_place)
    for what, place in _AFTER.items():
        moved = [action for action in found if what in (action.menu, action.id)]
        found = [action for action in found if action not in moved]
        behind = next(number for number, action in enumerate(found) if action.id == place) + 1
        found[behind:behind] = moved
    return tuple(found)


def find_action(action_id: str) -> Action:
    """Raises KeyError when there is no such command."""
    for action in all_actions():
        if action.id == action_id:
            return action
    raise KeyError(action_id)


def perform(editor: Editor, action_id: str) -> None:
    """Run a command by its id, as a menu would. Raises KeyError when there is no such command."""
    trigger(editor, find_action(action_id))
