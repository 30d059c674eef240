"""What an hour of editing leaves behind: `[xvfb-run -a] python tests/bench/editing_hour.py DEMO [--minutes 10]`.

The whole window on a copy of the demo's project (`make demo`), edited as fast as it goes: random edits, drags, undo and
redo, seeks, playing, selections, every panel shown in turn, saves, and now and then the project opened anew. Twenty
times it prints how many edits there were, memory (resident, MB), Python's own objects (millions), undo steps, open
files, threads, timers and widgets of Qt, and files in the places for temporary ones.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
ROWS = 20


class Hour:
    """The window and the hand that uses it."""

    def __init__(self, project: Path, seconds: float, undo: bool) -> None:
        from PySide6.QtCore import QTimer

        from app import theme
        from app.editor import Editor
        from app.threads.garbage import Collector
        from app.window.application import make_application
        from app.window.main_window import MainWindow

        self.application = make_application([])
        self.collector = Collector()
        theme.apply(self.application, "dark")
        self.project, self.seconds, self.fresh = project, seconds, undo
        self.editor = Editor()
        self.editor.settings.set("frame_cache_mb", 64)  # so that it is full early
        self.window = MainWindow(self.editor)
        self.window.resize(1600, 1000)
        self.window.show()
        self.window.make_workspace()
        self.editor.desk.ask_unsaved = lambda: "discard"
        self.editor.desk.open(project)
        self.chance, self.edits, self.steps, self.failed = random.Random(1), 0, 0, 0
        self.began = self.told = time.monotonic()
        self.timer = QTimer(self.window)
        self.timer.timeout.connect(self.step)
        QTimer.singleShot(4000, lambda: self.timer.start(2))

    def run(self) -> None:
        print("     s   edits  MB res  Mobj  undo  fds threads timers widgets temp")
        self.application.exec()
        self.window.close_now()
        self.window.shut_down()

    def step(self) -> None:
        from core.errors import LaminarError

        now = time.monotonic()
        if now - self.told > self.seconds / ROWS:
            self.told = now
            self.tell()
        if now - self.began > self.seconds:
            self.timer.stop()
            self.application.quit()
            return
        self.steps += 1
        with contextlib.suppress(LaminarError):
            self.act()

    def act(self) -> None:
        editor, chance = self.editor, self.chance
        document, player = editor.document, editor.player
        kind = chance.randrange(40)
        if kind < 12:
            document.edit_sequence("Edit", self.edited)
            self.edits += 1
        elif kind < 16:
            document.undo_stack.undo()
        elif kind < 18:
            document.undo_stack.redo()
        elif kind < 21:
            document.begin_drag(f"drag {self.steps}")
            with contextlib.suppress(Exception):
                for _step in range(5):
                    document.edit_sequence("Move", self.moved)
            document.end_drag()
            self.edits += 1
        elif kind < 28:
            player.seek(chance.randrange(max(1, player.duration)))
        elif kind == 28:
            player.play()
        elif kind < 31:
            player.pause()
        elif kind < 35:
            editor.state.set("selection", frozenset({self.any_clip(document.sequence)}))
        elif kind < 38:
            docks = list(self.window.workspace.docks.values())
            chance.choice(docks).raise_()
        elif kind == 38 and self.steps % 10 == 0:
            editor.desk.save_to(self.project)
        elif kind == 39 and self.fresh and self.steps % 50 == 0:
            editor.desk.open(self.project)

    def any_clip(self, sequence: object) -> str:
        from core.errors import EditError

        clips = [clip.id for _, _, clip in sequence.clips()] if sequence is not None else []
        if not clips:
            raise EditError("nothing to edit")
        return self.chance.choice(clips)

    def moved(self, sequence: object) -> object:
        from core.timeline import edits

        frames = self.chance.randint(-20, 20)
        return edits.move(sequence, self.any_clip(sequence), frames * sequence.rate.frame_ticks)

    def edited(self, sequence: object) -> object:
        from core.time import TimeRange
        from core.timeline import edits
        from core.timeline.model import MediaUse

        chance, frame = self.chance, sequence.rate.frame_ticks
        film = next(one for one in self.editor.document.project.media if one.available is not None)
        time_ = chance.randrange(max(1, sequence.duration // frame)) * frame
        kind = chance.randrange(9)
        clips = sum(1 for _ in sequence.clips())
        if clips > 60:
            return edits.ripple_delete(sequence, self.any_clip(sequence))
        if kind < 3:
            tracks = {track.kind: track.id for track in sequence.tracks}
            length = min(chance.randint(5, 50) * frame, film.available.duration)
            use = MediaUse(film.id, film.available)
            source = TimeRange(film.available.start, length)
            made = edits.media_clips(
                use, film.name, source, video_track=tracks["video"], audio_track=tracks["audio"]
            )
            return edits.insert(sequence, time_, made)
        if kind == 3:
            return edits.split_all(sequence, time_)
        if kind == 4:
            return edits.trim_end(sequence, self.any_clip(sequence), time_)
        if kind == 5:
            return edits.ripple_delete(sequence, self.any_clip(sequence))
        if kind == 6:
            return edits.set_clip(sequence, self.any_clip(sequence), opacity=chance.random())
        if kind == 7:
            return edits.set_clip(sequence, self.any_clip(sequence), scale=0.5 + chance.random())
        return edits.add_marker(sequence, time_, f"Marker {self.steps}")

    def tell(self) -> None:
        import psutil
        from PySide6.QtCore import QTimer

        me = psutil.Process()
        gc.collect()
        widgets = self.application.allWidgets()
        timers = sum(len(top.findChildren(QTimer)) for top in self.application.topLevelWidgets())
        temp = sum(len(files) for _, _, files in os.walk(tempfile.gettempdir()))
        print(
            f"{time.monotonic() - self.began:6.0f} {self.edits:7} {me.memory_info().rss / 2**20:7.0f} "
            f"{len(gc.get_objects()) / 1e6:5.2f} {self.editor.document.undo_stack.count():5} {me.num_fds():4} "
            f"{threading.active_count():7} {timers:6} {len(widgets):7} {temp:4}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("demo", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--one-project", action="store_true", help="never open anew: undo only grows")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
    with tempfile.TemporaryDirectory() as place:
        os.environ["LAMINAR_HOME"] = str(Path(place) / "home")
        shutil.copytree(given.demo, Path(place) / "demo")
        project = next((Path(place) / "demo").glob("*.laminar"))
        tempfile.tempdir = str(Path(place) / "temp")
        Path(tempfile.tempdir).mkdir()
        Hour(project, given.minutes * 60, not given.one_project).run()


if __name__ == "__main__":
    main()
