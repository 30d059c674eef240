"""Slow motion copies from the window: what is asked of the job, and what comes back."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.actions import slowmo
from app.editor import Editor
from app.threads.background import Background
from core.errors import EditError
from core.media.made import made_root
from core.timeline import edits
from tests.app.film import open_film


class Queue:
    """Takes jobs down instead of running them."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], Any]] = []

    def submit(self, job: str, title: str, parameters: dict[str, Any], inputs: Any, **more: Any) -> Any:
        self.asked.append((job, parameters, more["on_done"]))
        return SimpleNamespace(title=title)


def test_a_copy_of_the_selected_clip(editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_film(editor, tmp_path)
    queue = Queue()
    monkeypatch.setattr(editor, "jobs", queue, raising=False)
    assert not slowmo.can_slow(editor)
    with pytest.raises(EditError):
        slowmo.slow_copy(editor, 4, tmp_path / "slow.mkv")
    editor.state.set("selection", frozenset({"clip"}))
    assert slowmo.can_slow(editor)
    slowmo.slow_copy(editor, 2.5, tmp_path / "slow.mkv")
    job, parameters, done = queue.asked[0]
    assert job == "slowmo"
    assert (parameters["factor"], parameters["clip"]) == ("2.5", str(tmp_path / "clip.mkv"))
    taken: list[Path] = []
    monkeypatch.setattr("app.project.media_import.import_paths", lambda editor, paths: taken.extend(paths))
    done(None)
    assert taken == [tmp_path / "slow.mkv"]


def test_smooth_asks_for_the_clips_along_the_motion(
    editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_film(editor, tmp_path)
    queue = Queue()
    monkeypatch.setattr(editor, "jobs", queue, raising=False)
    with pytest.raises(EditError, match="along the motion"):
        slowmo.make_smooth(editor)
    editor.state.set("selection", frozenset({"clip"}))
    editor.document.edit_sequence("Between", edits.set_between, "clip", "flow")
    slowmo.make_smooth(editor)
    job, parameters, _ = queue.asked[0]
    assert (job, parameters["clips"]) == ("smooth", ["clip"])
    assert parameters["data"] == str(editor.document.data)


def test_frames_made_beforehand_are_removed_unless_they_are_being_made(
    editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    open_film(editor, tmp_path)
    assert editor.document.data is not None
    made = made_root(editor.document.data) / "f-1" / "64x48" / "0000000-05000.png"
    made.parent.mkdir(parents=True)
    made.write_bytes(bytes(2**20))
    job = SimpleNamespace(active=True, order=SimpleNamespace(job="smooth"))
    monkeypatch.setattr(editor, "jobs", SimpleNamespace(records=[job]), raising=False)
    monkeypatch.setattr(editor, "player", SimpleNamespace(refresh=lambda: None), raising=False)
    monkeypatch.setattr(editor, "background", Background(editor), raising=False)
    with pytest.raises(EditError, match="being made"):
        slowmo.clear_smooth(editor)
    job.active = False
    slowmo.clear_smooth(editor)
    qtbot.waitUntil(lambda: any("1.0 MB" in notice.message for notice in editor.notify.waiting))
    assert not made.exists()
    editor.background.close()
