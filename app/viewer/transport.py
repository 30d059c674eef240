"""The bar under the picture: timecode, play and step, loop, in and out, full screen, and how playback fares."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from app import theme
from app.actions.registry import perform
from app.editor import Editor
from app.widgets.buttons import show_tip, tool_button
from core.time import from_timecode, timecode


class Timecode(QLineEdit):
    """Shows a time and takes one: HH:MM:SS:FF, a frame number, or seconds with a point.

    Signals:
        entered(ticks: int).
    """

    entered = Signal(object)

    def __init__(self, editor: Editor, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setFont(theme.timecode_font())
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("00:00:00:00") + 24)
        self.setAccessibleName(self.tr("Time"))
        self.setToolTip(self.tr("Time: type a timecode, a frame number, or seconds with a point, then Enter"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.returnPressed.connect(self._enter)
        self.editingFinished.connect(self.show_position)

    def show_position(self) -> None:
        """Show where the viewer stands, unless the user is typing."""
        player = self._editor.player
        text = timecode(player.position, player.rate)
        if text != self.text() and not self.isModified():
            self.setText(text)

    def _enter(self) -> None:
        try:
            time = from_timecode(self.text(), self._editor.player.rate)
        except ValueError:
            self._editor.notify.warning(
                self.tr("“{0}” is not a time").format(self.text()),
                self.tr("Type 00:00:12:05, a frame number, or seconds such as 12.5"),
            )
            time = None
        self.setModified(False)
        self.clearFocus()
        if time is not None:
            self.entered.emit(time)
        self.show_position()


WIDE = theme.grown(600)
"""Pixels from which on the bar shows everything."""
NARROW = theme.grown(440)
"""Below this the bar keeps what plays and steps; Home and End still go to the ends."""


class TransportBar(QWidget):
    """Signals: full_screen(): the user asks for the full-screen viewer."""

    full_screen = Signal()

    def __init__(self, editor: Editor, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self.time = Timecode(editor, self)
        self.length = QLabel(self)
        self.length.setFont(theme.timecode_font())
        self.length.setAccessibleName(self.tr("Length"))
        self.badges = QLabel(self)
        self.badges.setAccessibleName(self.tr("Preview quality"))
        self.dropped = QLabel(self)
        self.dropped.setAccessibleName(self.tr("Dropped frames"))
        self.dropped.setToolTip(
            self.tr("Frames left out since playback began, to stay in step with the sound")
        )
        self._make_buttons()
        self._lay_out()
        self._connect()
        self.refresh()

    def _make_buttons(self) -> None:
        tr = self.tr
        self.start = tool_button(self, "to-start", tr("Go to start"), "playback.start")
        self.back = tool_button(self, "step-back", tr("One frame back"), "playback.step_back")
        self.reverse = tool_button(
            self, "reverse", tr("Play backwards, faster at each press"), "playback.reverse"
        )
        self.play = tool_button(self, "play", tr("Play"), "playback.toggle")
        self.play.setIconSize(QSize(22, 22))
        self.forward = tool_button(self, "step-forward", tr("One frame forward"), "playback.step_forward")
        self.end = tool_button(self, "to-end", tr("Go to end"), "playback.end")
        self.loop = tool_button(self, "loop", tr("Loop"), "playback.loop", checkable=True)
        self.mark_in = tool_button(self, "mark-in", tr("Set in point"), "timeline.mark_in")
        self.mark_out = tool_button(self, "mark-out", tr("Set out point"), "timeline.mark_out")
        self.still = tool_button(self, "camera", tr("Save this frame as a picture"), "file.save_frame")
        self.full = tool_button(self, "fullscreen", tr("Full-screen viewer"), "viewer.full_screen")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 4)
        row.setSpacing(2)
        row.addWidget(self.time)
        row.addWidget(self.length)
        row.addStretch(1)
        for button in (self.start, self.back, self.reverse, self.play, self.forward, self.end):
            row.addWidget(button)
        row.addSpacing(8)
        for button in (self.loop, self.mark_in, self.mark_out):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.dropped)
        row.addSpacing(8)
        row.addWidget(self.badges)
        row.addWidget(self.still)
        row.addWidget(self.full)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        player = self._editor.player
        self.start.clicked.connect(lambda: player.seek(0))
        self.end.clicked.connect(lambda: player.seek(player.duration))
        self.back.clicked.connect(lambda: player.step(-1))
        self.forward.clicked.connect(lambda: player.step(1))
        self.reverse.clicked.connect(lambda: player.shuttle(-1))
        self.play.clicked.connect(player.toggle)
        self.loop.clicked.connect(player.set_loop)
        for button, name in ((self.mark_in, "timeline.mark_in"), (self.mark_out, "timeline.mark_out")):
            button.clicked.connect(lambda _=False, name=name: perform(self._editor, name))
        self.still.clicked.connect(lambda: perform(self._editor, "file.save_frame"))
        self.full.clicked.connect(self.full_screen)
        self.time.entered.connect(player.seek)
        player.playing_changed.connect(self._show_speed)
        player.dropped_changed.connect(self._show_dropped)
        player.loop_changed.connect(self.loop.setChecked)

    def refresh(self) -> None:
        """Show the time, the length and what can be done now."""
        player = self._editor.player
        self.time.show_position()
        text = "/ " + timecode(player.duration, player.rate)
        if text != self.length.text():
            self.length.setText(text)
        self._show_what_fits()

    def _show_what_fits(self) -> None:
        """In a narrow viewer the buttons go before what is also found elsewhere."""
        wide = self.width() >= WIDE
        for widget in (self.length, self.badges):
            widget.setVisible(wide)
        for button in (self.start, self.end):
            button.setVisible(self.width() >= NARROW)
        player = self._editor.player
        for button in (self.mark_in, self.mark_out):
            button.setVisible(wide and not player.in_atlas)
        self.still.setVisible(wide and not player.shows_media)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_what_fits()

    def _show_speed(self, speed: float) -> None:
        self.play.setIcon(theme.icon("pause" if speed else "play"))
        name = self.tr("Pause") if speed else self.tr("Play")
        self.play.setAccessibleName(name)
        show_tip(self.play, name)

    def _show_dropped(self, count: int) -> None:
        self.dropped.setText(self.tr("%n dropped", "", count) if count else "")

    def show_badges(self, *words: str) -> None:
        """Short words on how the picture was made: “Proxy”, “2×”, “50 %”."""
        text = "   ".join(word for word in words if word)
        if text != self.badges.text():
            self.badges.setText(text)
