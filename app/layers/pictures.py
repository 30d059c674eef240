"""Small pictures of layers: the object alone on a neutral ground, made beside the window and kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage, QPixmap

from app.editor import Editor
from core.layers.result import read_layers
from core.media.info import Frame
from core.media.reader import open_source
from core.project.paths import results_folder

SIZE = QSize(54, 30)
LOOKS = 6
GROUND = 118
"""Grey behind what is transparent."""
Ask = Callable[[str, int], QPixmap | None]
"""(result key, label) -> the picture, None while it is being made."""


class LayerPictures(QObject):
    """Signals: ready(), when pictures that were asked for are there."""

    ready = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._pictures: dict[tuple[str, int], QPixmap] = {}
        self._asked: set[str] = set()

    def of(self, key: str, label: int) -> QPixmap | None:
        """The picture of an object's layer, of the plate for 0; None while it is being made."""
        if (key, label) not in self._pictures:
            self._ask(key)
        return self._pictures.get((key, label))

    def _ask(self, key: str) -> None:
        data = self._editor.document.data
        if key in self._asked or data is None:
            return
        self._asked.add(key)
        folder = results_folder(data) / key
        self._editor.background.run(partial(_draw_all, folder), partial(self._take, key), lambda error: None)

    def _take(self, key: str, images: dict[int, QImage]) -> None:
        for label, image in images.items():
            self._pictures[key, label] = QPixmap.fromImage(image)
        self.ready.emit()


def _draw_all(folder: Path) -> dict[int, QImage]:
    found = read_layers(folder)
    middle = found.frames // 2
    images = {0: _image(_frame(folder / found.plate_film, middle))}
    for one in found.objects:
        images[one.label] = _image(_closest(_fullest(folder / one.object, found.frames)))
    return images


def _fullest(path: Path, frames: int) -> Frame:
    """The frame, of a few, that shows most."""
    with closing(open_source(path)) as source:
        moments = sorted({frames * part // LOOKS for part in range(LOOKS)})
        pictures = [source.frame(min(n, source.frame_count - 1)) for n in moments]
    return max(pictures, key=lambda picture: int(picture[..., -1].sum(dtype=np.int64)))


def _frame(path: Path, number: int) -> Frame:
    with closing(open_source(path)) as source:
        return source.frame(min(number, source.frame_count - 1))


def _closest(picture: Frame) -> Frame:
    """The part of a layer that shows something, with a margin, in the shape of a thumbnail."""
    seen = picture[..., 3] > 24 if picture.shape[2] == 4 else np.zeros(picture.shape[:2], bool)
    if not seen.any():
        return picture
    high, wide = seen.shape
    shape = SIZE.width() / SIZE.height()
    top, bottom = _ends(np.asarray(seen.any(axis=1)))
    left, right = _ends(np.asarray(seen.any(axis=0)))
    across = min(max(right - left, (bottom - top) * shape) * 1.15, wide, high * shape)
    down = across / shape
    x = int(min(max(0, (left + right - across) / 2), wide - across))
    y = int(min(max(0, (top + bottom - down) / 2), high - down))
    return picture[y : y + max(2, int(down)), x : x + max(2, int(across))]


def _ends(line: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """First place that is true, and the one after the last."""
    places = np.flatnonzero(line)
    return int(places[0]), int(places[-1]) + 1


def _image(picture: Frame) -> QImage:
    small = cv2.resize(picture, (SIZE.width() * 2, SIZE.height() * 2), interpolation=cv2.INTER_AREA)
    if small.shape[2] == 4:
        alpha = small[..., 3:] / 255.0
        small = np.rint(small[..., :3] * alpha + GROUND * (1 - alpha)).astype(np.uint8)
    small = np.ascontiguousarray(small)
    high, wide = small.shape[:2]
    return QImage(small.data, wide, high, wide * 3, QImage.Format.Format_RGB888).copy()


def pictures_of(editor: Editor) -> LayerPictures:
    """The session's one `LayerPictures`, made when first asked for."""
    return editor.one(LayerPictures)
