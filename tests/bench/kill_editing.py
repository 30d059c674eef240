"""Kills an editing session and a tracking job at random moments and looks at what is left.

    python -m tests.bench.kill_editing [--kills 50] [--job-kills 5] [--seed 1]

After each kill of the session: the saved file loads whole and is a value the session had; what is recovered (the
journal, or the saved file when there is nothing to recover) is a value no older than the last edit that returned;
restoring makes a copy and leaves the saved file as it was, byte for byte. The tracking job's worker is killed again
and again, resumed each time, and ends with the same masks as one that was left alone.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from core.catalog import JOBS
from core.drive import drive, result_folder
from core.errors import WorkerDied
from core.project import recovery
from core.project.file import load
from core.project.trust import Trust
from tests.bench.editing_session import FILM, STATES, name_of


def killed_session(folder: Path, seed: int, seconds: float) -> None:
    """Start a session, let it edit for a while, kill it."""
    folder.mkdir(parents=True)
    environment = {**os.environ, "LAMINAR_HOME": str(folder / "home"), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "tests.bench.editing_session", str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as session:
        assert session.stdout is not None
        assert session.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        session.send_signal(signal.SIGKILL)
        assert session.wait() == -signal.SIGKILL


def check_session(folder: Path) -> dict[str, int]:
    """What a killed session left. Returns figures; raises AssertionError when work was lost or damaged."""
    lines = [line.split() for line in (folder / STATES).read_text().split("\n")[:-1]]
    newest = {name: at for at, (word, name) in enumerate(lines) if word == "made"}
    last_done = next(name for word, name in reversed(lines) if word == "done")
    path, trust = folder / FILM, Trust(folder / "home" / "chosen.json")
    before = path.read_bytes()
    saved = load(path, trust=trust)
    assert not saved.partial and not saved.notices, saved.notices
    assert name_of(saved.project) in newest, "the saved file is no value that the session had"
    found = recovery.find(folder / "home" / "config" / "journals")
    assert len(found) <= 1
    recovered = found[0].project if found else saved.project
    name = name_of(recovered)
    assert name in newest, "what was recovered is no value that the session had"
    assert newest[name] >= newest[last_done], "the last finished edit was lost"
    if found:
        copy = recovery.restore(found[0], trust=trust)
        assert name_of(load(copy, trust=trust).project) == name
        found[0].discard()
    assert path.read_bytes() == before
    return {
        "edits": sum(word == "done" for word, _ in lines),
        "recovered": len(found),
        "unfinished": int(newest[name] > newest[last_done]),
    }


def kill_sessions(root: Path, kills: int, seed: int, longest: float) -> list[dict[str, int]]:
    chance = random.Random(seed)
    figures = []
    for number in range(kills):
        folder = root / f"session {number}"
        killed_session(folder, seed * 1000 + number, chance.uniform(0.05, longest))
        figures.append(check_session(folder))
    return figures


@contextmanager
def killer(seconds: float) -> Iterator[None]:
    """Kills this process's worker after a while."""
    import threading

    def kill() -> None:
        for child in psutil.Process().children():
            if "core.worker" in child.cmdline():
                child.kill()

    timer = threading.Timer(seconds, kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def kill_tracking(root: Path, kills: int, seed: int) -> dict[str, float]:
    """Track the sample in one go and with kills; the masks are equal byte for byte."""
    from core.sample.files import write_sample

    sample = write_sample(root / "sample")
    parameters = {
        "clip": str(sample.clip),
        "key_masks": {"0": str(sample.first_mask)},
        "first": 0,
        "last": 47,
    }
    job = JOBS["track"]
    start = time.monotonic()
    list(drive(job, root / "whole", parameters, {}))
    whole = time.monotonic() - start
    chance = random.Random(seed)
    died = 0
    start = time.monotonic()
    while True:
        wait = chance.uniform(0.15, 0.5) * whole if died < kills else 1e6
        try:
            with killer(wait):
                list(drive(job, root / "broken", parameters, {}))
            break
        except WorkerDied:
            died += 1
    one, other = (result_folder(job, root / name, parameters, {}) for name in ("whole", "broken"))
    names = [path.relative_to(one) for path in sorted(one.rglob("*.png"))]
    assert len(names) >= 48
    for name in names:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    return {"kills": died, "masks": len(names), "whole_s": whole, "broken_s": time.monotonic() - start}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--job-kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = kill_sessions(Path(folder), chosen.kills, chosen.seed, 3.0)
        total = {key: sum(figure[key] for figure in figures) for key in figures[0]}
        print(f"{chosen.kills} sessions killed:", total)
        if chosen.job_kills:
            print("tracking:", kill_tracking(Path(folder), chosen.job_kills, chosen.seed))


if __name__ == "__main__":
    main()
