"""Cyclic garbage is collected on the GUI thread alone.

Python collects it on whichever thread happens to allocate. When that is a thread that decodes or renders, and the
garbage holds objects of Qt, these are destroyed there: below Python the bindings then hold their own lock and wait
for the interpreter, while the GUI thread holds the interpreter and waits for theirs, and the program stands still.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 200
"""Milliseconds between two looks at whether there is enough to collect."""


class Collector(QObject):
    """While it is open nothing is collected but by `look`, on the thread that it was made on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the generations that have grown beyond Python's own bounds."""
        grown = [n for n, (count, bound) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
                 if count > bound]  # fmt: skip
        if grown:
            gc.collect(max(grown))

    def spare_what_stands(self) -> None:
        """Look no more at what there is by now: the window and its code, which stay to the end.

        To look through them all takes 40 ms, and more on a busy machine. They still go when nothing refers to them.
        """
        gc.freeze()

    def close(self) -> None:
        """Leave collecting to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
