"""How long the timeline takes to draw and to follow a drag with 5,000 clips: CPU time, the machine is shared."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.panels.timeline import TimelinePanel
from core.project.project import new_project
from core.settings import Settings
from core.timeline.model import Sequence, Track
from tests.cuts import RATE, SECOND, clip, media

CLIPS = 5000
PAINT_MS = 40.0
DRAG_MS = 50.0


def long_film() -> Sequence:
    """Four video and four audio tracks with 5,000 clips, 2 s each."""
    tracks = []
    for number in range(8):
        kind = "audio" if number < 4 else "video"
        items = tuple(clip(f"c{number}-{index}", "m", index % 9, 2) for index in range(CLIPS // 8))
        tracks.append(Track(f"t{number}", kind, f"T{number}", items))  # type: ignore[arg-type]
    return Sequence("film", "Film", 1920, 1080, RATE, tracks=tuple(tracks))


@pytest.fixture
def panel(qtbot: QtBot) -> TimelinePanel:
    editor = Editor(Settings())
    project = replace(new_project(), media=(media("m"),)).with_sequence(long_film())
    editor.document.reset(project, None, None)
    made = TimelinePanel(editor)
    qtbot.addWidget(made)
    made.resize(1920, 560)
    made.show()
    made.view.fit()
    return made


def times(run: Callable[[], object], count: int = 15) -> list[float]:
    found = []
    for _ in range(count):
        start = process_time()
        run()
        found.append((process_time() - start) * 1000)
    return found


@pytest.mark.parametrize("pixels", [0.5, 2.0, 6.0, 30.0, 200.0])
def test_painting(panel: TimelinePanel, pixels: float) -> None:
    """At `pixels` a second; 2 s clips. At the widest all 5,000 clips are in view."""
    panel.view.scale = SECOND / pixels
    panel.view.scroll_to(0)

    def draw() -> None:
        panel.view.redraw()
        panel.view._draw_backing()

    cost = times(draw)
    print(f"{pixels} px/s: median {median(cost):.1f} ms, worst {max(cost):.1f} ms")
    assert median(cost) < PAINT_MS


def test_playhead_move(panel: TimelinePanel) -> None:
    panel.view.viewport().repaint()
    cost = times(panel.view.viewport().repaint, 50)
    print(f"playhead: median {median(cost):.2f} ms")
    assert median(cost) < 8


def test_drag_step(panel: TimelinePanel) -> None:
    """One mouse move of a drag: the edit, the change and the redraw."""
    view = panel.view
    view.scale = SECOND / 20
    view.scroll_to(0)
    row = view.geometry_now.rows[0]
    at = QPoint(round(view.geometry_now.x_of(21 * SECOND)), row.top + 30)

    def send(kind: QEvent.Type, to: QPoint) -> None:
        button = Qt.MouseButton.LeftButton
        where = QPointF(view.viewport().mapToGlobal(to))
        event = QMouseEvent(kind, QPointF(to), where, button, button, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(view.viewport(), event)

    send(QEvent.Type.MouseButtonPress, at)
    cost = []
    for step in range(1, 30):
        start = process_time()
        send(QEvent.Type.MouseMove, at + QPoint(step * 3, 0))
        view.viewport().repaint()
        cost.append((process_time() - start) * 1000)
    send(QEvent.Type.MouseButtonRelease, at)
    cost.sort()
    print(f"drag step: median {median(cost):.1f} ms, p95 {cost[int(len(cost) * 0.95)]:.1f} ms")
    assert median(cost) < DRAG_MS
