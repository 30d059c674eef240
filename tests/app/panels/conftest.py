"""An editor with the viewer and the objects panel over a small real film."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from tests.app.equipment import equip, put_away
from tests.app.film import open_film


@pytest.fixture
def viewer(editor: Editor, tmp_path: Path, qtbot: QtBot) -> Iterator[ViewerPanel]:
    """The viewer, shown at 640x480, with the film at its start."""
    equip(editor)
    open_film(editor, tmp_path)
    panel = ViewerPanel(editor)
    editor.add_panel(panel)
    panel.resize(640, 480)
    panel.show()
    qtbot.waitUntil(lambda: panel.canvas.picture is not None)
    yield panel
    put_away(editor, panel)


@pytest.fixture
def objects(editor: Editor, viewer: ViewerPanel) -> Iterator[ObjectsPanel]:
    panel = ObjectsPanel(editor)
    editor.add_panel(panel)
    yield panel
    panel.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
