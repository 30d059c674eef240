"""From the start of the process to the first paint of the window, and to the panels behind it.

    python tests/bench/startup.py [RUNS]

Each run is a process of its own with a home of its own; the first, which compiles the modules and warms the disk, is
not counted. Prints one
JSON object: milliseconds, median and worst.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import json, sys, time
started = float(sys.argv[1])
from PySide6.QtCore import QTimer
from app.window import main_window
from app.window import application
told = {}
def note(name):
    told[name] = (time.time() - started) * 1000
begin = main_window.MainWindow.begin_workspace
def made(self):
    note("panels")
    told["torch loaded"] = "torch" in sys.modules
    QTimer.singleShot(0, lambda: (note("panels painted"), self.close_now()))
def first_painted_first(self):
    note("first paint")
    self.workspace_made.connect(lambda: made(self))
    begin(self)
main_window.MainWindow.begin_workspace = first_painted_first
code = application.run(None)
note("ended")
print(json.dumps(told))
sys.exit(code)
"""


def once() -> dict[str, float]:
    """One start. Raises CalledProcessError when the window does not open."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "LAMINAR_HOME": home, "PYTHONPATH": str(ROOT)}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's second start finds its modules compiled
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(time.time())],
            capture_output=True, text=True, check=True, timeout=60, env=environment,
        )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    once()
    told = [once() for _ in range(runs)]
    names = ("first paint", "panels", "panels painted", "ended")
    figures = {
        name: {
            "median": round(statistics.median(run[name] for run in told)),
            "worst": round(max(run[name] for run in told)),
        }
        for name in names
    }
    print(json.dumps({"runs": runs, "ms": figures, "torch loaded": any(run["torch loaded"] for run in told)}))


if __name__ == "__main__":
    main()
