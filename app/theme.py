"""How the window looks: two sets of colours, one palette and one style sheet made from them, tinted icons.

Painters ask `colours()` each time they paint, and `icon()` tints itself when it is drawn, so that switching the
theme needs nothing but a repaint. Sizes follow a grid of 8 px with 4 px steps inside controls.

The window is laid out once, for the text of the system: where that is larger than usual, `grown` makes room for it. It
holds from `apply` on, before which no panel is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from string import Template

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QApplication

from core.assets import asset
from core.timeline.model import LABELS

GRID = 8
"""Margins and gaps are this many pixels, or half of it inside a control."""
LINE = 18
"""Height of a line in a field at least, pixels."""
POINTS = 10.0
"""Size of the window's text at least, where an inch has USUAL_DPI pixels."""
USUAL_DPI = 96.0
LARGE, LARGEST = 1.2, 2.0
"""Times as large as that: from where rows are broken up, and the text that there is room for."""
THEMES = ("dark", "light")
SEE_THROUGH = QColor("#6d7178")
"""Behind small pictures with alpha: shadows and lights show on it alike, and it tints nothing."""
_PROPERTY, _TEXT = "laminarTheme", "laminarText"


@dataclass(frozen=True)
class Colours:
    """The colours of one theme, for painters. Treat them as constants: a QColor can be changed in place."""

    background: QColor  # behind everything, the timeline's ground
    panel: QColor  # docks and dialogs
    raised: QColor  # buttons, headers, anything to be pressed
    field: QColor  # where one types or lists things
    border: QColor
    text: QColor
    dim_text: QColor
    accent: QColor
    accent_text: QColor  # on the accent
    hover: QColor
    warning: QColor
    error: QColor
    success: QColor
    video_clip: QColor
    audio_clip: QColor
    title_clip: QColor
    clip_text: QColor
    waveform: QColor
    grid: QColor
    playhead: QColor
    selection: QColor
    in_out: QColor
    viewer: QColor  # around the picture: neutral grey, so that it does not tint the eye


def _colours(**values: str) -> Colours:
    return Colours(**{name: QColor(value) for name, value in values.items()})


@lru_cache(maxsize=2)
def colours_of(theme: str) -> Colours:
    """The colours of a theme by name; the dark ones for an unknown name."""
    if theme == "light":
        return _colours(
            background="#dfe1e6", panel="#f1f2f5", raised="#ffffff", field="#ffffff", border="#c6cad3",
            text="#1d2027", dim_text="#5d6370", accent="#1f6feb", accent_text="#ffffff", hover="#e3e8f2",
            warning="#9a6200", error="#c62f36", success="#2c7a3d", video_clip="#9dbde8", audio_clip="#9fd2b6",
            title_clip="#cdb5ea", clip_text="#14202f", waveform="#2f7d55", grid="#cdd1d9", playhead="#e0303a",
            selection="#d97a00", in_out="#b9d2f7", viewer="#c4c4c4",
        )  # fmt: skip
    return _colours(
        background="#15161a", panel="#1d1f24", raised="#2a2d34", field="#17181c", border="#363a43",
        text="#e4e6eb", dim_text="#9298a5", accent="#5c9dff", accent_text="#08111f", hover="#343842",
        warning="#f0b040", error="#ff6b70", success="#5fc77a", video_clip="#35557f", audio_clip="#2c6149",
        title_clip="#5d477f", clip_text="#f1f4f9", waveform="#7fd4a6", grid="#2b2e36", playhead="#ff5a5f",
        selection="#ffc04d", in_out="#2a3d5c", viewer="#101010",
    )  # fmt: skip


_LABELS = {
    "light": ("#f0a3a0", "#f2bd8d", "#ead98a", "#a9d9a0", "#95d5cf", "#a9c4f2", "#c6b3ee", "#f0b0d6"),
    "dark": ("#8a3b3b", "#8f5a2b", "#7d7024", "#3d7038", "#276b66", "#365f9e", "#62489a", "#8a3d70"),
}


def label_colour(label: str) -> QColor | None:
    """The colour of a label (core.timeline.model.LABELS) in the theme in use; None for no label."""
    return QColor(_LABELS[current()][LABELS.index(label)]) if label in LABELS else None


def current() -> str:
    """Name of the theme in use."""
    app = QGuiApplication.instance()
    name = app.property(_PROPERTY) if app is not None else None
    return name if name in THEMES else "dark"


def colours() -> Colours:
    """The colours of the theme in use; cheap enough for every paint."""
    return colours_of(current())


def application() -> QApplication:
    """The running application. Raises RuntimeError when there is none."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("no application is running")
    return app


def is_text_large() -> bool:
    """Whether what stands in a row for usual text should stand below each other."""
    return text_scale() > LARGE


def text_scale() -> float:
    """How much larger the system's text is than what the window is drawn for, 1 to LARGEST."""
    app = QGuiApplication.instance()
    scale = app.property(_TEXT) if app is not None else None
    return scale if isinstance(scale, float) else 1.0


def grown(pixels: float) -> int:
    """Room that holds text of the usual size, or the height of such text, for the text of the system."""
    return round(pixels * text_scale())


def roomy(width: int, height: int) -> QSize:
    """The size for the text of the system of a window laid out for usual text; no larger than the screen."""
    screen = QGuiApplication.primaryScreen()
    wanted = QSize(grown(width), grown(height))
    return wanted.boundedTo(screen.availableSize()) if screen is not None else wanted


def points(size: float) -> float:
    """The size of a font that is `size` points where text and pixels are as usual."""
    screen = QGuiApplication.primaryScreen()
    inch = screen.logicalDotsPerInch() if screen is not None else USUAL_DPI
    return size * text_scale() * USUAL_DPI / inch


def change(app: QApplication, theme: str) -> None:
    """As `apply`, in the next turns of the event loop, none of which takes long; what is seen changes in one go."""
    windows = [window for window in app.topLevelWidgets() if window.isVisible()]
    for window in windows:
        window.setUpdatesEnabled(False)
    app.setProperty(_PROPERTY, theme if theme in THEMES else "dark")
    wanted = current()

    def turn(steps: list[Callable[[], None]]) -> None:
        if current() != wanted:
            return  # the theme was changed again meanwhile, and that brings the windows back
        steps[0]()
        if steps[1:]:
            QTimer.singleShot(1, app, lambda: turn(steps[1:]))  # those of 0 ms come in one turn

    def show() -> None:
        for window in app.topLevelWidgets():
            window.setUpdatesEnabled(True)

    turn(
        [
            lambda: app.setStyleSheet(""),
            lambda: app.setPalette(_palette(colours())),
            lambda: app.setStyleSheet(style_sheet(colours())),
            show,
        ]
    )


def apply(app: QApplication, theme: str) -> None:
    """Dress the whole application; every open window follows at once."""
    if app.property(_PROPERTY) is None:  # once, for a new style polishes every widget anew
        app.setStyle("Fusion")
        font = app.font()
        usual = POINTS * USUAL_DPI / 72
        app.setProperty(_TEXT, min(max(1.0, QFontInfo(font).pixelSize() / usual), LARGEST))
        font.setPointSizeF(points(POINTS))
        app.setFont(font)
    app.setProperty(_PROPERTY, theme if theme in THEMES else "dark")
    app.setStyleSheet("")  # one sheet in another's place dresses each widget once for every widget around it
    app.setPalette(_palette(colours()))
    app.setStyleSheet(style_sheet(colours()))


def style_sheet(of: Colours) -> str:
    """assets/theme/laminar.qss with the colours put in, and room for the text of the application, which must be
    there."""
    values = {field.name: getattr(of, field.name).name() for field in fields(of)}
    values["icons"] = asset("icons").as_posix()
    values["title"], values["heading"] = f"{points(22):.1f}", f"{points(12):.1f}"
    values["group"] = str(grown(30))
    values["line"] = str(max(LINE, QFontMetrics(QApplication.font()).height()))
    values["tone"] = "light" if of.panel.lightness() > 128 else "dark"
    return Template(asset("theme", "laminar.qss").read_text(encoding="utf-8")).substitute(values)


def _palette(of: Colours) -> QPalette:
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, colour in (
        (roles.Window, of.panel), (roles.WindowText, of.text), (roles.Base, of.field),
        (roles.AlternateBase, of.panel), (roles.Text, of.text), (roles.Button, of.raised),
        (roles.ButtonText, of.text), (roles.BrightText, of.error), (roles.Highlight, of.accent),
        (roles.HighlightedText, of.accent_text), (roles.Link, of.accent), (roles.LinkVisited, of.accent),
        (roles.ToolTipBase, of.raised), (roles.ToolTipText, of.text), (roles.PlaceholderText, of.dim_text),
        (roles.Accent, of.accent), (roles.Light, of.hover), (roles.Midlight, of.raised), (roles.Mid, of.border),
        (roles.Dark, of.background), (roles.Shadow, QColor("#000000")),
    ):  # fmt: skip
        palette.setColor(role, colour)
    faded = QColor(of.dim_text)
    faded.setAlpha(130)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return palette


def timecode_font(size: float = 10.5) -> QFont:
    """A font whose digits do not jump when they count. size: see `points`."""
    font = QFont()
    font.setFamilies(["JetBrains Mono", "DejaVu Sans Mono", "Menlo", "Consolas", "monospace"])
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(points(size))
    return font


@lru_cache(maxsize=256)
def _svg(name: str) -> bytes:
    path = asset("icons", f"{name}.svg")
    return path.read_bytes() if path.is_file() else b""


@lru_cache(maxsize=1024)
def _render(name: str, width: int, height: int, colour: str) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # loaded with the first icon, not with the module

    pixmap = QPixmap(width, height)
    pixmap.fill(Qt.GlobalColor.transparent)
    tinted = re.sub(rb"currentColor", colour.encode(), _svg(name))
    if tinted:
        painter = QPainter(pixmap)
        side = min(width, height)
        target = QRectF((width - side) / 2, (height - side) / 2, side, side)
        QSvgRenderer(QByteArray(tinted)).render(painter, target)
        painter.end()
    return pixmap


class _Engine(QIconEngine):
    """Draws assets/icons/NAME.svg in the colour the theme has at that moment."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def clone(self) -> QIconEngine:
        return _Engine(self._name)

    def _colour(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        of = colours()
        if mode == QIcon.Mode.Disabled:
            return QPalette(QGuiApplication.palette()).color(
                QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText
            ).name()  # fmt: skip
        return (of.accent if state == QIcon.State.On else of.text).name()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """The icon with `scale` pixels to each of `size`, which Qt gives as the user sees it."""
        whole = size * scale
        pixmap = QPixmap(_render(self._name, whole.width(), whole.height(), self._colour(mode, state)))
        if mode == QIcon.Mode.Disabled:
            faded = QPixmap(pixmap.size())
            faded.fill(Qt.GlobalColor.transparent)
            painter = QPainter(faded)
            painter.setOpacity(0.4)
            painter.drawPixmap(QPoint(0, 0), pixmap)
            painter.end()
            pixmap = faded
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        scale = painter.device().devicePixelRatioF() if painter.device() is not None else 1.0
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, scale))


def icon(name: str) -> QIcon:
    """The icon assets/icons/NAME.svg, tinted by the theme; accent-coloured while its button is on."""
    return QIcon(_Engine(name))
