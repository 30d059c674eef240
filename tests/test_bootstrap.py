"""packaging/bootstrap, which every make target runs: where everything is there it says and does nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[1] / "packaging"


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def run(root: Path, dpkg: str) -> str:
    """What it says in a checkout with everything installed, to somebody who is not root. dpkg: what dpkg-query does."""
    script(root / "packaging" / "bootstrap", "")
    for name in ("bootstrap", "libraries"):
        (root / "packaging" / name).write_bytes((PACKAGING / name).read_bytes())
    for name, text in (("dpkg-query", dpkg), ("id", "echo 1000"), ("python3", "exit 0")):
        script(root / "bin" / name, text)
    script(root / ".venv" / "bin" / "python", "exit 0")
    for name in ("pyproject.toml", ".venv/.laminar-installed"):
        (root / name).write_text("the same")
    path = f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}"
    command = [str(root / "packaging" / "bootstrap")]
    return subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": path}).stdout


@pytest.mark.parametrize("status", ["installed\\n", "not-installed\\ninstalled\\n"])
def test_libraries_that_are_there_are_not_asked_for(status: str, tmp_path: Path) -> None:
    """dpkg-query fails when it knows one of a library's two names only."""
    assert run(tmp_path, f"printf '{status}'; exit 1") == ""


def test_missing_libraries_are_named(tmp_path: Path) -> None:
    said = run(tmp_path, "printf 'not-installed\\n'; exit 1")
    assert "missing system libraries" in said and "libportaudio2" in said
