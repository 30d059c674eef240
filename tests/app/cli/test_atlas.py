"""laminar atlas and laminar atlas-apply."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from app.cli.main import main
from core.drive import drive
from core.job import Progress
from core.media.atlases import open_atlas
from core.media.images import read_picture
from core.media.reader import open_source
from core.media.writer import write_png
from tests.core.atlas_folders import FRAMES, HEIGHT, WIDTH, box_at, frame_at, write_atlas
from tests.core.layers.scenes import write_clip


@pytest.fixture
def clip(tmp_path: Path) -> tuple[Path, Path]:
    labels = np.zeros((FRAMES, HEIGHT, WIDTH), np.uint8)
    for n in range(FRAMES):
        left, top, right, bottom = box_at(n)
        labels[n, top:bottom, left:right] = 1
    return write_clip(tmp_path, np.stack([frame_at(n) for n in range(FRAMES)]), labels)


OLD = ("atlas_01_p01.png", "mapping_01_p02.npz", "atlas_02_p01.png", "mapping_02.npz", "alpha/02/00000.png")
"""Of objects and pages that are no more."""
OTHERS = ("notes.txt", "../mine.png")
"""Not ours, though an index may name it."""


def write_old(out: Path) -> None:
    """An earlier result with another object and with pages, and what else was in the folder."""
    write_atlas(out, pages=True)
    index = json.loads((out / "atlas.json").read_text())
    second = json.dumps(index["objects"][1]).replace("_01", "_02").replace('"label": 1', '"label": 2')
    index["objects"].append(json.loads(second) | {"picture": "../mine.png"})
    (out / "atlas.json").write_text(json.dumps(index))
    (out / "alpha" / "02").mkdir()
    for name in (*OLD, *OTHERS):
        (out / name).write_bytes(b"old")


def test_a_clip_is_unrolled_painted_and_put_back(
    tmp_path: Path, clip: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    write_old(out)
    asked = ["atlas", str(clip[0]), "--masks", str(clip[1]), "-o", str(out), "--max-seconds", "1", "--json"]
    assert main(asked) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["frames"] == FRAMES and said["scores"]["psnr"] > 30
    for name in ("atlas_01.png", "atlas_bg.png", "mapping_01.npz", "recon.mkv", "report.json", "atlas.json"):
        assert (out / name).is_file()
    assert all((out / name).is_file() for name in OTHERS) and not any((out / name).exists() for name in OLD)
    assert not list(out.glob(".*"))
    assert json.loads((out / "report.json").read_text())["psnr_over_time"][-1][1] == said["scores"]["psnr"]
    painted = read_picture(out / "atlas_01.png", alpha=True).copy()
    height, width = painted.shape[:2]
    painted[height // 2 - 10 : height // 2 + 10, width // 2 - 10 : width // 2 + 10, :3] = 255, 0, 0
    write_png(tmp_path / "mine.png", painted)
    film = tmp_path / "edited.mkv"
    apply = ["atlas-apply", str(out), "--edit", f"atlas_01={tmp_path / 'mine.png'}", "-o", str(film)]
    assert main([*apply, "--preset", "ffv1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["frames"] == FRAMES
    with closing(open_source(film)) as source:
        assert (source.width, source.height, source.frame_count) == (WIDTH, HEIGHT, FRAMES)
        for n in (0, FRAMES - 1):
            changed = (source.frame(n)[..., :3] != frame_at(n)).any(2)
            left, top, right, bottom = box_at(n)
            assert changed[(top + bottom) // 2, (left + right) // 2]
            changed[top:bottom, left:right] = False
            assert not changed.any()
    assert not list(tmp_path.glob(".*"))


def test_paint_on_a_page_goes_to_the_whole_film(
    tmp_path: Path, clip: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_atlas(tmp_path / "atlas", pages=True)
    painted = open_atlas(folder).page_picture(1, 2).copy()
    painted[20:40, 20:40, :3] = 255, 0, 0
    write_png(tmp_path / "mine.png", painted)
    film, edit = tmp_path / "film.mkv", f"atlas_01_p02={tmp_path / 'mine.png'}"
    asked = ["atlas-apply", str(folder), "--edit", edit, "--clip", str(clip[0]), "-o", str(film)]
    assert main([*asked, "--preset", "ffv1"]) == 0
    with closing(open_source(film)) as source:
        for n in (0, FRAMES - 1):
            left, top, *_ = box_at(n)
            changed = (source.frame(n)[..., :3] != frame_at(n)).any(2)
            assert changed[top + 11 : top + 19, left + 11 : left + 19].all() and changed.sum() < 200
    small = f"atlas_01_p01={tmp_path / 'small.png'}"
    write_png(tmp_path / "small.png", painted[:10, :10])
    assert main([*asked[:3], small, *asked[4:]]) == 2
    assert "is 10x10, atlas_01_p01.png is 64x64" in capsys.readouterr().err
    assert main([*asked[:3], small.replace("p01", "p03"), *asked[4:]]) == 2
    assert "there is no atlas_01_p03" in capsys.readouterr().err


def test_an_interrupted_film_leaves_nothing_half_made(
    tmp_path: Path,
    clip: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Ctrl+C comes while the first picture is told; so short a film may be whole by then, and stays."""

    def interrupted(*asked: Any, **how: Any) -> Iterator[Progress]:
        steps = cast(Generator[Progress, None, None], drive(*asked, **how))
        yield next(steps)
        assert list(target.iterdir()), "it is under way"
        steps.throw(KeyboardInterrupt())

    folder, target = write_atlas(tmp_path / "atlas"), tmp_path / "films"
    painted = open_atlas(folder).atlas(1).copy()
    painted[10:20, 10:20, :3] = 0
    write_png(tmp_path / "mine.png", painted)
    monkeypatch.setattr("app.cli.terminal.drive", interrupted)
    edit, film = f"atlas_01={tmp_path / 'mine.png'}", str(target / "film.mp4")
    asked = ["atlas-apply", str(folder), "--edit", edit, "--clip", str(clip[0]), "-o", film]
    assert main(asked) == 130
    said = capsys.readouterr().err
    assert "interrupted" in said and "Traceback" not in said
    for path in target.iterdir():
        assert path.name == "film.mp4"
        with closing(open_source(path)) as source:
            assert source.frame_count == FRAMES


def test_edits_that_cannot_be_used(
    tmp_path: Path, clip: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_atlas(tmp_path / "atlas")
    atlas = open_atlas(folder).atlas(1)
    write_png(tmp_path / "same.png", atlas)
    write_png(tmp_path / "small.png", atlas[:10, :10])

    def refused(*edits: str, out: str = "film.mp4") -> str:
        given = [part for edit in edits for part in ("--edit", edit)]
        assert main(["atlas-apply", str(folder), *given, "-o", str(tmp_path / out)]) == 2
        return capsys.readouterr().err

    assert "changes nothing" in refused(f"atlas_01={tmp_path / 'same.png'}")
    assert "is 10x10, atlas_01.png is 48x48" in refused(f"atlas_01={tmp_path / 'small.png'}")
    assert "no atlas_07" in refused(f"atlas_07={tmp_path / 'same.png'}")
    assert "is not NAME=FILE" in refused("atlas_01")
    assert "is not there" in refused(f"atlas_01={tmp_path / 'none.png'}")
    assert "no preset writes" in refused(f"atlas_01={tmp_path / 'same.png'}", out="film.xyz")
    (folder / "recon.mkv").write_bytes(b"of the atlas")
    assert "take the place" in refused(f"atlas_01={tmp_path / 'small.png'}", out="atlas/recon.mkv")
    changed = atlas.copy()
    changed[5:9, 5:9, :3] = 0
    write_png(tmp_path / "new.png", changed)
    assert "not where it was" in refused(f"atlas_01={tmp_path / 'new.png'}")
    same = f"atlas_01={tmp_path / 'new.png'}"
    assert "two edits" in refused(same, same)
    assert main(["atlas-apply", str(tmp_path), "--edit", same, "-o", str(tmp_path / "film.mp4")]) == 2
    assert "holds no atlas" in capsys.readouterr().err
    film = tmp_path / "film.mkv"
    asked = ["atlas-apply", str(folder), "--edit", same, "--clip", str(clip[0]), "-o", str(film)]
    assert main([*asked, "--preset", "ffv1"]) == 0 and film.is_file()


def test_masks_that_are_not_there(
    tmp_path: Path, clip: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["atlas", str(clip[0]), "--masks", str(tmp_path / "empty"), "-o", str(tmp_path / "out")]) == 2
    assert "holds no PNG masks" in capsys.readouterr().err
    assert main(["atlas", str(clip[0]), "--masks", str(clip[1]), "-o", str(clip[0])]) == 2
    assert "holds the clip" in capsys.readouterr().err
