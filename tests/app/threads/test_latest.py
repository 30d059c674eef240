"""A worker that keeps to the newest request."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.threads.latest import LatestWorker


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[LatestWorker[int, int]]:
    made: LatestWorker[int, int] = LatestWorker("test", lambda request: 2 * request)
    yield made
    made.close()


def test_it_is_busy_until_the_answer_is_handed_over(worker: LatestWorker[int, int], qtbot: QtBot) -> None:
    heard: list[int] = []
    worker.done.connect(heard.append)
    assert not worker.busy
    worker.ask(21)
    finished = threading.Event()
    for _ in range(1000):  # the worker's thread ends its work; nothing is handed over on this one meanwhile
        if worker._results.full:
            break
        finished.wait(0.005)
    assert worker._results.full and not heard and worker.busy
    qtbot.waitUntil(lambda: bool(heard) and not worker.busy)
    assert heard == [42]
