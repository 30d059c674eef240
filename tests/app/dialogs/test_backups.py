"""An older save comes back from the dialog as a step of undo, and opened as a file in the project's place."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.dialogs.backups import BackupsDialog
from app.window.main_window import MainWindow
from core.media.probe import probe
from core.project import backups, file
from core.project.paths import data_folder
from core.project.project import Media, new_project


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Saved empty, then with a picture beside it, then empty again: two older saves."""
    Image.new("RGB", (32, 32), (90, 20, 200)).save(tmp_path / "a.png")
    path = tmp_path / "Film.laminar"
    empty = new_project("Film")
    full = empty.with_media(Media("a", "a.png", "a.png", probe(tmp_path / "a.png")))
    for project in (empty, full, empty):
        file.save(project, path)
    return path


def newest(path: Path) -> Path:
    return list(backups.listed(path, data_folder(path)).values())[-1]


def test_an_older_save_comes_back_and_can_be_undone(window: MainWindow, qtbot: QtBot, film: Path) -> None:
    document = window.editor.document
    window.editor.desk.open(film)
    qtbot.waitUntil(lambda: document.path == film)
    trigger(window.editor, find_action("file.backups"))
    (dialog,) = window.findChildren(BackupsDialog)
    assert dialog.list.count() == 2
    dialog.restore()
    qtbot.waitUntil(lambda: bool(document.project.media))
    assert not document.project.media[0].missing
    assert document.unsaved
    document.undo_stack.undo()
    assert document.project.media == ()
    assert not document.unsaved


def test_a_backup_opens_in_the_place_of_a_damaged_project(
    window: MainWindow, qtbot: QtBot, film: Path
) -> None:
    backup = newest(film)
    film.write_bytes(b"{")
    document = window.editor.document
    window.editor.desk.open(backup)
    qtbot.waitUntil(lambda: document.path == film)
    assert document.data == data_folder(film)
    assert [media.missing for media in document.project.media] == [False]
    assert document.unsaved
    window.editor.desk.save()
    qtbot.waitUntil(lambda: not document.unsaved)
    assert len(file.load(film).project.media) == 1


def test_what_only_looks_like_a_backup_is_a_project(tmp_path: Path) -> None:
    assert backups.project_of(tmp_path / "Film_data" / "backups" / "Film notes.laminar") is None
    assert backups.project_of(tmp_path / "backups" / "Film 20260301-120000-000000.laminar") is None
