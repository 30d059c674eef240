"""laminar plate and laminar layers, as a shell gives them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.cli.main import main
from core.media.matte import mask_name, read_labels, write_binary, write_labels
from tests.core.layers.scenes import walker, write_clip


@pytest.fixture
def clip(tmp_path: Path) -> tuple[Path, Path]:
    frames, labels, _, _ = walker(frames=4, size=(96, 72))
    return write_clip(tmp_path, frames, labels)


def test_layers_end_up_where_they_were_asked_for(
    clip: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["layers", str(clip[0]), "--masks", str(clip[1]), "-o", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    names = {path.name for path in out.iterdir()}
    films = {"plate.mkv", "recon.mkv", "object_01.mkv", "effect_01.mkv", "layer_01.mkv"}
    assert names == films | {"plate.png", "layers.json", "report.json"}
    assert said["frames"] == 4 and said["scores"]["psnr"] > 25 and said["seconds"] > 0
    report = json.loads((out / "report.json").read_text())
    assert all(len(entry) == 2 for entry in report["psnr_over_time"])


def test_fewer_objects_leave_no_old_films(clip: tuple[Path, Path], tmp_path: Path) -> None:
    both = tmp_path / "both"
    both.mkdir()
    for path in clip[1].iterdir():
        labels = read_labels(path, (96, 72)).copy()
        labels[2:12, 60:80] = 2
        write_labels(both / path.name, labels)
    out = tmp_path / "out"
    assert main(["layers", str(clip[0]), "--masks", str(both), "-o", str(out)]) == 0
    assert (out / "object_02.mkv").is_file()
    (out / "mine_02.mkv").touch()
    assert main(["layers", str(clip[0]), "--masks", str(clip[1]), "-o", str(out)]) == 0
    films = {path.name for path in out.glob("*_0*.mkv")}
    assert films == {"object_01.mkv", "effect_01.mkv", "layer_01.mkv", "mine_02.mkv"}


def test_plate_writes_a_picture_and_a_film(
    clip: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture, film = tmp_path / "clean.png", tmp_path / "clean.mkv"
    given = ["plate", str(clip[0]), "--masks", str(clip[1]), "-o", str(picture), "--video", str(film)]
    assert main([*given, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["frames"] == 4 and said["scores"]["psnr_plate"] > 20
    assert picture.is_file() and film.is_file() and not (tmp_path / ".laminar-plate").exists()


def test_a_clip_or_masks_with_holes_are_told(
    clip: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frames = tmp_path / "holes"
    frames.mkdir()
    for n in (0, 1, 2, 3, 4, 5, 6, 8, 9, 10):
        Image.new("RGB", (96, 72), (9 * n, 50, 50)).save(frames / f"{n:05}.png")
    assert main(["plate", str(frames), "--masks", str(clip[1]), "-o", str(tmp_path / "p.png"), "--json"]) == 0
    said = capsys.readouterr()
    assert f"laminar: {frames}: 1 numbers are missing" in said.err
    assert "frames have no mask, the first is frame " in said.err
    assert json.loads(said.out)["frames"] == 10
    missing = str(tmp_path / "none")
    assert main(["plate", str(frames), "--masks", missing, "-o", str(tmp_path / "p.png")]) == 2
    assert capsys.readouterr().err.startswith(f"laminar: {missing} is not there"), "the error alone is told"


def test_bad_masks_are_one_line(
    clip: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_binary(clip[1] / mask_name(0), np.zeros((10, 12), np.uint8))
    out = tmp_path / "out"
    assert main(["layers", str(clip[0]), "--masks", str(clip[1]), "-o", str(out)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "12x10, the clip is 96x72" in said
    assert main(["layers", str(clip[0]), "--masks", str(tmp_path / "none"), "-o", str(out)]) == 2
    assert main(["plate", str(clip[0]), "--masks", str(clip[1]), "-o", str(tmp_path / "p.jpg")]) == 2
    assert main(["layers", str(clip[0]), "--masks", str(clip[1]), "-o", str(out), "--order", "x"]) == 2
