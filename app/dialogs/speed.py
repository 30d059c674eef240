"""How fast the selected clips play, and whether what follows makes room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from core.time import FrameRate, timecode

FASTEST = 10_000.0


class SpeedDialog(QDialog):
    """Args:
    percent: the speed now.
    natural: ticks that the first clip lasts at 100 %.
    change: called with per cent and whether what follows moves, when it is accepted.
    """

    def __init__(
        self,
        percent: float,
        natural: int,
        rate: FrameRate,
        ripple: bool,
        change: Callable[[float, bool], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._natural, self._rate, self._change = natural, rate, change
        self.setWindowTitle(self.tr("Speed"))
        self.percent = QDoubleSpinBox(decimals=2, suffix=" %")
        self.percent.setRange(-FASTEST, FASTEST)
        self.percent.setValue(percent)
        self.percent.setToolTip(self.tr("Negative plays backwards"))
        self.percent.selectAll()
        self.length = QLabel()
        self.ripple = QCheckBox(self.tr("&What follows makes room or closes up"))
        self.ripple.setChecked(ripple)
        self.ripple.setToolTip(self.tr("Else a clip that gets longer is cut off where the next one begins"))
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        form = QFormLayout()
        form.addRow(self.tr("&Speed"), self.percent)
        form.addRow(self.tr("Length"), self.length)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.setSpacing(12)
        outer.addLayout(form)
        outer.addWidget(self.ripple)
        outer.addWidget(box)
        self.percent.valueChanged.connect(self._tell)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self._tell()

    def accept(self) -> None:
        super().accept()
        self._change(self.percent.value(), self.ripple.isChecked())

    def _tell(self) -> None:
        value = abs(self.percent.value())
        self.length.setText(timecode(round(self._natural * 100 / value), self._rate) if value else "–")
