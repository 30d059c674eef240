"""Looks in the data folder: written once, read by their name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import MediaError
from core.media.cube import parse_cube
from core.project.looks import read_look, write_look
from core.project.paths import looks_folder

CONTENT = b"LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"


def test_a_look_is_named_by_its_content_and_read_by_that_name(tmp_path: Path) -> None:
    file = write_look(tmp_path, CONTENT, "plain.cube")
    assert write_look(tmp_path, CONTENT, "other name.cube") == file
    assert [path.name for path in looks_folder(tmp_path).iterdir()] == [file]
    look = read_look(tmp_path, file)
    assert np.array_equal(look.table, parse_cube(CONTENT, "plain.cube").table)


def test_what_is_no_look_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        write_look(tmp_path, b"no table", "notes.txt")
    assert not looks_folder(tmp_path).exists()
