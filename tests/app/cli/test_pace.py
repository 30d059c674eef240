"""laminar slowmo, speediness, speedup and moments."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.cli.main import main
from core.media.probe import probe
from core.media.reader import open_source
from core.time import FrameRate
from tests.app.cli.answers import answer
from tests.media_files import write_clip, write_pictures


def test_slow_motion_into_pictures_and_into_a_film(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "slow"
    assert main(["slowmo", str(clip), "--factor", "2", "-o", str(out), "--fast", "--json"]) == 0
    said = answer(capsys)
    assert (said["frames"], said["scores"]) == (15, {"real": 8, "made": 7})
    assert sorted(path.name for path in out.iterdir()) == [f"{n:05d}.png" for n in range(15)]
    frames = open_source(clip)
    assert np.array_equal(np.asarray(Image.open(out / "00006.png")), frames.frame(3))
    frames.close()
    film = tmp_path / "film.mkv"
    assert main(["slowmo", str(clip), "--fps", "60", "-o", str(film), "--fast", "--json"]) == 0
    assert probe(film).video.rate == FrameRate(60)  # type: ignore[union-attr]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".laminar")] == []


def test_a_single_picture_is_not_slowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(np.zeros((48, 64, 3), np.uint8)).save(tmp_path / "a.png")
    assert main(["slowmo", str(tmp_path / "a.png"), "--factor", "2", "-o", str(tmp_path / "a.mp4")]) == 2
    assert "single picture" in capsys.readouterr().err


@pytest.mark.parametrize("numbers", [[], ["--factor", "2", "--fps", "50"], ["--factor", "nought"]])
def test_slow_motion_needs_one_number(
    clip: Path, tmp_path: Path, numbers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["slowmo", str(clip), "-o", str(tmp_path / "slow"), *numbers]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_speediness_and_speedup_of_a_clip(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["speediness", str(clip), "-o", str(tmp_path / "curve.csv"), "--json"]) == 0
    assert answer(capsys)["frames"] == 8
    assert (tmp_path / "curve.csv").read_text().startswith("frame,seconds,speediness\n0,0.000000,")
    film, curve = tmp_path / "fast.mp4", tmp_path / "out.csv"
    assert main(["speedup", str(clip), "--rate", "2", "-o", str(film), "--curve", str(curve), "--json"]) == 0
    said = answer(capsys)
    assert (said["frames"], said["rate"], said["sound"]) == (4, 2.0, True)
    info = probe(film)
    assert info.video is not None
    assert info.audio is not None
    assert info.video.frames == 4
    assert curve.read_text().startswith("seconds,source,speed,speediness\n0.000000,0.000000,")
    assert not list(tmp_path.glob(".laminar-speed*"))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--rate", "2", "--max", "1.5"], "possible"),
        (["--rate", "0"], "rate"),
        (["--rate", "2", "--protect", "1-3"], "1-3"),
        (["--rate", "2", "--min", "3", "--max", "2"], "out of reach"),
    ],
)
def test_a_speedup_that_cannot_be_is_refused_before_any_work(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    assert main(["speedup", str(clip), "-o", str(tmp_path / "fast.mp4"), *arguments]) == 2
    said = capsys.readouterr().err
    assert word in said
    assert said.count("\n") == 1
    assert not list(tmp_path.glob("*.mp4"))


def test_a_speedup_writes_no_sound_alone(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["speedup", str(clip), "--rate", "2", "-o", str(tmp_path / "fast.wav")]) == 2
    said = capsys.readouterr().err
    assert "fast.wav would hold sound alone" in said
    assert said.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir() if path.name != clip.name] == []


def test_moments_like_one_are_listed(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = write_pictures(tmp_path / "other", 6)
    assert main(["moments", str(clip), "--at", "0.1", "--in", str(other), "--json"]) == 0
    found = answer(capsys)["moments"]
    assert [one["clip"] for one in found] == [str(other)]  # type: ignore[attr-defined]
    assert main(["moments", str(clip), "--at", "99"]) == 2
    assert "0.32 seconds" in capsys.readouterr().err


def test_a_clip_of_varying_rate_is_sped_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its last frame is shorter than the mean one."""
    times = tuple(Fraction(n, 25) for n in (0, 1, 2, 3, 8, 13, 18, 19))
    clip = write_clip(tmp_path / "uneven.mp4", frames=8, times=times)
    assert main(["speedup", str(clip), "--rate", "2", "-o", str(tmp_path / "fast.mp4"), "--json"]) == 0
    assert answer(capsys)["rate"] == pytest.approx(2, abs=0.3)
    assert main(["speedup", str(clip), "--rate", "inf", "-o", str(tmp_path / "fast.mp4")]) == 2
    assert "--rate" in capsys.readouterr().err
