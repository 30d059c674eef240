"""laminar select: a box in, a mask out, and one clear line for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.cli.main import main
from core.media.matte import read_labels
from core.media.writer import write_png


def test_a_box_becomes_a_mask_that_tracking_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frames = tmp_path / "frames"
    frames.mkdir()
    picture = np.full((90, 120, 3), (40, 90, 40), np.uint8)
    picture[30:70, 40:90] = (220, 60, 50)
    for n in range(2):
        write_png(frames / f"{n:05d}.png", picture)
    out = tmp_path / "new" / "mask.png"
    asked = ["select", str(frames), "--frame", "1", "--box", "35,26,60,48", "-o", str(out), "--json"]
    assert main([*asked, "--outside", "37,28,37,70", "--inside", "5,5", "--brush", "3"]) == 0
    said = json.loads(capsys.readouterr().out)
    found = read_labels(out)
    assert found.shape == (90, 120) and set(np.unique(found)) == {0, 1}
    assert said["pixels"] == int(found.sum()) and said["outputs"] == [str(out)]
    assert not found[29:70, 37].any() and found[5, 5] and found[50, 50:80].all()


def test_objects_are_gathered_in_one_mask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = np.full((90, 160, 3), (40, 90, 40), np.uint8)
    picture[20:70, 10:60] = (220, 60, 50)
    picture[30:80, 90:140] = (60, 70, 200)
    (tmp_path / "clip").mkdir()
    write_png(tmp_path / "clip" / "00000.png", picture)
    out = tmp_path / "mask.png"
    one = ["select", str(tmp_path / "clip"), "-o", str(out), "--json"]
    assert main([*one, "--box", "6,16,58,58"]) == 0
    first = read_labels(out)
    assert main([*one, "--box", "86,26,58,58", "--add-to", str(out)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["object"] == 2
    both = read_labels(out)
    assert np.array_equal(both == 1, first == 1) and (both == 2)[40:70, 100:130].all()
    assert main([*one, "--box", "6,16,148,68", "--add-to", str(out), "--object", "2"]) == 0
    again = read_labels(out)
    assert np.array_equal(again == 1, first == 1) and set(np.unique(again)) <= {0, 1, 2}
    write_png(tmp_path / "small.png", np.zeros((20, 30, 3), np.uint8))
    assert main([*one, "--box", "6,16,58,58", "--add-to", str(tmp_path / "small.png")]) == 2
    assert "small.png" in capsys.readouterr().err and np.array_equal(read_labels(out), again)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (("--box", "1,2,3"), "--box 1,2,3 is not"),
        (("--box", "1,2,3,nan"), "is not X,Y"),
        (("--box", "1,1,20,20", "--inside", "4"), "--inside 4 is not"),
        (("--box", "1,1,20,20", "--frame", "9"), "has no frame 9"),
        (("--box", "900,900,20,20"), "nothing to select"),
    ],
)
def test_a_selection_that_cannot_be_is_one_line(
    tmp_path: Path, asked: tuple[str, ...], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_png(tmp_path / "00000.png", np.zeros((40, 60, 3), np.uint8))
    out = tmp_path / "out" / "mask.png"
    assert main(["select", str(tmp_path), *asked, "-o", str(out)]) == 2
    told = capsys.readouterr().err
    assert reason in told and told.count("\n") == 1
    assert not out.exists()
