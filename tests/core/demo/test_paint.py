"""The journey's painting on a drawn clip that is already unrolled."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np

from core.demo.paint import NAME, paint
from core.demo.state import Demo
from core.media.reader import open_source
from core.project.paths import results_folder
from tests import unrolled


def test_the_painted_film_is_written_and_the_main_one_stays(tmp_path: Path) -> None:
    project, data = unrolled.film(tmp_path / "source")
    state = Demo(tmp_path, project)
    shutil.copytree(data, state.data)
    main = state.sequence
    steps = [step.part for step in paint(state, results_folder(state.data) / unrolled.KEY)]
    assert steps == sorted(steps) and steps[-1] == 1
    assert state.sequence == main and state.media == project.media[0]
    media = state.project.media[-1]
    assert [edit.kind for edit in media.atlas_edits] == ["paint", "text"]
    assert [path.name for path in state.pictures] == ["01-painting.png", "02-painted.png"]
    with closing(open_source(tmp_path / f"{NAME}.mp4")) as film:
        assert film.frame_count == unrolled.FRAMES
        for number in (0, unrolled.FRAMES - 1):
            apart = np.abs(film.frame(number).astype(int) - unrolled.picture(number)).max(-1)
            inside = unrolled.inside(number)
            assert np.percentile(apart[inside], 97) > 60 and np.median(apart[~inside]) < 12
