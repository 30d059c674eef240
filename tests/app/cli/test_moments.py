"""laminar moments."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.cli.main import main
from tests.app.film import write_clip


def test_it_answers_also_where_nothing_can_be_kept(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_text("a file is no folder")
    assert main(["moments", str(write_clip(tmp_path / "clip.mkv")), "--at", "0.5", "--json"]) == 0
    told = capsys.readouterr()
    assert "moments" in msgspec.json.decode(told.out)
    assert "cannot be written" in told.err
