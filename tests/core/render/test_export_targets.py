"""What an export leaves when it cannot be, is broken off, or would write over something: never half a film."""

from __future__ import annotations

import contextlib
import errno
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from core.errors import JobError, MediaError, OutOfDisk, ProjectError
from core.project.project import Project
from core.render import sinks
from core.render.export import export
from core.render.presets import PRESETS
from core.render.sinks import FolderSink
from core.render.targets import sole_export, spare_sources
from core.timeline.model import Sequence
from tests.core.render.exporting import RATE, Desk, video
from tests.media_files import write_clip, write_pictures


def test_missing_media_is_told_before_anything_is_written(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=5)
    desk = Desk(tmp_path)
    track = video(desk.use(path, 5))
    (tmp_path / "film.mp4").write_bytes(b"the old film")
    path.unlink()
    with pytest.raises(MediaError, match=r"in\.mp4"):
        desk.export("film.mp4", "h264-web", track)
    assert (tmp_path / "film.mp4").read_bytes() == b"the old film"


def left_over(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir() if entry.name.startswith(".")]


def test_cancel_leaves_the_old_film_and_nothing_else(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=30)
    desk = Desk(tmp_path)
    sequence = Sequence("s", "film", 64, 48, RATE, tracks=(video(desk.use(path, 30)),))
    project = Project("p", media=tuple(desk.media), sequences=(sequence,), active="s")
    (tmp_path / "film.mp4").write_bytes(b"the old film")
    steps = export(
        tmp_path, project=msgspec.to_builtins(project), project_file="", data="", preset="h264-web",
        path=str(tmp_path / "film.mp4"),
    )  # fmt: skip
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert (tmp_path / "film.mp4").read_bytes() == b"the old film"
    assert left_over(tmp_path) == []


def test_a_full_disk_while_writing_keeps_the_old_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=30)
    desk = Desk(tmp_path)
    (tmp_path / "film.mp4").write_bytes(b"the old film")
    written = []

    def full(self: Any, frame: Any) -> None:
        written.append(frame)
        if len(written) > 10:
            raise self._refused(OSError(errno.ENOSPC, "No space left on device"))

    monkeypatch.setattr("core.media.writer.FilmWriter.write_video", full)
    with pytest.raises(MediaError, match=r"film\.mp4 cannot be written: No space left"):
        desk.export("film.mp4", "h264-web", video(desk.use(path, 30)))
    assert (tmp_path / "film.mp4").read_bytes() == b"the old film"
    assert left_over(tmp_path) == []


def test_too_little_disk_is_told_before_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=5)
    desk = Desk(tmp_path)

    class Usage:
        free = 1000

    monkeypatch.setattr("core.job.shutil.disk_usage", lambda place: Usage)
    with pytest.raises(OutOfDisk):
        desk.export("film.mp4", "h264-web", video(desk.use(path, 5)))


def test_targets_that_cannot_be_written(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=5)
    desk = Desk(tmp_path)
    track = video(desk.use(path, 5))
    with pytest.raises(MediaError, match="is not there"):
        desk.export("nowhere/film.mp4", "h264-web", track)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter.txt").write_text("keep me")
    with pytest.raises(MediaError, match="is a folder"):
        desk.export("taken", "h264-web", track)
    with pytest.raises(MediaError, match="holds other things"):
        desk.export("taken", "png", track)
    assert (tmp_path / "taken" / "letter.txt").read_text() == "keep me"


def test_a_film_that_lost_frames_never_takes_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=12)
    desk = Desk(tmp_path)
    (tmp_path / "film.mp4").write_bytes(b"the old film")
    original = sinks.FilmSink.write
    count = [0]

    def lossy(self: Any, payload: Any) -> None:
        count[0] += 1
        if count[0] != 5:
            original(self, payload)

    monkeypatch.setattr(sinks.FilmSink, "write", lossy)
    with pytest.raises(MediaError, match="it has 11 frames, not 12"):
        desk.export("film.mp4", "h264-web", video(desk.use(path, 12)))
    assert (tmp_path / "film.mp4").read_bytes() == b"the old film"
    assert left_over(tmp_path) == []


def test_an_unreadable_project_and_an_unknown_preset(tmp_path: Path) -> None:
    steps = export(
        tmp_path, project={"id": 3}, project_file="", data="", preset="h264-web", path=str(tmp_path / "x.mp4")
    )
    with pytest.raises(ProjectError, match="cannot be read"), contextlib.closing(steps):  # type: ignore[type-var]
        next(steps)
    path = write_clip(tmp_path / "in.mp4", frames=5)
    desk = Desk(tmp_path)
    with pytest.raises(ProjectError, match="no export preset"):
        desk.export("film.mp4", "betamax", video(desk.use(path, 5)))


def test_the_films_own_media_and_project_are_never_written_over(tmp_path: Path) -> None:
    film, folder = write_clip(tmp_path / "in_fill.mp4", frames=5), write_pictures(tmp_path / "shots", 3)
    before = {path: path.read_bytes() for path in (film, *folder.iterdir())}
    desk = Desk(tmp_path)
    track = video(desk.use(film, 5), desk.use(folder, 3))
    (tmp_path / "film.laminar").write_bytes(b"the project")
    (tmp_path / "link.mp4").symlink_to(film)
    for name, preset in (
        ("in_fill.mp4", "h264-web"),
        ("in.mp4", "pair"),
        ("shots", "png"),
        ("link.mp4", "h265"),
    ):
        with pytest.raises(MediaError, match="own media"):
            desk.export(name, preset, track)
    with pytest.raises(MediaError, match="own project"):
        spare_sources(Project("p"), tmp_path / "film.laminar", PRESETS["vp9"], tmp_path / "film.laminar")
    assert before == {path: path.read_bytes() for path in before}
    assert left_over(tmp_path) == []


def test_two_exports_never_write_the_same_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.job.PATIENCE", 0.0)
    desk = Desk(tmp_path)
    track = video(desk.use(write_clip(tmp_path / "in.mp4", frames=5), 5))
    with sole_export(tmp_path / "film.mp4"), pytest.raises(JobError, match=r"another export .*film\.mp4"):
        desk.export("film.mp4", "h264-web", track)
    desk.export("film.mp4", "h264-web", track)
    assert left_over(tmp_path) == []


def test_a_folder_of_pictures_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "frames"

    def written(frames: int, payloads: int) -> FolderSink:
        sink = FolderSink(target, frames)
        for _ in range(payloads):
            sink.write(np.full((4, 6, 4), 200, np.uint8))
        return sink

    assert written(2, 2).finish() == (target,)
    assert sorted(path.name for path in target.iterdir()) == ["00000.png", "00001.png"]
    assert written(1, 1).finish() == (target,)
    assert [path.name for path in target.iterdir()] == ["00000.png"]
    short = written(3, 2)
    with pytest.raises(MediaError, match="has 2 pictures, not 3"):
        short.finish()
    short.abort()
    empty = written(2, 2)
    next(path for path in tmp_path.iterdir() if path != target).joinpath("00001.png").write_bytes(b"")
    with pytest.raises(MediaError, match="has 1 pictures, not 2"):
        empty.finish()
    empty.abort()
    assert [path.name for path in tmp_path.iterdir()] == ["frames"]
    assert [path.name for path in target.iterdir()] == ["00000.png"]
