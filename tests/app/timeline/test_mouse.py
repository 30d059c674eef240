"""Drags with a real mouse on the real widget: the sequence they give, and one undo step each."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.panels.timeline import TimelinePanel
from app.timeline.header import button_boxes
from app.timeline.layout import HEADER, RULER, body_box, gain_part
from core.timeline import edits
from core.timeline.model import Clip
from tests.cuts import FRAME, SECOND, lengths, project, sequence, starts

KEYS = Qt.KeyboardModifier


class Hand:
    """Moves the mouse over the view in seconds and tracks."""

    def __init__(self, qtbot: QtBot, editor: Editor, panel: TimelinePanel) -> None:
        self.bot, self.editor, self.view = qtbot, editor, panel.view

    def point(self, seconds: float, track: str, down: int = 30) -> QPoint:
        place = self.view.geometry_now
        row = place.row_of(track)
        top = row.top if row is not None else 0
        return QPoint(round(place.x_of(round(seconds * SECOND))), top + down)

    def drag(
        self, start: tuple[float, str], end: tuple[float, str], keys: KEYS = KEYS.NoModifier, *, steps: int = 5,
        release: bool = True,
    ) -> None:  # fmt: skip
        a, b = self.point(*start), self.point(*end)
        self.drag_pixels(a, b, keys, steps=steps, release=release)

    def drag_pixels(
        self, a: QPoint, b: QPoint, keys: KEYS = KEYS.NoModifier, *, steps: int = 5, release: bool = True
    ) -> None:
        viewport = self.view.viewport()
        self.bot.mousePress(viewport, Qt.MouseButton.LeftButton, keys, a)
        for step in range(1, steps + 1):
            self._move(a + (b - a) * (step / steps), keys)
        if release:
            self.bot.mouseRelease(viewport, Qt.MouseButton.LeftButton, keys, b)

    def _move(self, to: QPoint, keys: KEYS) -> None:
        viewport = self.view.viewport()
        where = QPointF(viewport.mapToGlobal(to))
        button = Qt.MouseButton.LeftButton
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(to), where, button, button, keys)
        QApplication.sendEvent(viewport, event)

    def click(self, seconds: float, track: str, keys: KEYS = KEYS.NoModifier) -> None:
        self.bot.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, keys, self.point(seconds, track))

    @property
    def steps(self) -> int:
        return self.editor.document.undo_stack.count()

    def clip(self, clip_id: str) -> Clip:
        assert self.editor.document.sequence is not None
        return self.editor.document.sequence.find(clip_id)[2]


@pytest.fixture
def hand(qtbot: QtBot, editor: Editor) -> Iterator[Hand]:
    editor.document.reset(project(), None, None)
    panel = TimelinePanel(editor)
    qtbot.addWidget(panel)
    panel.resize(1200, 420)
    panel.show()
    panel.view.zoom_to(SECOND / 50, HEADER)
    panel.view.scroll_to(0)
    editor.add_panel(panel)
    yield Hand(qtbot, editor, panel)
    panel.view.pictures.close()


def test_moving_a_clip_takes_its_sound_along_in_one_step(hand: Hand) -> None:
    hand.drag((12, "V1"), (16, "V1"))
    assert starts(hand.editor.document.sequence, "V1") == {"a": 0, "b": 4, "c": 14}
    assert starts(hand.editor.document.sequence, "A1") == {"sa": 0, "sc": 14}
    assert hand.steps == 1
    assert hand.editor.document.undo_stack.undoText() == "Move"
    hand.editor.document.undo_stack.undo()
    assert hand.editor.document.sequence == sequence()


def test_moving_to_another_track(hand: Hand) -> None:
    hand.drag((12, "V1"), (12, "V2"))
    assert starts(hand.editor.document.sequence, "V2") == {"c": 10}
    assert starts(hand.editor.document.sequence, "A1")["sc"] == 10
    assert hand.steps == 1


def test_alt_drags_copies_with_their_sound_and_selects_them(hand: Hand) -> None:
    hand.drag((12, "V1"), (17, "V1"), KEYS.AltModifier)
    film = hand.editor.document.sequence
    assert film is not None and hand.steps == 1
    assert sorted(starts(film, "V1").values()) == [0, 4, 10, 15]
    assert sorted(starts(film, "A1").values()) == [0, 10, 15]
    assert hand.editor.document.undo_stack.undoText() == "Duplicate"
    copies = {clip.id for _, where, clip in film.clips() if where.start == 15 * SECOND}
    assert hand.editor.state.selection == copies and len(copies) == 2
    hand.editor.document.undo_stack.undo()
    assert hand.editor.document.sequence == sequence()


def test_alt_drags_copies_to_another_track_and_none_onto_themselves(hand: Hand) -> None:
    hand.drag((12, "V1"), (12, "V2"), KEYS.AltModifier)
    film = hand.editor.document.sequence
    assert film is not None
    assert list(starts(film, "V2").values()) == [10] and starts(film, "V1")["c"] == 10
    hand.editor.document.undo_stack.undo()
    hand.drag_pixels(hand.point(12, "V1"), hand.point(12, "V1") + QPoint(1, 6), KEYS.AltModifier)
    assert hand.editor.document.sequence == sequence() and hand.steps == 1


def test_without_links_the_sound_stays(hand: Hand) -> None:
    hand.view.linked = False
    hand.drag((12, "V1"), (15, "V1"))
    assert starts(hand.editor.document.sequence, "V1")["c"] == 13
    assert starts(hand.editor.document.sequence, "A1")["sc"] == 10


def test_ctrl_inserts_instead_of_overwriting(hand: Hand) -> None:
    hand.click(12, "V1")
    hand.drag((12, "V1"), (6, "V1"), KEYS.ControlModifier)
    film = hand.editor.document.sequence
    assert film is not None
    assert starts(film, "V1")["c"] == 4
    assert starts(film, "V1")["b"] == 8
    assert lengths(film, "V1")["b"] == 4


def test_a_moved_clip_snaps_to_its_neighbour(hand: Hand) -> None:
    hand.editor.state.set("playhead", 18 * SECOND)
    hand.drag((12, "V1"), (10.07, "V1"))
    assert starts(hand.editor.document.sequence, "V1")["c"] == 8


def test_without_snapping_clips_stand_on_frames(hand: Hand) -> None:
    hand.editor.state.set("snapping", False)
    hand.drag((12, "V1"), (10.07, "V1"))
    assert hand.editor.document.sequence is not None
    _, where, _ = hand.editor.document.sequence.find("c")
    assert where.start != 8 * SECOND
    assert where.start % FRAME == 0


def test_going_back_leaves_no_undo_step(hand: Hand) -> None:
    a, far = hand.point(12, "V1"), hand.point(15, "V1")
    hand.drag_pixels(a, far, release=False)
    assert hand.steps == 1
    hand._move(a, KEYS.NoModifier)
    hand.bot.mouseRelease(hand.view.viewport(), Qt.MouseButton.LeftButton, KEYS.NoModifier, a)
    assert hand.steps == 0


def test_escape_puts_everything_back(hand: Hand) -> None:
    before = hand.editor.document.sequence
    hand.drag((12, "V1"), (16, "V1"), release=False)
    assert hand.editor.document.sequence != before
    hand.bot.keyClick(hand.view, Qt.Key.Key_Escape)
    assert hand.editor.document.sequence == before
    assert hand.steps == 0


def test_two_drags_are_two_steps(hand: Hand) -> None:
    hand.drag((12, "V1"), (16, "V1"))
    hand.drag((16, "V1"), (18, "V1"))
    assert hand.steps == 2


def test_trimming_the_tail(hand: Hand) -> None:
    hand.drag((7.96, "V1"), (6.96, "V1"))
    assert lengths(hand.editor.document.sequence, "V1")["b"] == pytest.approx(3, abs=0.05)
    assert hand.steps == 1


def test_trimming_the_head(hand: Hand) -> None:
    hand.drag((10.04, "V1"), (9.04, "V1"))
    film = hand.editor.document.sequence
    assert starts(film, "V1")["c"] == pytest.approx(9, abs=0.05)
    assert starts(film, "A1")["sc"] == starts(film, "V1")["c"]


def test_ripple_trim_closes_up(hand: Hand) -> None:
    hand.editor.state.set("tool", "ripple")
    hand.drag((7.96, "V1"), (5.96, "V1"))
    film = hand.editor.document.sequence
    assert starts(film, "V1")["c"] == pytest.approx(8, abs=0.05)
    assert starts(film, "A1")["sc"] == starts(film, "V1")["c"]


def test_roll_moves_the_cut(hand: Hand) -> None:
    hand.editor.state.set("tool", "roll")
    hand.drag((3.9, "V1"), (4.9, "V1"))
    film = hand.editor.document.sequence
    assert starts(film, "V1")["b"] == pytest.approx(5, abs=0.05)
    assert lengths(film, "V1")["a"] == pytest.approx(5, abs=0.05)
    assert starts(film, "V1")["c"] == 10


def test_slip_shows_another_part_of_the_source(hand: Hand) -> None:
    hand.editor.state.set("tool", "slip")
    before = hand.clip("c").source_range.start
    hand.drag((12, "V1"), (11, "V1"))
    assert starts(hand.editor.document.sequence, "V1")["c"] == 10
    assert hand.clip("c").source_range.start - before == SECOND


def test_slide_keeps_the_clip_and_moves_its_neighbours(hand: Hand) -> None:
    hand.editor.state.set("tool", "slide")
    hand.drag((6, "V1"), (7, "V1"))
    film = hand.editor.document.sequence
    assert starts(film, "V1")["b"] == 5
    assert lengths(film, "V1")["a"] == 5
    assert lengths(film, "V1")["b"] == 4


def test_razor_cuts_where_it_clicks(hand: Hand) -> None:
    hand.editor.state.set("tool", "razor")
    hand.click(2, "V1")
    assert [*lengths(hand.editor.document.sequence, "V1").values()][:2] == [2, 2]
    assert [*lengths(hand.editor.document.sequence, "A1").values()][:2] == [2, 2]


def test_a_locked_track_refuses_with_a_word_and_no_notice(hand: Hand) -> None:
    hand.editor.document.edit_sequence("lock", lambda film: edits.set_track(film, "V1", locked=True))
    said: list[str] = []
    hand.view.status.connect(said.append)
    before = hand.editor.document.sequence
    hand.drag((12, "V1"), (16, "V1"))
    assert hand.editor.document.sequence == before
    assert any("locked" in text for text in said)
    assert hand.editor.notify.waiting == []


def test_selection_follows_links_and_modifiers(hand: Hand) -> None:
    hand.click(2, "V1")
    assert hand.editor.state.selection == {"a", "sa"}
    hand.click(6, "V1", KEYS.ShiftModifier)
    assert hand.editor.state.selection == {"a", "sa", "b"}
    hand.click(2, "V1", KEYS.AltModifier)
    assert hand.editor.state.selection == {"a"}
    hand.click(9, "V1")
    assert hand.editor.state.selection == frozenset()


def test_ctrl_click_toggles_and_a_drag_takes_the_whole_selection(hand: Hand) -> None:
    hand.click(2, "V1")
    hand.click(6, "V1", KEYS.ControlModifier)
    assert hand.editor.state.selection == {"a", "sa", "b"}
    hand.drag((6, "V1"), (8, "V1"))
    assert starts(hand.editor.document.sequence, "V1") | {"c": 0} == {"a": 2, "b": 6, "c": 0}
    assert hand.editor.state.selection == {"a", "sa", "b"}
    hand.click(8, "V1", KEYS.ControlModifier)
    assert hand.editor.state.selection == {"a", "sa"}
    hand.click(8, "V1", KEYS.ShiftModifier)
    hand.click(4, "V1")
    assert hand.editor.state.selection == {"a", "sa"}


def test_links_can_be_switched_off(hand: Hand) -> None:
    hand.view.linked = False
    hand.click(2, "V1")
    assert hand.editor.state.selection == {"a"}
    hand.click(2, "V1", KEYS.AltModifier)
    assert hand.editor.state.selection == {"a", "sa"}


def test_rubber_band(hand: Hand) -> None:
    hand.drag((9.5, "V2"), (3, "V1"))
    assert hand.editor.state.selection == {"a", "b"}
    assert hand.view.rubber is None


def test_ruler_scrubs(hand: Hand) -> None:
    place = hand.view.geometry_now
    hand.drag_pixels(QPoint(round(place.x_of(SECOND)), 6), QPoint(round(place.x_of(3 * SECOND)), 6))
    assert hand.editor.state.playhead == 3 * SECOND
    assert hand.steps == 0


def test_header_buttons(hand: Hand) -> None:
    row = hand.view.geometry_now.row_of("V1")
    assert row is not None
    for field, box in button_boxes(row).items():
        hand.bot.mouseClick(hand.view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
        assert hand.editor.document.sequence is not None
        assert getattr(hand.editor.document.sequence.track("V1"), field)


def test_volume_line(hand: Hand) -> None:
    row = hand.view.geometry_now.row_of("A1")
    assert row is not None
    top, height = body_box(row)
    x = hand.point(2, "A1").x()
    a, b = (QPoint(x, round(top + height * (1 - gain_part(gain)))) for gain in (0.0, -20.0))
    hand.drag_pixels(a, b)
    gain = hand.clip("sa").gain
    assert isinstance(gain, float)
    assert gain == pytest.approx(-20, abs=3)
    assert hand.steps == 1


def test_fades_are_dragged_from_the_corners(hand: Hand) -> None:
    row = hand.view.geometry_now.row_of("V1")
    assert row is not None
    y = body_box(row)[0] + 4
    place = hand.view.geometry_now

    def spot(seconds: float, beside: int = 0) -> QPoint:
        return QPoint(round(place.x_of(round(seconds * SECOND))) + beside, y)

    hand.drag_pixels(spot(10, 2), spot(12, 2))
    assert (hand.clip("c").fade_in, hand.clip("sc").fade_in) == (2 * SECOND, 2 * SECOND)
    hand.drag_pixels(spot(12), spot(11))
    assert hand.clip("c").fade_in == SECOND
    _, where, _ = hand.editor.document.sequence.find("c")  # type: ignore[union-attr]
    end = where.end // SECOND
    hand.drag_pixels(spot(end, -2), spot(end - 3, -2))
    assert hand.clip("c").fade_out == 3 * SECOND
    assert hand.steps == 3
    assert hand.view.viewport().grab().toImage().pixelColor(
        spot(end, -3)
    ) != hand.view.viewport().grab().toImage().pixelColor(spot(end - 2))


def test_marker_is_dragged(hand: Hand) -> None:
    hand.editor.document.edit_sequence("mark", edits.add_marker, 2 * SECOND)
    place = hand.view.geometry_now
    a, b = (QPoint(round(place.x_of(t * SECOND)), RULER - 5) for t in (2, 5))
    hand.drag_pixels(a, b)
    assert hand.editor.document.sequence is not None
    assert hand.editor.document.sequence.markers[0].time == 5 * SECOND


def test_keys_reach_cuts_frames_and_clips(hand: Hand) -> None:
    hand.view.setFocus()
    for key, expected in ((Qt.Key.Key_Down, 4 * SECOND), (Qt.Key.Key_Down, 8 * SECOND), (Qt.Key.Key_Up, 4 * SECOND),
                          (Qt.Key.Key_Right, 4 * SECOND + FRAME), (Qt.Key.Key_Left, 4 * SECOND)):  # fmt: skip
        hand.bot.keyClick(hand.view, key)
        assert hand.editor.state.playhead == expected
    hand.bot.keyClick(hand.view, Qt.Key.Key_Return)
    assert hand.editor.state.selection == {"b"}


def test_zoom_keeps_what_is_under_the_pointer(hand: Hand) -> None:
    x = 700.0
    time = hand.view.geometry_now.time_at(x)
    hand.view.zoom_by(2.0, x)
    assert abs(hand.view.geometry_now.time_at(x) - time) <= 2 * hand.view.scale
    hand.view.fit()
    visible = hand.view.geometry_now.visible
    assert visible.start == 0
    assert visible.end >= hand.view.sequence.duration


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_the_mouse_does_can_be_undone(hand: Hand, seed: int) -> None:
    """Random drags with every tool and modifier: no error, no overlap, and undo leads back to the start."""
    chance = random.Random(seed)
    tools = ("select", "ripple", "roll", "slip", "slide", "razor", "hand")
    for _ in range(40):
        hand.editor.state.set("tool", chance.choice(tools))
        hand.editor.state.set("snapping", chance.random() < 0.5)
        a, b = (QPoint(chance.randrange(0, 1180), chance.randrange(0, 300)) for _ in range(2))
        keys = chance.choice((KEYS.NoModifier, KEYS.AltModifier, KEYS.ControlModifier, KEYS.ShiftModifier))
        hand.drag_pixels(a, b, keys, steps=3)
        film = hand.editor.document.sequence
        assert film is not None
        known = {clip.id for _, _, clip in film.clips()}
        assert hand.editor.state.selection <= known
        assert all(clip.source_range.start >= 0 for _, _, clip in film.clips())
    assert hand.editor.notify.waiting == []
    stack = hand.editor.document.undo_stack
    while stack.canUndo():
        stack.undo()
    assert hand.editor.document.sequence == sequence()
