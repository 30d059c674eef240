"""The first part of the Speed panel: the speed of the whole clip, ramps and the like, pitch, frames in between."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.editor import Editor
from app.speed.graph import mean_speed
from app.speed.subject import Subject
from app.timeline.speed_lane import has_curve
from app.widgets.buttons import command_button, names_command
from app.widgets.fields import let_shrink
from core.timeline import edits
from core.timeline.model import BETWEEN, Sequence

COMMANDS = ("speed.ramp_in", "speed.ramp_out", "speed.ramp_fast", "speed.ramp_slow", "speed.freeze_here",
            "clip.reverse", "speed.reverse_range", "speed.fit_to_fill", "speed.reset")  # fmt: skip


class ClipForm(QWidget):
    def __init__(self, editor: Editor, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self._subject: Subject | None = None
        tr = self.tr
        self.speed = QDoubleSpinBox(self)
        self.speed.setRange(-10000, 10000)
        self.speed.setDecimals(1)
        self.speed.setSuffix(" %")
        self.speed.setKeyboardTracking(False)
        self.speed.setAccessibleName(tr("Speed of the whole clip"))
        self.speed.setToolTip(tr("One speed for the whole clip; negative plays backwards"))
        self.speed.valueChanged.connect(self._set_speed)
        self.pitch = QCheckBox(tr("Keep the pitch"), self)
        names_command(self.pitch, tr("Sound keeps its pitch whatever the speed is"), "speed.keep_pitch")
        self.pitch.clicked.connect(self._set_pitch)
        self.backwards = QCheckBox(tr("Room below zero"), self)
        self.backwards.setToolTip(tr("Show speeds below zero in the curve, to drag points there"))
        self.between = QComboBox(self)
        for kind, text in zip(BETWEEN, (tr("Nearest"), tr("Blend"), tr("Motion")), strict=True):
            self.between.addItem(text, kind)
        self.between.setAccessibleName(tr("Frames in between"))
        self.between.setToolTip(
            tr(
                "What shows between two frames of the media; Blend also mixes the frames that pass at a higher speed"
            )
        )
        self.between.activated.connect(self._set_between)
        self.ranged = QPushButton(tr("In to out"), self)
        self.ranged.setToolTip(tr("Only from in to out point; the clip is split there"))
        self.ranged.setAccessibleName(tr("Frames in between, in to out only"))
        self.ranged.clicked.connect(self._set_range)
        let_shrink(self.between)
        let_shrink(self.ranged)
        let_shrink(self.speed)
        self.buttons = {name: self._button(name) for name in COMMANDS}
        self._lay_out()

    def _button(self, action_id: str) -> QPushButton:
        titles = {
            "speed.ramp_in": self.tr("Ramp in"),
            "speed.ramp_out": self.tr("Ramp out"),
            "speed.ramp_fast": self.tr("To 200 %"),
            "speed.ramp_slow": self.tr("To 50 %"),
            "speed.freeze_here": self.tr("Freeze"),
            "clip.reverse": self.tr("Reverse"),
            "speed.reverse_range": self.tr("Turn part"),
            "speed.fit_to_fill": self.tr("Fit to fill"),
            "speed.reset": self.tr("Reset"),
        }
        button = command_button(self, self._editor, titles[action_id], action_id)
        let_shrink(button)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(QLabel(self.tr("Speed"), self))
        row.addWidget(self.speed, 1)
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, button in enumerate(self.buttons.values()):
            grid.addWidget(button, place // 3, place % 3)
        frames = QHBoxLayout()
        frames.addWidget(QLabel(self.tr("In between"), self))
        frames.addWidget(self.between, 2)
        frames.addWidget(self.ranged, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        ticks = QGridLayout()
        ticks.addWidget(self.pitch, 0, 0)
        ticks.addWidget(self.backwards, *((1, 0) if theme.is_text_large() else (0, 1)))
        ticks.setColumnStretch(2, 1)
        column.addLayout(ticks)
        column.addLayout(grid)
        column.addLayout(frames)

    def show_subject(self, subject: Subject | None) -> None:
        """The clip that is shown and changed."""
        self._subject = subject
        self.setEnabled(subject is not None)
        if subject is None:
            with QSignalBlocker(self.speed):
                self.speed.setValue(100)
            return
        clip = subject.clip
        with QSignalBlocker(self.speed):
            self.speed.setValue(mean_speed(subject) * 100)
        curved = has_curve(clip)
        self.speed.setToolTip(
            self.tr("The mean of the curve; another value takes the curve's place")
            if curved
            else self.tr("One speed for the whole clip; negative plays backwards")
        )
        self.pitch.setChecked(self._keeps_pitch(subject))
        self.between.setCurrentIndex(self.between.findData(clip.between))
        for widget in (self.between, self.ranged):
            widget.setEnabled(subject.picture)

    def _group(self, subject: Subject) -> list[str]:
        """The clip and what is linked to it."""
        sequence = self._editor.document.sequence
        link = subject.clip.link
        others = (
            [clip.id for _, _, clip in sequence.clips() if link and clip.link == link] if sequence else []
        )
        return list({subject.clip.id, *others})

    def _keeps_pitch(self, subject: Subject) -> bool:
        sequence = self._editor.document.sequence
        assert sequence is not None
        clips = [(track.kind, clip) for track, _, clip in sequence.clips() if clip.id in self._group(subject)]
        sound = [clip for kind, clip in clips if kind == "audio"] or [clip for _, clip in clips]
        return all(clip.keep_pitch for clip in sound)

    def _edit(self, name: str, change: Callable[[Sequence], Sequence]) -> None:
        with self._editor.notify.failures():
            self._editor.document.edit_sequence(name, change)
        self.show_subject(self._subject)

    def _set_speed(self, percent: float) -> None:
        subject, num = self._subject, round(percent * 100)
        if subject is not None:
            self._edit(self.tr("Speed"), lambda known: edits.set_speed(known, subject.clip.id, num, 10000))

    def _set_pitch(self, on: bool) -> None:
        if self._subject is None:
            return
        ids = self._group(self._subject)
        name = self.tr("Keep the pitch") if on else self.tr("Let the pitch follow")

        def change(known: Sequence) -> Sequence:
            for clip_id in ids:
                known = edits.set_clip(known, clip_id, keep_pitch=on)
            return known

        self._edit(name, change)

    def _set_between(self, index: int) -> None:
        subject, kind = self._subject, self.between.itemData(index)
        if subject is not None and kind != subject.clip.between:
            self._edit(
                self.tr("Frames in between"), lambda known: edits.set_between(known, subject.clip.id, kind)
            )

    def _set_range(self) -> None:
        subject, sequence = self._subject, self._editor.document.sequence
        if subject is None or sequence is None:
            return
        kind, start, end = self.between.currentData(), sequence.in_point, sequence.out_point
        self._edit(
            self.tr("Frames in between"),
            lambda known: edits.set_between(known, subject.clip.id, kind, start, end),
        )
