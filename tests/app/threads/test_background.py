"""Work beside the window: in order on one thread, answers on the GUI thread, nothing lost or late at the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from app.threads.background import Background


@pytest.fixture
def told() -> list[object]:
    return []


@pytest.fixture
def one(qapp: object) -> Iterator[Background]:
    background = Background(threads=1)
    yield background
    background.close()


def slowly(value: int) -> int:
    time.sleep(0.01 * (3 - value))
    return value


def ask(background: Background, work: Callable[[], object], told: list[object]) -> None:
    background.run(work, told.append, told.append)


def test_one_thread_keeps_the_order(one: Background, told: list[object], qtbot: QtBot) -> None:
    for value in range(3):
        ask(one, partial(slowly, value), told)
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told == [0, 1, 2]


def test_an_error_is_told_on_the_gui_thread(one: Background, told: list[object], qtbot: QtBot) -> None:
    here: list[threading.Thread] = []

    def failed(error: BaseException) -> None:
        here.append(threading.current_thread())
        told.append(type(error))

    one.run(lambda: 1 // 0, told.append, failed)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [ZeroDivisionError] and here == [threading.main_thread()]


def test_finishing_does_all_that_was_asked_and_still_answers(
    one: Background, told: list[object], qtbot: QtBot
) -> None:
    done: list[int] = []
    for value in range(3):
        ask(one, partial(lambda number: done.append(slowly(number)), value), told)
    one.finish()
    assert done == [0, 1, 2]
    qtbot.waitUntil(lambda: len(told) == 3)


def test_closing_drops_what_waits_and_what_is_not_delivered(
    one: Background, told: list[object], qtbot: QtBot
) -> None:
    gate, done = threading.Event(), list[int]()
    ask(one, gate.wait, told)
    ask(one, partial(done.append, 1), told)
    threading.Timer(0.05, gate.set).start()
    one.close()
    ask(one, partial(done.append, 2), told)
    qtbot.wait(20)
    assert not done and not told
