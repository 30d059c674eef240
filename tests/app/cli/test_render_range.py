"""What part of a film `laminar render` writes, and at which size."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from app.cli.commands.render import frames_of
from app.cli.main import main
from core.errors import LaminarError
from core.media.probe import probe
from core.project.file import save
from core.time import FrameRate, TimeRange
from core.timeline import edits
from core.timeline.model import MediaUse, new_sequence
from tests.app.cli.answers import answer
from tests.app.film import FRAMES, project_of, write_clip


def _project(folder: Path) -> Path:
    project = project_of(write_clip(folder / "clip.mkv"))
    save(replace(project, name="Film"), folder / "Film.laminar")
    return folder / "Film.laminar"


def test_render_writes_the_range_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = tmp_path / "film.mp4"
    arguments = ["render", str(_project(tmp_path)), "-o", str(film), "--range", "2:6", "--json"]
    assert main(arguments) == 0
    assert answer(capsys)["frames"] == 4
    written = probe(film).video
    assert written is not None
    assert written.frames == 4


def test_a_range_beyond_the_film_goes_to_its_end_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = tmp_path / "film.mp4"
    arguments = ["render", str(_project(tmp_path)), "-o", str(film), "--json"]
    assert main([*arguments, "--range", f"{FRAMES - 4}:900"]) == 0
    told = capsys.readouterr()
    assert msgspec.json.decode(told.out)["frames"] == 4
    assert f"goes beyond the film, which has {FRAMES} frames" in told.err
    assert main([*arguments, "--range", f"{FRAMES - 4}:{FRAMES}"]) == 0
    assert "beyond" not in capsys.readouterr().err


def test_ranges_are_frames_or_timecode() -> None:
    sequence = new_sequence("Film", 16, 16, FrameRate(25))
    use = MediaUse("m")
    track = next(track for track in sequence.tracks if track.kind == "video")
    whole = TimeRange(0, FrameRate(25).time_of(100))
    sequence = edits.insert(
        sequence, 0, edits.media_clips(use, "c", whole, video_track=track.id, audio_track=None)
    )
    assert frames_of(sequence, "") == (0, 99)
    assert frames_of(sequence, "10:20") == (10, 19)
    assert frames_of(sequence, "00:00:01:00:00:00:02:00") == (25, 49)
    assert frames_of(sequence, "90:500") == (90, 499)
    assert frames_of(sequence, "90:") == (90, 99)
    assert frames_of(sequence, ":20") == (0, 19)
    for wrong in ("x:y", "5", "20:10", "200:300"):
        with pytest.raises(LaminarError):
            frames_of(sequence, wrong)


def test_another_height(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = tmp_path / "film.mp4"
    arguments = ["render", str(_project(tmp_path)), "-o", str(film), "--range", "0:4", "--height"]
    assert main([*arguments, "32"]) == 0
    written = probe(film).video
    assert written is not None and (written.width, written.height) == (48, 32)
    capsys.readouterr()
    assert main([*arguments, "20000"]) == 2
    assert "out of reach" in capsys.readouterr().err
