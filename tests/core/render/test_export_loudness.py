"""An export says where its sound is cut off."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from core.job import Progress
from core.project.project import Project
from core.render.export import export
from core.timeline.model import Sequence
from tests.core.render.test_export import Desk, audio, video
from tests.media_files import write_clip


def notes_of(folder: Path, *gains: float) -> tuple[str, ...]:
    """What is said of a film whose tone sounds on one track for each gain, in dB."""
    desk = Desk(folder)
    clip = desk.use(write_clip(folder / "in.mp4", frames=75, sound=3.0, options={"preset": "ultrafast"}), 75)
    sounds = [audio(msgspec.structs.replace(clip, id=f"s{n}", gain=gain)) for n, gain in enumerate(gains)]
    film = Sequence("s", "film", *desk.size, desk.rate, tracks=(*sounds, video(clip)))
    project = Project("p", media=tuple(desk.media), sequences=(film,), active="s")
    steps: list[Progress] = list(
        export(
            folder, project=msgspec.to_builtins(project), project_file="", data=str(folder),
            preset="h264-web", path=str(folder / "film.mp4"),
        )
    )  # fmt: skip
    return tuple(steps[-1].fields["notes"])


@pytest.mark.parametrize("gains", [(0.0,), (-6.0, -9.0)])
def test_sound_that_fits_is_not_spoken_of(tmp_path: Path, gains: tuple[float, ...]) -> None:
    assert notes_of(tmp_path, *gains) == ()


def test_sound_that_is_cut_off_is_told_with_its_place(tmp_path: Path) -> None:
    assert notes_of(tmp_path, 24.0) == (
        "the sound is too loud and cut off, first at about 00:00:00:00: lower it",
    )
