"""Text: where it stands, its outline, its box, what a missing font does."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from core.render import fonts, titles
from core.render.titles import TYPED, box_of, draw_title, rgba, solid, title_at
from core.time import TICKS_PER_SECOND
from core.timeline.model import Title, TitleMotion

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
    outlined = draw_title(replace(TITLE, outline=0.1, outline_colour="#ff0000"), SIZE)
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
        alpha = coverage(replace(uneven, align=align))
        starts[align] = np.nonzero(alpha[100:].max(axis=0) > 128)[0].min()
    assert starts["left"] < starts["centre"] < starts["right"]
    boxed = draw_title(replace(uneven, background="#0000ff80"), SIZE)
    assert boxed is not None
    np.testing.assert_allclose(boxed.pixels[0, 0], [0, 0, 128, 128], atol=1)


def test_no_text_and_text_outside_give_nothing() -> None:
    assert draw_title(Title("  \n "), SIZE) is None
    assert draw_title(Title("x", x=5.0), SIZE) is None


def test_a_font_that_is_not_there_still_shows_text() -> None:
    assert coverage(Title("Hi", font="No Such Font 123")).max() == 255
    fonts.load_font.cache_clear()
    assert fonts.font_file("No Such Font 123") == ""


def test_colours() -> None:
    assert rgba("#10203040") == (16, 32, 48, 64)
    assert rgba("nonsense") == (255, 255, 255, 255)
    assert solid("#ff0000", (4, 2)).shape == (2, 4, 3)
    np.testing.assert_allclose(solid("#ff000080", (4, 2))[0, 0], [128, 0, 0, 128], atol=1)


def at(title: Title, part: float, size: tuple[int, int] = SIZE) -> np.ndarray:
    """Alpha over the whole raster, `part` of the clip after its head; the clip lasts four seconds."""
    drawn = title_at(title, size, round(part * 4 * TICKS_PER_SECOND), 4 * TICKS_PER_SECOND)
    out = np.zeros(size[::-1], int)
    if drawn is not None:
        high, wide = drawn.pixels.shape[:2]
        out[drawn.top : drawn.top + high, drawn.left : drawn.left + wide] = drawn.pixels[..., 3]
    return out


def test_a_title_that_stands_still_is_the_same_all_along() -> None:
    np.testing.assert_array_equal(at(TITLE, 0.0), coverage(TITLE))
    np.testing.assert_array_equal(at(TITLE, 0.7), coverage(TITLE))


def test_credits_roll_from_below_the_frame_to_above_it() -> None:
    rolling = replace(TITLE, motion="roll")
    assert not at(rolling, 0.0).any() and not at(rolling, 1.0).any()
    middle = at(rolling, 0.5)
    assert np.abs(np.argwhere(middle > 128).mean(axis=0) - (90, 160)).max() < 6
    tops = [np.argwhere(at(rolling, part) > 128)[:, 0].mean() for part in (0.4, 0.45, 0.5, 0.55)]
    steps = -np.diff(tops)
    assert steps.min() > 0 and np.ptp(steps) <= 1, "evenly upward"


def test_long_credits_are_drawn_where_they_are_in_sight_as_if_drawn_whole() -> None:
    lines = [f"{number:03d} HHHH" for number in range(60)]
    long = Title("\n".join(lines), size=0.1, motion="roll", outline=0.05, shadow=0.5)
    whole = draw_title(replace(long, size=0.1 * 180 / 3000, y=0.5), (320, 3000))
    assert whole is not None
    high = len(whole.pixels)
    assert high > 7 * 180
    for part in (0.02, 0.2, 0.5, 0.83, 0.99):
        top = round(180 - part * (180 + high))
        expected = np.zeros((180, 320), int)
        rows = range(max(0, top), min(180, top + high))
        expected[rows, whole.left : whole.left + whole.pixels.shape[1]] = whole.pixels[
            rows.start - top : rows.stop - top, :, 3
        ]
        np.testing.assert_allclose(at(long, part), expected, atol=1)  # the blur rounds


def test_a_title_crawls_from_right_to_left() -> None:
    crawling = replace(TITLE, motion="crawl")
    assert not at(crawling, 0.0).any() and not at(crawling, 1.0).any()
    early, late = (np.argwhere(at(crawling, part) > 128).mean(axis=0) for part in (0.3, 0.7))
    assert early[1] > 160 > late[1] and early[0] == pytest.approx(late[0])


def test_a_title_is_typed_letter_by_letter_in_its_place() -> None:
    typed = Title("HHHH\nHHHH", size=0.2, y=0.5, motion="type")
    assert not at(typed, 0.0).any()
    three, whole = at(typed, 3.5 / TYPED / 4), at(typed, 1.0)
    np.testing.assert_array_equal(whole, coverage(typed))
    assert 0 < three.sum() < whole.sum() / 2
    seen = three > 128
    np.testing.assert_array_equal(three[seen], whole[seen])


def test_bold_is_heavier_and_a_shadow_lies_down_and_to_the_right() -> None:
    bold, plain = coverage(replace(TITLE, bold=True)), coverage(TITLE)
    assert (bold > 128).sum() > 1.15 * (plain > 128).sum()
    shadowed = draw_title(replace(TITLE, shadow=0.8), SIZE)
    assert shadowed is not None
    dark = (shadowed.pixels[..., 3] > 60) & (shadowed.pixels[..., 0] < 40)
    white = shadowed.pixels[..., 0] > 200
    assert dark.any()
    away = np.argwhere(dark).max(axis=0) - np.argwhere(white).max(axis=0)
    assert (away > 0).all() and (away < 0.25 * 36).all()
    assert np.argwhere(white).min() <= np.argwhere(dark).min()


def test_a_page_of_text_in_one_line_is_drawn_where_it_is_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Title(
        " ".join(f"word{number}" for number in range(60)), size=0.15, align="left", background="#203040"
    )
    whole = coverage(page)
    inked = replace(page, background="")
    plain = coverage(inked).sum()
    monkeypatch.setattr(titles, "LARGE", 1000)
    titles._block.cache_clear()
    assert np.array_equal(coverage(page), whole)
    assert coverage(inked).sum() == pytest.approx(plain, rel=0.02)
    titles._block.cache_clear()


@pytest.mark.parametrize("motion", ["still", "type", "crawl", "roll"])
def test_very_long_texts_are_no_pictures_of_gigabytes(motion: TitleMotion) -> None:
    for text in ("word " * 4000, "a\n" * 9000, "x" * 2_000_000):
        title = Title(text, size=0.6, y=0.5, motion=motion)
        drawn = title_at(title, SIZE, TICKS_PER_SECOND, 4 * TICKS_PER_SECOND)
        assert drawn is not None and drawn.pixels.shape[0] <= SIZE[1] and drawn.pixels.shape[1] <= SIZE[0]


@pytest.mark.parametrize(("align", "edge"), [("left", "left"), ("right", "right")])
def test_a_held_edge_stays_while_the_text_grows(align: str, edge: str) -> None:
    def edges(text: str) -> tuple[int, int]:
        drawn = draw_title(Title(text, x=0.5, align=align, held=True), (640, 360))  # type: ignore[arg-type]
        assert drawn is not None
        inked = np.flatnonzero(drawn.pixels[..., 3].max(axis=0))
        return drawn.left + int(inked[0]), drawn.left + int(inked[-1]) + 1

    one, other = edges("Hi"), edges("Hello there")
    same, moved = (0, 1) if edge == "left" else (1, 0)
    assert abs(one[same] - other[same]) <= 2 and abs(one[same] - 320) <= 6
    assert abs(one[moved] - other[moved]) > 40


WORDS = "Questions are best asked now because this line is rather long"


def lines_of(title: Title, size: tuple[int, int]) -> int:
    """Counted by the height of what is drawn."""
    drawn = draw_title(title, size)
    assert drawn is not None
    rows = np.flatnonzero(drawn.pixels[..., 3].max(axis=1) > 128)
    return 1 + int(np.count_nonzero(np.diff(rows) > 3))


@pytest.mark.parametrize("size", [(320, 180), (180, 320)])
def test_a_long_line_goes_on_in_the_next_one(size: tuple[int, int]) -> None:
    title = Title(WORDS, size=16 / size[1], y=0.5, wrap=True)
    box, alone = box_of(title, size, 0, 1), box_of(replace(title, wrap=False), size, 0, 1)
    assert box is not None and alone is not None
    assert 0.5 * size[0] < box[2] <= 0.9 * size[0] + 4 < alone[2]
    assert lines_of(title, size) >= alone[2] // size[0] + 1


def test_a_word_wider_than_the_frame_is_broken_and_blanks_stay_between_words() -> None:
    title = Title("W" * 300, size=0.1, y=0.5, wrap=True)
    box = box_of(title, SIZE, 0, 1)
    assert box is not None and box[2] <= 0.9 * SIZE[0] + 4
    short = Title("two words", size=0.1, y=0.5)
    for text in ("two words", "two  words", ""):
        one = replace(short, text=text)
        plain, wrapped = draw_title(one, SIZE), draw_title(replace(one, wrap=True), SIZE)
        assert (plain is None) == (wrapped is None)
        if plain is not None and wrapped is not None:
            np.testing.assert_array_equal(plain.pixels, wrapped.pixels)


def test_what_crawls_is_not_wrapped_and_what_is_typed_stays_in_its_lines() -> None:
    crawling = Title(WORDS, size=0.1, y=0.5, motion="crawl")
    assert box_of(replace(crawling, wrap=True), SIZE, 0, 1) == box_of(crawling, SIZE, 0, 1)
    typed = Title(WORDS, size=0.1, y=0.5, wrap=True, motion="type")
    whole = title_at(typed, SIZE, 100 * TICKS_PER_SECOND, 1)
    still = draw_title(replace(typed, motion="still"), SIZE)
    assert whole is not None and still is not None
    np.testing.assert_array_equal(whole.pixels, still.pixels)
