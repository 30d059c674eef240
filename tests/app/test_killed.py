"""A few kills of an editing session; tests/bench/kill_editing.py does fifty, and a tracking job."""

from __future__ import annotations

from pathlib import Path

from tests.bench.kill_editing import kill_sessions


def test_a_killed_session_loses_no_finished_edit(tmp_path: Path) -> None:
    figures = kill_sessions(tmp_path, kills=3, seed=7, longest=0.6)
    assert sum(figure["edits"] for figure in figures) > 20
