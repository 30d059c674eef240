"""What a command is. Menus, shortcuts, the palette, the tool strip and the tests read the same table.

Each module of this package lists its commands in ACTIONS; `all_actions` gathers them. A command's function takes
the Editor. Errors that it raises are shown by the one caller, `trigger`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from core.errors import LaminarError

if TYPE_CHECKING:
    from app.editor import Editor


def always(editor: Editor) -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """id: "area.verb". menu: path such as "Edit" or "Clip/Speed"; empty: palette only. shortcuts: Qt key texts.

    checked: for switches, tells whether it is on. icon: name of an SVG in assets/icons.
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


def trigger(editor: Editor, action: Action) -> None:
    """Run a command; an expected error becomes a notice."""
    if not action.enabled(editor):
        return
    try:
        action.run(editor)
    except LaminarError as error:
        editor.notify.failure(error)


MENUS = ("File", "Edit", "View", "Clip", "Timeline", "Playback", "Mask", "Jobs", "Help")
"""Order of the menu bar; a menu that is not named here comes before Help."""


@lru_cache(maxsize=1)
def all_actions() -> tuple[Action, ...]:
    """Every command of the program, in menu order."""
    package = import_module("app.actions")
    found: list[Action] = []
    for module in pkgutil.iter_modules(package.__path__):
        found += getattr(import_module(f"app.actions.{module.name}"), "ACTIONS", ())
    known = {menu: number for number, menu in enumerate(MENUS)}

    def place(action: Action) -> tuple[float, bool]:
        """By menu; Quit stands last in its own, whatever other areas add to it."""
        return known.get(action.menu.split("/")[0], len(MENUS) - 1.5), action.id == "file.quit"

    return tuple(sorted(found, key=place))


def find_action(action_id: str) -> Action:
    """Raises KeyError when there is no such command."""
    for action in all_actions():
        if action.id == action_id:
            return action
    raise KeyError(action_id)
