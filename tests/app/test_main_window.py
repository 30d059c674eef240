"""The window opens, shows what is open, keeps its layout, and asks before work is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.editor import Editor
from app.main_window import MainWindow, build
from app.project_desk import Answer
from core.project.project import Project
from core.settings import Settings
from core.time import FrameRate
from core.timeline.model import new_sequence


def with_sequence(project: Project) -> Project:
    return project.with_sequence(new_sequence("Film", 640, 360, FrameRate(25)))


def test_the_start_page_shows_until_something_is_open(window: MainWindow) -> None:
    assert window.stack.currentWidget() is window.start
    window.commands.run("file.new")
    assert window.stack.currentWidget() is window.workspace
    assert window.windowTitle() == "Untitled[*] — Laminar"


def test_an_edit_marks_the_title_and_undo_takes_the_mark_away(window: MainWindow) -> None:
    window.commands.run("file.new")
    window.editor.document.edit("Add a film", with_sequence)
    assert window.isWindowModified()
    window.commands.run("edit.undo")
    assert not window.isWindowModified()
    window.commands.run("edit.redo")
    assert window.isWindowModified()


@pytest.mark.parametrize(("answer", "closes"), [("cancel", False), ("discard", True)])
def test_closing_asks_for_unsaved_work(window: MainWindow, answer: Answer, closes: bool) -> None:
    window.commands.run("file.new")
    window.editor.document.edit("Add a film", with_sequence)
    window.editor.desk.ask_unsaved = lambda: answer
    assert window.close() is closes


def test_closing_can_save_first(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.commands.run("file.new")
    window.editor.document.edit("Add a film", with_sequence)
    path = tmp_path / "My Film.laminar"
    window.editor.desk.ask_unsaved = lambda: "save"
    window.editor.desk.ask_save = lambda: path
    assert not window.close()
    qtbot.waitUntil(window.isHidden)
    assert path.is_file()


def test_save_and_open_again(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    editor = window.editor
    window.commands.run("file.new")
    editor.document.edit("Add a film", with_sequence)
    path = tmp_path / "My Film.laminar"
    editor.desk.ask_save = lambda: path
    window.commands.run("file.save")
    qtbot.waitUntil(lambda: not editor.document.unsaved)
    assert window.windowTitle() == "My Film[*] — Laminar"
    sequence = editor.document.sequence
    window.commands.run("file.new")
    assert editor.document.sequence is None
    editor.desk.open(path)
    qtbot.waitUntil(lambda: editor.document.path == path)
    assert editor.document.sequence == sequence
    assert editor.desk.recent() == [path]


def test_the_layout_is_kept_and_can_be_reset(qtbot: QtBot, home: Path) -> None:
    settings = Settings()
    first = build(Editor(settings))
    first.editor.document.reset(first.editor.document.project, None, None)
    first.show()
    assert first.workspace is not None
    first.workspace.docks["history"].setFloating(True)
    first.close_now()
    second = build(Editor(Settings()))
    second.editor.document.reset(second.editor.document.project, None, None)
    second.show()
    assert second.workspace is not None
    assert second.workspace.docks["history"].isFloating()
    second.commands.run("view.reset_layout")
    assert not second.workspace.docks["history"].isFloating()
    second.close_now()


def test_the_theme_switches_at_once(window: MainWindow, qapp: QApplication) -> None:
    window.commands.run("view.light_theme")
    assert theme.current() == "light"
    assert window.palette().window().color() == theme.colours().panel
    assert window.editor.settings.text("theme") == "light"
    window.commands.run("view.light_theme")
    assert theme.current() == "dark"


def test_a_notice_shows_its_cure_and_its_report(window: MainWindow, qapp: QApplication) -> None:
    window.editor.notify.error("a.mp4 cannot be read", "Choose another file", "trace")
    (card,) = window.notices.cards()
    assert "A.mp4" not in card.accessibleName()
    card.copy_report()
    assert qapp.clipboard().text() == "trace"
    card.dismiss()
    assert not window.notices.cards()
