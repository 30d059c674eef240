"""How long the window stands still for commands on all clips of a heavy film: `python tests/bench/heavy_chosen.py [WORD ...]`.

The film and the clock are those of `heavy_film`, with all 5,000 clips selected: CPU time of the GUI thread, ms, the
longest without a break, of which over 50 are marked; beside each deed what undo and redo of it take. Drags and keys are
the mouse's and the keyboard's. With words, only deeds whose names hold one of them are done. `--where` prints a profile
of each.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from heavy_film import Bench  # noqa: E402

COMMANDS = [
    "clip.select_none", "clip.select_all", "clip.copy", "clip.lift", "clip.ripple_delete", "clip.cut",
    "clip.nudge_right", "clip.nudge_left", "clip.nudge_right_far", "clip.track_up", "clip.track_down", "clip.split",
    "clip.split_all", "clip.trim_head", "clip.close_gap", "clip.duplicate", "clip.paste", "clip.paste_insert",
    "clip.paste_looks", "clip.clear_looks", "clip.link", "clip.unlink", "clip.enable", "clip.label_red",
    "clip.select_label", "clip.fade_in", "clip.fade_out", "clip.transition", "clip.no_transition", "clip.reverse",
    "clip.freeze", "clip.fit_frame", "clip.zoom_in", "clip.arrange_grid", "clip.slip_left", "effects.add_colour",
    "effects.switch", "effects.to_front", "effects.remove_last", "effects.inside_ellipse", "effects.grey_background",
    "effects.add_equaliser", "clip.compound", "timeline.mark_clip", "timeline.lift_range", "timeline.extract_range",
    "clip.select_following", "clip.select_here", "speed.reset", "speed.keep_pitch", "listening.pauses",
]  # fmt: skip


class Chosen:
    def __init__(self, bench: Bench) -> None:
        self.bench, self.editor, self.document = bench, bench.editor, bench.editor.document
        self.stack = self.document.undo_stack

    def deeds(self) -> dict[str, Callable[[], object]]:
        from app.actions.registry import find_action, perform

        def command(name: str) -> Callable[[], object]:
            def work() -> None:
                if find_action(name).enabled(self.editor):
                    perform(self.editor, name)

            return work

        return {
            **{name: command(name) for name in COMMANDS},
            "gain in the inspector": lambda: self.field("gain", -7.0),
            "opacity in the inspector": lambda: self.field("opacity", 0.5),
            "key Delete": lambda: self.key("Del"),
            "key Alt+Right": lambda: self.key("Alt+Right"),
            "drag: press": lambda: self.mouse("press"),
            "drag: first move": lambda: self.mouse("move", 40),
            "drag: next move": lambda: self.mouse("move", 60),
            "drag: another move": lambda: self.mouse("move", 90),
            "drag: release": lambda: self.mouse("release", 90),
        }

    def field(self, name: str, value: float) -> None:
        from app.inspector import animation
        from app.timeline.chosen import chosen

        spots = {spot.name: spot for kind in ("video", "audio") for spot in animation.clip_spots(kind)}
        now = self.editor.state.playhead
        self.document.edit_sequence(
            "Value", animation.with_value, chosen(self.editor), spots[name], now, value
        )

    def key(self, keys: str) -> None:
        from PySide6.QtGui import QKeySequence
        from PySide6.QtTest import QTest

        from app.panels.timeline import TimelinePanel

        QTest.keySequence(self.editor.panel(TimelinePanel).view.viewport(), QKeySequence(keys))

    def mouse(self, deed: str, away: int = 0) -> None:
        from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        from app.panels.timeline import TimelinePanel

        view = self.editor.panel(TimelinePanel).view
        port, left = view.viewport(), Qt.MouseButton.LeftButton
        at = QPoint(self.grip.x() + away, self.grip.y()) if deed != "press" else self.find_grip()
        if deed == "move":
            spot = QPointF(at)
            event = QMouseEvent(QEvent.Type.MouseMove, spot, QPointF(port.mapToGlobal(at)), Qt.MouseButton.NoButton, left, Qt.KeyboardModifier.NoModifier)  # fmt: skip
            QApplication.sendEvent(port, event)
        else:
            (QTest.mousePress if deed == "press" else QTest.mouseRelease)(port, left, Qt.KeyboardModifier.NoModifier, at)  # fmt: skip

    def find_grip(self) -> object:
        """The middle of a wide clip in sight."""
        from PySide6.QtCore import QPoint

        from app.panels.timeline import TimelinePanel

        view = self.editor.panel(TimelinePanel).view
        for y in range(60, view.viewport().height() - 10, 8):
            for x in range(200, view.viewport().width() - 200, 12):
                hit = view.layout_.clip_at(x, y) if hasattr(view, "layout_") else None
                if hit:
                    self.grip = QPoint(x, y)
                    return self.grip
        self.grip = QPoint(300, 80)
        return self.grip

    def prepare(self) -> None:
        self.editor.desk.open(self.bench.path)
        self.bench.turn(4)
        self.choose()

    def choose(self) -> None:
        ids = frozenset(clip.id for _, _, clip in self.document.sequence.clips())
        if self.editor.state.selection != ids:
            self.editor.state.set("selection", ids)
            self.bench.turn(1)
        frame = self.document.sequence.rate.frame_ticks
        self.editor.state.set("playhead", 200 * frame)

    def measure(self, name: str, work: Callable[[], object], where: bool) -> str:
        """A line: what it takes, and undo and redo of it."""
        before = self.stack.index()
        deeds = [("", work)]
        figures = []
        profile = cProfile.Profile(time.thread_time)
        if where:
            profile.enable()
        try:
            self.bench.step(name, work, 1.2)
        except Exception as error:  # noqa: BLE001  what a command refuses is told
            figures.append(f"({error})"[:60])
        if where:
            profile.disable()
            pstats.Stats(profile).sort_stats("cumulative").print_stats(40)
        figures.insert(0, f"{self.bench.figures.get(name, 0):7.1f}")
        if (self.stack.index() != before and not name.startswith("drag")) or name == "drag: release":
            for word, deed in (
                ("undo", self.stack.undo),
                ("redo", self.stack.redo),
                ("undo", self.stack.undo),
            ):
                self.bench.figures.pop(f"{name} {word}", None)
                self.bench.step(f"{name} {word}", deed, 1.0)
                figures.append(f"{word} {self.bench.figures[f'{name} {word}']:6.1f}")
        del deeds
        return " ".join(figures)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*")
    parser.add_argument("--where", action="store_true")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
    with tempfile.TemporaryDirectory() as place:
        os.environ["LAMINAR_HOME"] = str(Path(place) / "home")
        bench = Bench(0, Path(place), False)
        chosen = Chosen(bench)
        chosen.prepare()
        for name, work in chosen.deeds().items():
            if given.words and not any(word in name for word in given.words):
                continue
            line = chosen.measure(name, work, given.where)
            over = any(value > 50 for key, value in bench.figures.items() if key.startswith(name))
            sys.stdout.write(f"  {name:28} {line} {'over' if over else ''}\n")
            sys.stdout.flush()
            chosen.choose()
        bench.window.close_now()
        bench.window.shut_down()


if __name__ == "__main__":
    main()
