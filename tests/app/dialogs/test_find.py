"""Find in the film: the list, going there, and replacing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.dialogs.find import MOST, FindDialog
from app.editor import Editor
from core.project.project import new_project
from core.time import FrameRate
from core.timeline import edits
from core.timeline.model import Clip, Marker, Sequence, Solid, Title, Track
from tests.app.equipment import equip, put_away

RATE = FrameRate(25)


def subtitles(*lines: str) -> tuple[Clip, ...]:
    return tuple(Clip(f"t{n}", line, Title(line), RATE.time_of(25)) for n, line in enumerate(lines))


def open_film(editor: Editor, *lines: str) -> None:
    tracks = (
        Track("v1", "video", "V1", (Clip("sky", "Sky over Anna's town", Solid(), RATE.time_of(100)),)),
        Track("v2", "video", "V2", subtitles(*lines)),
    )
    film = Sequence(
        "film", "Film", 64, 48, RATE, tracks=tracks, markers=(Marker("m", RATE.time_of(30), "Anna?"),)
    )
    editor.document.reset(new_project().with_sequence(film), None, None)


@pytest.fixture
def dialog(editor: Editor, qtbot: QtBot) -> Iterator[FindDialog]:
    equip(editor)
    open_film(editor, "Anna goes", "Nobody", "anna comes")
    found = FindDialog(editor)
    found.show()
    yield found
    put_away(editor, found)


def rows(dialog: FindDialog) -> list[list[str]]:
    items = (dialog.list.topLevelItem(row) for row in range(dialog.list.topLevelItemCount()))
    return [[item.text(column) for column in range(3)] for item in items if item is not None]


def texts(editor: Editor) -> list[str]:
    assert editor.document.sequence is not None
    return [
        clip.content.text
        for _, _, clip in editor.document.sequence.clips()
        if isinstance(clip.content, Title)
    ]


def test_what_is_typed_is_listed(dialog: FindDialog) -> None:
    assert rows(dialog) == [] and dialog.count.text() == "" and not dialog.replace.isEnabled()
    QTest.keyClicks(dialog.words, "anna")
    assert rows(dialog) == [
        ["Sky over Anna's town", "00:00:00:00", "V1"],
        ["Anna goes", "00:00:00:00", "V2"],
        ["Anna?", "00:00:01:05", "Marker"],
        ["anna comes", "00:00:02:00", "V2"],
    ]
    assert dialog.count.text() == "4 places" and dialog.replace.isEnabled()
    QTest.keyClicks(dialog.words, " sky")
    assert dialog.count.text() == "One place" and not dialog.replace.isEnabled()


def test_enter_goes_from_place_to_place(dialog: FindDialog, editor: Editor) -> None:
    QTest.keyClicks(dialog.words, "anna")
    seen = []
    for _ in range(5):
        QTest.keyClick(dialog.words, Qt.Key.Key_Return)
        seen.append((editor.state.playhead, *sorted(editor.state.selection)))
    there = RATE.time_of(50)
    assert seen == [(0, "sky"), (0, "t0"), (RATE.time_of(30), "t0"), (there, "t2"), (0, "sky")]
    QTest.keyClick(dialog.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert editor.state.playhead == there
    QTest.keyClick(dialog.words, Qt.Key.Key_Up)
    assert editor.state.playhead == RATE.time_of(30)


def test_words_are_replaced_in_one_undo_step(dialog: FindDialog, editor: Editor) -> None:
    QTest.keyClicks(dialog.words, "anna")
    QTest.keyClicks(dialog.by, "Eva")
    dialog.case.setChecked(True)
    dialog.replace.click()
    assert texts(editor) == ["Anna goes", "Nobody", "Eva comes"]
    dialog.case.setChecked(False)
    dialog.replace.click()
    assert texts(editor) == ["Eva goes", "Nobody", "Eva comes"]
    editor.document.undo_stack.undo()
    editor.document.undo_stack.undo()
    assert texts(editor) == ["Anna goes", "Nobody", "anna comes"]


def test_locked_tracks_are_told_of(dialog: FindDialog, editor: Editor) -> None:
    editor.document.edit_sequence("Lock", edits.set_track, "v2", locked=True)
    said: list[str] = []
    editor.notify.said.connect(said.append)
    QTest.keyClicks(dialog.words, "anna")
    steps = editor.document.undo_stack.count()
    dialog.replace.click()
    assert said == ["Replaced in 0 titles; 2 are on locked tracks"]
    assert editor.document.undo_stack.count() == steps


def test_the_list_follows_the_film(dialog: FindDialog, editor: Editor, qtbot: QtBot) -> None:
    QTest.keyClicks(dialog.words, "anna")
    editor.document.edit_sequence("Lift", edits.lift, ("t0",))
    qtbot.waitUntil(lambda: dialog.count.text() == "3 places")
    editor.document.undo_stack.undo()
    qtbot.waitUntil(lambda: dialog.count.text() == "4 places")


def test_a_long_list_is_cut_off(editor: Editor, qtbot: QtBot) -> None:
    open_film(editor, *(f"line {n}" for n in range(MOST + 50)))
    dialog = FindDialog(editor)
    qtbot.addWidget(dialog)
    QTest.keyClicks(dialog.words, "line")
    assert len(rows(dialog)) == MOST
    assert dialog.count.text() == f"{MOST + 50} places, the first {MOST} of them are listed"


def test_without_a_film_there_is_nothing_to_find(editor: Editor, qtbot: QtBot) -> None:
    assert not find_action("edit.find").enabled(editor)
    dialog = FindDialog(editor)
    qtbot.addWidget(dialog)
    QTest.keyClicks(dialog.words, "anna")
    QTest.keyClick(dialog.words, Qt.Key.Key_Return)
    dialog.replace.click()
    assert rows(dialog) == []
