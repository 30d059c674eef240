"""The level meter: it rises at once, falls at its pace, and remembers that it was too loud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app import theme
from app.widgets.level_meter import FALL, FLOOR, HOLD, Channel, LevelMeter, decibels


class Player(QObject):
    playing_changed = Signal(float)


def test_decibels() -> None:
    assert decibels(1.0) == 0 and decibels(0.5) == pytest.approx(-6.02, abs=0.01)
    assert decibels(0.0) == decibels(1e-9) == FLOOR


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.001, 0.5)), max_size=40))
def test_a_bar_is_never_below_the_sound_nor_the_loudest_below_the_bar(
    course: list[tuple[float, float]],
) -> None:
    bar = Channel()
    for peak, seconds in course:
        before, bar = bar, bar.after(peak, seconds)
        assert bar.level >= decibels(peak)
        assert bar.level >= min(before.level - FALL * seconds, 0) - 1e-9
        assert FLOOR <= bar.level <= bar.loudest <= 0
        assert (
            bar.over == any(one >= 1 for one, _ in course[: course.index((peak, seconds)) + 1]) or before.over
        )


def test_the_loudest_moment_stands_for_a_while() -> None:
    bar = Channel().after(0.5, 0.1)
    for _ in range(round(HOLD / 0.1) - 1):
        bar = bar.after(0.0, 0.1)
        assert bar.loudest == decibels(0.5)
    assert bar.after(0.0, 0.1).loudest < decibels(0.5)


def test_it_runs_while_the_film_plays_and_comes_to_rest(qtbot: QtBot) -> None:
    loud = [(1.0, 0.1)] * 2
    meter = LevelMeter()
    qtbot.addWidget(meter)
    player = Player()
    meter.follow(player.playing_changed, lambda: loud.pop() if loud else (0.0, 0.0))
    meter.resize(44, 200)
    meter.show()
    player.playing_changed.emit(1.0)  # what was heard before does not count
    assert meter.channels == (Channel(), Channel())
    meter.look()
    assert meter.channels[0].over and not meter.channels[1].over
    picture = meter.grab().toImage()
    top = [picture.pixelColor(x, 5) for x in (6, 18)]
    assert top == [theme.colours().error, theme.colours().field]
    QTest.mouseClick(meter, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert not meter.channels[0].over and meter.channels[0].level == 0
    player.playing_changed.emit(0.0)
    for _ in range(200):
        meter.look()
    assert meter.channels[0].level == FLOOR and not meter._timer.isActive()
