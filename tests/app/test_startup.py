"""The window paints before anything heavy is loaded, and closes cleanly as a program of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = ("torch", "cv2", "av", "pyqtgraph", "opentimelineio", "sounddevice", "PIL")
CHILD = """
import json, sys
from app import main_window, window
seen = []
make = main_window.MainWindow.make_workspace
def looked(self):
    seen.extend(sys.modules)
    made = make(self)
    self.close_now()
    return made
main_window.MainWindow.make_workspace = looked
code = window.run(None)
print(json.dumps([code, seen, "torch" in sys.modules]))
"""


def test_nothing_heavy_is_loaded_before_the_first_paint(home: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, timeout=60, check=False, cwd=root
    )
    assert done.returncode == 0, done.stderr
    code, seen, torch = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    assert not torch
    assert not sorted(set(HEAVY) & set(seen))
    assert not [line for line in done.stderr.splitlines() if "Warning" in line or "Traceback" in line], (
        done.stderr
    )
