"""What a drag of an edge tells: the picture at the edge, words beside the pointer, and the pointer's own shape."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage

from app import theme
from app.timeline import cursors
from core.timeline.model import Sequence
from tests.app.timeline.test_mouse import Hand
from tests.app.timeline.test_mouse import hand as hand  # a fixture
from tests.cuts import FRAME, SECOND


def where(hand: Hand, clip_id: str) -> tuple[int, int]:
    film = hand.editor.document.sequence
    assert film is not None
    place = film.find(clip_id)[1]
    return place.start, place.end


def release(hand: Hand, at: QPoint) -> None:
    hand.bot.mouseRelease(hand.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


@pytest.mark.parametrize(
    "tool, start, end, clip, head",
    [
        ("select", 7.96, 6.96, "b", False),
        ("ripple", 7.96, 6.96, "b", False),
        ("select", 10.04, 9.04, "c", True),
        ("ripple", 10.04, 11.04, "c", True),
        ("slip", 12.0, 12.4, "c", True),
    ],
)
def test_the_viewer_is_asked_for_the_picture_at_the_edge(
    hand: Hand, tool: str, start: float, end: float, clip: str, head: bool
) -> None:
    hand.editor.state.set("tool", tool)
    hand.drag((start, "V1"), (end, "V1"), release=False)
    first, last = where(hand, clip)
    assert hand.editor.state.moment == (first if head else last - FRAME)
    release(hand, hand.point(end, "V1"))
    assert hand.editor.state.moment is None, "the playhead's picture is back"


def test_moving_a_clip_leaves_the_picture_at_the_playhead(hand: Hand) -> None:
    hand.drag((12, "V1"), (14, "V1"), release=False)
    assert hand.editor.state.moment is None


def test_escape_brings_the_picture_back(hand: Hand) -> None:
    hand.drag((7.96, "V1"), (6.96, "V1"), release=False)
    hand.bot.keyClick(hand.view, Qt.Key.Key_Escape)
    assert hand.editor.state.moment is None


def test_words_beside_the_pointer_tell_the_change_and_the_length(hand: Hand) -> None:
    said = list[str]()
    hand.view.status.connect(said.append)
    hand.drag((7.96, "V1"), (6.96, "V1"), release=False)
    film: Sequence | None = hand.editor.document.sequence
    assert film is not None and film.find("b")[2].duration == 3 * SECOND
    assert said[-1] == "Trim -00:00:01:00 · 00:00:03:00 long"
    spot = hand.point(6.96, "V1") + QPoint(24, -20)  # in the box, over the empty track above
    assert colour_at(hand, spot) == theme.colours().raised
    release(hand, hand.point(6.96, "V1"))
    assert colour_at(hand, spot) != theme.colours().raised


def colour_at(hand: Hand, spot: QPoint) -> QColor:
    return hand.view.viewport().grab().toImage().pixelColor(spot)


def picture(part: str, *, ripple: bool) -> QImage:
    return cursors.edge(part, ripple=ripple).pixmap().toImage()


def test_the_pointer_says_which_edge_it_holds(hand: Hand) -> None:
    for part, inside, outside in (("head", 15, 8), ("tail", 8, 15)):
        bracket = picture(part, ripple=False)
        assert bracket.pixelColor(inside, 4).alpha() > 200, "it is open to the clip"
        assert bracket.pixelColor(outside, 4).alpha() == 0
    assert picture("head", ripple=False) != picture("head", ripple=True)
    colours = {QColor(picture("tail", ripple=True).pixelColor(x, 12)).name() for x in range(24)}
    assert cursors.RIPPLE in colours
    hand.view.mouse.show_cursor(hand.point(7.96, "V1").toPointF())
    assert hand.view.viewport().cursor().shape() == Qt.CursorShape.BitmapCursor
    hand.view.mouse.show_cursor(hand.point(6, "V1").toPointF())
    assert hand.view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor
