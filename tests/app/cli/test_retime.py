"""laminar retime, from a folder of layers to the film: one person on a clock of its own, checked picture by picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.cli.main import main
from core.media.probe import probe
from core.media.reader import open_source
from tests.app.cli.answers import answer
from tests.layer_films import Truth, draw_truth, write_result

CAR, ROBOT = 2, 1


@pytest.fixture(scope="module")
def truth() -> Truth:
    return draw_truth((CAR, ROBOT), frames=4, size=(96, 54))


@pytest.fixture
def layers(truth: Truth, tmp_path: Path) -> Path:
    write_result(tmp_path / "out", truth)
    return tmp_path / "out"


def curve(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def test_each_layer_follows_its_curve_with_its_shadow(
    layers: Path, truth: Truth, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    back = curve(tmp_path, "back.csv", "frame,source_frame\n0,3\n3,0\n")
    stand = curve(tmp_path, "stand.csv", "seconds,source\n0,0.08\n0.2,0.08\n")
    film = tmp_path / "film.mkv"
    arguments = ["retime", str(layers), "--layer", "1", "--curve", back, "--layer", "2", "--curve", stand]
    assert main([*arguments, "-o", str(film), "--json"]) == 0
    said = answer(capsys)
    assert said["outputs"] == [str(film)] and said["frames"] == 6 and said["layers"] == [1, 2]
    source = open_source(film, probe(film))
    for n, robot in enumerate((3, 2, 1, 0, 0, 0)):
        want = truth.composed(min(n, 3), {ROBOT: robot, CAR: 2})
        got = source.frame(n)[..., :3]
        assert np.abs(got.astype(int) - want.astype(int)).max() <= 2
    source.close()


def test_what_is_wrong_is_one_line(layers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = curve(tmp_path, "good.csv", "0,0\n0.1,0.1\n")
    bad = curve(tmp_path, "bad.csv", "0,0\n0.1\n")
    film = ["-o", str(tmp_path / "film.mp4")]
    for arguments, words in (
        ([str(layers), "--layer", "1", "--curve", bad], "line 2 of"),
        ([str(layers), "--layer", "7", "--curve", good], "no layer 7"),
        ([str(layers), "--layer", "1", "--layer", "2", "--curve", good], "1 times"),
        ([str(layers), "--layer", "1", "--curve", good, "--layer", "1", "--curve", good], "same layer"),
        ([str(tmp_path / "none"), "--layer", "1", "--curve", good], "is not there"),
        ([str(tmp_path), "--layer", "1", "--curve", good], "no layers"),
        ([str(layers), "--layer", "1", "--curve", str(tmp_path / "no.csv")], "cannot be read"),
    ):
        assert main(["retime", *arguments, *film]) == 2
        said = capsys.readouterr().err
        assert words in said and said.count("\n") == 1
    assert not (tmp_path / "film.mp4").exists()
    recon = layers / "recon.mkv"
    recon.write_bytes(b"of the layers")
    assert main(["retime", str(layers), "--layer", "1", "--curve", good, "-o", str(recon)]) == 2
    assert "take the place" in capsys.readouterr().err and recon.read_bytes() == b"of the layers"
