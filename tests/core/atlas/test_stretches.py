"""How frames are shared out among pages."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.atlas.footage import Views
from core.atlas.stretches import shares, split, stretches

COSTS = st.floats(0, 100, allow_nan=False)


@given(st.lists(COSTS, min_size=1, max_size=40), st.integers(1, 12), st.integers(0, 5))
def test_pieces_are_the_stretch_again(costs: list[float], count: int, first: int) -> None:
    stretch = tuple(range(first, first + len(costs)))
    pieces = split(dict(zip(stretch, costs, strict=True)), stretch, count)
    assert tuple(n for piece in pieces for n in piece) == stretch
    assert all(pieces) and len(pieces) == max(1, min(count, (len(stretch) + 1) // 2))


def test_pieces_cost_the_same_to_a_frame() -> None:
    costs = {n: 9.0 if n < 10 else 1.0 for n in range(40)}  # 3 a frame
    sums = [sum(costs[n] + 1.5 for n in piece) for piece in split(costs, tuple(range(40)), 4)]
    assert max(sums) - min(sums) <= 9 + 1.5


@given(st.lists(COSTS, min_size=1, max_size=8), st.integers(1, 20))
def test_every_stretch_gets_a_page_while_there_are_enough(costs: list[float], most: int) -> None:
    given_ = shares(costs, most)
    assert sum(given_) == most
    assert (min(given_) >= 1) == (most >= len(costs))
    if most < len(costs):
        assert min(cost for cost, pages in zip(costs, given_, strict=True) if pages) >= max(
            cost for cost, pages in zip(costs, given_, strict=True) if not pages
        )


class Areas:
    """What stretches ask of a clip: how much of the object each frame shows."""

    def __init__(self, *areas: int) -> None:
        self.areas, self.count = areas, len(areas)

    def area(self, label: int, n: int) -> int:
        return self.areas[n]


@pytest.mark.parametrize(
    ("areas", "found"),
    [
        ((900, 900, 900, 900, 900), [(0, 1, 2, 3, 4)]),
        ((900, 900, 0, 900, 900), [(0, 1), (3, 4)]),
        ((900, 900, 200, 900, 900), [(0, 1), (2, 3, 4)]),  # all but hidden: no flow leads past that
        ((900, 900, 300, 900, 900), [(0, 1, 2, 3, 4)]),
        ((900, 900, 200, 200, 200), [(0, 1, 2, 3, 4)]),  # it went, and stayed small
    ],
)
def test_a_stretch_ends_where_an_object_all_but_disappears(
    areas: tuple[int, ...], found: list[tuple[int, ...]]
) -> None:
    assert list(stretches(cast(Views, Areas(*areas)), 1, ())) == found


def test_a_cut_ends_a_stretch() -> None:
    assert stretches(cast(Views, Areas(900, 900, 900)), 1, (2,)) == ((0, 1), (2,))
