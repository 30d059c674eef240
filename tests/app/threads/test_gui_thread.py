"""Results of threads reach the GUI thread, and nothing that was deleted meanwhile."""

from __future__ import annotations

import threading

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from app.threads.gui_thread import gui_thread


class Receiver(QObject):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.got: list[tuple[int, int]] = []

    def take(self, value: int) -> None:
        self.got.append((value, threading.get_ident()))


def test_calls_come_in_order_and_on_the_gui_thread(qtbot: QtBot) -> None:
    receiver, gui = Receiver(), gui_thread()
    thread = threading.Thread(target=lambda: [gui.call(receiver.take, value) for value in range(100)])
    thread.start()
    thread.join()
    assert receiver.got == [], "never before the GUI thread gets to it"
    qtbot.waitUntil(lambda: len(receiver.got) == 100)
    assert receiver.got == [(value, threading.get_ident()) for value in range(100)]


def test_a_call_from_the_gui_thread_waits_its_turn(qtbot: QtBot) -> None:
    receiver = Receiver()
    gui_thread().call(receiver.take, 1)
    assert receiver.got == []
    qtbot.waitUntil(lambda: len(receiver.got) == 1)


def test_what_was_deleted_meanwhile_is_not_called(qtbot: QtBot) -> None:
    gone, kept, gui = Receiver(), Receiver(), gui_thread()
    gui.call(gone.take, 1)
    gui.call(kept.take, 2)
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: bool(kept.got))
    assert gone.got == []


def test_threads_may_outlive_whom_they_work_for(qtbot: QtBot) -> None:
    """Receivers are deleted while threads call them as fast as they can."""
    gui, stop = gui_thread(), threading.Event()
    parent = QObject()
    current = [Receiver(parent)]

    def post() -> None:
        while not stop.is_set():
            gui.call(current[0].take, 1)
            stop.wait(0.0001)

    threads = [threading.Thread(target=post) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(300):
        old, current[0] = current[0], Receiver(parent)
        old.deleteLater()
        QCoreApplication.sendPostedEvents(old, QEvent.Type.DeferredDelete)
        QCoreApplication.sendPostedEvents(gui)
    stop.set()
    for thread in threads:
        thread.join()
    last = current[0]
    gui.call(last.take, 2)
    qtbot.waitUntil(lambda: bool(last.got) and last.got[-1][0] == 2)
