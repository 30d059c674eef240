"""Small questions, answered in their real dialogs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from app.widgets.asking import ask_choice, ask_number, ask_text


def answering(answer: Callable[[QInputDialog], object]) -> None:
    """Do this to the dialog as soon as it is there."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QInputDialog):
            answer(dialog)
        else:
            QTimer.singleShot(5, look)

    QTimer.singleShot(0, look)


@pytest.mark.parametrize(("typed", "got"), [(3.256, 3.26), (90.0, 8.0), (-5.0, 0.5)])
def test_a_number_stays_within_its_bounds(qtbot: QtBot, typed: float, got: float) -> None:
    answering(lambda dialog: (dialog.setDoubleValue(typed), dialog.accept()))
    assert ask_number(None, "Slower", "Times", 2.0, (0.5, 8.0)) == got


def test_what_stands_there_is_taken_by_a_press_of_return(qtbot: QtBot) -> None:
    answering(lambda dialog: dialog.accept())
    assert ask_number(None, "Slower", "Times", 2.0, (0.5, 8.0)) == 2.0
    answering(lambda dialog: dialog.accept())
    assert ask_text(None, "Rename", "Name", " Sea ") == "Sea"
    answering(lambda dialog: dialog.accept())
    assert ask_choice(None, "Insert", "Film", ["one", "two"]) == "one"
    answering(lambda dialog: dialog.accept())
    assert ask_choice(None, "Insert", "Film", ["one", "two"], begin=1) == "two"


def test_cancelled_questions_have_no_answer(qtbot: QtBot) -> None:
    for ask in (
        lambda: ask_number(None, "Slower", "Times", 2.0, (0.5, 8.0)),
        lambda: ask_text(None, "Rename", "Name", "Sea"),
        lambda: ask_choice(None, "Insert", "Film", ["one", "two"]),
    ):
        answering(lambda dialog: dialog.reject())
        assert ask() is None


@pytest.mark.parametrize("others", [False, True])
def test_something_else_is_typed_only_where_it_may_be(qtbot: QtBot, others: bool) -> None:
    def answer(dialog: QInputDialog) -> None:
        assert dialog.isComboBoxEditable() == others
        dialog.setTextValue("three")
        dialog.accept()

    answering(answer)
    assert ask_choice(None, "Folder", "Name", ["one", "two"], others=others) == ("three" if others else "one")
