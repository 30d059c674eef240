"""Pictures that lie in a file are the same as those in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.layers.effects import link
from core.layers.paged import Stack
from core.layers.tracks import measure


def both(pictures: np.ndarray, folder: Path) -> tuple[Stack, Stack]:
    """Stacks with these pictures, in memory and in a file that leaves memory with every look."""
    kept, filed = Stack.of(pictures), Stack(pictures.shape, folder, pictures.dtype, most=1)
    for n, picture in enumerate(pictures):
        filed[n] = picture
    return kept, filed


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_what_was_written_stays(tmp_path: Path, kind: type) -> None:
    pictures = np.random.default_rng(2).integers(0, 255, (7, 5, 6, 3)).astype(kind)
    kept, filed = both(pictures, tmp_path)
    assert len(kept) == len(filed) == 7 and filed.shape == pictures.shape
    assert (np.stack(list(kept)) == pictures).all() and (np.stack(list(filed)) == pictures).all()
    filed[3][2] = 9  # a part of a picture
    assert (filed[3][2] == 9).all() and (filed[3][:2] == pictures[3, :2]).all()
    assert not any(each.any() for each in filed.like())
    assert list(tmp_path.iterdir()) == []


def test_effects_are_linked_alike(tmp_path: Path) -> None:
    halves, surely = np.zeros((8, 60, 90), np.uint8), np.zeros((8, 60, 90), np.uint8)
    for n in range(8):
        halves[n, 20:40, 5 + 6 * n : 15 + 6 * n], halves[n, 15:35, 60:70] = 1, 2
        surely[n, 38:44, 5 + 6 * n : 40 + 6 * n] = 200
    (a, filed_a), (b, filed_b) = both(halves, tmp_path), both(surely, tmp_path)
    owners, filed = link(b, a, measure(a)), link(filed_b, filed_a, measure(filed_a))
    assert any(each.any() for each in owners)
    assert all((here == there).all() for here, there in zip(owners, filed, strict=True))
