"""The overlay: colours where the objects are, a rim around them, and patches that equal the whole."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.viewer.overlay import Overlay, colour_table
from core.project.project import TrackedObject


@pytest.fixture
def labels() -> np.ndarray:
    made = np.zeros((90, 160), np.uint8)
    made[20:60, 30:90] = 1
    made[40:80, 70:140] = 3
    return made


@pytest.mark.parametrize("seen_at", [0.37, 0.5, 1.0, 4.0])
def test_patches_equal_the_whole(labels: np.ndarray, seen_at: float) -> None:
    whole, patched = Overlay(), Overlay()
    whole.set_labels(labels, seen_at)
    patched.set_labels(np.zeros_like(labels), seen_at)
    patched.labels = labels
    for left in range(0, 160, 23):
        for top in range(0, 90, 19):
            patched.refresh((left, top, min(160, left + 23), min(90, top + 19)))
    assert whole._indices is not None
    assert np.array_equal(whole._indices, patched._indices)
    assert set(np.unique(whole._indices)) == {0, 2, 3, 6, 7}


def test_rim_is_stronger_and_hidden_objects_are_gone() -> None:
    shown, hidden = TrackedObject(1, "A", "#ff0000"), TrackedObject(2, "B", "#00ff00", visible=False)
    table = colour_table((shown, hidden), 0.5)
    assert table[0] == 0
    assert table[2] >> 24 == 128
    assert (table[2] >> 16) & 255 == 128, "premultiplied"
    assert table[3] >> 24 > 230
    assert table[4] == table[5] == 0


def test_a_soft_matte_stands_for_hard_masks_in_the_looks_that_show_it(labels: np.ndarray) -> None:
    overlay = Overlay()
    overlay.set_labels(labels, 1.0)
    matte = np.full(labels.shape, 51, np.uint8)
    matte[:, 80:] = 255

    def at(x: int) -> tuple[int, ...]:
        height, width = labels.shape
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor(200, 0, 0))
        painter = QPainter(image)
        overlay.paint(painter, QRectF(0, 0, width, height))
        painter.end()
        return image.pixelColor(x, 1).getRgb()[:3]

    overlay.set_matte(matte)
    assert at(1) == at(150) == (200, 0, 0), "the usual look is as it was"
    overlay.set_colours((), 0.5, "matte")
    assert (at(1), at(150)) == ((51, 51, 51), (255, 255, 255))
    overlay.set_colours((), 0.5, "cutout")
    assert at(150) == (200, 0, 0)
    assert at(1) == pytest.approx((0.8 * 127 + 0.2 * 200, 0.8 * 127, 0.8 * 127), abs=1)
    overlay.set_labels(labels, 0.5)
    assert at(150) == (200, 0, 0), "it stays at another zoom"
    overlay.set_labels(labels.copy(), 1.0)
    assert at(150) == (127, 127, 127), "other masks are not its"


def test_recolouring_changes_what_is_painted(labels: np.ndarray) -> None:
    overlay = Overlay()
    overlay.set_labels(labels, 1.0)
    overlay.set_colours((TrackedObject(1, "A", "#0000ff"),), 1.0)
    assert overlay._pixels is not None
    assert overlay._pixels[30, 50] == 0xFF0000FF
    assert overlay._pixels[0, 0] == 0


def test_looks_hide_what_is_in_no_object() -> None:
    objects = (TrackedObject(1, "A", "#ff0000"), TrackedObject(2, "B", "#00ff00", visible=False))
    matte, cut = colour_table(objects, 0.5, "matte"), colour_table(objects, 0.5, "cutout")
    assert (matte[0], matte[2], matte[3]) == (0xFF000000, 0xFFFFFFFF, 0xFFFFFFFF)
    assert matte[4] == matte[5] == 0xFF000000, "hidden objects are background"
    assert (cut[0], cut[2], cut[3]) == (0xFF7F7F7F, 0, 0)
    assert colour_table(objects, 0.5, "outlines")[2] == 0
    assert colour_table(objects, 0.5, "outlines")[3] >> 24 > 230


def test_one_object_alone_is_shown_even_when_it_is_hidden() -> None:
    objects = (TrackedObject(1, "A", "#ff0000"), TrackedObject(2, "B", "#00ff00", visible=False))
    table = colour_table(objects, 0.5, only=2)
    assert table[2] == table[3] == 0
    assert table[4] >> 24 == 128
