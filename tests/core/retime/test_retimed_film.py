"""A film of layers with clocks of their own, in parts: the same as at once, and gone on with after a stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.job import drain
from core.layers.result import read_layers
from core.retime.retimed_film import read_written, retime
from tests.layer_films import draw_truth, write_result
from tests.media_files import frames_of

ROBOT, CAR = 1, 2


@pytest.fixture
def question(tmp_path: Path) -> dict[str, Any]:
    write_result(tmp_path / "layers", draw_truth((CAR, ROBOT), frames=4, size=(96, 54)))
    rate = read_layers(tmp_path / "layers").rate
    last = rate.time_of(3)
    lanes = {
        "1": [[rate.time_of(4), last, -last], [rate.time_of(4), 0, 0]],
        "2": [[rate.time_of(7), 0, last]],
    }
    return {"folder": str(tmp_path / "layers"), "lanes": lanes, "preset": "ffv1"}


def run(out: Path, question: dict[str, Any], part: int) -> Path:
    out.mkdir(exist_ok=True)
    film = out.with_suffix(".mkv")
    drain(retime(out, **question, path=str(film), part=part))
    return film


def test_parts_make_the_same_film(tmp_path: Path, question: dict[str, Any]) -> None:
    whole = frames_of(run(tmp_path / "whole", question, 100))
    parts = frames_of(run(tmp_path / "parts", question, 3))
    assert len(whole) == 8 and np.array_equal(whole, parts)
    assert not list((tmp_path / "parts").glob("part_*"))
    said = read_written(tmp_path / "parts")
    assert said.frames == 8 and said.files == (str(tmp_path / "parts.mkv"),)


def test_an_interrupted_film_goes_on_where_it_was(tmp_path: Path, question: dict[str, Any]) -> None:
    whole = frames_of(run(tmp_path / "whole", question, 100))
    out = tmp_path / "broken"
    out.mkdir()
    film = tmp_path / "broken.mkv"
    steps = retime(out, **question, path=str(film), part=3)
    while not (out / "part_000003.mkv").exists():
        next(steps)
    steps.close()
    assert not film.exists()
    kept = {path: path.stat().st_mtime_ns for path in out.glob("part_*.mkv")}
    seen: dict[Path, int] = {}
    for _ in retime(out, **question, path=str(film), part=3):
        seen |= {path: path.stat().st_mtime_ns for path in out.glob("part_*.mkv")}
    assert {path: seen[path] for path in kept} == kept and len(seen) == 3
    assert np.array_equal(frames_of(film), whole)
