"""The window opens, shows what is open, keeps its layout, and asks before work is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.editor import Editor
from app.panels.viewer import ViewerPanel
from app.playing.preview import Picture
from app.project import disk
from app.project.desk import Answer
from app.widgets.tabs import lies_behind
from app.window.main_window import MainWindow, build
from app.window.notify import Notice
from core.errors import EditError, ProjectError
from core.media.info import MediaInfo
from core.project.file import save
from core.project.project import Media, Project
from core.settings import Settings
from core.time import FrameRate
from core.timeline.model import new_sequence
from tests.app.film import RATE, level, open_film


def with_sequence(project: Project) -> Project:
    return project.with_sequence(new_sequence("Film", 640, 360, FrameRate(25)))


def test_the_start_page_shows_until_something_is_open(window: MainWindow) -> None:
    assert window.stack.currentWidget() is window.start
    window.commands.run("file.new")
    assert window.stack.currentWidget() is window.workspace
    assert window.windowTitle() == "Untitled[*] — Laminar"


def test_an_edit_marks_the_title_and_undo_takes_the_mark_away(window: MainWindow) -> None:
    window.commands.run("file.new")
    window.editor.document.edit("Add a film", with_sequence)
    assert window.isWindowModified()
    window.commands.run("edit.undo")
    assert not window.isWindowModified()
    window.commands.run("edit.redo")
    assert window.isWindowModified()


def test_tab_passes_over_panels_behind_others(window: MainWindow, qtbot: QtBot) -> None:
    window.commands.run("file.new")
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    docks = window.make_workspace().docks
    hidden = [docks[name].widget() for name in ("history", "jobs", "moments")]
    docks["media"].raise_()
    docks["timeline"].widget().setFocus()
    met: list[QWidget] = []
    for _ in range(120):
        assert window.focusNextPrevChild(True)
        now = QApplication.focusWidget()
        assert now is not None
        if met and now is met[0]:
            break
        met.append(now)
    assert len(met) > 20 and any(docks["media"].isAncestorOf(widget) for widget in met)
    assert not [widget for widget in met if any(panel.isAncestorOf(widget) for panel in hidden)]
    docks["history"].raise_()
    qtbot.waitUntil(lambda: not lies_behind(hidden[0]))


@pytest.mark.parametrize(("answer", "closes"), [("cancel", False), ("discard", True)])
def test_closing_asks_for_unsaved_work(window: MainWindow, answer: Answer, closes: bool) -> None:
    window.commands.run("file.new")
    window.editor.document.edit("Add a film", with_sequence)
    window.editor.desk.ask_unsaved = lambda: answer
    assert window.close() is closes


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


def test_a_large_picture_puts_panels_away_and_brings_them_back(window: MainWindow, qtbot: QtBot) -> None:
    workspace = window.make_workspace()
    window.show_workspace()
    docks, viewer = workspace.docks, workspace.centralWidget()
    qtbot.waitUntil(lambda: docks["timeline"].isVisible())
    hidden = {name for name, dock in docks.items() if dock.isHidden()}
    docks["jobs"].raise_()
    height = viewer.height()
    window.commands.run("view.large_picture")
    assert {name for name, dock in docks.items() if not dock.isHidden()} == {"inspector"}
    qtbot.waitUntil(lambda: viewer.height() > height * 1.3)
    window.commands.run("view.large_picture")
    assert {name for name, dock in docks.items() if dock.isHidden()} == hidden
    qtbot.waitUntil(lambda: viewer.height() == height)
    assert not docks["jobs"].visibleRegion().isEmpty(), "the tab that was in front is in front"
    layout = workspace.layout_text()
    window.commands.run("view.large_picture")
    assert workspace.layout_text() == layout, "a large picture is not remembered as the layout"


def test_the_layout_is_kept_and_can_be_reset(qtbot: QtBot, home: Path) -> None:
    settings = Settings()
    first = build(Editor(settings))
    first.editor.document.reset(first.editor.document.project, None, None)
    first.show()
    assert first.workspace is not None
    first.workspace.docks["history"].setFloating(True)
    assert first.workspace.docks["scopes"].isHidden()
    first.commands.run("view.scopes")
    assert not first.workspace.docks["scopes"].isHidden()
    first.close_now()
    second = build(Editor(Settings()))
    second.editor.document.reset(second.editor.document.project, None, None)
    second.show()
    assert second.workspace is not None
    assert second.workspace.docks["history"].isFloating()
    second.commands.run("view.reset_layout")
    assert not second.workspace.docks["history"].isFloating()
    assert second.workspace.docks["scopes"].isHidden()
    second.close_now()


def test_a_dock_that_joins_others_does_not_squeeze_their_names(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1280, 720)
    window.show()
    window.commands.run("file.new")
    workspace = window.make_workspace()
    qtbot.waitUntil(lambda: workspace.docks["media"].width() == 260)
    window.commands.run("view.scopes")
    docks = [workspace.docks[name] for name in ("media", "moments", "history", "jobs", "scopes")]
    (bar,) = workspace._tab_bars("Scopes")
    qtbot.waitUntil(lambda: bar.width() >= bar.sizeHint().width())
    assert {bar.tabText(tab) for tab in range(bar.count())} == {dock.windowTitle() for dock in docks}
    assert workspace.width() >= 1280 and docks[0].width() < 1280 // 3


def test_the_theme_switches_in_a_moment(window: MainWindow, qapp: QApplication, qtbot: QtBot) -> None:
    window.commands.run("view.light_theme")
    assert theme.current() == "light"
    qtbot.wait_until(lambda: window.palette().window().color() == theme.colours().panel)
    assert window.editor.settings.text("theme") == "light"
    window.commands.run("view.light_theme")
    assert theme.current() == "dark"


def test_a_notice_shows_its_cure_and_its_report(window: MainWindow, qapp: QApplication) -> None:
    window.editor.notify.error("a.mp4 cannot be read", "Choose another file", "trace")
    (card,) = window.notices.cards()
    assert "A.mp4" not in card.accessibleName()
    card.copy_report()
    assert qapp.clipboard().text() == "trace"
    card.dismiss()
    assert not window.notices.cards()


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


def test_a_dropped_project_is_opened_and_other_files_go_to_the_bin(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    given: list[list[Path]] = []
    window.editor.desk.import_media = lambda editor, paths: given.append(paths)
    clip, project = tmp_path / "a.mp4", tmp_path / "b.laminar"
    window.take_files([clip])
    assert given == [[clip]]
    assert window.editor.document.is_open
    window.take_files([clip, project])
    qtbot.waitUntil(lambda: bool(window.notices.cards()))
    assert "b.laminar is not there" in window.notices.cards()[-1].notice.message


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


def test_notices_do_not_cover_each_other(window: MainWindow, qtbot: QtBot) -> None:
    window.editor.notify.info("clip.mp4 is exported", "A hint that says what to do now")
    window.editor.notify.warning("another thing happened", "And another cure for it")
    cards = window.notices.cards()
    assert len(cards) == 2
    qtbot.waitUntil(lambda: all(card.height() >= card.height_at(card.width()) for card in cards))
    texts = {label.text() for card in cards for label in card.findChildren(QLabel)}
    assert {"clip.mp4 is exported", "Another thing happened"} <= texts


def test_a_notice_that_is_shown_follows_the_theme(window: MainWindow) -> None:
    window.editor.notify.warning("another thing happened")
    (card,) = window.notices.cards()
    before = card._sign.pixmap().toImage()
    window.commands.run("view.light_theme")
    assert card._sign.pixmap().toImage() != before


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


def test_the_window_is_gone_before_jobs_are_waited_for(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    shut_down = window.shut_down
    monkeypatch.setattr(window, "shut_down", lambda: (seen.append(window.isVisible()), shut_down()))
    window.close_now()
    assert seen == [False]


def test_keys_and_buttons_work_while_the_workspace_is_made(qtbot: QtBot, home: Path) -> None:
    made = MainWindow(Editor(Settings()))
    made.show()
    QTest.keyClick(made, Qt.Key.Key_Space)
    with qtbot.waitSignal(made.workspace_made, timeout=20_000):
        made.begin_workspace()
        QTest.keyClick(made, Qt.Key.Key_Space)
    made.start.asked.emit("file.new")
    assert made.editor.document.is_open
    made.close_now()


def test_a_window_closed_while_its_workspace_is_made_leaves_nothing(qtbot: QtBot, home: Path) -> None:
    made = MainWindow(Editor(Settings()))
    made.show()
    made.begin_workspace()
    qtbot.waitUntil(lambda: hasattr(made.editor, "player"), timeout=20_000)
    made.close_now()
    assert not made.isVisible()


def test_the_keys_of_the_film_work_in_the_full_screen_viewer(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_film(window.editor, tmp_path)
    viewer = window.editor.panel(ViewerPanel)
    viewer.toggle_full_screen()
    full = viewer._full
    assert full is not None
    full.activateWindow()
    qtbot.waitUntil(full.isActiveWindow)
    QTest.keyClick(full, Qt.Key.Key_M)
    sequence = window.editor.document.sequence
    assert sequence is not None
    assert len(sequence.markers) == 1
    QTest.keyClick(full, Qt.Key.Key_F)
    assert viewer._full is None
