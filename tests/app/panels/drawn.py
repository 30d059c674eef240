"""What the tests of the viewer and of objects draw with the mouse and put on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from core.files import write_atomic
from core.media.matte import write_labels
from core.project import mask_edits
from core.project.key_masks import write_key_mask
from core.project.paths import results_folder
from tests.app.film import HEIGHT, WIDTH

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def spot(viewer: ViewerPanel, x: float, y: float) -> QPoint:
    """Widget point over a picture point."""
    wx, wy = viewer.canvas.view.to_widget(x, y)
    return QPoint(round(wx), round(wy))


def drag(
    viewer: ViewerPanel, *points: tuple[float, float], button: Qt.MouseButton = LEFT, keys: object = None
) -> None:
    modifiers = keys if isinstance(keys, Qt.KeyboardModifier) else Qt.KeyboardModifier.NoModifier
    QTest.mousePress(viewer.canvas, button, modifiers, spot(viewer, *points[0]))
    for point in points[1:]:
        QTest.mouseMove(viewer.canvas, spot(viewer, *point))
    QTest.mouseRelease(viewer.canvas, button, modifiers, spot(viewer, *points[-1]))


@pytest.fixture
def panel(objects: ObjectsPanel, viewer: ViewerPanel, qtbot: QtBot) -> ObjectsPanel:
    """In the mask view, at frame 0."""
    viewer.show_masks()
    qtbot.waitUntil(lambda: viewer.masks.labels is not None)
    return objects


def draw_key(editor: Editor, frame: int, label: int = 1) -> None:
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[20:40, 20:40] = label
    assert editor.document.data is not None
    name = write_key_mask(editor.document.data, "media", frame, labels)
    editor.document.edit("Draw", mask_edits.with_key_mask, "media", frame, name, label)


def write_result(folder: Path, frames: range) -> None:
    (folder / "masks").mkdir(parents=True)
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[5:10, 5:10] = 1
    for frame in frames:
        write_labels(folder / "masks" / f"{frame:05d}.png", labels)


def sure_result(editor: Editor, sureness: bytes) -> Path:
    """A result of frames 2 to 8 in the project, with how sure the tracking was; its media has key
    masks of two objects."""
    draw_key(editor, 2)
    draw_key(editor, 9, label=2)
    assert editor.document.data is not None
    folder = results_folder(editor.document.data) / "abc"
    write_result(folder, range(2, 9))
    write_atomic(folder / "confidence.json", sureness)
    return folder
