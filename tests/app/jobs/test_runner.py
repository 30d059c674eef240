from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import thread
from app.jobs.records import (
    LOG_LINES,
    JobRecord,
    Order,
    QueueFile,
    Stopwatch,
    active_job,
    jobs_about,
)
from app.jobs.runner import JobRunner
from app.window.notify import Notice, Notifier
from core.errors import OutOfDisk
from core.settings import Settings
from tests.jobs_for_tests import JOBS

SLOW = {"steps": 400, "seconds": 0.01}


@pytest.fixture
def notifier(qapp: object) -> Notifier:
    return Notifier()


@pytest.fixture
def runner(notifier: Notifier, tmp_path: Path) -> Iterator[JobRunner]:
    made = JobRunner(Settings(tmp_path / "settings.json"), notifier, jobs=JOBS)
    yield made
    made.shutdown()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("job", "worker"))]


def wait_state(qtbot: QtBot, record: JobRecord, *states: str) -> None:
    qtbot.waitUntil(lambda: record.state in states)


def submit(runner: JobRunner, tmp_path: Path, job: str = "count", **parameters: object) -> JobRecord:
    return runner.submit(job, job.title(), parameters, {}, root=tmp_path / "results")


def test_a_job_goes_from_queued_to_done_and_hands_over(
    qtbot: QtBot, runner: JobRunner, tmp_path: Path
) -> None:
    got: list[Path | None] = []
    seen: list[float] = []
    runner.changed.connect(lambda record: seen.append(record.progress.part))
    record = runner.submit(
        "count", "Count", {"steps": 5}, {}, root=tmp_path, on_done=lambda r: got.append(r.folder)
    )
    assert record.state == "running"
    with qtbot.waitSignal(runner.finished):
        pass
    assert record.state == "done" and got == [record.folder]
    assert record.folder is not None and len(list(record.folder.glob("*.txt"))) == 5
    assert Path(record.preview).is_file()
    assert (seen[-1] == 1.0 and "step 5" in record.log) or "Done" in record.log


def test_asking_again_is_answered_at_once_without_a_worker(
    qtbot: QtBot, runner: JobRunner, tmp_path: Path
) -> None:
    wait_state(qtbot, submit(runner, tmp_path, steps=2), "done")
    again = submit(runner, tmp_path, steps=2)
    assert not runner._runs
    wait_state(qtbot, again, "done")
    assert again.folder is not None and again.folder.is_dir()


def test_the_same_question_twice_is_one_job_with_two_listeners(
    qtbot: QtBot, runner: JobRunner, tmp_path: Path
) -> None:
    got: list[int] = []
    one = runner.submit("count", "A", {"steps": 3}, {}, root=tmp_path, on_done=lambda r: got.append(1))
    two = runner.submit("count", "B", {"steps": 3}, {}, root=tmp_path, on_done=lambda r: got.append(2))
    assert one is two
    wait_state(qtbot, one, "done")
    assert got == [1, 2]


def test_settings_are_frozen_when_queued(qtbot: QtBot, runner: JobRunner, tmp_path: Path) -> None:
    parameters = {"steps": 3}
    record = runner.submit("count", "Count", parameters, {}, root=tmp_path)
    parameters["steps"] = 9
    wait_state(qtbot, record, "done")
    assert record.folder is not None and len(list(record.folder.glob("*.txt"))) == 3


def test_one_runs_and_the_others_wait_in_an_order_that_can_be_changed(
    qtbot: QtBot, runner: JobRunner, tmp_path: Path
) -> None:
    order: list[str] = []
    runner.finished.connect(lambda record: order.append(record.title))
    first = runner.submit("count", "first", {"steps": 30, "seconds": 0.01}, {}, root=tmp_path)
    for name, steps in (("b", 1), ("c", 2), ("d", 3)):
        runner.submit("count", name, {"steps": steps}, {}, root=tmp_path)
    assert [record.state for record in runner.records] == ["running", "queued", "queued", "queued"]
    runner.move(runner.records[3], -5)
    runner.move(first, 1)  # runs already: stays
    runner.cancel(next(record for record in runner.records if record.title == "c"))
    qtbot.waitUntil(lambda: len(order) == 4)
    assert order == ["c", "first", "d", "b"]


def test_pause_lets_the_next_go_and_resume_finishes(qtbot: QtBot, runner: JobRunner, tmp_path: Path) -> None:
    slow = submit(runner, tmp_path, steps=60, seconds=0.01)
    qtbot.waitUntil(lambda: slow.progress.done > 0)
    quick = submit(runner, tmp_path, steps=1)
    runner.pause(slow)
    wait_state(qtbot, quick, "done")
    assert slow.state == "paused" and slow.progress.part < 1
    runner.resume(slow)
    assert slow.state == "running"
    wait_state(qtbot, slow, "done")


def test_a_cancelled_job_is_silent_and_goes_on_when_retried(
    qtbot: QtBot, runner: JobRunner, notifier: Notifier, tmp_path: Path
) -> None:
    record = submit(runner, tmp_path, **SLOW)
    qtbot.waitUntil(lambda: record.progress.done >= 5)
    runner.cancel(record)
    wait_state(qtbot, record, "cancelled")
    assert notifier.waiting == []
    kept = len(list(tmp_path.rglob("*.txt")))
    assert kept >= 5
    runner.retry(record)
    qtbot.waitUntil(lambda: record.progress.done > kept)
    assert record.eta is not None and record.eta < 60


def test_a_job_that_is_tried_again_waits_behind_the_others(
    qtbot: QtBot, runner: JobRunner, tmp_path: Path
) -> None:
    first = submit(runner, tmp_path, **SLOW)
    again = runner.submit("count", "again", {"steps": 1}, {}, root=tmp_path)
    runner.submit("count", "later", {"steps": 2}, {}, root=tmp_path)
    runner.retry(again)  # waits already: stays
    runner.cancel(again)
    runner.retry(again)
    assert [record.title for record in runner.records] == ["Count", "later", "again"]
    assert again.state == "queued" and again.error is None
    runner.clear_finished()
    runner.remove(first)
    assert len(runner.records) == 3, "nothing is through"
    runner.cancel(again)
    runner.clear_finished()
    assert [record.title for record in runner.records] == ["Count", "later"]
    runner.pause(first)
    wait_state(qtbot, runner.records[1], "done")
    assert again.state == "cancelled"


def test_a_paused_job_that_is_resumed_waits_for_the_one_that_runs(
    qtbot: QtBot, runner: JobRunner, tmp_path: Path
) -> None:
    first = submit(runner, tmp_path, **SLOW)
    second = runner.submit("count", "second", {"steps": 20, "seconds": 0.01}, {}, root=tmp_path)
    runner.pause(first)
    assert (first.state, second.state) == ("paused", "running")
    runner.resume(first)
    assert first.state == "queued"
    wait_state(qtbot, second, "done")
    assert first.state == "running"


def test_what_a_listener_does_wrong_is_told_and_the_queue_goes_on(
    qtbot: QtBot, runner: JobRunner, notifier: Notifier, tmp_path: Path
) -> None:
    got: list[str] = []

    def fail(record: JobRecord) -> None:
        raise ValueError("not expected")

    first = runner.submit("count", "first", {"steps": 1}, {}, root=tmp_path, on_done=fail)
    runner.submit(
        "count", "first", {"steps": 1}, {}, root=tmp_path, on_done=lambda record: got.append(record.title)
    )
    second = submit(runner, tmp_path, steps=2)
    wait_state(qtbot, second, "done")
    assert first.state == "done" and got == ["first"]
    assert [notice.level for notice in notifier.waiting] == ["error"]


def test_jobs_are_found_by_what_they_are_about_and_logs_stay_short() -> None:
    def record(job: str, media: str, state: str) -> JobRecord:
        return JobRecord(Order(job, "", "", {}, {}, {"media": media}), JOBS[job], state=state)  # type: ignore[arg-type]

    old, other, kind, now = (
        record("count", "m1", "done"),
        record("count", "m2", "running"),
        record("tidy", "m1", "running"),
        record("count", "m1", "queued"),
    )
    every = [old, other, kind, now]
    assert jobs_about(every, "count", "m1") == [old, now]
    assert active_job(every, "count", "m1") is now
    assert active_job(every[:3], "count", "m1") is None
    now.write(str(number) for number in range(2 * LOG_LINES))
    assert len(now.log) == LOG_LINES and now.log[-1] == str(2 * LOG_LINES - 1)


@pytest.mark.parametrize(
    ("job", "parameters", "words"),
    [
        ("refuses", {"name": "a.mp4"}, "a.mp4 cannot be read"),
        ("defect", {}, "something went wrong"),
        ("crash", {}, "the worker ended without a result"),
    ],
)
def test_a_failure_becomes_a_notice_and_the_queue_goes_on(
    qtbot: QtBot,
    runner: JobRunner,
    notifier: Notifier,
    tmp_path: Path,
    job: str,
    parameters: dict[str, object],
    words: str,
) -> None:
    bad = submit(runner, tmp_path, job, **parameters)
    good = submit(runner, tmp_path, steps=1)
    wait_state(qtbot, good, "done")
    assert bad.state == "failed" and bad.log
    notice: Notice = notifier.waiting[0]
    assert notice.level == "error" and words in notice.message and notice.hint


def test_a_full_disk_pauses_with_a_notice(
    qtbot: QtBot,
    runner: JobRunner,
    notifier: Notifier,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[int] = []

    def disk(folder: Path, needed: int) -> None:
        calls.append(needed)
        if len(calls) == 2:
            raise OutOfDisk("the disk is full", "Free some space")

    monkeypatch.setattr(thread, "require_disk", disk)
    monkeypatch.setattr(thread, "WATCH_SECONDS", 0.05)
    record = submit(runner, tmp_path, steps=40, seconds=0.01)
    waiting = submit(runner, tmp_path, steps=1)
    wait_state(qtbot, record, "paused")
    assert "the disk is full" in notifier.waiting[0].message
    assert waiting.state == "queued"  # it would meet the same disk
    runner.resume(record)
    wait_state(qtbot, waiting, "done")
    assert record.state == "done"


def test_when_the_job_that_filled_the_disk_is_given_up_the_others_go_on(
    qtbot: QtBot, runner: JobRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = [True]

    def disk(folder: Path, needed: int) -> None:
        if full and time.monotonic() > begun:
            full.clear()
            raise OutOfDisk("the disk is full", "Free some space")

    begun = float("inf")
    monkeypatch.setattr(thread, "require_disk", disk)
    monkeypatch.setattr(thread, "WATCH_SECONDS", 0.05)
    record = submit(runner, tmp_path, **SLOW)
    waiting = submit(runner, tmp_path, steps=1)
    qtbot.waitUntil(lambda: record.progress.done > 0)
    begun = 0.0
    wait_state(qtbot, record, "paused")
    assert waiting.state == "queued"
    runner.cancel(record)
    wait_state(qtbot, waiting, "done")


def test_too_little_memory_is_told_before_the_start(
    qtbot: QtBot, runner: JobRunner, notifier: Notifier, tmp_path: Path
) -> None:
    runner._jobs = {**JOBS, "count": JOBS["count"].__class__(**{**vars(JOBS["count"]), "memory": 2**60})}
    record = submit(runner, tmp_path, steps=1)
    wait_state(qtbot, record, "failed")
    assert "memory" in notifier.waiting[0].message


def test_what_a_crash_left_is_offered_and_resumed(qtbot: QtBot, notifier: Notifier, tmp_path: Path) -> None:
    left = QueueFile(tmp_path / "queue")
    order = Order("count", "Count", str(tmp_path / "results"), {"steps": 3}, {}, {"media": "m1"})
    left.save([order])
    left._writer.shutdown()
    assert left._held is not None

    def make() -> JobRunner:
        settings = Settings(tmp_path / "settings.json")
        return JobRunner(settings, notifier, queue_folder=tmp_path / "queue", jobs=JOBS)

    second = make()
    assert second.restore() == []  # its owner is alive
    left._held.close()  # as the system does when a process is killed
    (record,) = second.restore()
    assert record.state == "interrupted" and "not finished" in notifier.waiting[0].message
    got: list[object] = []
    second.handle("count", lambda r: got.append(r.order.context))
    second.resume(record)
    wait_state(qtbot, record, "done")
    assert got == [{"media": "m1"}]
    second.shutdown()
    assert list((tmp_path / "queue").iterdir()) == []


def test_quitting_ends_the_worker_and_keeps_the_order(
    qtbot: QtBot, notifier: Notifier, tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "settings.json")
    first = JobRunner(settings, notifier, queue_folder=tmp_path / "queue", jobs=JOBS)
    record = submit(first, tmp_path, **SLOW)
    qtbot.waitUntil(lambda: record.progress.done > 0)
    first.shutdown()
    second = JobRunner(settings, notifier, queue_folder=tmp_path / "queue", jobs=JOBS)
    (offered,) = second.restore()
    assert offered.order == record.order
    second.remove(offered)
    second.shutdown()
    assert list((tmp_path / "queue").iterdir()) == []


def test_signals_come_at_most_twenty_times_a_second(qtbot: QtBot, runner: JobRunner, tmp_path: Path) -> None:
    count: list[int] = []
    runner.changed.connect(lambda *_: count.append(1))
    record = submit(runner, tmp_path, steps=200, seconds=0.002)
    wait_state(qtbot, record, "done")
    assert 1 <= len(count) <= 20 * (record.clock.spent + 0.2) + 4, (
        "two of them say that it runs and that it is done"
    )


def test_the_clock_counts_from_where_a_resumed_job_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("app.jobs.records.time.monotonic", lambda: now[0])
    clock = Stopwatch()
    clock.run()
    assert clock.eta(0.5) is None
    now[0] += 10
    assert clock.eta(0.75) == pytest.approx(10)
    clock.hold()
    now[0] += 1000
    clock.run()
    assert clock.eta(0.75) == pytest.approx(10)
    assert clock.eta(1.0) is None, "what comes after the last frame takes a time of its own"
