"""Undo of the document: drags are one step, and leave nothing behind."""

from __future__ import annotations

import gc

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.project.document import Document, _Edit
from core.project.project import new_project


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    made = Document()
    made.reset(new_project(), None, None)
    return made


def rename(document: Document, name: str) -> None:
    document.edit("Rename", lambda project: replace(project, name=name))


def test_a_drag_is_one_step(document: Document) -> None:
    rename(document, "first")
    document.begin_drag("drag")
    for number in range(5):
        rename(document, f"{number}")
    document.end_drag()
    assert (document.project.name, document.undo_stack.count()) == ("4", 2)
    document.undo_stack.undo()
    assert document.project.name == "first"
    document.undo_stack.redo()
    assert document.project.name == "4"


def test_a_drag_that_comes_back_leaves_no_step(document: Document) -> None:
    rename(document, "first")
    shown = []
    document.changed.connect(lambda before, after: shown.append((before.name, after.name)))
    document.begin_drag("drag")
    rename(document, "away")
    rename(document, "first")
    assert document.undo_stack.count() == 1 and not document.undo_stack.canRedo()
    assert shown == [("first", "away"), ("away", "first")]
    rename(document, "further")
    document.end_drag()
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.project.name == "first"


def test_steps_that_are_gone_are_let_go(document: Document) -> None:
    before = _edits()
    for drag in ("one", "two"):
        document.begin_drag(drag)
        for number in range(10):
            rename(document, f"{drag} {number}")
        document.end_drag()
    assert _edits() == before + 2
    document.undo_stack.clear()
    assert _edits() == before


def _edits() -> int:
    gc.collect()
    return sum(type(one) is _Edit for one in gc.get_objects())
