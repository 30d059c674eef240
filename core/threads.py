"""Threads that make pictures stand back from the one that answers the user."""

from __future__ import annotations

import os
import sys
import threading

NICE = 5


def stand_back() -> None:
    """Called by a thread as it begins: where the system has a priority for each thread (Linux), it takes a lower one,
    so that the window gets a free core first. Never raises a priority."""
    if sys.platform != "linux":
        return
    own = threading.get_native_id()
    if os.getpriority(os.PRIO_PROCESS, own) < NICE:
        os.setpriority(os.PRIO_PROCESS, own, NICE)
