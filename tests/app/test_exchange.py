"""Timelines out to a file and in again, with the media of the bin."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.exchange import export_timeline, import_timeline
from app.timeline import placing
from core.project.project import new_project
from core.timeline import edits
from tests.app.cuts import SECOND
from tests.app.test_media_import import bring, film


def test_out_and_in_gives_the_same_cut(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    ids = bring(qtbot, editor, [film(tmp_path / "one.mp4", 60), film(tmp_path / "two.mp4", 60)])
    document = editor.document
    document.edit("place", placing.place, ids, 0, "", "overwrite", SECOND)
    document.edit_sequence("split", edits.split_all, SECOND)
    before = document.sequence
    assert before is not None
    export_timeline(editor, before, tmp_path / "film.otio")

    document.reset(new_project(), None, None)
    import_timeline(editor, tmp_path / "film.otio")
    qtbot.waitUntil(lambda: document.sequence is not None and document.sequence.duration > 0, timeout=20000)
    after = document.sequence
    assert after is not None
    cut = [(track.kind, where, clip.source_range) for track, where, clip in before.clips()]
    assert [(track.kind, where, clip.source_range) for track, where, clip in after.clips()] == cut
    known = {media.id for media in document.project.media}
    assert {clip.media_id for _, _, clip in after.clips()} == known
    assert len(known) == 2
    assert document.project.sequences == (after,)


def test_missing_media_are_named(qtbot: QtBot, editor: Editor, tmp_path: Path) -> None:
    path = film(tmp_path / "one.mp4", 60)
    ids = bring(qtbot, editor, [path])
    editor.document.edit("place", placing.place, ids, 0, "", "overwrite", SECOND)
    assert editor.document.sequence is not None
    export_timeline(editor, editor.document.sequence, tmp_path / "film.otio")
    path.rename(tmp_path / "away.mp4")
    editor.document.reset(new_project(), None, None)
    editor.notify.waiting.clear()
    import_timeline(editor, tmp_path / "film.otio")
    assert editor.document.sequence is not None
    assert "one.mp4" in editor.notify.waiting[0].hint
