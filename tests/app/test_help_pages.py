"""The help pages and the README say what the program does: keys, places in menus, presets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.actions.registry import all_actions
from app.dialogs import help as help_pages
from core.assets import asset
from core.render.presets import PRESETS
from core.settings import SETTINGS

NAMES = {"↑": "Up", "↓": "Down", "←": "Left", "→": "Right"}
README = Path(__file__).parents[2] / "README.md"
PAGES = [*(page.path for page in help_pages.pages()), *([README] if README.is_file() else [])]


def plain(title: str) -> str:
    return title.replace("&", "").rstrip("…").lower()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_keys_are_keys_of_commands(page: Path) -> None:
    known = {key for action in all_actions() for key in action.shortcuts}
    known |= {key.replace("Return", "Enter") for key in known}
    text = page.read_text(encoding="utf-8").replace("Page up", "PgUp").replace("Page down", "PgDown")
    for typed in re.findall(r"(?:(?:Ctrl|Alt|Shift)\+)+(?:[A-Z][A-Za-z0-9]*|[0-9↑↓←→;',./\[\]])", text):
        assert "".join(NAMES.get(letter, letter) for letter in typed) in known, typed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_are_in_the_menus_that_are_told(page: Path) -> None:
    actions = all_actions()
    menus = {action.menu for action in actions} | {f"Settings/{one.group}" for one in SETTINGS.values()}
    for told in re.findall(r"\*\*([A-Z][\w ]+(?: › [\w …-]+)+)\*\*", page.read_text(encoding="utf-8")):
        place = told.replace(" › ", "/")
        menu, _, name = place.rpartition("/")
        found = any(action.menu == menu and plain(action.title) == plain(name) for action in actions)
        assert found or place in menus, told


def test_every_preset_is_explained_by_its_name() -> None:
    text = asset("help", "04-export.md").read_text(encoding="utf-8")
    missing = {
        one.title
        for one in PRESETS.values()
        if not re.search(rf"\| (?:[^|]*, )?{re.escape(one.title)}(?:, [^|]*)? \|", text)
    }
    assert {name for name in missing if " on " not in name} == set()
