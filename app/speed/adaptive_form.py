"""The part of the Speed panel that lets the film say where it may run faster: what is wished, the plan, applying it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
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

from app.speed.adaptive import Planned, Wish
from app.widgets.captions import note
from app.widgets.fields import let_shrink
from core.time import TICKS_PER_SECOND, from_seconds, seconds

RATE, LENGTH = 0, 1


class AdaptiveForm(QWidget):
    """Signals: changed(): another wish. compare(bool), apply(), clear().

    marks, objects: whether in to out, and frames with the object in hand, keep their speed.
    follow: later clips move up.
    """

    changed = Signal()
    compare = Signal(bool)
    apply = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        tr = self.tr
        self.target = QComboBox(self)
        self.target.addItems([tr("Times faster"), tr("Length")])
        self.target.setAccessibleName(tr("What is to be reached"))
        self.rate = self._number(tr("Times faster"), 1.0, 50.0, 2.0, " ×", 0.25)
        self.length = self._number(tr("Length in seconds"), 0.1, 86400.0, 5.0, " s", 0.5)
        self.slowest = self._number(tr("Slowest speed"), 0.1, 20.0, 1.0, " ×", 0.1)
        self.fastest = self._number(tr("Fastest speed"), 0.5, 100.0, 5.0, " ×", 0.5)
        self.smoothness = self._number(tr("Smoothness in seconds"), 0.0, 30.0, 0.5, " s", 0.1)
        self.marks = QCheckBox(tr("Keep in to out"), self)
        self.marks.setToolTip(tr("What plays from in to out point keeps its natural speed"))
        self.objects = QCheckBox(tr("Keep the object in hand"), self)
        self.objects.setToolTip(tr("Frames in which the tracked object is there keep their natural speed"))
        self.follow = QCheckBox(tr("Later clips move up"), self)
        self.follow.setChecked(True)
        self.words = note(self)
        self.beside = QPushButton(tr("Compare"), self)
        self.beside.setCheckable(True)
        self.beside.setToolTip(tr("Even speed left and adaptive speed right, in the viewer"))
        self.put = QPushButton(tr("Apply"), self)
        self.put.setToolTip(tr("Put the curve on the clip and its sound; it can be edited then"))
        self._lay_out()
        self._connect()
        self.show_plan(None, "")

    def _number(
        self, name: str, low: float, high: float, value: float, suffix: str, step: float
    ) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setRange(low, high)
        box.setDecimals(2)
        box.setSingleStep(step)
        box.setValue(value)
        box.setSuffix(suffix)
        box.setAccessibleName(name)
        box.setToolTip(name)
        return box

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        grid.addWidget(self.target, 0, 0, 1, 2)
        grid.addWidget(self.rate, 0, 2, 1, 2)
        grid.addWidget(self.length, 0, 2, 1, 2)
        pairs = ((self.tr("From"), self.slowest), (self.tr("to"), self.fastest))
        for column, (text, box) in enumerate(pairs):
            grid.addWidget(QLabel(text, self), 1, 2 * column)
            grid.addWidget(box, 1, 2 * column + 1)
        grid.addWidget(QLabel(self.tr("Smooth"), self), 2, 0)
        grid.addWidget(self.smoothness, 2, 1)
        for line, tick in enumerate((self.marks, self.objects, self.follow)):
            grid.addWidget(tick, 3 + line, 0, 1, 4)
        boxes = (self.rate, self.length, self.slowest, self.fastest, self.smoothness)
        for control in (self.target, *boxes, self.beside, self.put):
            let_shrink(control)
        row = QHBoxLayout()
        row.addWidget(self.beside)
        row.addWidget(self.put)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(6)
        column_.addLayout(grid)
        column_.addWidget(self.words)
        column_.addLayout(row)

    def _connect(self) -> None:
        self.target.currentIndexChanged.connect(self._turn)
        for box in (self.rate, self.length, self.slowest, self.fastest, self.smoothness):
            box.valueChanged.connect(lambda _: self.changed.emit())
        for tick in (self.marks, self.objects):
            tick.toggled.connect(lambda _: self.changed.emit())
        self.beside.toggled.connect(self.compare.emit)
        self.put.clicked.connect(self.apply.emit)
        self._turn(RATE)

    def _turn(self, index: int) -> None:
        self.rate.setVisible(index == RATE)
        self.length.setVisible(index == LENGTH)
        self.changed.emit()

    def wish(self, source_ticks: int) -> Wish:
        """What is asked for, without protected ranges; `source_ticks` is how long the clip's source is."""
        by_rate = self.target.currentIndex() == RATE
        return Wish(
            self.rate.value() if by_rate else None,
            None if by_rate else max(1, from_seconds(self.length.value())),
            self.slowest.value(),
            self.fastest.value(),
            self.smoothness.value(),
        )

    def show_plan(self, plan: Planned | None, problem: str) -> None:
        """What would come out, or why nothing would."""
        self.put.setEnabled(plan is not None)
        self.beside.setEnabled(plan is not None)
        if plan is None:
            self.words.setText(problem)
            return
        text = self.tr("{0} s, {1} times faster; speeds from {2} to {3}")
        told = text.format(
            f"{seconds(plan.duration):.2f}",
            f"{plan.rate:.2f}",
            f"{plan.slowest:.0%}",
            f"{plan.fastest:.0%}",
        )
        if not plan.calmed:
            told += "\n" + self.tr(
                "It may jump: this analysis does not say how far things move. Analyse the speediness again"
            )
        self.words.setText(told)

    def show_comparing(self, on: bool) -> None:
        with QSignalBlocker(self.beside):
            self.beside.setChecked(on)

    def suggest_length(self, source_ticks: int) -> None:
        """Half of the source, as long as nobody has asked for a length."""
        if self.target.currentIndex() == RATE:
            with QSignalBlocker(self.length):
                self.length.setValue(source_ticks / TICKS_PER_SECOND / max(1.0, self.rate.value()))
