"""What is no media and is dropped all the same: projects, subtitles, looks, links to the web."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.panels.timeline import TimelinePanel
from app.project.dropped import taken
from app.timeline.layout import HEADER
from app.window.main_window import MainWindow
from core.project import file
from core.project.project import Project, new_project
from core.timeline import edits
from core.timeline.model import Sequence, Title
from tests.app.film import write_clip

LOOK = "LUT_3D_SIZE 2\n" + "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))


@pytest.fixture
def film(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> Sequence:
    """A film of one clip, which is selected."""
    window.commands.run("file.new")
    window.editor.desk.take_files([write_clip(tmp_path / "a.mp4")])
    document, state = window.editor.document, window.editor.state
    qtbot.wait_until(lambda: bool(document.project.media))
    state.set("bin_selection", frozenset(one.id for one in document.project.media))
    window.commands.run("timeline.insert")
    made = document.sequence
    assert made is not None
    state.set("selection", frozenset(clip.id for _, _, clip in made.clips()))
    return made


def told(window: MainWindow) -> list[str]:
    return [card.notice.message for card in window.notices.cards()]


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_subtitles_come_into_the_film(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, film: Sequence
) -> None:
    words = written(tmp_path / "a.srt", "1\n00:00:00,100 --> 00:00:00,400\nHello\n")
    assert taken(window.editor, [words, tmp_path / "b.mp4"]) == [tmp_path / "b.mp4"]

    def titles() -> list[str]:
        now = window.editor.document.sequence
        assert now is not None
        return [clip.content.text for _, _, clip in now.clips() if isinstance(clip.content, Title)]

    qtbot.wait_until(lambda: titles() == ["Hello"])


def test_a_look_goes_onto_the_selected_picture(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, film: Sequence
) -> None:
    look = written(tmp_path / "warm.cube", LOOK)
    assert taken(window.editor, [look]) == []

    def effects() -> list[str]:
        now = window.editor.document.sequence
        assert now is not None
        return [effect.kind for _, _, clip in now.clips() for effect in clip.effects]

    qtbot.wait_until(lambda: effects() == ["look"])
    window.editor.state.set("selection", frozenset())
    assert taken(window.editor, [look]) == []
    assert "warm.cube is a look for pictures" in told(window)


def test_subtitles_without_a_film_are_refused_in_words(window: MainWindow, tmp_path: Path) -> None:
    window.commands.run("file.new")
    taken(window.editor, [written(tmp_path / "a.srt", "")])
    assert told(window) == ["a.srt holds subtitles, and there is no film yet"]


def test_a_project_is_opened_wherever_it_is_dropped(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "other.laminar"
    file.save(Project("other", "Other", media=new_project().media), path)
    assert taken(window.editor, [path]) == []
    qtbot.wait_until(lambda: window.editor.document.path == path)


def test_links_to_the_web_are_not_taken(window: MainWindow, film: Sequence) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/film.mp4")])
    panel = window.editor.panel(TimelinePanel)
    for target in (window, panel.view.viewport()):
        event = QDragEnterEvent(
            QPoint(300, 60),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        event.ignore()
        QApplication.sendEvent(target, event)
        assert not event.isAccepted()


def drop(window: MainWindow, files: list[Path]) -> None:
    """As from a file manager, on the first place of the timeline."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
    view = window.editor.panel(TimelinePanel).view
    view.drops.drop(
        QDropEvent(
            QPointF(HEADER + 1, 60),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_files_dropped_on_the_timeline_are_one_step(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.commands.run("file.new")
    document, empty = window.editor.document, window.editor.document.project
    drop(window, [write_clip(tmp_path / "a.mp4"), write_clip(tmp_path / "b.mp4")])
    qtbot.wait_until(lambda: bool(document.project.media))
    film = document.sequence
    assert film is not None
    names = [clip.name for track, _, clip in film.clips() if track.kind == "video"]
    assert names == ["a.mp4", "b.mp4"]
    assert window.editor.state.selection == {clip.id for _, _, clip in film.clips()}
    assert document.undo_stack.count() == 1 and document.undo_stack.text(0) == "Place clip"
    document.undo_stack.undo()
    assert document.project == empty


def test_files_that_find_no_room_are_in_the_bin_all_the_same(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, film: Sequence
) -> None:
    document = window.editor.document
    for track in film.tracks:
        document.edit_sequence("Lock", edits.set_track, track.id, locked=True)
    steps = document.undo_stack.count()
    drop(window, [write_clip(tmp_path / "b.mp4")])
    qtbot.wait_until(lambda: len(document.project.media) == 2)
    assert document.undo_stack.count() == steps + 1 and document.undo_stack.text(steps) == "Import b.mp4"
    assert any("locked" in words for words in told(window))
