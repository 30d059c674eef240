"""Order, errors and stopping of the threaded stages."""

from __future__ import annotations

import threading
import time

import pytest

from core.render.pipeline import DEPTH, staged


def results(*args: object, **more: int) -> list[object]:
    return [value for value in staged(*args, **more) if value is not None]  # type: ignore[arg-type]


@pytest.mark.parametrize("workers", [1, 4])
def test_everything_comes_in_order(workers: int) -> None:
    def uneven(value: int) -> int:
        time.sleep(0.003 * (value % 3))
        return value * 10

    assert results(range(30), lambda value: value + 1, uneven, workers=workers) == [
        10 * n for n in range(1, 31)
    ]


def test_the_work_runs_ahead_but_not_far() -> None:
    begun: list[int] = []
    stages = staged(range(100), lambda value: begun.append(value) or value, lambda value: value)  # type: ignore[func-returns-value]
    assert next(value for value in stages if value is not None) == 0
    deadline = time.monotonic() + 60
    while len(begun) <= 2 and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(0.1)
    assert 2 < len(begun) <= 2 * DEPTH + 5
    stages.close()


@pytest.mark.parametrize("place", [0, 1])
def test_an_error_of_either_stage_reaches_the_consumer(place: int) -> None:
    def fails(value: int) -> int:
        if value == 3:
            raise OSError("no more")
        return value

    stages = [lambda value: value, lambda value: value]
    stages[place] = fails
    found: list[object] = []
    with pytest.raises(OSError, match="no more"):
        found.extend(value for value in staged(range(10), *stages) if value is not None)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("export-")]


def test_closing_stops_the_threads() -> None:
    stages = staged(range(10**9), lambda value: value, lambda value: value, 2)
    for _ in range(5):
        next(stages)
    stages.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("export-")]


def test_a_slow_stage_gives_a_sign_of_life() -> None:
    stages = staged(range(1), lambda value: value, lambda value: time.sleep(0.6) or value)  # type: ignore[func-returns-value]
    assert next(stages) is None
    stages.close()
