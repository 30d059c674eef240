"""How long the window stands still while it plays, scrubs, tracks and exports at once.

    make demo && [xvfb-run -a] .venv/bin/python tests/bench/gui_stalls.py [demo-output] [--seconds 30]

Works on a copy of the demo's project. A 5 ms timer on the GUI thread notes when it is late. Meanwhile the window plays
for two seconds, is scrubbed for two (a seek every 40 ms), and so on; its queue tracks the robot anew; and a second
process exports the same film (the queue itself runs one heavy job at a time). Figures in milliseconds: how late the
timer came. Asked for: p99 under 50, longest under 100. Of every tick over 40 ms it tells how long the thread had run
meanwhile, how long it waited for a core (Linux counts both for each thread), and how long it slept: for its next event,
or for the interpreter.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
TICK_MS, SCRUB_MS, TURN_MS, TOLD_MS = 5, 40, 2000, 40


def spent_and_waited() -> tuple[float, float]:
    """Milliseconds that this thread has run, and that it could have run and had no core; zeros where nobody counts."""
    counts = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
    if not counts.exists():
        return 0.0, 0.0
    ran, waited, _ = map(int, counts.read_text().split())
    return ran / 1e6, waited / 1e6


def measure(project: Path, seconds: float) -> dict[str, float]:
    """Run the window for `seconds` under that load; the figures by name."""
    from PySide6.QtCore import QElapsedTimer, Qt, QTimer

    from app import theme
    from app.editor import Editor
    from app.masks import tracking
    from app.window.application import make_application
    from app.window.main_window import MainWindow
    from core.project.project import Project

    application = make_application([])
    editor = Editor()
    theme.apply(application, "dark")
    window = MainWindow(editor)
    window.resize(1600, 1000)
    window.show()
    window.make_workspace()
    editor.desk.open(project)

    late: list[float] = []
    clock, since = QElapsedTimer(), QElapsedTimer()
    heart = QTimer(window, timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
    heart.timeout.connect(lambda: beat())
    scrub = QTimer(window, interval=SCRUB_MS)
    rng = np.random.default_rng(1)
    scrub.timeout.connect(lambda: editor.player.seek(int(rng.integers(0, editor.player.duration))))
    turn = QTimer(window, interval=TURN_MS)
    jobs: list[object] = []
    dropped: list[int] = []

    spent = spent_and_waited()

    def beat() -> None:
        nonlocal spent
        late.append(clock.nsecsElapsed() / 1e6 - TICK_MS)
        before, spent = spent, spent_and_waited()
        if late[-1] > TOLD_MS:
            ran, waited = (now - then for now, then in zip(spent, before, strict=True))
            slept = late[-1] + TICK_MS - ran - waited
            text = f"{late[-1]:.0f} ms late: ran {ran:.0f}, waited for a core {waited:.0f}, slept {slept:.0f}"
            print(f"  {since.elapsed() / 1000:6.1f} s: {text}", file=sys.stderr)
        clock.restart()

    def end() -> None:
        heart.stop()
        window.close_now()

    def next_turn() -> None:
        if editor.player.playing:
            editor.player.pause()
            dropped.append(editor.player.dropped)
            scrub.start()
        else:
            scrub.stop()
            editor.player.seek(0)
            editor.player.play()

    def without_track(value: Project) -> Project:
        from msgspec.structs import replace

        return value.with_media(replace(value.media[0], track=None))

    def begin() -> None:
        editor.state.set("media", editor.document.project.media[0].id)
        editor.document.edit("Forget the track", without_track)
        jobs.append(tracking.start(editor, "both"))
        editor.player.play()
        turn.timeout.connect(next_turn)
        turn.start()
        clock.start()
        since.start()
        heart.start()

    QTimer.singleShot(4000, window, begin)
    QTimer.singleShot(int(4000 + seconds * 1000), window, end)
    application.exec()
    window.shut_down()
    shares = np.percentile(late, [50, 95, 99])
    return {
        "ticks": len(late),
        "p50": shares[0],
        "p95": shares[1],
        "p99": shares[2],
        "longest": max(late),
        "over 50 ms": sum(value > 50 for value in late),
        "over 100 ms": sum(value > 100 for value in late),
        "dropped frames": sum(dropped),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("demo", type=Path, nargs="?", default=ROOT / "demo-output")
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
    with tempfile.TemporaryDirectory() as place:
        os.environ["LAMINAR_HOME"] = str(Path(place) / "home")
        shutil.copytree(given.demo, Path(place) / "demo")
        project = next((Path(place) / "demo").glob("*.laminar"))
        shutil.rmtree(project.with_name(f"{project.stem}_data") / "results")
        export = f"while {sys.executable} -m app render '{project}' -o '{place}/film.mp4'; do :; done"
        exporter = subprocess.Popen(
            ["sh", "-c", export], cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
        )
        started = time.monotonic()
        try:
            figures = measure(project, given.seconds)
        finally:
            os.killpg(exporter.pid, 9)
            exporter.wait()
        print(f"{os.environ['QT_QPA_PLATFORM']}, {time.monotonic() - started:.0f} s")
        for name, value in figures.items():
            print(f"  {name:15} {value:8.1f}")


if __name__ == "__main__":
    main()
