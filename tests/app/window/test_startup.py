"""The window paints before anything heavy is loaded, and closes cleanly as a program of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.project.autosave import journals_folder
from app.window.application import scale
from core.project import recovery
from core.settings import Settings

HEAVY = ("torch", "cv2", "av", "pyqtgraph", "opentimelineio", "sounddevice", "PIL")
CHILD = """
import json, sys
from app.window import main_window
from app.window import application
seen = []
begin = main_window.MainWindow.begin_workspace
def looked(self):
    seen.extend(sys.modules)
    self.workspace_made.connect(self.close_now)
    begin(self)
main_window.MainWindow.begin_workspace = looked
code = application.run(None)
print(json.dumps([code, seen, "torch" in sys.modules]))
"""
INTERRUPTED = """
import os, signal
from app.window import main_window
from app.window import application
from core.time import FrameRate
from core.timeline.model import new_sequence
begin = main_window.MainWindow.begin_workspace
def edit(self):
    self.commands.run("file.new")
    self.editor.document.edit("Add", lambda p: p.with_sequence(new_sequence("Film", 64, 64, FrameRate(25))))
    os.kill(os.getpid(), signal.SIGTERM)
def edited(self):
    self.workspace_made.connect(lambda: edit(self))
    begin(self)
main_window.MainWindow.begin_workspace = edited
raise SystemExit(application.run(None))
"""


def test_an_interrupted_window_leaves_its_work_to_be_recovered(home: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60, check=False, cwd=root
    )
    assert done.returncode == 130, done.stderr
    (left,) = recovery.find(journals_folder())
    assert left.project.sequence is not None
    left.release()


def test_everything_is_drawn_as_large_as_was_chosen(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_SCALE_FACTOR", raising=False)
    settings = Settings()
    scale(settings)
    assert "QT_SCALE_FACTOR" not in os.environ
    settings.set("size", 150)
    settings.write()
    monkeypatch.setenv("QT_SCALE_FACTOR", "2")
    scale(settings)
    assert os.environ["QT_SCALE_FACTOR"] == "2", "the system's own word goes first"
    monkeypatch.delenv("QT_SCALE_FACTOR")
    code = (
        "from app.window.application import make_application, scale; from core.settings import Settings;"
        "scale(Settings()); print(make_application([]).primaryScreen().devicePixelRatio())"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "1.5"


def test_nothing_heavy_is_loaded_before_the_first_paint(home: Path) -> None:
    root = Path(__file__).resolve().parents[3]
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
