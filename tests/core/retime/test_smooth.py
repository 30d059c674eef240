"""Pictures between frames made beforehand: as an export makes them, each once, and shown by preview and export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from core.errors import JobError, ProjectError
from core.media.made import clear_made, made_root, read_made
from core.media.pool import SourcePool
from core.project import results
from core.project.project import Project
from core.render.export_sources import ExportResolver
from core.render.resolver import Resolver
from core.retime.smooth import smooth
from core.timeline.model import Between, Clip, Sequence
from core.timeline.time_map import Linear
from tests.core.render.exporting import RATE, Desk, video
from tests.media_files import write_clip

FRAMES = 4


def slowed(folder: Path, between: Between = "flow") -> tuple[Project, Clip]:
    desk = Desk(folder)
    clip = desk.use(write_clip(folder / "in.mkv", frames=FRAMES, size=(64, 48)), 2 * FRAMES)
    clip = replace(clip, time_map=Linear(0, 1, 2), between=between)
    film = Sequence("s", "film", 64, 48, RATE, tracks=(video(clip),))
    return Project("p", media=tuple(desk.media), sequences=(film,), active="s"), clip


def run(project: Project, folder: Path, **more: Any) -> dict[str, Any]:
    given = {"project": msgspec.to_builtins(project), "project_file": "", "data": str(folder)}
    return dict(list(smooth(folder, **given, **more))[-1].fields)


def test_pictures_are_those_of_an_export_and_made_once(tmp_path: Path) -> None:
    project, clip = slowed(tmp_path)
    exporting = ExportResolver(project, project.sequences[0], None, tmp_path / "elsewhere")
    truth = [exporting.between(clip, n, 0.5, None) for n in range(FRAMES - 1)]
    exporting.close()
    assert run(project, tmp_path) == {"made": FRAMES - 1, "known": 0}
    pool = SourcePool(8 * 2**20)
    preview = Resolver(project, None, tmp_path, pool)
    for n, picture in enumerate(truth):
        assert (preview.between(clip, n, 0.5, None) == picture).all()
        small = preview.between(clip, n, 0.5, (32, 24))
        assert (small == cv2.resize(picture, (32, 24), interpolation=cv2.INTER_AREA)).all()
    pool.close()
    first = min(made_root(tmp_path).rglob("*.png"))
    first.unlink()
    assert run(project, tmp_path) == {"made": 1, "known": FRAMES - 2}
    assert first.exists()
    assert run(project, tmp_path) == {"made": 0, "known": FRAMES - 1}


def test_an_export_takes_what_was_made(tmp_path: Path) -> None:
    project, clip = slowed(tmp_path)
    run(project, tmp_path)
    green = np.zeros((48, 64, 3), np.uint8)
    green[..., 1] = 200
    for path in made_root(tmp_path).rglob("*.png"):
        cv2.imwrite(str(path), green)
    exporting = ExportResolver(project, project.sequences[0], None, tmp_path)
    assert (exporting.between(clip, 1, 0.5, None) == green).all()
    blended = exporting.between(replace(clip, between="blend"), 1, 0.5, None)
    assert not (blended == green).all(), "only what goes along the motion was made"
    exporting.close()


def test_a_damaged_picture_is_as_none(tmp_path: Path) -> None:
    project, _ = slowed(tmp_path)
    run(project, tmp_path)
    path = min(made_root(tmp_path).rglob("*.png"))
    path.write_bytes(b"no picture")
    assert read_made(path.parent.parent, 0, 0.5, (64, 48), True) is None
    assert read_made(tmp_path / "nowhere", 0, 0.5, (64, 48), False) is None


@pytest.mark.parametrize(("between", "clips"), [("blend", []), ("nearest", []), ("flow", ["another"])])
def test_nothing_to_make_is_told(tmp_path: Path, between: Between, clips: list[str]) -> None:
    project, _ = slowed(tmp_path, between)
    with pytest.raises(ProjectError, match="between frames"):
        run(project, tmp_path, clips=clips)


def test_what_was_made_can_be_removed(tmp_path: Path) -> None:
    project, _ = slowed(tmp_path)
    run(project, tmp_path)
    made = list(made_root(tmp_path).rglob("*.png"))
    assert results.clean(tmp_path, [project]) == 0 and all(path.exists() for path in made), (
        "the film shows them"
    )
    older = made_root(tmp_path) / f"{project.media[0].info.fingerprint}-0" / "64x48" / "0000000-05000.png"
    older.parent.mkdir(parents=True)
    older.write_bytes(b"1234567")
    assert results.clean(tmp_path, [project]) == 7 and not older.exists()
    size = sum(path.stat().st_size for path in made)
    assert results.clean(tmp_path, [Project("p")]) == size and not made[0].exists(), "nobody has the media"
    assert run(project, tmp_path)["made"] == FRAMES - 1
    assert clear_made(tmp_path) == size and not list(made_root(tmp_path).rglob("*.png"))
    assert clear_made(tmp_path / "nothing") == 0


def test_a_data_folder_that_goes_away_is_not_made_anew(tmp_path: Path) -> None:
    data = tmp_path / "film_data"
    data.mkdir()
    project, _ = slowed(tmp_path)
    steps = smooth(data, project=msgspec.to_builtins(project), project_file="", data=str(data))
    next(steps)
    next(steps)
    data.rename(tmp_path / "away")
    with pytest.raises(JobError, match="film_data"):
        list(steps)
    assert not data.exists()
