"""Titles on the picture: where their text lies, and what a drag of it does."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.panels.placing import Drag, Grip, Placement, PlacingDrag, Point
from app.viewer.title_place import dragged_title, text_placement, turned_title
from core.render.titles import draw_title
from core.time import TICKS_PER_SECOND
from core.timeline.model import Clip, Sequence, Title
from tests.cuts import sequence

FILM = sequence()
SIZE = (FILM.width, FILM.height)


def clip(title: Title, **fields: float) -> Clip:
    return replace(Clip("t", "Title", title, 4 * TICKS_PER_SECOND), **fields)


def place(made: Clip, film: Sequence = FILM) -> Placement:
    at = text_placement(film, made, TICKS_PER_SECOND)
    assert at is not None
    return at


def drag(grip: Grip, begin: Point, at: Placement) -> PlacingDrag:
    return Drag(grip, begin, at)


def test_the_box_of_a_text_is_where_it_is_drawn() -> None:
    title = Title("Over there\nand here", x=0.3, y=0.6, background="#000000", outline=0.05)
    drawn, at = draw_title(title, SIZE), place(clip(title))
    assert drawn is not None
    height, width = drawn.pixels.shape[:2]
    assert (at.width, at.height) == (width, height)
    assert at.corners()[0] == (drawn.left, drawn.top)
    assert text_placement(FILM, clip(Title(" ")), 0) is None


def test_a_text_stays_under_the_hand_however_its_clip_lies() -> None:
    made = clip(Title("Hello", x=0.3, y=0.6), x=40.0, y=-20.0, scale=2.0, rotation=90.0)
    at = place(made)
    title = dragged_title(drag("move", (10, 10), at), FILM, made, TICKS_PER_SECOND, (10 + 64, 10 + 32), False)
    moved = place(replace(made, content=title))
    assert (moved.x - at.x, moved.y - at.y) == pytest.approx(
        (64, 32), abs=2
    )  # it stands on whole pixels, twice as large
    straight = dragged_title(drag("move", (0, 0), at), FILM, clip(Title("Hello")), 0, (64, 5), True)
    assert (straight.x, straight.y) == (0.6, 0.8)


def test_its_letters_grow_and_it_turns_around_its_own_middle() -> None:
    made = clip(Title("Hello", x=0.3, y=0.6), scale=2.0)
    at = place(made)
    corner = at.corners()[2]
    twice = (at.x + 2 * (corner[0] - at.x), at.y + 2 * (corner[1] - at.y))
    assert dragged_title(drag("scale", corner, at), FILM, made, 0, twice, False).size == pytest.approx(0.16)
    top, right = (at.x, at.y - 10), (at.x + 10, at.y)
    title, values = turned_title(drag("rotate", top, at), FILM, made, 0, right, False)
    turned = place(replace(made, content=title, **values))
    assert turned.rotation == 90
    assert (title.x, title.y) == (0.5, 0.5), "its letters have the whole frame"
    assert (turned.x, turned.y) == pytest.approx((at.x, at.y), abs=0.1)


def test_what_rolls_and_crawls_keeps_its_way() -> None:
    for motion, kept in (("roll", (0.6, 0.8)), ("crawl", (0.5, 0.9))):
        made = clip(Title("Hello", motion=motion))  # type: ignore[arg-type]
        title = dragged_title(drag("move", (0, 0), place(made)), FILM, made, 0, (64, 36), False)
        assert (title.x, title.y) == kept
