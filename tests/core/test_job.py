from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog import JOBS, load_work
from core.errors import Cancelled, JobError, OutOfDisk, OutOfMemory
from core.files import lock
from core.job import (
    MANIFEST,
    Progress,
    content_key,
    drain,
    read_manifest,
    require_disk,
    require_memory,
    run_job,
    sole_writer,
)

ASKED = ({"steps": 3}, {"clip": "print"})
KEY = content_key("count", 1, *ASKED)


def count(out: Path, *, steps: int) -> Iterator[Progress]:
    for number in range(steps):
        (out / f"{number}.txt").write_text("x")
        yield Progress(number + 1, steps, preview=f"{number}.txt")
    (out / "scores.json").write_text('{"steps": 3}')


def run(root: Path) -> Iterator[Progress]:
    return run_job(root, "count", 1, count, *ASKED, outputs={"last": "2.txt"})


def test_a_job_ends_in_its_folder_with_a_manifest(tmp_path: Path) -> None:
    steps = list(run(tmp_path / "results"))
    assert [step.part for step in steps] == pytest.approx([1 / 3, 2 / 3, 1, 1])
    assert steps[0].preview == str(tmp_path / "results" / f"{KEY}.partial" / "0.txt")
    manifest = read_manifest(tmp_path / "results" / KEY)
    assert manifest is not None and manifest.complete
    assert manifest.scores == {"steps": 3} and manifest.outputs == {"last": "2.txt"}
    assert manifest.inputs == {"clip": "print"}
    assert [one.name for one in (tmp_path / "results").iterdir()] == [KEY]
    assert [step.message for step in run(tmp_path / "results")] == ["Already made"]


def test_the_key_is_all_that_determines_the_result() -> None:
    assert content_key("count", 1, {"steps": 3}, {"clip": "print"}) == KEY
    others = [
        content_key("other", 1, *ASKED),
        content_key("count", 2, *ASKED),
        content_key("count", 1, {"steps": 4}, {"clip": "print"}),
        content_key("count", 1, {"steps": 3}, {"clip": "other"}),
    ]
    assert len({KEY, *others}) == 5
    assert content_key("k", 1, {"a": 1, "b": 2}, {}) == content_key("k", 1, {"b": 2, "a": 1}, {})


def test_a_stopped_job_keeps_its_part_and_goes_on(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        drain(run(tmp_path), lambda step: step.done < 2)
    partial = tmp_path / f"{KEY}.partial"
    assert (partial / "1.txt").is_file() and not (tmp_path / f"{KEY}.lock").exists()
    manifest = read_manifest(partial)
    assert manifest is not None and not manifest.complete
    (partial / ".manifest.json.77.tmp").write_text("left by a kill")
    drain(run(tmp_path))
    assert not list((tmp_path / KEY).glob(".*"))


def test_a_part_that_says_nothing_of_itself_is_not_trusted(tmp_path: Path) -> None:
    partial = tmp_path / f"{KEY}.partial"
    partial.mkdir()
    (partial / "foreign.txt").write_text("?")
    (partial / MANIFEST).write_text("{half")
    drain(run(tmp_path))
    assert not (tmp_path / KEY / "foreign.txt").exists()


def test_a_result_that_is_not_whole_is_made_anew(tmp_path: Path) -> None:
    drain(run(tmp_path))
    (tmp_path / KEY / MANIFEST).write_text("damaged")
    drain(run(tmp_path))
    manifest = read_manifest(tmp_path / KEY)
    assert manifest is not None and manifest.complete


def test_only_one_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.job.PATIENCE", 0.0)
    steps = run(tmp_path)
    next(steps)
    with pytest.raises(JobError, match="another process"):
        next(run(tmp_path))
    steps.close()  # type: ignore[attr-defined]
    with sole_writer(tmp_path, KEY):
        assert lock(tmp_path / f"{KEY}.lock") is None
    held = lock(tmp_path / f"{KEY}.lock")
    assert held is not None
    held.close()


def test_a_worker_that_is_about_to_end_is_waited_for(tmp_path: Path) -> None:
    held = lock(tmp_path / f"{KEY}.lock")
    assert held is not None
    ends = threading.Timer(0.3, held.close)
    ends.start()
    with sole_writer(tmp_path, KEY):
        assert held.closed
    ends.join()


def test_too_little_disk_or_memory_names_the_figures(tmp_path: Path) -> None:
    with pytest.raises(OutOfDisk, match="GB free"):
        require_disk(tmp_path / "not" / "there", shutil.disk_usage(tmp_path).total * 2)
    require_disk(tmp_path, 0)
    with pytest.raises(OutOfMemory, match="GB of memory"):
        require_memory(2**60)


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_job_of_the_table_can_be_loaded(name: str) -> None:
    job = JOBS[name]
    assert callable(load_work(job)) and job.title and job.summary and job.version >= 1


@pytest.mark.parametrize("gone", ["results", f"results/{KEY}.partial", "."])
def test_work_whose_folder_goes_away_stops_at_once_and_names_it(tmp_path: Path, gone: str) -> None:
    project = tmp_path / "project"
    steps = run(project / "results")
    next(steps)
    away = (project / gone).rename(tmp_path / "away")
    with pytest.raises(JobError) as caught:
        list(steps)
    assert str(project / gone) in caught.value.message and "put it back" in caught.value.hint
    away.rename(project / gone)
    assert (project / "results" / f"{KEY}.partial" / "0.txt").exists()
    assert list(run(project / "results"))[-1].part == 1


def test_of_a_failure_in_a_folder_that_is_gone_the_folder_is_told(tmp_path: Path) -> None:
    def stumbling(out: Path, *, steps: int) -> Iterator[Progress]:
        yield Progress(0, steps)
        shutil.rmtree(out)
        (out / "0.txt").write_text("x")
        yield Progress(1, steps)

    with pytest.raises(JobError, match=r"written to is gone: .*\.partial"):
        list(run_job(tmp_path, "count", 1, stumbling, *ASKED))
