"""Our own processes import this program, wherever the user stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import run
from core import processes


def test_nothing_is_imported_from_where_the_user_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "core.py").write_text("raise SystemExit('a stranger ran')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "asks.py").write_text(
        "import os, core.errors; print(core.errors.__file__, os.environ['ONE'])"
    )
    done = subprocess.run(
        processes.command("asks"),
        env=processes.environment(ONE="1"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(Path(processes.__file__).with_name("errors.py")), "1"]


def test_closing_passes_over_what_is_not_there() -> None:
    process = subprocess.Popen(processes.command("core.errors"), stdin=subprocess.PIPE)
    process.wait()
    assert process.stdin is not None
    process.stdin.write(b"too late")
    processes.close_pipes(process.stdin, None)
    assert process.stdin.closed


def test_the_packaged_program_starts_itself_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "packaged_module.py").write_text("import sys; print(__name__, sys.argv[1:])")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    words = processes.command("packaged_module", "one")
    assert words == [sys.executable, processes.RUN, "packaged_module", "one"]
    monkeypatch.setattr(sys, "argv", ["laminar", *words[1:]])
    assert run() == 0
    assert capsys.readouterr().out == "__main__ ['one']\n"


def test_only_the_packaged_program_runs_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    assert processes.asked_to_run([processes.RUN, "core.capabilities"]) is None
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert processes.asked_to_run([processes.RUN]) is None
    assert processes.asked_to_run(["probe", "clip.mp4"]) is None
