"""The mask view and the atlas view go along with the timeline, and the playhead with them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.editor import Editor
from app.masks.target import mask_view_target, playhead_showing, selects_other_media
from app.state import View


class GoingAlong(QObject):
    """show: turn to that view of the media that is selected by now."""

    def __init__(self, editor: Editor, show: Callable[[View], object], parent: QObject) -> None:
        super().__init__(parent)
        self._editor, self._show = editor, show
        editor.state.playhead_changed.connect(self._playhead_moved)
        editor.state.media_frame_changed.connect(self._frame_moved)
        editor.state.selection_changed.connect(self._selected)

    def _frame_moved(self, frame: int) -> None:
        """The playhead stays on the frame while its clip shows it."""
        if self._editor.player.shows_media:
            time = playhead_showing(self._editor, frame)
            if time is not None:
                self._editor.state.set("playhead", time)

    def _playhead_moved(self) -> None:
        """So does the view when one moves over its clip on the timeline."""
        player, state = self._editor.player, self._editor.state
        if player.shows_media and not player.playing:
            target = mask_view_target(self._editor)
            if target is not None and target[0] == state.media:
                state.set("media_frame", target[1])

    def _selected(self) -> None:
        """A clip of another media was selected: the view is of that one."""
        player = self._editor.player
        if player.shows_media and not player.playing and selects_other_media(self._editor):
            self._show(self._editor.state.view)
