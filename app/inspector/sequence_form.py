"""Properties of the film, shown while no clip is selected."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.editor import Editor
from app.inspector.forms import tr
from core.errors import EditError, LaminarError
from core.time import FrameRate, timecode
from core.timeline.lettering import reshaped
from core.timeline.model import Sequence

RATES = ("23.976", "24", "25", "29.97", "30", "48", "50", "59.94", "60", "120")
SIZES = (("3840 × 2160", 3840, 2160), ("1920 × 1080", 1920, 1080), ("1280 × 720", 1280, 720),
("1080 × 1920", 1080, 1920),
         ("1080 × 1080", 1080, 1080), ("854 × 480", 854, 480))  # fmt: skip


def with_properties(sequence: Sequence, **fields: object) -> Sequence:
    """The sequence with other properties; sides are even, as encoders want them. Titles fit another shape of the frame.

    Raises:
        EditError: for a size that cannot be encoded.
    """
    changed = replace(sequence, **fields)
    for side in (changed.width, changed.height):
        if not 16 <= side <= 8192 or side % 2:
            raise EditError(
                f"a frame of {changed.width} × {changed.height} cannot be encoded",
                "Use even sides from 16 to 8192",
            )
    return reshaped(
        replace(changed, width=sequence.width, height=sequence.height), changed.width, changed.height
    )


class SequenceForm(QGroupBox):
    def __init__(self, editor: Editor) -> None:
        super().__init__(tr("Film"))
        self._editor = editor
        self.setAccessibleName(tr("Properties of the film"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        self._rows = QWidget()
        form = QFormLayout(self._rows)
        form.setContentsMargins(0, 0, 0, 0)
        self.name = QLineEdit()
        self.width_box, self.height_box = QSpinBox(), QSpinBox()
        self.rate, self.sample_rate, self.sizes = QComboBox(), QComboBox(), QComboBox()
        self._length = QLabel()
        self.hint = QLabel()
        self.hint.setEnabled(False)
        self.hint.setWordWrap(True)
        for widget, title in (
            (self.name, tr("Name")), (self.sizes, tr("Size")), (self.width_box, tr("Width")),
            (self.height_box, tr("Height")), (self.rate, tr("Frame rate")), (self.sample_rate, tr("Sample rate")),
            (self._length, tr("Length")),
        ):  # fmt: skip
            widget.setAccessibleName(title)
            form.addRow(title, widget)
        column.addWidget(self._rows)
        column.addWidget(self.hint)
        self._fill()

    def _fill(self) -> None:
        for box in (self.width_box, self.height_box):
            box.setRange(16, 8192)
            box.setSingleStep(2)
            box.setSuffix(" px")
            box.setKeyboardTracking(False)
        for name, width, height in SIZES:
            self.sizes.addItem(name, (width, height))
        self.sizes.setPlaceholderText(tr("Own size"))
        self.rate.setEditable(True)
        self.rate.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.rate.addItems(RATES)
        for rate in (44100, 48000, 96000):
            self.sample_rate.addItem(f"{rate / 1000:g} kHz", rate)
        self.name.editingFinished.connect(lambda: self._set(name=self.name.text().strip() or tr("Film")))
        self.width_box.valueChanged.connect(lambda value: self._set(width=value // 2 * 2))
        self.height_box.valueChanged.connect(lambda value: self._set(height=value // 2 * 2))
        self.sizes.activated.connect(lambda _: self._set_size())
        self.rate.activated.connect(lambda _: self._set_rate())
        line = self.rate.lineEdit()
        assert line is not None
        line.editingFinished.connect(self._set_rate)
        self.sample_rate.activated.connect(lambda _: self._set(sample_rate=self.sample_rate.currentData()))

    def _set_size(self) -> None:
        width, height = self.sizes.currentData()
        self._set(width=width, height=height)

    def _set_rate(self) -> None:
        try:
            rate = FrameRate.from_text(self.rate.currentText().strip())
        except (ValueError, ZeroDivisionError):
            self._editor.notify.failure(
                EditError(f"{self.rate.currentText()} is no frame rate", "Write 25 or 30000/1001")
            )
            self.show_now()
            return
        self._set(rate=rate)

    def _set(self, **fields: object) -> None:
        sequence = self._editor.document.sequence
        if sequence is None:
            return
        try:
            self._editor.document.edit_sequence(
                tr("Film properties"), lambda known: with_properties(known, **fields)
            )
        except LaminarError as error:
            self._editor.notify.failure(error)
            self.show_now()

    def show_now(self) -> None:
        sequence = self._editor.document.sequence
        self.setVisible(True)
        self._rows.setVisible(sequence is not None)
        if sequence is None:
            self.hint.setText(tr("The first clip on the timeline gives the film its size and rate"))
            return
        self.hint.setText(tr("Select a clip to see its properties"))
        for box, value in ((self.width_box, sequence.width), (self.height_box, sequence.height)):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        if not self.name.hasFocus():
            self.name.setText(sequence.name)
        known = [size for _, *size in SIZES]  # Qt finds tuples by identity only
        here = [sequence.width, sequence.height]
        self.sizes.setCurrentIndex(known.index(here) if here in known else -1)
        self.rate.setCurrentText(str(sequence.rate))
        self.sample_rate.setCurrentIndex(self.sample_rate.findData(sequence.sample_rate))
        self._length.setText(timecode(sequence.duration, sequence.rate))
