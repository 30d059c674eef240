"""Edits of very many clips are worked out beside the window."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.actions.registry import perform
from app.editor import Editor
from app.threads import large_edit
from app.window.main_window import MainWindow
from core.errors import EditError
from core.project.project import Project, new_project
from tests.app.film import open_film


@pytest.fixture
def editor(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """The window with the small film, for which two clips are many."""
    open_film(window.editor, tmp_path)
    monkeypatch.setattr(large_edit, "MANY", 2)
    return window.editor


def renamed(project: Project, to: str) -> Project:
    return replace(project, name=f"{project.name} {to}")


def steps(editor: Editor) -> list[str]:
    return [editor.document.undo_stack.text(n) for n in range(editor.document.undo_stack.count())]


def test_many_clips_are_worked_out_on_a_thread_in_the_order_of_asking(editor: Editor, qtbot: QtBot) -> None:
    threads, done = [], []

    def change(project: Project, to: str) -> Project:
        threads.append(threading.current_thread())
        return renamed(project, to)

    name = editor.document.project.name
    large_edit.edit(editor, "One", 2, lambda known: change(known, "1"), lambda: done.append("one"))
    large_edit.edit(editor, "Two", 2, lambda known: change(known, "2"), lambda: done.append("two"))
    assert editor.document.project.name == name
    qtbot.waitUntil(lambda: len(done) == 2)
    assert editor.document.project.name == f"{name} 1 2" and done == ["one", "two"]
    assert steps(editor)[-2:] == ["One", "Two"]
    assert len(threads) == 2 and threading.main_thread() not in threads


def test_few_clips_are_changed_at_once(editor: Editor) -> None:
    large_edit.edit(editor, "One", 1, lambda known: renamed(known, "1"))
    assert steps(editor)[-1] == "One"


def test_what_was_edited_meanwhile_stays(editor: Editor, qtbot: QtBot) -> None:
    name, done = editor.document.project.name, list[str]()
    large_edit.edit(editor, "Large", 2, lambda known: renamed(known, "large"), lambda: done.append("large"))
    editor.document.edit("Small", renamed, "small")
    qtbot.waitUntil(lambda: bool(done))
    assert editor.document.project.name == f"{name} small large"
    editor.document.undo_stack.undo()
    assert editor.document.project.name == f"{name} small"


def test_what_is_refused_is_told_and_the_next_goes_on(editor: Editor, qtbot: QtBot) -> None:
    told, done = list[str](), list[str]()
    editor.notify.posted.connect(lambda notice: told.append(notice.message))

    def refuse(project: Project) -> Project:
        raise EditError("not this", "Try another")

    large_edit.edit(editor, "Refused", 2, refuse)
    large_edit.edit(editor, "Made", 2, lambda known: renamed(known, "made"), lambda: done.append("made"))
    qtbot.waitUntil(lambda: bool(done))
    assert told == ["not this"] and steps(editor)[-1] == "Made"


def test_another_project_is_not_changed(editor: Editor, qtbot: QtBot) -> None:
    told = list[str]()
    editor.notify.posted.connect(lambda notice: told.append(notice.message))
    large_edit.edit(editor, "Large", 2, lambda known: renamed(known, "large"))
    editor.document.reset(new_project(), None, editor.desk.scratch())
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["another project is open by now"] and not steps(editor)


def test_commands_on_many_clips_go_that_way(
    editor: Editor, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_edit, "MANY", 1)
    sequence = editor.document.sequence
    assert sequence is not None
    ids = frozenset(clip.id for _, _, clip in sequence.clips())
    editor.state.set("selection", ids)
    perform(editor, "clip.copy")
    perform(editor, "clip.duplicate")
    assert editor.document.sequence is sequence
    qtbot.waitUntil(lambda: editor.document.sequence is not sequence)
    after = editor.document.sequence
    assert after is not None and sum(1 for _ in after.clips()) == 2 * len(ids)
    assert editor.state.selection == {clip.id for _, _, clip in after.clips()} - ids
