"""Our own processes import this program, wherever the user stands."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from core import processes


def test_nothing_is_imported_from_where_the_user_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "core.py").write_text("raise SystemExit('a stranger ran')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    code = "import os, core.errors; print(core.errors.__file__, os.environ['ONE'])"
    done = subprocess.run(
        processes.command("-c", code),
        env=processes.environment(ONE="1"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(Path(processes.__file__).with_name("errors.py")), "1"]


def test_closing_passes_over_what_is_not_there() -> None:
    process = subprocess.Popen(processes.command("-c", ""), stdin=subprocess.PIPE)
    process.wait()
    assert process.stdin is not None
    process.stdin.write(b"too late")
    processes.close_pipes(process.stdin, None)
    assert process.stdin.closed
