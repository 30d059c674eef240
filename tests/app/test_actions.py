"""The table of commands is sound: every command can run, has one id, and one key means one thing."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QListWidget, QMenu
from pytestqt.qtbot import QtBot

from app import shortcuts
from app.actions.registry import all_actions, find_action, missing
from app.commands import title_of
from app.window.main_window import MainWindow
from core.assets import asset
from core.settings import SETTINGS
from tests.cuts import project

ACTIONS = all_actions()


def test_ids_are_unique_and_say_their_area() -> None:
    assert not [name for name, count in Counter(action.id for action in ACTIONS).items() if count > 1]
    assert all("." in action.id and action.id == action.id.lower() for action in ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_command_is_complete(action) -> None:  # type: ignore[no-untyped-def]
    assert callable(action.run)
    assert title_of(action)
    assert not action.icon or asset("icons", f"{action.icon}.svg").is_file()
    for key in action.shortcuts:
        assert not QKeySequence(key).isEmpty(), key


def test_no_menu_is_longer_than_a_small_screen(window: MainWindow) -> None:
    window.make_workspace()
    for top in window.menuBar().actions():
        for menu in (top.menu(), *top.menu().findChildren(QMenu)):
            rows = [menu.actionGeometry(action) for action in menu.actions()]
            rows = [row for row in rows if not row.isEmpty()]  # a line at the edge of a menu is not drawn
            assert len({row.left() for row in rows}) <= 1, f"{top.text()} has two columns"
            assert max((row.bottom() for row in rows), default=0) <= 700, top.text()


def test_what_belongs_together_stands_together() -> None:
    order = [action.id for action in ACTIONS]
    assert order.index("clip.transition") == order.index("clip.fade_out") + 1
    assert order.index("clip.split_shots") == order.index("clip.split_all") + 1
    assert len(order) == len(set(order))


def test_titles_are_unique_in_a_menu() -> None:
    seen = Counter((action.menu, title_of(action)) for action in ACTIONS)
    assert not [title for title, count in seen.items() if count > 1]


@pytest.mark.parametrize("name", SETTINGS["shortcuts"].choices)
def test_a_key_means_one_thing_in_every_preset(name: str) -> None:
    keys = shortcuts.keys_of(ACTIONS, shortcuts.preset(name).keys)
    claims = Counter(text.lower() for texts in keys.values() for text in texts)
    assert [text for text, count in claims.items() if count > 1] == []


def test_no_key_opens_a_menu_instead() -> None:
    mnemonics = {f"alt+{action.menu[0].lower()}" for action in ACTIONS if action.menu}
    assert not mnemonics & {key.lower() for action in ACTIONS for key in action.shortcuts}


@pytest.mark.parametrize("name", SETTINGS["shortcuts"].choices)
def test_a_preset_names_commands_and_keys_that_exist(name: str) -> None:
    for action_id, keys in shortcuts.preset(name).keys.items():
        find_action(action_id)
        for key in keys:
            assert QKeySequence(key).toString(), key


@pytest.mark.parametrize("started", [False, True])
def test_every_command_tells_whether_it_is_possible(window: MainWindow, started: bool) -> None:
    if started:
        window.commands.run("file.new")
    for action in ACTIONS:
        assert isinstance(action.enabled(window.editor), bool), action.id
        if action.checked is not None:
            assert isinstance(action.checked(window.editor), bool), action.id


def test_every_command_that_is_not_possible_says_what_is_missing(window: MainWindow) -> None:
    for action in ACTIONS:
        words = missing(window.editor, action)
        assert bool(words) is not action.enabled(window.editor), action.id
        assert words != "This is not possible now", action.id
    hints: list[str] = []
    window.editor.notify.hinted.connect(hints.append)
    window.commands.run("file.new")
    window.commands.run("clip.split")
    window.commands.run("clip.ripple_delete")
    assert hints == [
        "There is no film yet: import media, or begin one with Timeline › Film › New film",
        "Select clips on the timeline first",
    ]
    assert window.statusBar().currentMessage() == hints[-1]


def test_a_key_of_a_command_that_is_not_possible_says_what_is_missing(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.commands.run("file.new")
    window.activateWindow()
    window.make_workspace().docks["timeline"].widget().setFocus()
    for key, modifier, words in (
        (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier, "There is no film yet"),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "Select clips on the timeline first"),
        (Qt.Key.Key_3, Qt.KeyboardModifier.NoModifier, "Open the mask view first"),
    ):
        qtbot.keyClick(window.focusWidget(), key, modifier)
        assert window.statusBar().currentMessage().startswith(words)


def test_a_menu_says_why_a_command_is_not_possible(window: MainWindow) -> None:
    window.make_workspace()
    menu = window.commands.menu("Edit")
    undo = window.commands.action("edit.undo")
    menu.aboutToShow.emit()
    assert undo.toolTip() == "There is nothing to undo"
    window.commands._enable_all()
    assert undo.toolTip() == "Undo (Ctrl+Z)"


def test_the_answer_of_a_search_comes_to_the_front(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.panels.moments import MomentsPanel

    dock = window.make_workspace().docks["moments"]
    window.editor.document.reset(project(), None, None)
    asked: list[bool] = []
    monkeypatch.setattr(MomentsPanel, "find_like", lambda panel: asked.append(True))
    assert dock.visibleRegion().isEmpty(), "the media bin lies over it"
    window.commands.run("moments.find")
    assert asked
    assert not dock.visibleRegion().isEmpty()


def test_single_keys_do_not_fire_while_typing(window: MainWindow, qtbot: QtBot) -> None:
    ran: list[str] = []
    window.commands.ran.connect(ran.append)
    window.commands.run("file.new")
    ran.clear()
    line = QLineEdit(window)
    line.show()
    window.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    qtbot.keyClicks(line, "hjkl ")
    assert line.text() == "hjkl "
    assert ran == []
    line.clearFocus()
    qtbot.keyClick(window, Qt.Key.Key_H)
    assert ran == ["mask.hand"]


def test_arrows_move_in_a_list_and_not_in_the_film(window: MainWindow, qtbot: QtBot) -> None:
    ran: list[str] = []
    window.commands.ran.connect(ran.append)
    names = QListWidget(window)
    names.addItems(["one", "two"])
    names.setCurrentRow(0)
    names.show()
    names.setFocus()
    qtbot.waitUntil(names.hasFocus)
    qtbot.keyClick(names, Qt.Key.Key_Down)
    assert names.currentRow() == 1
    assert ran == []
