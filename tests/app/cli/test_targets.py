"""Results never take the place of what they are made from, and what is in the way is named before the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli.commands import layers
from app.cli.main import main
from app.cli.targets import left_over, make_folder, require_own_folder, spare
from app.cli.terminal import Terminal
from core.errors import MediaError, WorkerDied
from tests.media_files import write_pictures


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    return write_pictures(tmp_path / "frames", 3)


def test_a_picture_of_a_folder_that_was_given_stays(frames: Path, tmp_path: Path) -> None:
    first = sorted(frames.iterdir())[0]
    (tmp_path / "link.png").symlink_to(first)
    for out in (first, tmp_path / "link.png"):
        with pytest.raises(MediaError, match="take the place"):
            spare(out, frames)
    spare(frames / "plate.png", frames)
    (frames / "plate.png").write_bytes(b"of the last time")
    spare(frames / "plate.png", frames)


def test_no_command_writes_over_its_clip(
    frames: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = sorted(frames.iterdir())[0]
    before, film = first.read_bytes(), str(tmp_path / "fast.mp4")
    for arguments in (
        ["speediness", str(frames), "-o", str(first)],
        ["speedup", str(frames), "--rate", "2", "-o", film, "--curve", str(first)],
        ["speedup", str(frames), "--rate", "2", "-o", film, "--curve", film],
        ["plate", str(frames), "--masks", str(frames), "-o", str(first)],
    ):
        assert main(arguments) == 2
        assert capsys.readouterr().err.count("\n") == 1
        assert first.read_bytes() == before
        assert sorted(tmp_path.iterdir()) == [frames]


def test_a_file_where_a_folder_is_needed_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_text("x")
    for folder in (file, file / "deep" / "er"):
        with pytest.raises(MediaError, match=rf"{file.name} is a file.*--curve"):
            make_folder(folder, "--curve")


@pytest.mark.parametrize(("error", "kept"), [(WorkerDied("no memory"), True), (MediaError("a mask"), False)])
def test_unfinished_work_outlives_a_dead_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, kept: bool
) -> None:
    def work(self: Terminal, job: str, title: str, root: Path, *_: object) -> Path:
        (root / "key.partial").mkdir()
        raise error

    monkeypatch.setattr(Terminal, "job", work)
    with pytest.raises(type(error)):
        layers.drive_in(Terminal(True), "layers", "Layers", tmp_path / "out" / "work", {}, {})
    assert (tmp_path / "out" / "work" / "key.partial").exists() == (tmp_path / "out").exists() == kept


def test_pictures_of_an_earlier_run_are_told(frames: Path) -> None:
    made = {path.name for path in frames.iterdir()}
    (frames / "plate.png").write_bytes(b"not numbered")
    assert left_over(frames, made) == ""
    (frames / "00099.png").write_bytes(b"old")
    assert "1 more pictures, such as 00099.png" in left_over(frames, made)


def test_a_film_that_cannot_be_names_both_ways(frames: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = frames.parent / "take.one"
    assert main(["slowmo", str(frames), "--factor", "2", "-o", str(out)]) == 2
    assert "make the folder first" in capsys.readouterr().err
    out.mkdir()
    assert main(["slowmo", str(frames), "--factor", "2", "--fast", "-o", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == [f"{n:05d}.png" for n in range(5)]


def test_refused_work_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    still = write_pictures(tmp_path / "frames", 1)
    assert main(["speediness", str(still), "-o", str(tmp_path / "curve.csv")]) == 2
    assert main(["slowmo", str(still), "--factor", "0", "-o", str(tmp_path / "slow.mp4")]) == 2
    assert capsys.readouterr().err.count("\n") == 2
    assert sorted(tmp_path.iterdir()) == [still]


def test_a_folder_is_not_filled_that_is_read(tmp_path: Path) -> None:
    frames, masks, file = tmp_path / "frames", tmp_path / "masks", tmp_path / "file"
    frames.mkdir()
    masks.mkdir()
    file.touch()
    (tmp_path / "link").symlink_to(frames)
    for clip, out in (
        (frames, frames),
        (frames, tmp_path / "link"),
        (frames / "shot_%04d.png", frames),
        (frames, masks),
        (frames, file),
    ):
        with pytest.raises(MediaError):
            require_own_folder(out, clip, masks)
    require_own_folder(tmp_path / "new", frames, masks)
    require_own_folder(frames / "inside", frames, masks)
