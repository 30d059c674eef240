"""Scopes of pictures whose levels and colours are known."""

from __future__ import annotations

import numpy as np
import pytest

from core.media.info import Frame
from core.render import scopes
from core.render.scopes import COLUMNS, SCOPES, SIDE, Scope
from tests.core.render.fakes import flat


def lit(scope: Frame) -> np.ndarray:
    return scope.max(axis=2) > 0


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("size", [(1, 1), (7, 3), (320, 180), (2001, 5)])
@pytest.mark.parametrize("channels", [3, 4])
def test_any_picture_has_every_scope(scope: Scope, size: tuple[int, int], channels: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (size[1], size[0], channels), np.uint8)
    out = scopes.drawn(scope, picture)
    assert out.dtype == np.uint8 and out.ndim == 3 and out.shape[2] == 3 and lit(out).any()
    np.testing.assert_array_equal(out, scopes.drawn(scope, picture))


def test_a_waveform_stands_at_the_luma_of_each_column() -> None:
    ramp = np.repeat(
        np.repeat(np.arange(COLUMNS, dtype=np.float32)[None] * 255 / (COLUMNS - 1), 20, 0)[..., None], 3, 2
    )
    out = scopes.waveform(np.rint(ramp).astype(np.uint8))
    rows = 255 - lit(out).argmax(axis=0)
    np.testing.assert_allclose(rows, ramp[0, :, 0], atol=1.5)
    assert (lit(out).sum(axis=0) == 1).all()


def test_a_parade_tells_the_channels_apart() -> None:
    out = scopes.drawn("parade", flat(200, 100, 30, size=(90, 20)))
    for part, level in enumerate((200, 100, 30)):
        third = out[:, part * COLUMNS // 3 : (part + 1) * COLUMNS // 3]
        assert np.flatnonzero(lit(third).all(axis=1)).tolist() == [255 - level]
        assert third[255 - level, 5].argmax() == part


def test_grey_is_in_the_middle_and_pure_colours_on_their_marks() -> None:
    middle = np.argwhere(lit(scopes.drawn("vectors", flat(90, 90, 90))))
    np.testing.assert_allclose(middle, [[SIDE // 2, SIDE // 2]], atol=1)
    colours = {
        "R": (191, 0, 0),
        "G": (0, 191, 0),
        "B": (0, 0, 191),
        "Y": (191, 191, 0),
        "C": (0, 191, 191),
        "M": (191, 0, 191),
    }
    for name, colour in colours.items():
        ((row, column),) = np.argwhere(lit(scopes.drawn("vectors", flat(*colour))))
        across, down = scopes.targets()[name]
        assert (column, row) == (round(across * (SIDE - 1)), round(down * (SIDE - 1)))
    assert scopes.targets()["R"][1] < 0.15 and scopes.targets()["B"][0] > 0.85  # red up, blue right


def test_a_histogram_is_highest_where_most_pixels_are() -> None:
    picture = flat(60, 60, 60, size=(40, 40))
    picture[:10] = 180
    out = scopes.drawn("histogram", picture)
    heights = lit(out).sum(axis=0)
    assert heights[60] > heights[180] > 0 and heights[100] == 0
