"""Text: where it stands, its outline, its box, what a missing font does."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from core.render import titles
from core.render.titles import draw_title, rgba, solid
from core.timeline.model import Title

SIZE = (320, 180)
TITLE = Title("HHH\nHHH", size=0.2, x=0.5, y=0.5)


def coverage(title: Title) -> np.ndarray:
    """Alpha over the whole raster."""
    drawn = draw_title(title, SIZE)
    assert drawn is not None
    out = np.zeros(SIZE[::-1], int)
    high, wide = drawn.pixels.shape[:2]
    out[drawn.top : drawn.top + high, drawn.left : drawn.left + wide] = drawn.pixels[..., 3]
    return out


def test_it_stands_centred_and_scales_with_the_raster() -> None:
    rows, columns = np.nonzero(coverage(TITLE) > 128)
    assert abs(columns.mean() - 160) < 2 and abs(rows.mean() - 90) < 5
    small = draw_title(TITLE, (160, 90))
    large = draw_title(TITLE, SIZE)
    assert small is not None and large is not None
    assert abs(large.pixels.shape[1] / small.pixels.shape[1] - 2) < 0.1


def test_the_outline_lies_around_every_line() -> None:
    outlined = draw_title(msgspec.structs.replace(TITLE, outline=0.1, outline_colour="#ff0000"), SIZE)
    assert outlined is not None
    ink, red = outlined.pixels[..., 1] > 200, outlined.pixels[..., 0] > 128
    rows, columns = np.nonzero(ink)
    around = np.nonzero(red)
    stroke = round(0.1 * 36)
    for inner, outer in ((rows, around[0]), (columns, around[1])):
        assert abs((inner.min() - outer.min()) - stroke) <= 1
        assert abs((outer.max() - inner.max()) - stroke) <= 1


def test_alignment_and_box() -> None:
    uneven = Title("HHHHHH\nHH", size=0.15, y=0.5)
    starts = {}
    for align in ("left", "centre", "right"):
        alpha = coverage(msgspec.structs.replace(uneven, align=align))
        starts[align] = np.nonzero(alpha[100:].max(axis=0) > 128)[0].min()
    assert starts["left"] < starts["centre"] < starts["right"]
    boxed = draw_title(msgspec.structs.replace(uneven, background="#0000ff80"), SIZE)
    assert boxed is not None
    np.testing.assert_allclose(boxed.pixels[0, 0], [0, 0, 128, 128], atol=1)


def test_no_text_and_text_outside_give_nothing() -> None:
    assert draw_title(Title("  \n "), SIZE) is None
    assert draw_title(Title("x", x=5.0), SIZE) is None


def test_a_font_that_is_not_there_still_shows_text() -> None:
    assert coverage(Title("Hi", font="No Such Font 123")).max() == 255
    titles.load_font.cache_clear()
    assert titles.font_file("No Such Font 123") == ""


def test_other_scripts_get_a_font_that_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert titles.unusual_letters("Grüße, Ørsted") == ""
    assert titles.unusual_letters("日本 ß 日") == "日本"
    asked: list[str] = []

    def answer(pattern: str) -> tuple[str, str]:
        asked.append(pattern)
        return "", ""

    monkeypatch.setattr(titles, "_ask_fontconfig", answer)
    titles.covering_file.cache_clear()
    titles.load_font.cache_clear()
    titles.load_font("DejaVu Sans", 20, "日本")
    assert asked[0] == "DejaVu Sans:charset=65e5 672c"
    titles.covering_file.cache_clear()
    titles.load_font.cache_clear()


def test_pillow_font_is_the_last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "font_file", lambda family: "")
    titles.load_font.cache_clear()
    assert titles.load_font("DejaVu Sans", 20).getbbox("Hi")[2] > 5
    titles.load_font.cache_clear()


def test_colours() -> None:
    assert rgba("#10203040") == (16, 32, 48, 64)
    assert rgba("nonsense") == (255, 255, 255, 255)
    assert solid("#ff0000", (4, 2)).shape == (2, 4, 3)
    np.testing.assert_allclose(solid("#ff000080", (4, 2))[0, 0], [128, 0, 0, 128], atol=1)
