"""The whole window: files dropped on the timeline, cut with the mouse, undone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.main_window import MainWindow
from app.panels.inspector import InspectorPanel
from app.panels.media_bin import MediaBinPanel
from app.panels.timeline import TimelinePanel
from app.timeline.layout import HEADER, RULER
from tests.app.test_media_import import film


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
    qtbot.waitUntil(lambda: document.sequence is not None and document.sequence.duration > 0, timeout=20000)
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
