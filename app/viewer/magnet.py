"""The magnet of the polygon tool: between two corners its line clings to the edges of the picture.

Where the edges lead is looked for beside the window as soon as a corner is set; until that is known a line is straight.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.playing.preview import Picture
from app.threads.latest import LatestWorker
from core.masks.draw import Point
from core.masks.intelligent_scissors import Ways, ways_from


@dataclass(frozen=True, eq=False)
class _Question:
    picture: Picture
    corner: Point
    number: int


class Magnet(QObject):
    """Signals: found(): where the edges lead from the last corner is known now."""

    found = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._ways: Ways | None = None
        self._asked = 0
        self._worker: LatestWorker[_Question, tuple[int, Ways | None]] = LatestWorker("magnet", _look, self)
        self._worker.done.connect(self._take)

    def close(self) -> None:
        self._worker.close()

    @property
    def busy(self) -> bool:
        return self._worker.busy

    def start(self, picture: Picture | None, corner: Point) -> None:
        """The next line begins at a corner."""
        self.drop()
        if picture is not None:
            self._worker.ask(_Question(picture, corner, self._asked))

    def drop(self) -> None:
        """There is no line any more."""
        self._asked += 1
        self._ways = None

    def to(self, point: Point) -> list[Point]:
        """The points of the line after its start; the last one is `point`."""
        way = self._ways.to(*point) if self._ways is not None else None
        return way or [point]

    def _take(self, answer: tuple[int, Ways | None]) -> None:
        number, ways = answer
        if number == self._asked:
            self._ways = ways
            self.found.emit()


def _look(question: _Question) -> tuple[int, Ways | None]:
    picture = question.picture
    scale = picture.pixels.shape[1] / picture.raster[0]
    return question.number, ways_from(picture.pixels, *question.corner, scale)
