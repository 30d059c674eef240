"""The settings page, made from core.settings.SETTINGS; every change takes effect and is kept at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from app import shortcuts, theme
from app.editor import Editor
from app.widgets.captions import note
from core.settings import SETTINGS, Setting, Value


def _said(text: str) -> str:
    return QCoreApplication.translate("Settings", text)


class SettingsDialog(QDialog):
    """Signals: changed(name), after a setting took its new value."""

    changed = Signal(str)

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._fields: dict[str, QWidget] = {}
        self._more = QTimer(self, interval=0)
        self._more.timeout.connect(self._make_next)
        self.setWindowTitle(self.tr("Settings"))
        self.resize(theme.roomy(760, 520))
        self.groups = QListWidget()
        self.groups.setMaximumWidth(theme.grown(160))
        self.groups.ensurePolished()
        self.groups.setAccessibleName(self.tr("Groups of settings"))
        self.pages = QStackedWidget()
        self.groups.currentRowChanged.connect(self._show_page)
        self._make_pages()
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        reset = box.addButton(self.tr("Back to defaults"), QDialogButtonBox.ButtonRole.ResetRole)
        reset.setAutoDefault(False)
        reset.clicked.connect(self.reset)
        box.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        box.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.groups)
        row.addWidget(self.pages, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addLayout(row, 1)
        column.addWidget(box)
        self.groups.setCurrentRow(0)

    def _make_pages(self) -> None:
        shown = [setting for setting in SETTINGS.values() if setting.kind != "hidden"]
        for group in dict.fromkeys(setting.group for setting in shown):
            self.groups.addItem(_said(group))
            self.pages.addWidget(QScrollArea(widgetResizable=True))
        self._more.start()

    @property
    def fields(self) -> dict[str, QWidget]:
        """The control of each setting, by name."""
        while self._more.isActive():
            self._make_next()
        return self._fields

    def _show_page(self, row: int) -> None:
        self._fill(row)
        self.pages.setCurrentIndex(row)

    def _make_next(self) -> None:
        """A page more: all of them at once would hold the window up."""
        areas = (self.pages.widget(row) for row in range(self.pages.count()))
        empty = [
            row for row, area in enumerate(areas) if isinstance(area, QScrollArea) and area.widget() is None
        ]
        if empty:
            self._fill(empty[0])
        else:
            self._more.stop()

    def _fill(self, row: int) -> None:
        area = self.pages.widget(row)
        if not isinstance(area, QScrollArea) or area.widget() is not None:
            return
        page = QWidget()
        form = QFormLayout(page)
        form.setSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        shown = [setting for setting in SETTINGS.values() if setting.kind != "hidden"]
        group = list(dict.fromkeys(setting.group for setting in shown))[row]
        for setting in shown:
            if setting.group == group:
                self._add_row(form, setting)
        area.setWidget(page)

    def _add_row(self, form: QFormLayout, setting: Setting) -> None:
        field = self._field(setting)
        field.setAccessibleName(_said(setting.title))
        field.setAccessibleDescription(_said(setting.help))
        self._fields[setting.name] = field
        label = QLabel(_said(setting.title))
        label.setBuddy(field)
        form.addRow(label, field)
        form.addRow("", note(None, _said(setting.help)))

    def _field(self, setting: Setting) -> QWidget:
        value = self._editor.settings[setting.name]
        if setting.kind == "switch":
            switch = QCheckBox()
            switch.setChecked(bool(value))
            switch.toggled.connect(partial(self._set, setting.name))
            return switch
        if setting.kind == "choice":
            return self._choice(setting, str(value))
        if setting.kind == "number":
            return self._number(setting, value)
        if setting.kind == "device":
            return self._devices(setting, str(value))
        line = QLineEdit(str(value))
        line.editingFinished.connect(lambda: self._set(setting.name, line.text()))
        return line

    def _choice(self, setting: Setting, value: str) -> QComboBox:
        box = QComboBox()
        for choice in setting.choices:
            title = shortcuts.preset(choice).title if setting.name == "shortcuts" else choice.capitalize()
            box.addItem(_said(title), choice)
        box.setCurrentIndex(box.findData(value))
        box.currentIndexChanged.connect(lambda: self._set(setting.name, box.currentData()))
        return box

    def _devices(self, setting: Setting, value: str) -> QComboBox:
        """The system's default, what is plugged in, and a device that was chosen and is not there now."""
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.addItem(self.tr("System default"), "")
        if value:
            box.addItem(value, value)
        box.setCurrentIndex(box.findData(value))
        box.currentIndexChanged.connect(lambda: self._set(setting.name, box.currentData()))
        self._editor.background.run(
            _sound_outputs, partial(self._add_devices, box), self._editor.notify.failure
        )
        return box

    def _add_devices(self, box: QComboBox, names: tuple[str, ...]) -> None:
        if isValid(self):
            for name in names:
                if box.findData(name) < 0:
                    box.addItem(name, name)

    def _number(self, setting: Setting, value: Value) -> QWidget:
        box: QSpinBox | QDoubleSpinBox
        if isinstance(setting.default, int):
            box = QSpinBox()
            box.setRange(int(setting.low), int(setting.high))
            box.setValue(int(value))
        else:
            box = QDoubleSpinBox()
            box.setDecimals(1)
            box.setRange(setting.low, setting.high)
            box.setValue(float(value))
        box.setKeyboardTracking(False)
        if setting.unit:
            box.setSuffix(f" {setting.unit}")
        box.valueChanged.connect(partial(self._set, setting.name))
        return box

    def _set(self, name: str, value: Value) -> None:
        self._editor.keep_setting(name, value)
        self.changed.emit(name)

    def reset(self) -> None:
        """Every setting of the page back to its default."""
        for name, field in self.fields.items():
            default = SETTINGS[name].default
            if isinstance(field, QCheckBox):
                field.setChecked(bool(default))
            elif isinstance(field, QComboBox):
                field.setCurrentIndex(field.findData(default))
            elif isinstance(field, QSpinBox):
                field.setValue(int(default))
            elif isinstance(field, QDoubleSpinBox):
                field.setValue(float(default))
            elif isinstance(field, QLineEdit):
                field.setText(str(default))
                self._set(name, default)


def _sound_outputs() -> tuple[str, ...]:
    """Names of the devices; loads what asks the system for them on the thread that calls it."""
    from core import doctor

    return doctor.sound_outputs()
