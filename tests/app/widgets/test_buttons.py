"""Tool tips name the keys that are in force."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.actions.registry import all_actions
from app.panels.timeline import TimelinePanel
from app.panels.viewer import ViewerPanel
from app.widgets.buttons import commands_of
from app.window.main_window import MainWindow


def test_tips_name_existing_commands_and_their_keys(window: MainWindow) -> None:
    known = {action.id for action in all_actions()}
    named = [widget for widget in window.findChildren(QWidget) if commands_of(widget)]
    assert len(named) > 30
    assert {command for widget in named for command in commands_of(widget)} <= known
    viewer = window.editor.panel(ViewerPanel)
    assert viewer.transport.start.toolTip() == "Go to start (Home)"
    assert viewer.options.size_box.toolTip() == "Brush size ([ ])"


def test_tips_follow_the_users_keys(window: MainWindow) -> None:
    play, snap = window.editor.panel(ViewerPanel).transport.play, "timeline.snapping"
    window.editor.keep_setting("custom_shortcuts", f'{{"playback.toggle": ["Ctrl+P"], "{snap}": []}}')
    window.take_setting("shortcuts")
    assert play.toolTip() == "Play (Ctrl+P)"
    (button,) = (
        found
        for found in window.editor.panel(TimelinePanel).findChildren(QWidget)
        if commands_of(found) == [snap]
    )
    assert button.toolTip() == "Snap to cuts, playhead and markers"
    window.editor.player.playing_changed.emit(1.0)
    assert play.toolTip() == "Pause (Ctrl+P)"
