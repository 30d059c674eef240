"""Two windows on one project: the second is told, can look, and can save elsewhere; nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.project import disk
from app.project.desk import ProjectDesk
from app.project.document import Document
from app.project.file_watch import file_watch_of
from app.window.main_window import MainWindow
from app.window.notices import NoticeCard
from core.errors import EditError, ProjectError
from core.project import file
from core.project.holding import Hold, Holder, hold, visit
from core.project.paths import data_folder, results_folder
from core.project.project import new_project
from tests.app.film import with_sequence


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file.save(new_project(), tmp_path / "film.laminar")
    return tmp_path / "film.laminar"


def messages(window: MainWindow) -> list[str]:
    return [card.notice.message for card in window.notices.cards()]


def opened_anyway(window: MainWindow, qtbot: QtBot, path: Path) -> Hold:
    """The project in the window although another one holds it, which is what comes back."""
    other = hold(path)
    assert isinstance(other, Hold)
    desk = window.editor.desk
    desk.ask_held = lambda path, holder: "anyway"
    desk.open(path)
    qtbot.waitUntil(lambda: window.editor.document.path == path)
    return other


def test_a_project_is_held_from_open_to_close(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    window.editor.desk.open(path)
    qtbot.waitUntil(lambda: window.editor.document.path == path)
    assert isinstance(hold(path), Holder)
    window.editor.desk.revert()
    qtbot.waitUntil(lambda: not window.editor.desk.reading)
    assert not window.editor.document.read_only, "it is this window's own"
    window.editor.desk.new()
    taken = hold(path)
    assert isinstance(taken, Hold)
    taken.release()


@pytest.mark.parametrize("answer", ["read", "anyway", "cancel"])
def test_the_second_window_asks(window: MainWindow, qtbot: QtBot, path: Path, answer: str) -> None:
    other = hold(path)
    assert isinstance(other, Hold)
    asked: list[Holder] = []
    document, desk = window.editor.document, window.editor.desk
    desk.ask_held = lambda path, holder: (asked.append(holder), answer)[1]  # type: ignore[assignment, return-value]
    desk.open(path)
    qtbot.waitUntil(lambda: bool(asked) and not desk.reading)
    assert document.path == (None if answer == "cancel" else path)
    assert document.read_only == ("is open in another window" if answer == "read" else "")
    if answer == "read":
        with pytest.raises(EditError, match="open in another window"):
            document.edit("Add a film", with_sequence)
    other.release()


def test_a_copy_of_what_is_read_only_is_ones_own(
    window: MainWindow, qtbot: QtBot, path: Path, tmp_path: Path
) -> None:
    other = hold(path)
    assert isinstance(other, Hold)
    document, desk = window.editor.document, window.editor.desk
    desk.ask_held = lambda path, holder: "read"
    desk.ask_save = lambda: tmp_path / "copy.laminar"
    desk.open(path)
    qtbot.waitUntil(lambda: document.path == path)
    desk.save()
    qtbot.waitUntil(lambda: document.path == tmp_path / "copy.laminar")
    document.edit("Add a film", with_sequence)
    assert isinstance(hold(document.path), Holder)
    other.release()


def test_a_project_that_is_open_is_not_saved_over(
    window: MainWindow, qtbot: QtBot, path: Path, tmp_path: Path
) -> None:
    other = hold(path)
    assert isinstance(other, Hold)
    before = path.read_bytes()
    window.commands.run("file.new")
    window.editor.document.edit("Add a film", with_sequence)
    window.editor.desk.save_to(path)
    qtbot.waitUntil(lambda: bool(messages(window)))
    assert messages(window) == ["film.laminar is open in another window"]
    assert path.read_bytes() == before and window.editor.document.unsaved
    other.release()


def test_whoever_opened_anyway_and_saves_second_is_told(
    window: MainWindow, qtbot: QtBot, path: Path, tmp_path: Path
) -> None:
    other = opened_anyway(window, qtbot, path)
    document, desk = window.editor.document, window.editor.desk
    document.edit("Add a film", with_sequence)
    file.save(with_sequence(file.load(path).project), path)  # the other window
    theirs = path.read_bytes()
    desk.save()
    qtbot.waitUntil(lambda: bool(messages(window)))
    assert "was changed by another window" in messages(window)[0]
    assert path.read_bytes() == theirs and document.unsaved
    other.release()


def card(window: MainWindow, words: str) -> NoticeCard:
    return next(card for card in window.notices.cards() if words in card.notice.message)


def press(card: NoticeCard, words: str) -> None:
    next(button for button in card.findChildren(QPushButton) if button.text() == words).click()


def look(window: MainWindow, qtbot: QtBot) -> None:
    watch = file_watch_of(window.editor)
    watch.look()
    qtbot.waitUntil(lambda: not watch._looking)


def edited(window: MainWindow, qtbot: QtBot, path: Path) -> tuple[Document, ProjectDesk]:
    """The project is open, and has an edit that is not saved."""
    document, desk = window.editor.document, window.editor.desk
    desk.open(path)
    qtbot.waitUntil(lambda: document.path == path)
    document.edit("Add a film", with_sequence)
    return document, desk


def test_a_save_that_ends_after_another_project_was_opened_leaves_that_one_alone(
    window: MainWindow, qtbot: QtBot, path: Path, tmp_path: Path
) -> None:
    document, desk = edited(window, qtbot, path)
    desk.save_to(tmp_path / "copy.laminar")
    other = new_project("Other")
    document.reset(other, tmp_path / "other.laminar", tmp_path / "other_data")
    qtbot.waitUntil(lambda: not desk.saving)
    assert document.project is other and document.path == tmp_path / "other.laminar"
    assert file.load(tmp_path / "copy.laminar").project.sequences
    free = hold(tmp_path / "copy.laminar")
    assert isinstance(free, Hold)
    free.release()


def test_whoever_has_it_open_is_told_of_a_second_window(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    desk = window.editor.desk
    desk.open(path)
    qtbot.waitUntil(lambda: desk.held is not None)
    look(window, qtbot)
    assert not messages(window)
    visit(path)
    for _ in range(2):
        look(window, qtbot)
    assert messages(window) == ["film.laminar was opened in another window, too"]
    desk.close()
    assert not (data_folder(path) / "visited.json").exists()


def test_opening_anyway_lets_the_other_window_know(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    other = opened_anyway(window, qtbot, path)
    qtbot.waitUntil(lambda: other.visitor() is not None)
    other.release()
    again = hold(path)
    assert isinstance(again, Hold) and again.visitor() is None
    again.release()


def test_what_another_saved_is_told_and_can_be_shown(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    document, desk = edited(window, qtbot, path)
    desk.save()
    qtbot.waitUntil(lambda: not document.unsaved)
    look(window, qtbot)
    assert not any("saved by another" in words for words in messages(window)), "its own"
    theirs = replace(file.load(path).project, name="Theirs")
    file.save(theirs, path)
    for _ in range(2):
        look(window, qtbot)
    told = card(window, "saved by another window")
    assert sum("saved by another" in words for words in messages(window)) == 1
    press(told, "Reload")
    qtbot.waitUntil(lambda: document.project.name == "Theirs")


def test_a_save_that_is_refused_offers_another_name(
    window: MainWindow, qtbot: QtBot, path: Path, tmp_path: Path
) -> None:
    document, desk = edited(window, qtbot, path)
    theirs = replace(file.load(path).project, name="Theirs")
    file.save(theirs, path)
    desk.save()
    qtbot.waitUntil(lambda: bool(messages(window)))
    desk.ask_save = lambda: tmp_path / "mine.laminar"
    press(card(window, "was changed by another window"), "Save as…")
    qtbot.waitUntil(lambda: document.path == tmp_path / "mine.laminar")
    assert file.load(path).project.name == "Theirs" and not document.unsaved


def test_whoever_opened_anyway_has_the_project_once_the_other_window_is_gone(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    other = opened_anyway(window, qtbot, path)
    document, desk = window.editor.document, window.editor.desk
    document.edit("Add a film", with_sequence)
    desk.save()
    qtbot.waitUntil(lambda: not document.unsaved)
    other.release()
    taken = hold(path)
    assert isinstance(taken, Hold)
    taken.release()
    document.undo_stack.undo()
    desk.save()
    qtbot.waitUntil(lambda: not document.unsaved)
    assert isinstance(hold(path), Holder), "a third window is told"


def test_results_are_not_cleaned_while_another_window_may_use_them(path: Path, tmp_path: Path) -> None:
    data = tmp_path / "film_data"
    result = results_folder(data) / ("a" * 32)
    result.mkdir(parents=True)
    code = (
        "import sys, time; from pathlib import Path; from core.project.holding import hold; "
        "held = hold(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        try:
            with pytest.raises(ProjectError, match="open in another window"):
                disk.clean(path, data, (new_project(),))
        finally:
            other.kill()
    assert result.is_dir()
    disk.clean(path, data, (new_project(),))
    assert not result.exists()
    free = hold(path)
    assert isinstance(free, Hold)
    free.release()
