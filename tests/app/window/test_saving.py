"""Work is saved, opened again, and asked for before it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.jobs.records import JobRecord, Order
from app.playing.preview import Picture
from app.playing.recording import VoiceRecorder
from app.project import disk
from app.project.desk import Answer
from app.window.main_window import MainWindow
from app.window.notify import Notice
from core.catalog import JOBS
from core.errors import EditError, ProjectError
from core.files import read_json
from core.media.info import MediaInfo
from core.project.file import save
from core.project.project import Media, Project
from core.settings import folders
from tests.app.film import RATE, level, open_film, with_sequence


@pytest.mark.parametrize(("answer", "closes"), [("cancel", False), ("discard", True)])
def test_closing_asks_for_unsaved_work(window: MainWindow, answer: Answer, closes: bool) -> None:
    window.commands.run("file.new")
    window.editor.document.edit("Add a film", with_sequence)
    window.editor.desk.ask_unsaved = lambda: answer
    assert window.close() is closes


@pytest.mark.parametrize("closes", [True, False])
def test_closing_asks_while_jobs_are_under_way(window: MainWindow, tmp_path: Path, closes: bool) -> None:
    asked: list[list[str]] = []
    window.ask_jobs = lambda titles: (asked.append(titles), closes)[1]
    order = Order("export", "Export film.mp4", str(tmp_path), {}, {}, {})
    window.editor.jobs.records.append(JobRecord(order, JOBS["export"], state="running"))
    assert window.close() is closes
    assert asked == [["Export film.mp4"]]
    if closes:
        assert read_json(next((folders().cache / "jobs").glob("*.json")), list[Order]) == [order]


def test_closing_ends_a_recording_and_waits_for_its_clip(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = [True]
    window.editor.one(VoiceRecorder)
    monkeypatch.setattr(VoiceRecorder, "recording", property(lambda recorder: bool(recording)))
    monkeypatch.setattr(VoiceRecorder, "stop", lambda recorder: recording.clear())
    assert not window.close() and recording == []
    assert [card.notice.hint for card in window.notices.cards()] == ["Close once more to leave"]
    assert window.close()


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


def test_what_another_window_saved_is_not_written_over(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    editor, path = window.editor, tmp_path / "Shared.laminar"
    save(with_sequence(Project("p")), path)
    editor.desk.open(path)
    qtbot.waitUntil(lambda: editor.document.path == path)
    for width in (320, 480):  # its own saves are known to it
        editor.document.edit("Size", _sized, width)
        window.commands.run("file.save")
        qtbot.waitUntil(lambda: not editor.document.unsaved and not editor.desk.saving)
    save(with_sequence(with_sequence(Project("p"))), path)
    theirs = path.read_bytes()
    editor.document.edit("Size", _sized, 160)
    told: list[Notice] = []
    editor.notify.posted.connect(told.append)
    window.commands.run("file.save")
    qtbot.waitUntil(lambda: bool(told))
    assert "another window" in told[0].message and editor.document.unsaved
    assert path.read_bytes() == theirs
    editor.desk.ask_save = lambda: path
    window.commands.run("file.save_as")
    qtbot.waitUntil(lambda: not editor.document.unsaved)
    assert path.read_bytes() != theirs
    window.commands.run("file.save")
    qtbot.waitUntil(lambda: told[-1].message == "Saved Shared.laminar")


def _sized(project: Project, width: int) -> Project:
    assert project.sequence is not None
    return project.with_sequence(replace(project.sequence, width=width))


def test_a_save_keeps_a_picture_for_the_start_page(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.commands.run("file.new")
    window.editor.document.edit("Add a film", with_sequence)
    window.editor.desk.picture = lambda: QImage(640, 360, QImage.Format.Format_RGB32)
    path = tmp_path / "My Film.laminar"
    window.editor.desk.save_to(path)
    qtbot.waitUntil(lambda: not window.editor.document.unsaved)
    assert QImage(str(disk.thumbnail_path(path))).width() == 320
    window.show_start_page()
    assert window.start.recent.count() == 1
    assert window.start.recent.item(0).text().startswith("My Film")


def test_a_read_only_project_is_not_edited_or_written_over(window: MainWindow, tmp_path: Path) -> None:
    document, path = window.editor.document, tmp_path / "newer.laminar"
    document.reset(document.project, path, tmp_path, read_only="comes from a newer Laminar")
    with pytest.raises(EditError):
        document.edit("Add a film", with_sequence)
    with pytest.raises(ProjectError):
        window.editor.desk.save_to(path)
    assert "(read-only)" in window.windowTitle()


def test_a_home_that_cannot_be_written_is_told(window: MainWindow, home: Path) -> None:
    window.make_workspace()
    (home / "config").mkdir(parents=True, exist_ok=True)
    (home / "config" / "unsaved").write_text("a file where the folder should be")
    window.commands.run("file.new")
    (card,) = window.notices.cards()
    assert "unsaved" in card.notice.message and "cannot be made" in card.notice.message
    assert not card.notice.report, "it is no defect"


def test_a_second_save_does_not_write_the_settings_again(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    document, settings = window.editor.document, window.editor.settings
    window.editor.desk.save_to(tmp_path / "a.laminar")
    qtbot.waitUntil(lambda: document.path is not None and settings.path.exists())
    settings.path.unlink()
    document.edit("Add a film", with_sequence)
    window.editor.desk.save()
    qtbot.waitUntil(lambda: not document.unsaved and not window.editor.desk.saving)
    assert not settings.path.exists() and window.editor.desk.recent() == [tmp_path / "a.laminar"]


def test_a_project_whose_folder_is_gone_is_not_saved_into_a_new_empty_one(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "film"
    folder.mkdir()
    desk, document = window.editor.desk, window.editor.document
    desk.save_to(folder / "a.laminar")
    qtbot.waitUntil(lambda: document.path is not None)
    folder.rename(tmp_path / "renamed")
    document.edit("Add a film", with_sequence)
    desk.save()
    qtbot.waitUntil(
        lambda: bool(window.notices.cards()) and "is gone" in window.notices.cards()[-1].notice.message
    )
    assert str(folder) in window.notices.cards()[-1].notice.message
    assert not folder.exists() and document.unsaved
    desk.save_to(tmp_path / "renamed" / "a.laminar")  # under another name it goes
    qtbot.waitUntil(lambda: not document.unsaved)


def test_saving_under_another_name_moves_relative_paths(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    info = MediaInfo("image", "png", 0, 1, "x")
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    document = window.editor.document
    document.reset(
        document.project.with_media(Media("m", "a.png", "a.png", info)),
        tmp_path / "one" / "a.laminar",
        tmp_path,
    )
    document.edit("Add a film", with_sequence)
    window.editor.desk.save_to(tmp_path / "two" / "b.laminar")
    qtbot.waitUntil(lambda: document.path == tmp_path / "two" / "b.laminar")
    assert document.project.find_media("m").path == str(tmp_path / "one" / "a.png")
    document.undo_stack.undo()
    assert document.project.find_media("m").path == str(tmp_path / "one" / "a.png")
    assert document.unsaved


def test_the_scratch_folder_goes_when_the_work_was_given_up(window: MainWindow) -> None:
    window.commands.run("file.new")
    folder = window.editor.document.data
    assert folder is not None
    assert folder.is_dir()
    window.close_now()
    assert not folder.exists()


def test_a_second_save_waits_for_the_first(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.commands.run("file.new")
    window.editor.document.edit("Add a film", with_sequence)
    done: list[int] = []
    window.editor.desk.save_to(tmp_path / "a.laminar", lambda: done.append(1))
    window.editor.desk.save_to(tmp_path / "a.laminar", lambda: done.append(2))
    qtbot.waitUntil(lambda: done == [1, 2])


def test_the_first_save_keeps_the_film_in_sight(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    editor = window.editor
    (tmp_path / "media").mkdir()
    (tmp_path / "films").mkdir()
    with qtbot.waitSignal(editor.player.frame_ready):
        open_film(editor, tmp_path / "media")
    places: list[Path | None] = []
    editor.document.changed.connect(lambda before, after: places.append(editor.document.path))
    path = tmp_path / "films" / "a.laminar"
    editor.desk.save_to(path)
    qtbot.waitUntil(lambda: editor.document.path == path and not editor.desk.saving)
    assert places == [path], "relative paths are read from the new place"
    for frame in (7, 20):

        def is_it(picture: Picture, at: int, wanted: int = RATE.time_of(frame)) -> bool:
            return at == wanted

        with qtbot.waitSignal(editor.player.frame_ready, check_params_cb=is_it) as blocker:
            editor.state.set("playhead", RATE.time_of(frame))
        assert abs(int(blocker.args[0].pixels[20, 20, 0]) - level(frame)) <= 2


@pytest.mark.parametrize(("answer", "kept"), [("cancel", True), ("discard", False)])
def test_revert_asks_first(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, answer: Answer, kept: bool
) -> None:
    editor = window.editor
    window.commands.run("file.new")
    editor.desk.save_to(tmp_path / "a.laminar")
    qtbot.waitUntil(lambda: editor.document.path is not None)
    editor.document.edit("Add a film", with_sequence)
    editor.desk.ask_unsaved = lambda: answer
    window.commands.run("file.revert")
    qtbot.waitUntil(lambda: editor.document.unsaved is kept)
    assert (editor.document.sequence is not None) is kept
