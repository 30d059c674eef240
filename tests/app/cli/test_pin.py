"""laminar pin: a picture on a wall that goes by."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from app.cli.main import main
from core.media.reader import open_source
from tests.app.cli.answers import answer, assert_refused
from tests.app.film import FRAMES
from tests.app.panels.test_corner_handles import PACE, write_wall

CORNERS = "50,16,80,20,78,48,52,50"


@pytest.fixture
def wall(tmp_path: Path) -> Path:
    cv2.imwrite(str(tmp_path / "poster.png"), np.full((40, 30, 3), (0, 255, 0), np.uint8))
    return write_wall(tmp_path / "wall.mkv")


def asked(wall: Path, *more: str) -> list[str]:
    folder = wall.parent
    return ["pin", str(wall), str(folder / "poster.png"), "-o", str(folder / "out.mkv"), "--json", *more]


def test_the_picture_goes_along_with_the_wall(wall: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(asked(wall, "--corners", CORNERS, "--at", "10")) == 0
    said = answer(capsys)
    assert (said["frames"], said["lost"]) == (FRAMES, [])
    source = open_source(wall.parent / "out.mkv")
    for frame in (0, 10, 25, FRAMES - 1):
        picture = source.frame(frame).astype(int)
        green = (picture[..., 1] > 150) & (picture[..., 0] < 110) & (picture[..., 2] < 110)
        middle = np.nonzero(green)[1].mean() + 0.5
        assert middle == pytest.approx(65 - PACE * (frame - 10), abs=1.0)
    source.close()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--corners", "1,2,3"), "--corners 1,2,3 is not X,Y,X,Y,X,Y,X,Y"),
        (("--corners", "a,b,c,d,e,f,g,h"), "is not X,Y,X,Y,X,Y,X,Y"),
        (("--corners", "50,16,52,50,78,48,80,20"), "are not those of a surface"),
        (("--corners", CORNERS, "--at", "999"), "has no frame 999"),
        (("--corners", "200,200,240,200,240,240,200,240"), "nothing is seen that could be followed"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    wall: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], said: str
) -> None:
    assert_refused(capsys, asked(wall, *more), said)
    assert not (wall.parent / "out.mkv").exists()


def test_neither_file_is_written_over(wall: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = asked(wall, "--corners", CORNERS)
    words[words.index("-o") + 1] = str(wall)
    before = wall.read_bytes()
    assert main(words) == 2 and wall.read_bytes() == before
