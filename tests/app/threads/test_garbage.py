"""Where cyclic garbage is collected."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.threads.garbage import Collector


class Ring:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    made = Collector()
    yield made
    made.close()


def test_garbage_of_other_threads_goes_on_this_one(collector: Collector, qtbot: QtBot) -> None:
    where: list[threading.Thread] = []

    def litter() -> None:
        weakref.finalize(Ring(), lambda: where.append(threading.current_thread()))
        for _ in range(5 * gc.get_threshold()[0]):
            Ring()

    thread = threading.Thread(target=litter)
    thread.start()
    thread.join()
    assert not where
    qtbot.waitUntil(lambda: bool(where))
    assert where == [threading.main_thread()]


def test_python_collects_again_when_it_is_closed(collector: Collector) -> None:
    assert not gc.isenabled()
    collector.close()
    assert gc.isenabled()


def test_what_stands_is_not_looked_through_again(collector: Collector) -> None:
    collector.spare_what_stands()
    looked_through = len(gc.get_objects())
    assert looked_through < gc.get_freeze_count() / 10
    collector.close()
    assert gc.get_freeze_count() == 0
