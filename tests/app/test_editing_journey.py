"""The whole window: files dropped on the timeline, cut with the mouse, undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.panels.inspector import InspectorPanel
from app.panels.media_bin import MediaBinPanel
from app.panels.timeline import TimelinePanel
from app.panels.viewer import ViewerPanel
from app.timeline.layout import HEADER, RULER
from app.window.main_window import MainWindow
from tests.app.project.test_media_import import film
from tests.cuts import SECOND, project, starts


def test_drop_files_cut_and_undo(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    editor = window.editor
    editor.desk.new()
    view = editor.panel(TimelinePanel).view
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(film(tmp_path / name, 60))) for name in ("one.mp4", "two.mp4")])
    event = QDropEvent(
        QPointF(HEADER + 1, RULER + 200), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    view.drops.move(event)
    view.drops.drop(event)
    document = editor.document
    qtbot.waitUntil(lambda: document.sequence is not None and document.sequence.duration > 0)
    sequence = document.sequence
    assert sequence is not None
    assert len(list(sequence.clips())) == 4  # picture and sound of both
    assert editor.panel(MediaBinPanel).model.rowCount() == 2
    assert editor.state.selection

    before = document.sequence
    editor.state.set("selection", frozenset())
    editor.state.set("playhead", sequence.rate.time_of(20))
    trigger(editor, find_action("clip.split"))
    editor.state.set("playhead", sequence.rate.time_of(30))
    trigger(editor, find_action("clip.trim_head"))
    assert document.sequence is not None
    assert document.sequence.duration < before.duration
    editor.state.set("selection", frozenset(clip.id for _, _, clip in document.sequence.clips()))
    editor.panel(InspectorPanel).show_now()
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.sequence == before


def test_keys_of_the_timeline_work_in_the_window(qtbot: QtBot, window: MainWindow) -> None:
    editor = window.editor
    editor.document.reset(project(), None, None)
    window.activateWindow()
    view = editor.panel(TimelinePanel).view
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    key = Qt.Key
    for pressed, tool in ((key.Key_C, "razor"), (key.Key_B, "ripple"), (key.Key_V, "select")):
        qtbot.keyClick(view, pressed)
        assert editor.state.tool == tool
    qtbot.keyClick(view, key.Key_S)
    assert not editor.state.snapping
    scale = view.scale
    qtbot.keyClick(view, key.Key_Plus)
    assert view.scale < scale
    qtbot.keyClick(view, key.Key_Minus)
    assert view.scale == pytest.approx(scale)
    editor.state.set("playhead", 2 * SECOND)
    qtbot.keyClick(view, key.Key_I)
    qtbot.keyClick(view, key.Key_M)
    qtbot.keyClick(view, key.Key_K, Qt.KeyboardModifier.ControlModifier)
    film = editor.document.sequence
    assert film is not None
    assert (film.in_point, len(film.markers)) == (2 * SECOND, 1)
    assert 2 in starts(film, "V1").values()
    editor.state.set("selection", frozenset({"b"}))
    qtbot.keyClick(view, key.Key_Delete)
    assert "b" not in starts(editor.document.sequence, "V1")
    editor.state.set("bin_selection", frozenset({"mute"}))
    editor.state.set("playhead", 20 * SECOND)
    qtbot.keyClick(view, key.Key_Period)
    assert 20 in starts(editor.document.sequence, "V1").values()


def test_a_title_is_ready_to_be_written_when_it_is_made_and_by_a_double_click(
    qtbot: QtBot, window: MainWindow
) -> None:
    editor = window.editor
    editor.document.reset(project(), None, None)
    window.activateWindow()
    trigger(editor, find_action("clip.add_title"))
    text = window.focusWidget()
    assert isinstance(text, QPlainTextEdit)
    qtbot.keyClicks(text, "Hello")
    (title,) = editor.state.selection
    assert editor.document.sequence is not None
    assert editor.document.sequence.find(title)[2].content.text == "Hello"
    view = editor.panel(TimelinePanel).view
    view.setFocus()
    editor.state.set("selection", frozenset())
    row = next(row for row in view.geometry_now.rows if row.track.name == "V2")
    spot = QPoint(round(view.geometry_now.x_of(SECOND)), row.top + row.height // 2)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert editor.state.selection == {title}
    assert isinstance(window.focusWidget(), QPlainTextEdit)
    assert editor.document.undo_stack.count() == 2, "the title, and what was written"


def test_a_double_click_on_a_clip_shows_its_properties(qtbot: QtBot, window: MainWindow) -> None:
    editor = window.editor
    editor.document.reset(project(), None, None)
    workspace = window.make_workspace()
    workspace.inspector.setCurrentIndex(2)
    workspace.docks["inspector"].hide()
    view = editor.panel(TimelinePanel).view
    view.zoom_to(SECOND / 50, HEADER)
    place = view.geometry_now
    row = next(row for row in place.rows if row.track.kind == "video" and row.track.items)
    spot = QPoint(round(place.x_of(1 * SECOND)), row.top + 30)
    for press in (qtbot.mouseClick, qtbot.mouseDClick):
        press(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert not workspace.docks["inspector"].isHidden()
    assert workspace.inspector.currentIndex() == 0 and editor.state.selection


def test_a_right_click_on_the_picture_offers_how_to_look_at_it(window: MainWindow) -> None:
    editor = window.editor
    editor.document.reset(project(), None, None)
    viewer = editor.panel(ViewerPanel)

    def offered() -> list[str]:
        viewer.canvas.customContextMenuRequested.emit(viewer.canvas.rect().center())
        menus = [menu for menu in viewer.canvas.findChildren(QMenu) if menu.isVisible()]
        words = [action.text() for menu in menus for action in menu.actions()]
        for menu in menus:
            menu.close()
        return words

    assert "Fit the picture" in offered() and "Safe areas" in offered()
    editor.state.set("view", "media")
    editor.state.set("media", editor.document.project.media[0].id)
    assert not offered(), "there the right button draws"


def test_what_undo_brings_back_is_selected_as_it_was(window: MainWindow) -> None:
    editor = window.editor
    editor.document.reset(project(), None, None)
    film = editor.document.sequence
    assert film is not None
    one, other, *_ = [clip.id for track, _, clip in film.clips() if track.kind == "video"]
    editor.state.set("selection", frozenset({one}))
    window.commands.run("clip.lift")
    assert not editor.state.selection
    window.commands.run("edit.undo")
    assert editor.state.selection == {one}
    window.commands.run("edit.redo")
    editor.state.set("selection", frozenset({other}))
    window.commands.run("edit.undo")
    assert editor.state.selection == {other}, "the user has chosen something else meanwhile"
    window.commands.run("clip.select_none")
    window.commands.run("edit.redo")
    window.commands.run("edit.undo")
    assert not editor.state.selection, "it was not selected when it went"
