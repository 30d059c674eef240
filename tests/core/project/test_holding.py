"""Who has a project open: one at a time, told to others, taken over from those who are gone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.files import write_json
from core.project.holding import STALE, Hold, Holder, hold


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "film.laminar"


def elsewhere(project: Path, seconds_ago: float) -> Path:
    """A window on another machine said so long ago that it has the project open."""
    owner = project.with_name("film_data") / "open.json"
    owner.parent.mkdir()
    write_json(owner, Holder("anna", "another-machine", 1, 1000.0))
    os.utime(owner, (time.time() - seconds_ago,) * 2)
    return owner


def test_the_second_is_told_who_has_it(project: Path) -> None:
    first = hold(project)
    assert isinstance(first, Hold)
    second = hold(project)
    assert isinstance(second, Holder) and second.here and second.process == os.getpid()
    assert time.time() - second.since < 60
    first.release()
    third = hold(project)
    assert isinstance(third, Hold)
    third.release()
    assert not project.with_name("film_data").exists(), "nothing else was in it"


def test_a_killed_window_holds_nothing(project: Path) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path; from core.project.holding import hold;"
        "held = hold(Path(sys.argv[1])); print(type(held).__name__, flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(project)], capture_output=True, text=True)
    assert killed.stdout == "Hold\n" and (project.with_name("film_data") / "open.json").exists()
    taken = hold(project)
    assert isinstance(taken, Hold)
    taken.release()


def test_another_machine_counts_as_long_as_it_says_so(project: Path) -> None:
    elsewhere(project, 30)
    assert hold(project) == Holder("anna", "another-machine", 1, 1000.0)
    taken = hold(project, force=True)
    assert isinstance(taken, Hold)
    taken.release()


def test_another_machine_that_went_silent_is_taken_over(project: Path) -> None:
    elsewhere(project, STALE + 30)
    taken = hold(project)
    assert isinstance(taken, Hold)
    taken.release()


def test_a_holder_says_that_it_is_still_there(project: Path) -> None:
    taken = hold(project)
    assert isinstance(taken, Hold)
    owner = project.with_name("film_data") / "open.json"
    os.utime(owner, (1000.0, 1000.0))
    taken.touch()
    assert time.time() - owner.stat().st_mtime < 60
    owner.unlink()
    taken.touch()
    taken.release()


def test_where_nothing_can_be_written_nothing_is_held(tmp_path: Path) -> None:
    (tmp_path / "film_data").write_text("a file where the folder should be")
    assert hold(tmp_path / "film.laminar") is None
