"""Slow motion copies from the window: what is asked of the job, and what comes back."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.actions import slowmo
from app.editor import Editor
from core.errors import EditError
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
    monkeypatch.setattr("app.media_import.import_paths", lambda editor, paths: taken.extend(paths))
    done(None)
    assert taken == [tmp_path / "slow.mkv"]
