"""Both themes are complete and readable, and icons follow a switch."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, QSizeF, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from core.assets import asset

ROOT = Path(__file__).parents[2]


def luminance(colour: QColor) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
             for part in (colour.redF(), colour.greenF(), colour.blueF())]  # fmt: skip
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: QColor, b: QColor) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", theme.THEMES)
def test_text_is_readable_on_what_lies_behind_it(name: str) -> None:
    of = theme.colours_of(name)
    for behind in (of.background, of.panel, of.raised, of.field):
        assert contrast(of.text, behind) > 7
        assert contrast(of.dim_text, behind) > 4.5
        assert contrast(of.error, behind) > 3.0
    assert contrast(of.accent_text, of.accent) > 4.5
    for clip in (of.video_clip, of.audio_clip, of.title_clip):
        assert contrast(of.clip_text, clip) > 4.5


@pytest.mark.parametrize("name", theme.THEMES)
def test_the_style_sheet_names_only_colours_and_icons_that_exist(name: str, qapp: QApplication) -> None:
    sheet = theme.style_sheet(theme.colours_of(name))
    assert "$" not in sheet.replace("$names", "")
    for part in sheet.split("url(")[1:]:
        assert asset(part.split(")")[0]).is_file()


def test_icons_follow_a_switch(qapp: QApplication) -> None:
    icon = theme.icon("play")

    def middle() -> QColor:
        return icon.pixmap(QSize(24, 24)).toImage().pixelColor(11, 12)

    theme.apply(qapp, "light")
    assert middle() == theme.colours_of("light").text
    theme.apply(qapp, "dark")
    assert middle() == theme.colours_of("dark").text
    assert all(isinstance(getattr(theme.colours(), field.name), QColor) for field in fields(theme.Colours))


def test_a_switch_keeps_the_style(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    theme.apply(qapp, "dark")
    made: list[str] = []
    monkeypatch.setattr(QApplication, "setStyle", lambda *args: made.append(args[-1]))
    theme.apply(qapp, "light")
    theme.apply(qapp, "dark")
    assert made == [], "a new style polishes every widget a second time"


def test_a_change_is_seen_in_one_go_after_a_few_turns(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    window = QWidget()
    qtbot.addWidget(window)
    window.show()

    def is_light() -> bool:
        return (
            window.updatesEnabled() and window.palette().window().color() == theme.colours_of("light").panel
        )

    theme.change(qapp, "light")
    assert not window.updatesEnabled(), "half a theme is not shown"
    theme.change(qapp, "dark")
    theme.change(qapp, "light")
    qtbot.wait_until(is_light)
    assert theme.colours_of("light").panel.name() in qapp.styleSheet()
    theme.apply(qapp, "dark")


def test_a_change_leaves_a_turn_to_others_between_its_steps(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme.apply(qapp, "dark")
    seen: list[str] = []
    wear = QApplication.setStyleSheet
    monkeypatch.setattr(
        QApplication, "setStyleSheet", lambda app, sheet: (seen.append("sheet"), wear(app, sheet))
    )
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: seen.append("beat"))
    beat.start()
    theme.change(qapp, "light")
    qtbot.wait_until(lambda: seen.count("sheet") == 2)
    beat.stop()
    between = seen[seen.index("sheet") + 1 :]
    assert "beat" in between[: between.index("sheet")]
    theme.apply(qapp, "dark")


def test_a_switch_dresses_a_widget_no_more_often_the_deeper_it_lies(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    outer = inner = QWidget()
    qtbot.addWidget(outer)
    for _ in range(40):
        inner = QWidget(inner)
    outer.show()
    seen = _Changes(inner)
    theme.apply(qapp, "light")
    theme.apply(qapp, "dark")
    assert 2 <= seen.count <= 8


class _Changes(QObject):
    """Counts how often a widget is told that its style changed."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, widget: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.StyleChange
        return False


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_icons_are_as_sharp_as_the_screen(qapp: QApplication, scale: float) -> None:
    drawn = theme.icon("play").pixmap(QSize(24, 24), scale)
    assert drawn.size() == QSize(24, 24) * scale
    assert drawn.deviceIndependentSize() == QSizeF(24, 24)


LARGE = """
import sys
from PySide6.QtWidgets import QApplication
import app.window.main_window
from app import theme

loaded = [name for name in sys.modules if name in ("app.timeline.layout", "app.media_bin.delegate")]
assert not loaded, "panels are laid out for text of which nothing is known yet"
application = QApplication([])
font = application.font()
font.setPointSizeF(float(sys.argv[1]))
application.setFont(font)
theme.apply(application, "dark")
from app.timeline.layout import HEADER, TITLE
print(f"{application.font().pointSizeF():g} {HEADER} {TITLE} {theme.timecode_font(10).pointSizeF():g}")
"""


@pytest.mark.parametrize(
    ("system", "window"), [(7, "10 148 16 10"), (15, "15 222 24 15"), (60, "20 296 32 20")]
)
def test_the_window_is_laid_out_for_the_text_of_the_system(system: int, window: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LARGE, str(system)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert ran.stdout.strip() == window, ran.stderr
