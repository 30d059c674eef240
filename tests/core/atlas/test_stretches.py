"""How frames are shared out among pages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.atlas.stretches import shares, split

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
