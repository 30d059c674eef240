"""A thread stands back alone."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from core.threads import NICE, stand_back


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
def test_only_the_thread_that_asks_stands_back() -> None:
    told: list[int] = []

    def work() -> None:
        stand_back()
        told.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert told == [max(NICE, before)]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
