"""Commands of in and out points, of markers and their names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.editor import Editor
from app.panels.timeline import TimelinePanel
from app.timeline.menus import rename_track
from core.errors import EditError
from core.timeline import edits
from tests.app.actions.desk import run, timeline_shown
from tests.cuts import FRAME, SECOND, starts


@pytest.fixture(autouse=True)
def panel(qtbot: QtBot, editor: Editor) -> Iterator[TimelinePanel]:
    yield from timeline_shown(qtbot, editor)


def test_marks(editor: Editor) -> None:
    run(editor, "timeline.mark_in", at=2)
    run(editor, "timeline.mark_out", at=6)
    film = editor.document.sequence
    assert film is not None
    assert (film.in_point, film.out_point) == (2 * SECOND, 6 * SECOND + FRAME)
    run(editor, "timeline.mark_clip", "c")
    assert (editor.document.sequence.in_point, editor.document.sequence.out_point) == (
        10 * SECOND,
        14 * SECOND,
    )  # type: ignore[union-attr]
    run(editor, "timeline.extract_range")
    assert "c" not in starts(editor.document.sequence, "V1")
    run(editor, "timeline.clear_marks")
    assert editor.document.sequence.in_point is None  # type: ignore[union-attr]


def test_markers(editor: Editor) -> None:
    run(editor, "timeline.add_marker", at=3)
    run(editor, "timeline.add_marker", at=6)
    run(editor, "timeline.previous_marker", at=5)
    assert editor.state.playhead == 3 * SECOND
    editor.state.set("playhead", editor.state.playhead + FRAME)  # nearly there
    run(editor, "timeline.remove_marker")
    assert [marker.time for marker in editor.document.sequence.markers] == [6 * SECOND]  # type: ignore[union-attr]


def test_the_marker_at_the_playhead_is_renamed(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    run(editor, "timeline.add_marker", at=2)
    monkeypatch.setattr(QInputDialog, "getText", lambda *args, **more: ("Storm", True))
    run(editor, "timeline.rename_marker")
    assert editor.document.sequence is not None
    assert [marker.name for marker in editor.document.sequence.markers] == ["Storm"]
    monkeypatch.setattr(QInputDialog, "getText", lambda *args, **more: ("Calm", False))
    run(editor, "timeline.rename_marker")
    assert [marker.name for marker in editor.document.sequence.markers] == ["Storm"]


@pytest.mark.parametrize(
    ("answer", "name"), [(("Storm", False), "V1"), (("  ", True), "V1"), ((" Sea ", True), "Sea")]
)
def test_a_track_is_renamed_unless_the_question_is_cancelled_or_left_blank(
    editor: Editor, panel: TimelinePanel, monkeypatch: pytest.MonkeyPatch, answer: tuple[str, bool], name: str
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *args, **more: answer)
    assert editor.document.sequence is not None
    rename_track(panel.view, editor.document.sequence.track("V1"))
    assert editor.document.sequence.track("V1").name == name


def test_named_markers_are_copied_as_chapters(editor: Editor) -> None:
    run(editor, "timeline.add_marker", at=4)
    with pytest.raises(EditError, match="no marker has a name"):
        find_action("timeline.copy_chapters").run(editor)
    assert editor.document.sequence is not None
    (marker,) = editor.document.sequence.markers
    editor.document.edit_sequence("Name", lambda film: edits.set_marker(film, marker.id, name="Garden"))
    find_action("timeline.copy_chapters").run(editor)
    assert QGuiApplication.clipboard().text().splitlines()[1] == "0:04 Garden"


def test_all_markers_go_or_those_between_in_and_out(editor: Editor) -> None:
    for second in (3, 6, 9):
        run(editor, "timeline.add_marker", at=second)
    editor.document.edit_sequence("Part", lambda film: edits.set_in_out(film, 5 * SECOND, 8 * SECOND))
    run(editor, "timeline.remove_markers")
    assert editor.document.sequence is not None
    assert [marker.time for marker in editor.document.sequence.markers] == [3 * SECOND, 9 * SECOND]
    with pytest.raises(EditError, match="no marker between"):
        find_action("timeline.remove_markers").run(editor)
    editor.document.edit_sequence("Whole", lambda film: edits.set_in_out(film, None, None))
    run(editor, "timeline.remove_markers")
    assert editor.document.sequence.markers == ()
