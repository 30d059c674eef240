"""How long the window stands still for what is done to all clips of a heavy film:
`python tests/bench/heavy_chosen.py [WORD ...]`.

The film and the clock are those of `heavy_film`, with all 5,000 clips selected: CPU time of the GUI thread, ms, the
longest without a break, and that of undo and redo; over 50 is marked. Drags are the mouse's. With words, only deeds
whose names hold one of them are done.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from heavy_film import Bench  # noqa: E402

COMMANDS = [
    "clip.select_none", "clip.select_all", "clip.copy", "clip.lift", "clip.ripple_delete", "clip.cut",
    "clip.nudge_right", "clip.nudge_right_far", "clip.split", "clip.split_all", "clip.trim_head", "clip.close_gap",
    "clip.duplicate", "clip.paste", "clip.paste_insert", "clip.paste_looks", "clip.clear_looks", "clip.link",
    "clip.enable", "clip.label_red", "clip.fade_in", "clip.transition", "clip.reverse", "clip.fit_frame",
    "clip.zoom_in", "clip.arrange_grid", "clip.slip_left", "effects.add_colour", "effects.add_equaliser",
    "clip.compound", "clip.select_following", "clip.select_here", "speed.keep_pitch",
]  # fmt: skip


class Chosen:
    """What is done to the selection, each deed on the film as it was opened."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.editor, self.document = bench, bench.editor, bench.editor.document
        self.at: Any = None
        self.moving = list[str]()

    def deeds(self) -> dict[str, Callable[[], object]]:
        return {
            **{name: lambda name=name: self.command(name) for name in COMMANDS},
            "speed": lambda: self.speed(),
            "gain": lambda: self.field("gain", -7.0),
            "opacity": lambda: self.field("opacity", 0.5),
            "drag: press": lambda: self.mouse(0),
            "drag: first move": lambda: self.mouse(40),
            "drag: next move": lambda: self.mouse(60),
            "drag: release": lambda: self.mouse(60, last=True),
        }

    def command(self, name: str) -> None:
        from app.actions.registry import find_action, perform

        if find_action(name).enabled(self.editor):
            perform(self.editor, name)

    def speed(self) -> None:
        """As the dialog sets it. Of what stands still there is no speed."""
        from app.actions.clip import set_speed

        set_speed(self.editor, self.moving, 150.0, ripple=False)

    def field(self, name: str, value: float) -> None:
        """As the inspector sets a number."""
        from app.inspector import animation
        from app.timeline.chosen import chosen

        spots = {spot.name: spot for kind in ("video", "audio") for spot in animation.clip_spots(kind)}
        now = self.editor.state.playhead
        self.document.edit_sequence(name, animation.with_value, chosen(self.editor), spots[name], now, value)

    def mouse(self, away: int, *, last: bool = False) -> None:
        from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        from app.panels.timeline import TimelinePanel

        port = self.editor.panel(TimelinePanel).view.viewport()
        left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        if not away:
            self.at = self.grip()
            QTest.mousePress(port, left, plain, self.at)
            return
        spot = self.at + QPoint(away, 0)
        if last:
            QTest.mouseRelease(port, left, plain, spot)
            return
        there = QPointF(port.mapToGlobal(spot))
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(spot), there, Qt.MouseButton.NoButton, left, plain)
        QApplication.sendEvent(port, event)

    def grip(self) -> Any:
        """The middle of a clip in sight."""
        from PySide6.QtCore import QPoint, QPointF

        from app.panels.timeline import TimelinePanel

        view = self.editor.panel(TimelinePanel).view
        height, width = view.viewport().height(), view.viewport().width()
        spots = (QPointF(x, y) for y in range(60, height, 8) for x in range(200, width - 200, 12))
        found = next(spot for spot in spots if view.mouse.hit(spot).part == "body")
        return QPoint(round(found.x()), round(found.y()))

    def choose(self) -> None:
        film = self.document.sequence
        ids = frozenset(clip.id for _, _, clip in film.clips())
        self.moving = [clip.id for _, _, clip in film.clips() if clip.available]
        self.editor.state.set("selection", ids)
        self.editor.state.set("playhead", 200 * film.rate.frame_ticks)
        self.bench.turn(1)

    def measure(self, name: str, work: Callable[[], object]) -> list[float]:
        """What it takes, then undo, redo and undo; a deed that is refused has what that takes."""
        from core.errors import LaminarError

        def done() -> None:
            try:
                work()
            except LaminarError:
                return

        stack = self.document.undo_stack
        before = stack.index()
        self.bench.step(name, done, 1)
        if stack.index() == before or name.endswith("move"):
            return [self.bench.figures[name]]
        for number, deed in enumerate((stack.undo, stack.redo, stack.undo)):
            self.bench.step(f"{name} {number}", deed, 1)
        return [self.bench.figures[key] for key in (name, *(f"{name} {number}" for number in range(3)))]


def main() -> None:
    words = sys.argv[1:]
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
    with tempfile.TemporaryDirectory() as place:
        os.environ["LAMINAR_HOME"] = str(Path(place) / "home")
        bench = Bench(0, Path(place), False)
        chosen = Chosen(bench)
        chosen.editor.desk.open(bench.path)
        bench.turn(4)
        chosen.choose()
        for name, work in chosen.deeds().items():
            if words and not any(word in name for word in words):
                continue
            values = chosen.measure(name, work)
            told = " ".join(f"{value:8.1f}" for value in values)
            sys.stdout.write(f"  {name:24} {told}{'  over' if max(values) > 50 else ''}\n")
            sys.stdout.flush()
            if not name.startswith("drag"):
                chosen.choose()
        bench.window.close_now()
        bench.window.shut_down()


if __name__ == "__main__":
    main()
