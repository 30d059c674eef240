"""Several pictures in one frame."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.render.compositor import render_frame
from core.timeline import edits
from core.timeline.arrange import Cell, Layout, cells, put_in
from core.timeline.model import Key, Keys
from tests.core.render.fakes import FakeSource, FakeSources, clip, film, flat

FRAME = (160, 90)
COLOURS = {"a": (250, 10, 10), "b": (10, 250, 10), "c": (10, 10, 250)}
SIZES = {"a": (160, 90), "b": (90, 160), "c": (100, 100)}


def shown(layout: Layout, *names: str) -> np.ndarray:
    """The frame, uint8 (H, W, 3), with one flat picture for each name, on tracks of their own."""
    sources = FakeSources(
        {name: FakeSource(lambda _, n=name: flat(*COLOURS[n], size=SIZES[n])) for name in names}
    )
    sequence = film(*(clip(name, 30) for name in names), size=FRAME)
    for name, cell in zip(names, cells(layout, len(names), FRAME), strict=True):
        sequence = edits.each_clip(
            sequence, [name], lambda one, c=cell, n=name: put_in(one, FRAME, c, SIZES[n])
        )
    return render_frame(sequence, 0, sources, FRAME)[..., :3]


def middle(picture: np.ndarray, cell: Cell) -> tuple[int, ...]:
    return tuple(
        int(v) for v in picture[round(cell.top + cell.height / 2), round(cell.left + cell.width / 2)]
    )


@pytest.mark.parametrize("layout", ["columns", "rows", "grid", "corners"])
def test_every_picture_shows_in_its_cell_and_nothing_stays_empty(layout: Layout) -> None:
    picture = shown(layout, "a", "b", "c")
    for name, cell in zip("abc", cells(layout, 3, FRAME), strict=True):
        if layout != "corners" or name != "a":
            assert middle(picture, cell) == COLOURS[name]
    empty = (picture.max(axis=2) < 128).mean()
    assert empty < 0.02 if layout != "grid" else abs(empty - 0.25) < 0.02


def test_two_halves_meet_in_the_middle() -> None:
    picture = shown("columns", "a", "b")
    assert (picture[:, :79, 0] > 240).all() and (picture[:, 81:, 1] > 240).all()


def test_an_arranged_picture_can_be_arranged_again() -> None:
    turned = clip("a", 30, scale=Keys((Key(0, 2.0),)), rotation=30.0)
    once = put_in(turned, FRAME, cells("columns", 2, FRAME)[0], SIZES["a"])
    again = put_in(once, FRAME, cells("columns", 2, FRAME)[0], SIZES["a"])
    assert once == again and len(once.effects) == 1
    whole = put_in(once, FRAME, Cell(0, 0, *FRAME), SIZES["a"])
    assert (whole.scale, whole.x, whole.y, whole.rotation) == (1.0, 0.0, 0.0, 0.0)
    assert whole.effects[0].params["left"] == whole.effects[0].params["top"] == 0.0


@given(st.sampled_from(["columns", "rows", "grid"]), st.integers(1, 12))
def test_cells_are_equal_and_inside_and_apart(layout: Layout, count: int) -> None:
    found = cells(layout, count, FRAME)
    assert len(found) == count and len({(round(one.width, 6), round(one.height, 6)) for one in found}) == 1
    for number, one in enumerate(found):
        assert one.left >= 0 and one.top >= 0
        assert one.left + one.width <= FRAME[0] + 1e-6 and one.top + one.height <= FRAME[1] + 1e-6
        for other in found[:number]:
            apart = (
                abs(one.left - other.left) >= one.width - 1e-6
                or abs(one.top - other.top) >= one.height - 1e-6
            )
            assert apart
