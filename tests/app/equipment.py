"""What a window gives its editor, for tests of a panel alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from app.editor import Editor
from app.jobs.runner import JobRunner
from app.playing.clock import WallClock
from app.playing.playback import Player
from app.threads.background import Background


def equip(editor: Editor, *, player: bool = True) -> None:
    """Give an editor a silent player, a queue and background threads."""
    if player:
        editor.player = Player(editor, clock=WallClock())
    editor.jobs = JobRunner(editor.settings, editor.notify, editor)
    editor.background = Background(editor)


def put_away(editor: Editor, *panels: QWidget) -> None:
    """End what `equip` began, then delete the panels that listened to it."""
    if hasattr(editor, "player"):
        editor.player.close()
    editor.jobs.shutdown()
    editor.background.close()
    for panel in panels:
        panel.close()
        panel.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
