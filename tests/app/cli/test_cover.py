"""laminar cover: a part of a wall that goes by, made unknown wherever it goes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.cli.main import main
from core.media.reader import open_source
from tests.app.cli.answers import answer, assert_refused
from tests.app.film import FRAMES, HEIGHT, WIDTH
from tests.app.panels.test_corner_handles import PACE, write_wall


@pytest.fixture
def wall(tmp_path: Path) -> Path:
    return write_wall(tmp_path / "wall.mkv")


def asked(wall: Path, *more: str) -> list[str]:
    return ["cover", str(wall), "-o", str(wall.parent / "out.mkv"), "--json", *more]


@pytest.mark.parametrize(
    "where",
    [("--box", "50,16,28,32"), ("--outline", "50,16,78,16,78,48,50,48", "--with", "blur", "--amount", "40")],
)
def test_what_is_covered_goes_along(
    wall: Path, capsys: pytest.CaptureFixture[str], where: tuple[str, ...]
) -> None:
    assert main(asked(wall, *where, "--at", "10")) == 0
    said = answer(capsys)
    assert (said["frames"], said["lost"]) == (FRAMES, [])
    before, after = open_source(wall), open_source(wall.parent / "out.mkv")
    for frame in (0, 10, 25, FRAMES - 1):
        change = np.abs(before.frame(frame).astype(int) - after.frame(frame)[..., :3].astype(int))[..., 1] > 4
        columns, rows = np.nonzero(change.any(axis=0))[0], np.nonzero(change.any(axis=1))[0]
        middle = 64 - PACE * (frame - 10)
        assert (columns.min() + columns.max() + 1) / 2 == pytest.approx(middle, abs=3)
        assert 14 < columns.max() - columns.min() < 34 and 14 < rows.max() - rows.min() < 40
    before.close()
    after.close()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "it is not said where"),
        (("--box", "1,2,3,4", "--outline", "1,2,3,4,5,6"), "it is not said where"),
        (("--box", "1,2,3"), "--box 1,2,3 is not X,Y,WIDTH,HEIGHT"),
        (("--box", "10,10,0,20"), "is empty"),
        (("--outline", "1,2,3,4"), "--outline has 2 points"),
        (("--box", "50,16,28,32", "--at", "999"), "has no frame 999"),
        (("--box", "50,16,28,32", "--amount", "9000"), "--amount 9000 is too much"),
        (("--box", f"{WIDTH * 2},{HEIGHT * 2},20,20"), "holds nothing that could be followed"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    wall: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], said: str
) -> None:
    assert_refused(capsys, asked(wall, *more), said)
    assert not (wall.parent / "out.mkv").exists()
