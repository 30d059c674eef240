"""How long the window stands still with a heavy film: `[xvfb-run -a] python tests/bench/heavy_film.py [--keys 100000]`.

The film: 40 tracks with 5,000 clips between them, 500 of them titles, cuts of a three-hour film and an 8K still;
500 markers; one clip with `--keys` opacity keyframes. None of its media is there. Figures in milliseconds: the
longest that the GUI thread was busy without a break during a step (every call of the event loop and of the step
itself counts), the best of `--rounds`, counted in the thread's own time of the CPU, which other programs leave
alone; with `--wall` by the clock, waits for the disk with it. `--where STEP` prints a profile of one step.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
TRACKS, CLIPS, TITLES, MARKERS = 40, 5000, 500, 500
STEP_SECONDS, TICK_MS = 0.6, 5


def film(keys: int) -> object:
    """The project, always the same."""
    from core.media.info import AudioInfo, MediaInfo, VideoInfo
    from core.project.project import Media, Project
    from core.time import FrameRate, TimeRange
    from core.timeline.model import Clip, Gap, Key, Keys, Marker, MediaUse, Sequence, Title, Track
    from core.timeline.time_map import Linear

    chance, rate = random.Random(1), FrameRate(25)
    frame = rate.frame_ticks
    long = TimeRange(0, 3 * 3600 * 25 * frame)
    moving = VideoInfo("h264", 1920, 1080, 1920, 1080, rate, frames=3 * 3600 * 25)
    still = VideoInfo("png", 7680, 4320, 7680, 4320, rate, frames=1)
    bin_ = (
        Media("m1", "long.mp4", "long.mp4",
              MediaInfo("video", "mp4", long.duration, 9, "a", moving, AudioInfo("aac", 48000, 2))),
        Media("m2", "still.png", "still.png", MediaInfo("image", "png", 0, 9, "b", still, None)),
    )  # fmt: skip
    tracks = []
    for number in range(TRACKS):
        kind = "audio" if number < TRACKS // 2 else "video"
        items: list[Clip | Gap] = []
        for index in range(CLIPS // TRACKS):
            length = chance.randint(5, 200) * frame
            name = f"{number}.{index}"
            if kind == "video" and index % 5 == 0:
                content: object = Title(name)
            elif kind == "video" and index % 5 == 1:
                content = MediaUse("m2")
            else:
                content = MediaUse("m1", long)
            opacity: object = 1.0
            if number == TRACKS - 1 and index == 0 and keys:
                length = max(length, keys * frame // 4)
                opacity = Keys(tuple(Key(at * frame // 4, at % 12 / 12) for at in range(keys)))
            start = Linear(0) if content != MediaUse("m1", long) else Linear(chance.randint(0, 9000) * frame)
            if opacity != 1.0:
                start = Linear(0)
            items.append(Clip(f"c{number}x{index}", name, content, length, start, opacity=opacity))
            if index % 7 == 3:
                items.append(Gap(chance.randint(1, 50) * frame))
        tracks.append(Track(f"t{number}", kind, f"T{number}", tuple(items)))
    markers = tuple(Marker(f"k{n}", n * 40 * frame, f"Marker {n}") for n in range(MARKERS))
    return Project("heavy", "Heavy", media=bin_).with_sequence(
        Sequence("film", "Film", 1920, 1080, rate, 48000, tuple(tracks), markers)
    )


class Bench:
    """The window with the film, and a clock on everything that its thread does."""

    def __init__(self, keys: int, place: Path, wall: bool) -> None:
        from PySide6.QtWidgets import QApplication

        from app import theme
        from app.editor import Editor
        from app.threads.garbage import Collector
        from app.window.application import make_application
        from app.window.main_window import MainWindow
        from core.project import file

        self.application: QApplication = make_application([])
        self.collector = Collector(self.application)
        self.clock = time.perf_counter if wall else time.thread_time
        self.keys, self.figures = keys, dict[str, float]()
        self.path = place / "Heavy.laminar"
        file.save(film(keys), self.path)
        self.editor = Editor()
        theme.apply(self.application, "dark")
        self.window = MainWindow(self.editor)
        self.window.resize(1600, 1000)
        self.window.show()
        self.window.make_workspace()
        self.turn(2)
        self.collector.spare_what_stands()

    def turn(self, seconds: float = STEP_SECONDS) -> float:
        """Let the event loop run; the longest between two beats of a 5 ms timer, in milliseconds."""
        from PySide6.QtCore import QEventLoop, Qt, QTimer

        loop, late, last = QEventLoop(), 0.0, self.clock()

        def beat() -> None:
            nonlocal late, last
            now = self.clock()
            late, last = max(late, (now - last) * 1000), now

        heart = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
        heart.timeout.connect(beat)
        heart.start()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()
        heart.stop()
        return late

    def step(self, name: str, work: Callable[[], object], seconds: float = STEP_SECONDS) -> None:
        """Do it, let the window follow, and note the longest time without a break."""
        start = self.clock()
        work()
        done = (self.clock() - start) * 1000
        longest = max(done, self.turn(seconds))
        self.figures[name] = min(longest, self.figures.get(name, longest))

    def steps(self) -> dict[str, tuple[Callable[[], object], float]]:
        """Name to what is done and how many seconds it may work on."""
        from msgspec.structs import replace

        from core.time import FrameRate
        from core.timeline import edits

        editor, frame = self.editor, FrameRate(25).frame_ticks
        document, chance = editor.document, random.Random()

        def drag() -> None:
            document.begin_drag("drag")
            document.edit_sequence("Move", edits.move, "c30x60", frame)
            document.end_drag()

        def fade() -> None:
            def louder(sequence: object) -> object:
                return edits.set_clip(sequence, "c1x4", gain=-3.0)

            document.edit_sequence("Gain", louder)

        def bend() -> None:
            """One keyframe of the many goes up."""

            def moved(sequence: object) -> object:
                shown = sequence.find("c39x0")[2].opacity
                keys = (
                    *shown.keys[:50],
                    replace(shown.keys[50], value=1 - shown.keys[50].value),
                    *shown.keys[51:],
                )
                return edits.set_clip(sequence, "c39x0", opacity=type(shown)(keys))

            document.edit_sequence("Keyframe", moved)

        def select() -> None:
            editor.state.set("selection", frozenset(("c39x0",)))

        return {
            "open": (lambda: editor.desk.open(self.path), 4),
            "seek": (lambda: editor.player.seek(5000 * frame), STEP_SECONDS),
            "select": (select, STEP_SECONDS),
            "drag": (drag, STEP_SECONDS),
            "gain": (fade, STEP_SECONDS),
            **({"keyframe": (bend, STEP_SECONDS)} if self.keys else {}),
            "undo": (document.undo_stack.undo, STEP_SECONDS),
            "redo": (document.undo_stack.redo, STEP_SECONDS),
            "split": (
                lambda: document.edit_sequence(
                    "Split", edits.split_all, chance.randrange(3000, 4000) * frame
                ),
                STEP_SECONDS,
            ),
            "zoom": (self.zoom, STEP_SECONDS),
            "theme": (self.theme, STEP_SECONDS),
            "save": (lambda: editor.desk.save_to(self.path), 3),
        }

    def zoom(self) -> None:
        from app.panels.timeline import TimelinePanel

        for number in range(4):
            self.editor.panel(TimelinePanel).view.zoom_by(1.4 if number % 2 else 1 / 1.4)

    def theme(self) -> None:
        from app import theme

        theme.change(self.application, "light" if theme.current() == "dark" else "dark")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--where", default="")
    parser.add_argument("--wall", action="store_true")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
    with tempfile.TemporaryDirectory() as place:
        os.environ["LAMINAR_HOME"] = str(Path(place) / "home")
        bench = Bench(given.keys, Path(place), given.wall)
        for _ in range(given.rounds):
            for name, (work, seconds) in bench.steps().items():
                if name != given.where:
                    bench.step(name, work, seconds)
                    continue
                profile = cProfile.Profile(time.thread_time)
                profile.enable()
                bench.step(name, work, seconds)
                profile.disable()
                pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
        for name, value in bench.figures.items():
            print(f"  {name:10} {value:8.1f}", flush=True)
        bench.window.close_now()
        bench.window.shut_down()


if __name__ == "__main__":
    main()
