"""The window opens, shows what is open, keeps its layout, and tells what went wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.editor import Editor
from app.panels.viewer import ViewerPanel
from app.widgets.tabs import lies_behind
from app.window.main_window import MainWindow, build
from core.settings import Settings
from tests.app.film import open_film, with_sequence


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


def test_a_key_leads_through_the_panels_in_sight(window: MainWindow, qapp: QApplication) -> None:
    window.commands.run("file.new")
    workspace = window.make_workspace()
    window.activateWindow()
    workspace.take_focus()
    names = {workspace.centralWidget(): "viewer", **{dock: name for name, dock in workspace.docks.items()}}

    def here() -> str:
        at = qapp.focusWidget()
        return next(name for panel, name in names.items() if at is not None and panel.isAncestorOf(at))

    went = [here()]
    for _ in range(4):
        window.commands.run("view.next_panel")
        went.append(here())
    assert went == ["timeline", "media", "viewer", "inspector", "timeline"]
    window.commands.run("view.previous_panel")
    assert here() == "inspector"
    workspace.docks["history"].raise_()
    for _ in range(2):
        window.commands.run("view.next_panel")
    assert here() == "history"


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
    before = card.sign.pixmap().toImage()
    window.commands.run("view.light_theme")
    assert card.sign.pixmap().toImage() != before


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
    with qtbot.waitSignal(made.workspace_made):
        made.begin_workspace()
        QTest.keyClick(made, Qt.Key.Key_Space)
    made.start.asked.emit("file.new")
    assert made.editor.document.is_open
    made.close_now()


def test_a_window_closed_while_its_workspace_is_made_leaves_nothing(qtbot: QtBot, home: Path) -> None:
    made = MainWindow(Editor(Settings()))
    made.show()
    made.begin_workspace()
    qtbot.waitUntil(lambda: hasattr(made.editor, "player"))
    made.close_now()
    assert not made.isVisible()


def test_the_keys_of_the_film_work_in_the_full_screen_viewer(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_film(window.editor, tmp_path)
    viewer = window.editor.panel(ViewerPanel)
    viewer.toggle_full_screen()
    full = viewer.full_screen
    assert full is not None
    full.activateWindow()
    qtbot.waitUntil(full.isActiveWindow)
    QTest.keyClick(full, Qt.Key.Key_M)
    sequence = window.editor.document.sequence
    assert sequence is not None
    assert len(sequence.markers) == 1
    QTest.keyClick(full, Qt.Key.Key_F)
    assert viewer.full_screen is None


def test_the_key_of_a_panel_brings_it_to_the_front_first(
    window: MainWindow, qapp: QApplication, qtbot: QtBot
) -> None:
    window.commands.run("file.new")
    workspace = window.make_workspace()
    window.activateWindow()
    workspace.take_focus()
    media, history = workspace.docks["media"], workspace.docks["history"]
    assert workspace.in_front("media") and not workspace.in_front("history") and not history.isHidden()

    window.commands.run("view.history")
    qtbot.waitUntil(lambda: workspace.in_front("history"))
    qtbot.waitUntil(lambda: history.isAncestorOf(qapp.focusWidget() or window))
    assert not workspace.in_front("media") and not media.isHidden()
    assert window.commands.action("view.history").isChecked()

    window.commands.run("view.history")
    assert history.isHidden()
    assert workspace.docks["timeline"].isAncestorOf(qapp.focusWidget() or window), "the keys go to the film"
    window.commands.run("view.history")
    qtbot.waitUntil(lambda: workspace.in_front("history"))


def test_a_hidden_timeline_leaves_the_keys_to_the_viewer(window: MainWindow, qapp: QApplication) -> None:
    window.commands.run("file.new")
    workspace = window.make_workspace()
    window.activateWindow()
    workspace.take_focus()
    window.commands.run("view.timeline")
    at = qapp.focusWidget()
    assert workspace.docks["timeline"].isHidden() and at is not None
    assert at is workspace.centralWidget() or workspace.centralWidget().isAncestorOf(at)
