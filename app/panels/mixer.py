"""The mixer: volume, balance and level of every audio track."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSlider, QVBoxLayout, QWidget

from app import theme
from app.editor import Editor
from app.widgets.buttons import tool_button
from app.widgets.fields import Folder, Spin
from app.widgets.level_meter import LevelMeter
from core.errors import LaminarError
from core.media.loudness import SILENCE
from core.project.project import Project
from core.timeline import edits
from core.timeline.effects import TRACK_GAIN
from core.timeline.model import Sequence, Track
from core.timeline.place import outward

WIDTH = theme.grown(92)
"""Pixels of a strip."""
FINE = 10
"""Steps of a fader in a decibel."""
LOOKS = 250
"""Milliseconds between two looks at how loud the film is."""
AT_ONCE = 6
"""Strips that are made in one turn of the event loop."""
SIDE = 100
"""Steps of a balance from the middle to a side."""


class Fader(QSlider):
    """A slider that a double click sets back, and that the wheel moves only while it has the focus."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Strip(QWidget):
    """One track: its name, balance, fader and level, and whether it is heard."""

    def __init__(self, editor: Editor, track: Track) -> None:
        super().__init__()
        self._editor, self.track = editor, track
        self._folder = Folder()
        self.name = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.balance = Fader(Qt.Orientation.Horizontal)
        self.balance.setRange(-SIDE, SIDE)
        self.balance.setProperty("twosided", True)
        self.fader = Fader(Qt.Orientation.Vertical)
        self.fader.setRange(round(TRACK_GAIN.low * FINE), round(TRACK_GAIN.high * FINE))
        self.number = Spin()
        self.number.setRange(TRACK_GAIN.low, TRACK_GAIN.high)
        self.number.setDecimals(1)
        self.number.setSingleStep(TRACK_GAIN.step)
        self.number.setSuffix(self.tr(" dB"))
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number.setButtonSymbols(Spin.ButtonSymbols.NoButtons)
        self.number.setKeyboardTracking(False)
        self.mute = tool_button(self, "speaker", self.tr("Mute track"), checkable=True)
        self.solo = tool_button(self, "solo", self.tr("Solo track"), checkable=True)
        self.meter = LevelMeter(self)
        self.meter.follow(editor.player.playing_changed, partial(editor.player.sound.track_peaks, track.id))
        self._lay_out()
        self.show_track(track)
        self.balance.valueChanged.connect(self._balanced)
        self.fader.valueChanged.connect(self._faded)
        self.number.valueChanged.connect(self._typed)
        self.mute.clicked.connect(self._muted)
        self.solo.clicked.connect(self._alone)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.mute, self.solo):
            buttons.addWidget(button)
        middle = QHBoxLayout()
        middle.addWidget(self.fader)
        middle.addWidget(self.meter)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 4, 8)
        column.setSpacing(6)
        column.addWidget(self.name)
        column.addWidget(self.balance)
        column.addLayout(middle, 1)
        column.addWidget(self.number)
        column.addLayout(buttons)
        self.setFixedWidth(WIDTH)
        self.fader.setMinimumHeight(80)

    def show_track(self, track: Track) -> None:
        """What the document says; no edit."""
        self.track = track
        for slider, steps in ((self.balance, track.balance * SIDE), (self.fader, track.gain * FINE)):
            with QSignalBlocker(slider):
                slider.setValue(round(steps))
        with QSignalBlocker(self.number):
            self.number.setValue(track.gain)
        self.mute.setChecked(track.muted)
        self.mute.setIcon(theme.icon("mute" if track.muted else "speaker"))
        self.solo.setChecked(track.solo)
        self.name.setText(
            self.name.fontMetrics().elidedText(track.name, Qt.TextElideMode.ElideRight, WIDTH - 8)
        )
        self.name.setToolTip(track.name)
        self._name_all(track.name)

    def _name_all(self, track: str) -> None:
        side = self.track.balance
        where = (
            self.tr("middle")
            if not side
            else f"{abs(side):.0%} " + (self.tr("left") if side < 0 else self.tr("right"))
        )
        self.balance.setToolTip(self.tr("Balance: {0}. A double click sets it back").format(where))
        self.fader.setToolTip(self.tr("Volume. A double click sets it back"))
        for widget, word in (
            (self.balance, self.tr("Balance")), (self.fader, self.tr("Volume")), (self.number, self.tr("Volume")),
            (self.mute, self.tr("Mute track")), (self.solo, self.tr("Solo track")),
            (self.meter, self.tr("Sound level")),
        ):  # fmt: skip
            widget.setAccessibleName(f"{track}: {word}")

    # What the user does

    def _balanced(self, value: int) -> None:
        self._edit(self.tr("Balance"), "balance", balance=value / SIDE)

    def _faded(self, value: int) -> None:
        self._edit(self.tr("Track volume"), "gain", gain=value / FINE)

    def _typed(self, value: float) -> None:
        self._edit(self.tr("Track volume"), "gain", gain=value)

    def _muted(self, on: bool) -> None:
        self._edit(self.tr("Mute track"), muted=on)

    def _alone(self, on: bool) -> None:
        self._edit(self.tr("Solo track"), solo=on)

    def _edit(self, title: str, folded: str = "", **changed: float | bool) -> None:
        """folded: what is moved; moves that follow each other closely are one step."""
        document, track = self._editor.document, self.track.id
        if folded:
            document.begin_drag(f"{track}-{folded}-{self._folder.id()}")
        try:
            document.edit_sequence(title, lambda film: edits.set_track(film, track, **changed))  # type: ignore[arg-type]
        except LaminarError as error:
            self._editor.notify.failure(error)
        finally:
            document.end_drag()


class FilmLoudness(QWidget):
    """How loud the film is to the ear while it plays."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._sound = editor.player.sound
        self._timer = QTimer(self, interval=LOOKS)
        self._timer.timeout.connect(self.look)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 4, 8)
        column.setSpacing(6)
        column.addWidget(QLabel(self.tr("Film"), alignment=Qt.AlignmentFlag.AlignCenter))
        self.numbers: dict[str, QLabel] = {}
        for name, title, tip in (
            ("short_term", self.tr("Now"), self.tr("Loudness of the last three seconds, LUFS (EBU R 128)")),
            ("integrated", self.tr("So far"), self.tr("Loudness since playing began, LUFS: television wants "
                                                      "-23, the web -14")),
            ("peak", self.tr("Peak"), self.tr("The highest true peak since playing began, dB: above -1 it may "
                                              "be cut off")),
        ):  # fmt: skip
            number = self.numbers[name] = QLabel("–", alignment=Qt.AlignmentFlag.AlignCenter)
            number.setAccessibleName(tip)
            caption = QLabel(title, alignment=Qt.AlignmentFlag.AlignCenter)
            caption.setProperty("role", "dim")
            for label in (number, caption):
                label.setToolTip(tip)
                column.addWidget(label)
        column.addStretch(1)
        self.setFixedWidth(WIDTH)
        editor.player.playing_changed.connect(self._played)
        self.look()

    def _played(self, speed: float) -> None:
        self._timer.start() if speed else self._timer.stop()
        self.look()

    def look(self) -> None:
        """Show what the sound says now."""
        heard = self._sound.loudness()
        for name, label in self.numbers.items():
            value = getattr(heard, name) if heard is not None else SILENCE
            label.setText(f"{value:.1f}" if value > SILENCE else "–")


class MixerPanel(QScrollArea):
    """A strip for each audio track, in the order of the timeline, and how loud the film is; made when it is seen."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self.strips: list[Strip] = []
        self.loudness: FilmLoudness | None = None
        self._tracks: list[Track] = []
        self._row = QHBoxLayout()
        self._more = QTimer(self, interval=0)
        self._more.timeout.connect(self._make_more)
        self.setAccessibleName(self.tr("Mixer"))
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        editor.document.changed.connect(self._document_changed)

    def sizeHint(self) -> QSize:
        return QSize(3 * WIDTH + 20, 300)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _document_changed(self, before: Project, after: Project) -> None:
        if before.sequence is not after.sequence and self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        tracks = _heard_tracks(self._editor.document.sequence)
        same = [track.id for track in self._tracks] == [track.id for track in tracks]
        self._tracks = tracks
        if not same or self.widget() is None:
            self._rebuild(tracks)
        for strip, track in zip(self.strips, tracks, strict=False):
            if strip.track is not track:
                strip.show_track(track)

    def _make_more(self) -> None:
        """The next strips; many tracks take several turns."""
        for track in self._tracks[len(self.strips) :][:AT_ONCE]:
            strip = Strip(self._editor, track)
            self._row.insertWidget(len(self.strips), strip)
            self.strips.append(strip)
        if len(self.strips) == len(self._tracks):
            self._more.stop()

    def _rebuild(self, tracks: list[Track]) -> None:
        content = QWidget()
        row = self._row = QHBoxLayout(content)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(0)
        self.strips = []
        self._make_more()
        if len(self.strips) < len(tracks):
            self._more.start()
        if not tracks:
            empty = QLabel(
                self.tr("The film has no audio tracks yet"), alignment=Qt.AlignmentFlag.AlignCenter
            )
            empty.setWordWrap(True)
            row.addWidget(empty)
        else:
            row.addStretch(1)
            self.loudness = FilmLoudness(self._editor)
            row.addWidget(self.loudness)
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()
        self.setWidget(content)


def _heard_tracks(film: Sequence | None) -> list[Track]:
    """Audio tracks from A1 on."""
    return list(outward(film.tracks, "audio")) if film is not None else []
