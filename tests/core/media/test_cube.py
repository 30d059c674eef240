"""Looks: .cube files read, applied, and refused with the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import MediaError
from core.media.cube import Cube, parse_cube, read_cube

PICTURE = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)


def cube(size: int, colour: str = "{r} {g} {b}", head: str = "") -> bytes:
    """A 3D table whose entries are written by `colour` from their place, red changing fastest."""
    steps = np.linspace(0, 1, size)
    rows = [colour.format(r=r, g=g, b=b) for b in steps for g in steps for r in steps]
    return "\n".join([f'TITLE "Mine"\n# made by hand\n{head}LUT_3D_SIZE {size}\n', *rows, ""]).encode()


@pytest.mark.parametrize("size", [2, 17, 33])
def test_a_table_of_places_changes_nothing(size: int) -> None:
    same = parse_cube(cube(size), "a.cube")
    assert same.title == "Mine"
    assert np.abs(same.applied(PICTURE).astype(int) - PICTURE).max() <= 1


def test_red_changes_fastest_and_alpha_stays() -> None:
    swapped = parse_cube(cube(5, "{b} {r} {g}"), "a.cube")
    with_alpha = np.dstack([PICTURE, PICTURE[..., 0]])
    out = swapped.applied(with_alpha)
    assert np.abs(out[..., :3].astype(int) - PICTURE[..., [2, 0, 1]]).max() <= 1
    assert np.array_equal(out[..., 3], with_alpha[..., 3])


def test_a_table_of_one_dimension_is_a_curve_for_each_channel() -> None:
    curves = parse_cube(b"LUT_1D_SIZE 3\n0 1 0\n0.25 0.5 0.5\n1 0 1\n", "a.cube")
    out = curves.applied(PICTURE).astype(float)
    assert np.abs(out[..., 1] - (255 - PICTURE[..., 1])).max() <= 1
    assert np.abs(out[..., 2] - PICTURE[..., 2]).max() <= 1
    assert np.abs(out[..., 0] - np.interp(PICTURE[..., 0], [0, 127.5, 255], [0, 63.75, 255])).max() <= 1


def test_a_domain_says_which_colours_the_table_covers() -> None:
    half = parse_cube(cube(9, head="DOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\n"), "a.cube")
    assert np.abs(half.applied(PICTURE).astype(float) - PICTURE / 2).max() <= 1.01
    same = parse_cube(cube(9, head="LUT_3D_INPUT_RANGE 0 1\n"), "a.cube")
    assert np.abs(same.applied(PICTURE).astype(int) - PICTURE).max() <= 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "does not tell the size"),
        (b"RIFF\x00\x01\x02", "something else than 3 numbers in line 1"),
        (b"LUT_3D_SIZE 2\n0 0 0\n", "has 1 colours, and 8 are told"),
        (b"LUT_3D_SIZE 900\n", "has a table of 900 in line 1"),
        (b"LUT_3D_SIZE two\n", "no number in line 1"),
        (b"LUT_1D_SIZE 2\n0 0 0\n0 nan 1\n", "something else than 3 numbers in line 3"),
        (b"LUT_1D_SIZE 2\n0 0 0\n1 1e9 1\n", "something else than 3 numbers in line 3"),
        (b"LUT_1D_SIZE 2\nDOMAIN_MAX 0 0 0\n0 0 0\n1 1 1\n", "domain that is empty"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_line(content: bytes, complaint: str) -> None:
    with pytest.raises(MediaError, match=f"my.cube .*{complaint}"):
        parse_cube(content, "my.cube")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"none\.cube cannot be read"):
        read_cube(tmp_path / "none.cube")
    (tmp_path / "a.cube").write_bytes(cube(3))
    assert isinstance(read_cube(tmp_path / "a.cube"), Cube)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_a_look_or_an_error(content: bytes) -> None:
    try:
        look = parse_cube(b"LUT_1D_SIZE 2\n" + content, "a.cube")
    except MediaError:
        return
    assert look.applied(PICTURE).shape == PICTURE.shape
