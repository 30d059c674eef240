"""Missing files are found in the window; drawing the sample ends when the window closes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image
from pytestqt.qtbot import QtBot

from app.dialogs.relink import RelinkDialog
from app.project import disk
from app.window.main_window import MainWindow
from core.errors import Cancelled
from core.media.probe import probe
from core.project import file
from core.project.project import Media, new_project
from core.project.trust import Trust


@pytest.fixture
def moved(tmp_path: Path) -> tuple[Media, Media, Path]:
    """Two pictures that a project knows at places where they are no more, and the folder they went to."""
    new = tmp_path / "new"
    new.mkdir()
    media = []
    for number, name in enumerate(("a.png", "b.png")):
        Image.new("RGB", (32 + number, 32), (number * 90, 20, 200)).save(new / name)
        media.append(Media(name[0], name, str(tmp_path / "old" / name), probe(new / name), missing=True))
    return media[0], media[1], new


def test_one_shown_file_brings_its_sibling(
    window: MainWindow, qtbot: QtBot, moved: tuple[Media, Media, Path], tmp_path: Path
) -> None:
    one, other, new = moved
    document = window.editor.document
    document.reset(new_project().with_media(one).with_media(other), None, tmp_path)
    dialog = RelinkDialog(window.editor)
    qtbot.addWidget(dialog)
    assert dialog.list.topLevelItemCount() == 2
    dialog.take(one.id, new / "a.png")
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 0)
    assert [Path(media.path) for media in document.project.media] == [new / "a.png", new / "b.png"]
    assert not any(media.missing for media in document.project.media)
    document.undo_stack.undo()
    assert all(media.missing for media in document.project.media)


def test_a_folder_without_them_says_so(
    window: MainWindow, qtbot: QtBot, moved: tuple[Media, Media, Path], tmp_path: Path
) -> None:
    document = window.editor.document
    document.reset(new_project().with_media(moved[0]), None, tmp_path)
    dialog = RelinkDialog(window.editor)
    qtbot.addWidget(dialog)
    empty = tmp_path / "empty"
    empty.mkdir()
    dialog.search(empty)
    qtbot.waitUntil(lambda: bool(window.notices.cards()))
    assert dialog.list.topLevelItemCount() == 1


def test_drawing_the_sample_ends_with_the_window(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        disk.make_sample(tmp_path, stop)


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (("a.png",), "a.png lies outside the project's folder and was not chosen on this computer"),
        (
            ("a.png", "b.png"),
            "2 files are not where they were, or were not chosen on this computer: a.png, b.png",
        ),
    ],
)
def test_one_notice_tells_of_all_media_that_cannot_be_shown(
    window: MainWindow,
    qtbot: QtBot,
    moved: tuple[Media, Media, Path],
    tmp_path: Path,
    gone: tuple[str, ...],
    words: str,
) -> None:
    """a.png was never chosen here; b.png lies in the project's folder, or is gone from there."""
    one, other, new = moved
    home = tmp_path / "home"
    home.mkdir()
    if len(gone) == 1:
        (new / "b.png").rename(home / "b.png")
    stranger, inside = replace(one, path=str(new / "a.png"), missing=False), replace(other, path="b.png")
    project = new_project().with_media(stranger).with_media(inside)
    file.save(project, home / "film.laminar", trust=Trust(tmp_path / "another"))
    window.editor.desk.open(home / "film.laminar")
    qtbot.waitUntil(lambda: bool(window.notices.cards()))
    assert [card.notice.message for card in window.notices.cards()] == [words]
    assert tuple(media.name for media in window.editor.document.project.media if media.missing) == gone
