"""The small controls of forms: a number to drag, type, reset and keyframe; a colour."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app import theme
from core.timeline.effect_kind import Parameter
from core.timeline.model import new_id

QUIET = 0.8
"""Changes that follow each other within so many seconds are one undo step."""
LABEL = 88


class Folder:
    """Gives changes of one control the same id as long as they follow each other closely."""

    def __init__(self) -> None:
        self._id, self._last = "", 0.0

    def id(self) -> str:
        now = monotonic()
        if now - self._last > QUIET:
            self._id = new_id()
        self._last = now
        return self._id

    def end(self) -> None:
        self._last = 0.0


def grown(widget: QWidget, pixels: int) -> int:
    """Room that text of the usual size takes, for the larger text that the widget may have."""
    return round(pixels * max(1.0, widget.fontInfo().pixelSize() / (theme.POINTS * theme.USUAL_DPI / 72)))


class DragLabel(QLabel):
    """A label to drag sideways, as on a slider without ends.

    Signals: dragged(pixels since the last move, fine), released().
    """

    dragged = Signal(float, bool)
    released = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._make_room()
        self._at: QPointF | None = None

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._make_room()
        super().changeEvent(event)

    def _make_room(self) -> None:
        """Labels stand in one column, wider where the text is larger."""
        self.setFixedWidth(grown(self, LABEL))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._at = event.globalPosition()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._at is not None:
            moved = event.globalPosition().x() - self._at.x()
            self._at = event.globalPosition()
            self.dragged.emit(moved, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._at is not None:
            self._at = None
            self.released.emit()


COMMAND_KEYS = (Qt.Key.Key_E, Qt.Key.Key_K, Qt.Key.Key_D)
"""With Ctrl they move or delete text in a line of some platforms; in a number they are the window's commands."""


class Spin(QDoubleSpinBox):
    """The wheel scrolls the panel unless the box has the focus. Return takes the number and gives the keys back to
    the film."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
            if control and event.key() in COMMAND_KEYS:
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clearFocus()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberField(QWidget):
    """One parameter: label to drag, spin box, reset, and with `keys` the keyframe buttons.

    Signals:
        changed(value, fold id): the user set it; changes with the same id belong together.
        reset(), key_toggled(), key_wanted(way): the buttons.
        easing_wanted("linear" | "smooth" | "hold"): from the keyframe button's menu.
    """

    changed = Signal(float, str)
    reset = Signal()
    key_toggled = Signal()
    key_wanted = Signal(int)
    easing_wanted = Signal(str)

    def __init__(self, parameter: Parameter, title: str, *, keys: bool = True) -> None:
        super().__init__()
        self.parameter = parameter
        self._folder = Folder()
        self._exact = parameter.default
        self.label = DragLabel(title)
        self.spin = Spin()
        # All of them have a parent, laid out or not: what has none outlives the field.
        self._key = _small(
            self, "keyframe", self.tr("Keyframe at the playhead: {0} (right click: easing)").format(title)
        )
        self._key.setProperty("role", "key")
        self._before = _small(self, "step-back", self.tr("Previous keyframe: {0}").format(title))
        self._after = _small(self, "step-forward", self.tr("Next keyframe: {0}").format(title))
        self._reset = _small(self, "undo", self.tr("Reset: {0}").format(title))
        self._build(title, keys)

    def _build(self, title: str, keys: bool) -> None:
        low, high, step = self.parameter.low, self.parameter.high, self.parameter.step
        self.spin.setRange(low, high)
        self.spin.setSingleStep(step)
        self.spin.setDecimals(1 if step >= 0.5 else 2)
        self.spin.setKeyboardTracking(False)
        self.spin.setSuffix(f" {self.parameter.unit}" if self.parameter.unit else "")
        self.spin.setAccessibleName(title)
        self.spin.setMinimumWidth(grown(self, 72))
        self.spin.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.label)
        row.addWidget(self.spin, 1)
        for button in (self._before, self._key, self._after):
            if keys:
                _keep_place(button)
                row.addWidget(button)
            else:
                button.hide()
        row.addWidget(self._reset)
        self.spin.valueChanged.connect(self._typed)
        self.spin.lineEdit().returnPressed.connect(self.spin.clearFocus)  # keys mean commands again
        self.label.dragged.connect(self._dragged)
        self.label.released.connect(self._folder.end)
        self._key.clicked.connect(lambda: self.key_toggled.emit())
        self._key.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for easing, words in (
            ("linear", self.tr("Straight to the next keyframe")),
            ("smooth", self.tr("Smoothly to the next keyframe")),
            ("hold", self.tr("Hold until the next keyframe")),
        ):
            action = QAction(words, self._key)
            action.triggered.connect(lambda _=False, one=easing: self.easing_wanted.emit(one))
            self._key.addAction(action)
        self._before.clicked.connect(lambda: self.key_wanted.emit(-1))
        self._after.clicked.connect(lambda: self.key_wanted.emit(1))
        self._reset.clicked.connect(lambda: self.reset.emit())

    @property
    def value(self) -> float:
        """What is shown, not rounded."""
        return self._exact

    def show_value(self, value: float, *, key: bool = False, animated: bool = False) -> None:
        """Show what the document says; tells nobody."""
        self._exact = value
        self.spin.blockSignals(True)
        self.spin.setValue(value)
        self.spin.blockSignals(False)
        self._key.setIcon(theme.icon("keyframe-on" if key else "keyframe"))
        self._before.setVisible(animated)
        self._after.setVisible(animated)
        self._reset.setEnabled(animated or abs(value - self.parameter.default) > 1e-9)

    def _typed(self, value: float) -> None:
        self._exact = value
        self.changed.emit(value, self._folder.id())

    def _dragged(self, pixels: float, fine: bool) -> None:
        step = self.parameter.step * (0.2 if fine else 1.0)
        value = self.parameter.bounded(self._exact + pixels * step)
        if value != self._exact:
            self._exact = value
            self.changed.emit(value, self._folder.id())


def _small(parent: QWidget | None, icon: str, tip: str) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(theme.icon(icon))
    button.setIconSize(QSize(16, 16))
    button.setFixedSize(20, 22)
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button


def _keep_place(widget: QWidget) -> None:
    """Hidden, the widget leaves its room free, so that the rows stay aligned."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    widget.setSizePolicy(policy)


def narrow(box: QComboBox) -> QComboBox:
    """A combo box that takes the room there is instead of that of its longest entry."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box


def let_shrink(widget: QWidget) -> None:
    """Let a control be as narrow as its place."""
    widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    widget.setMinimumWidth(40)
    if isinstance(widget, QPushButton):
        widget.setStyleSheet("padding-left: 2px; padding-right: 2px")


class SwitchField(QCheckBox):
    """One parameter that is off or on. Signals: changed(0.0 or 1.0): the user set it."""

    changed = Signal(float)

    def __init__(self, parameter: Parameter, title: str) -> None:
        super().__init__(title)
        self.parameter = parameter
        self.setAccessibleName(title)
        self.clicked.connect(lambda on: self.changed.emit(float(on)))

    @property
    def value(self) -> float:
        return float(self.isChecked())

    def show_value(self, value: float, **_: bool) -> None:
        """Show what the document says; tells nobody."""
        self.setChecked(value >= 0.5)


def arrow_button(arrow: Qt.ArrowType, tip: str) -> QToolButton:
    """A flat button with an arrow, named by its tip."""
    button = _small(None, "more", tip)
    button.setArrowType(arrow)
    button.setFixedSize(22, 22)
    return button


def icon_button(icon: str, tip: str) -> QToolButton:
    """A flat button with an icon, named by its tip."""
    button = _small(None, icon, tip)
    button.setIconSize(QSize(14, 14))
    button.setFixedSize(22, 22)
    return button


class ColourButton(QPushButton):
    """Shows a colour and lets the user choose another. Signals: chosen("#rrggbb")."""

    chosen = Signal(str)

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._colour = ""
        self.setAccessibleName(title)
        self.clicked.connect(lambda: self._ask())

    def show_colour(self, colour: str) -> None:
        self._colour = colour
        self.setText(colour or self.tr("none"))
        shade = QColor(colour)
        if shade.isValid():
            seen = 0.3 * shade.red() + 0.59 * shade.green() + 0.11 * shade.blue()
            ink = "#000000" if seen > 140 else "#ffffff"
            self.setStyleSheet(f"background: {shade.name()}; color: {ink};")
        else:
            self.setStyleSheet("")

    def _ask(self) -> None:
        dialog = QColorDialog(QColor(self._colour or "#000000"), self.window())
        dialog.setWindowTitle(self._title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self.chosen.emit(colour.name()))
        dialog.open()
