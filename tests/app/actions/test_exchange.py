"""OpenTimelineIO from the menu: out, in, and what it says."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.actions import exchange, subtitles
from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.threads.background import Background
from core.project.project import new_project
from tests.cuts import project


def test_a_film_goes_out_and_comes_back(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    editor.background = Background(editor)
    path = tmp_path / "film.otio"
    try:
        assert not find_action("file.export_otio").enabled(editor)
        editor.document.reset(project(), None, None)
        assert find_action("file.export_otio").enabled(editor)
        exchange.export_film(editor, path)
        qtbot.waitUntil(lambda: bool(editor.notify.waiting))
        assert path.exists() and "film.otio is written" in editor.notify.waiting[0].message
        cut = editor.document.sequence
        editor.document.reset(new_project(), None, None)
        with qtbot.waitSignal(editor.document.changed):
            exchange.import_film(editor, path)
        back = editor.document.sequence
        assert cut is not None and back is not None and back.duration == cut.duration
        assert [len(track.items) for track in back.tracks] == [len(track.items) for track in cut.tracks]
        assert any("not found" in notice.message for notice in editor.notify.waiting)
        editor.document.undo_stack.undo()
        assert editor.document.sequence is None
        (tmp_path / "bad.otio").write_text("{")
        exchange.import_film(editor, tmp_path / "bad.otio")
        qtbot.waitUntil(lambda: editor.notify.waiting[-1].level == "error")
    finally:
        editor.background.close()


def test_subtitles_come_in_as_titles_and_go_out_again(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    editor.background = Background(editor)
    source, target = tmp_path / "in.srt", tmp_path / "out.srt"
    source.write_text("1\n00:00:00,400 --> 00:00:01,000\nHello\nyou\n", encoding="utf-8")
    try:
        editor.document.reset(project(), None, None)
        with qtbot.waitSignal(editor.document.changed):
            subtitles.import_cues(editor, source)
        assert editor.document.sequence is not None
        assert editor.document.sequence.tracks[-1].name == "Subtitles"
        subtitles.export_cues(editor, target)
        qtbot.waitUntil(target.exists)
        assert "Hello\nyou" in target.read_text(encoding="utf-8")
        editor.document.undo_stack.undo()
        (tmp_path / "bad.srt").write_text("nothing")
        subtitles.import_cues(editor, tmp_path / "bad.srt")
        qtbot.waitUntil(lambda: editor.notify.waiting[-1].level == "error")
        trigger(editor, find_action("file.export_subtitles"))
        assert "no titles" in editor.notify.waiting[-1].message
    finally:
        editor.background.close()
