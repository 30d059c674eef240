from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import psutil
import pytest

from core.drive import Control, JobFailed, drive, result_folder
from core.errors import Cancelled, JobError, MediaError, OutOfDisk, OutOfMemory, WorkerDied
from core.job import read_manifest
from core.worker import Request
from tests.jobs_for_tests import JOBS


def test_a_job_runs_in_another_process_and_leaves_its_folder(tmp_path: Path) -> None:
    parts = [step.part for step in drive(JOBS["count"], tmp_path, {"steps": 4}, {})]
    assert parts == [0.25, 0.5, 0.75, 1.0, 1.0]
    folder = result_folder(JOBS["count"], tmp_path, {"steps": 4}, {})
    manifest = read_manifest(folder)
    assert manifest is not None and manifest.complete
    assert sorted(path.name for path in folder.glob("*.txt")) == [f"{n:05}.txt" for n in range(4)]


def test_prints_of_libraries_reach_the_log_and_not_the_protocol(tmp_path: Path) -> None:
    lines: list[str] = []
    steps = list(drive(JOBS["noisy"], tmp_path, {"text": '{"kind": "error"}'}, {}, log=lines.append))
    assert steps[-1].part == 1.0
    assert '{"kind": "error"}' in lines and 'native {"kind": "error"}' in lines


def test_an_expected_error_keeps_its_class_and_its_cure(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        list(drive(JOBS["refuses"], tmp_path, {"name": "a.mp4"}, {}))
    assert caught.value.message == "a.mp4 cannot be read"
    assert caught.value.hint == "Choose another file"


def test_a_defect_comes_with_the_workers_traceback(tmp_path: Path) -> None:
    with pytest.raises(JobFailed) as caught:
        list(drive(JOBS["defect"], tmp_path, {}, {}))
    assert "jobs_for_tests.py" in caught.value.report and "not expected" in caught.value.report


def test_lack_of_memory_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(OutOfMemory):
        list(drive(JOBS["fill"], tmp_path, {}, {}))


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(OutOfDisk, match=f"the disk is full: {tmp_path}"):
        list(drive(JOBS["full"], tmp_path, {}, {}))


def test_a_native_crash_does_not_reach_the_parent(tmp_path: Path) -> None:
    with pytest.raises(WorkerDied) as caught:
        list(drive(JOBS["crash"], tmp_path, {}, {}))
    assert "Segmentation fault" in caught.value.message and "Retry" in caught.value.hint


def test_a_killed_worker_is_explained_and_its_work_goes_on(tmp_path: Path) -> None:
    parameters = {"steps": 30, "seconds": 0.02}
    steps = drive(JOBS["count"], tmp_path, parameters, {})
    for step in steps:
        if step.done == 5:
            next(child for child in psutil.Process().children() if "core.worker" in child.cmdline()).kill()
            break
    with pytest.raises(WorkerDied) as caught:
        list(steps)
    assert "memory" in caught.value.message
    folder = result_folder(JOBS["count"], tmp_path, parameters, {})
    before = {path.name: path.stat().st_mtime_ns for path in Path(f"{folder}.partial").glob("*.txt")}
    assert len(before) >= 5
    list(drive(JOBS["count"], tmp_path, parameters, {}))
    after = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.txt")}
    assert len(after) == 30 and all(after[name] == stamp for name, stamp in before.items())


def test_cancel_ends_at_the_next_step(tmp_path: Path) -> None:
    control = Control()
    with pytest.raises(Cancelled):
        for step in drive(JOBS["count"], tmp_path, {"steps": 1000, "seconds": 0.01}, {}, control=control):
            if step.done == 3:
                control.cancel()


def test_a_stuck_worker_is_killed_after_the_grace(tmp_path: Path) -> None:
    control = Control()
    start = time.monotonic()
    with pytest.raises(Cancelled):
        for _ in drive(JOBS["stuck"], tmp_path, {"seconds": 60}, {}, control=control):
            control.cancel(grace=0.2)
    assert time.monotonic() - start < 30


def test_pause_holds_the_work_and_resume_lets_it_go_on(tmp_path: Path) -> None:
    control = Control()
    seen: list[float] = []

    def later() -> None:
        seen.append(len(list(tmp_path.rglob("*.txt"))))
        time.sleep(0.4)
        seen.append(len(list(tmp_path.rglob("*.txt"))))
        control.resume()

    helper = threading.Timer(0.4, later)
    for step in drive(JOBS["count"], tmp_path, {"steps": 20, "seconds": 0.02}, {}, control=control):
        if step.done == 2:
            control.pause()
            helper.start()
    helper.join()
    assert 2 <= seen[0] == seen[1] < 20
    assert len(list(tmp_path.rglob("*.txt"))) == 20


def test_closing_the_generator_ends_the_worker(tmp_path: Path) -> None:
    steps = drive(JOBS["count"], tmp_path, {"steps": 1000, "seconds": 0.01}, {})
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert not [child for child in psutil.Process().children() if "core.worker" in child.cmdline()]


def test_a_worker_that_nobody_waits_for_takes_away_what_is_half_written(tmp_path: Path) -> None:
    steps = drive(JOBS["tidy"], tmp_path, {"seconds": 1.5}, {})
    next(steps)
    assert list(tmp_path.rglob("*.part"))
    steps.close()  # type: ignore[attr-defined]
    assert not [path for path in tmp_path.rglob("*.part") if path.is_file()]


def test_the_worker_ends_when_its_parent_does(tmp_path: Path) -> None:
    request = Request(JOBS["count"], str(tmp_path), {"steps": 10_000, "seconds": 0.01}, {})
    worker = subprocess.Popen(
        [sys.executable, "-m", "core.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with worker:
        assert worker.stdin is not None and worker.stdout is not None
        worker.stdin.write(msgspec.json.encode(request) + b"\n")
        worker.stdin.flush()
        worker.stdout.readline()
        worker.stdin.close()
        assert worker.wait(10) == 0


def test_two_workers_never_write_the_same_result(tmp_path: Path) -> None:
    question = {"steps": 5000, "seconds": 0.02}
    first = drive(JOBS["count"], tmp_path, question, {})
    next(first)
    with pytest.raises(JobError, match="already"):
        list(drive(JOBS["count"], tmp_path, question, {}))
    first.close()  # type: ignore[attr-defined]
