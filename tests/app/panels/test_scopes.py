"""The scopes panel beside a viewer with a film."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.panels.scopes import ScopesPanel
from app.panels.viewer import ViewerPanel


def test_scopes_follow_the_picture_while_they_can_be_seen(
    viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    panel = ScopesPanel(editor)
    qtbot.addWidget(panel)
    editor.player.refresh()
    qtbot.wait(50)
    assert panel.shown.picture is None  # hidden: nothing is drawn
    panel.resize(300, 280)
    panel.show()
    for index in range(panel.choice.count()):
        panel.choice.setCurrentIndex(index)
        qtbot.waitUntil(
            lambda: panel.shown.picture is not None and panel.shown.scope == panel.choice.currentData()
        )
        seen = panel.shown.grab().toImage()
        drawn = [seen.pixelColor(x, y).lightness() for x in range(0, 280, 4) for y in range(0, 200, 4)]
        assert max(drawn) > 100
    qtbot.waitUntil(lambda: not panel._worker.busy)
