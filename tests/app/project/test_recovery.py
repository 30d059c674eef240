"""Work that a crash left is offered, recovered as a copy, thrown away, or kept for later."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.dialogs.recovery import RecoveryDialog
from app.editor import Editor
from app.project.autosave import Autosave, journals_folder
from app.threads.background import Background
from app.window.main_window import MainWindow
from core.project import recovery
from core.project.project import Project, new_project
from tests.app.film import with_sequence


@pytest.fixture
def left_project(editor: Editor, tmp_path: Path) -> Project:
    """A session that dies after one edit; returns the value it had."""
    editor.background = Background(editor)
    autosave = Autosave(editor)
    editor.document.reset(new_project("Lost"), None, tmp_path / "scratch")
    editor.document.edit("Add a film", with_sequence)
    assert autosave.flush()
    autosave.close(keep=True)
    editor.background.close()
    return editor.document.project


def offered(window: MainWindow, qtbot: QtBot) -> RecoveryDialog:
    with qtbot.waitSignal(window.autosave.found):
        window.autosave.look_for_work()
    (dialog,) = window.findChildren(RecoveryDialog)
    return dialog


def test_no_word_of_it_is_cut_off(left_project: Project, window: MainWindow, qtbot: QtBot) -> None:
    dialog = offered(window, qtbot)
    qtbot.waitExposed(dialog)
    for label in dialog.findChildren(QLabel):
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        assert label.height() >= needed, label.text()
        assert label.wordWrap() or label.width() >= label.sizeHint().width(), label.text()
    dialog.close()


def test_a_copy_is_recovered(
    left_project: Project, window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = offered(window, qtbot)
    (one,) = dialog.left
    monkeypatch.setattr(dialog, "ask_folder", lambda left: tmp_path)
    dialog.recover(one)
    qtbot.waitUntil(lambda: window.editor.document.path is not None)
    assert window.editor.document.sequence == left_project.sequence
    assert window.editor.document.path == tmp_path / "Lost (recovered).laminar"
    assert recovery.find(journals_folder()) == []


def test_thrown_away_work_is_offered_no_more(left_project: Project, window: MainWindow, qtbot: QtBot) -> None:
    dialog = offered(window, qtbot)
    dialog.discard(dialog.left[0])
    assert recovery.find(journals_folder()) == []


def test_return_recovers_and_throwing_away_is_asked(
    left_project: Project, window: MainWindow, qtbot: QtBot
) -> None:
    dialog = offered(window, qtbot)
    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    assert [text for text, button in buttons.items() if button.isDefault()] == ["Recover a copy"]
    buttons["Throw away"].click()
    (box,) = dialog.findChildren(QMessageBox)
    assert len(dialog.left) == 1
    next(button for button in box.buttons() if button.text() == "Throw away").click()
    assert dialog.left == []
    assert recovery.find(journals_folder()) == []


def test_deciding_later_keeps_it(left_project: Project, window: MainWindow, qtbot: QtBot) -> None:
    offered(window, qtbot).close()
    (again,) = recovery.find(journals_folder())
    assert again.project.sequence == left_project.sequence
    again.release()


def test_saved_or_discarded_work_leaves_nothing(window: MainWindow) -> None:
    window.commands.run("file.new")
    window.editor.document.edit("Add a film", with_sequence)
    assert window.autosave.flush()
    window.close_now()
    assert recovery.find(journals_folder()) == []
