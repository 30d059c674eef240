"""laminar scenes: the shots of a clip, told and written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.cli.main import main
from tests.app.cli.answers import answer
from tests.core.media.test_cuts import GREEN, RED, shot
from tests.layer_films import write_clip


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "tape.mkv", np.stack([*shot(1, RED, 20), *shot(2, GREEN, 12)]))


def test_the_shots_are_told_and_written(tape: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tape.parent / "new" / "shots.csv"
    assert main(["scenes", str(tape), "-o", str(out), "--json"]) == 0
    said = answer(capsys)
    assert said["shots"] == [
        {"frame": 0, "start": 0.0, "frames": 20},
        {"frame": 20, "start": 0.8, "frames": 12},
    ]
    assert (said["frames"], said["outputs"]) == (32, [str(out)])
    assert out.read_text() == "frame,seconds,frames\n0,0.000000,20\n20,0.800000,12\n"
    assert main(["scenes", str(tape)]) == 0
    assert "2 shots" in capsys.readouterr().out
    listed = out.with_name("told.csv")
    assert main(["scenes", str(tape), "-o", str(listed)]) == 0
    assert capsys.readouterr().out.endswith(f"2 shots, listed in {listed}\n")


@pytest.mark.parametrize("name", ["tape.mkv", "shots.txt"])
def test_a_target_that_is_no_table_is_refused(
    tape: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tape.read_bytes()
    assert main(["scenes", str(tape), "-o", str(tape.parent / name)]) == 2
    assert f"{name} is no .csv file" in capsys.readouterr().err
    assert tape.read_bytes() == before
