from __future__ import annotations

import contextlib
import os
import random
import shutil
import threading
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import ProjectError
from core.project import journal as module
from core.project import recovery
from core.project.file import load, save
from core.project.journal import Journal, pack, records
from core.project.patches import diff
from core.project.paths import data_folder, key_masks_folder, results_folder
from core.project.project import Project
from core.project.trust import Trust
from tests.core.project.films import KEY, edited, film


def test_reading_stops_at_the_first_record_that_is_not_whole() -> None:
    payloads = [b"one", b"two" * 100, b""]
    data = b"".join(map(pack, payloads))
    assert records(data) == payloads
    for end in range(len(data)):
        assert records(data[:end]) == payloads[: len(records(data[:end]))]
    assert records(data[:-1] + b"\1") == payloads[:2]
    flipped = bytearray(data)
    flipped[9] ^= 4
    assert records(bytes(flipped)) == []


def crash(journal: Journal) -> None:
    """End as a killed process does: what is written stays, the lock goes."""
    assert journal.flush()
    journal.close(keep=True)


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path / "home" / "chosen.json")


def test_what_was_not_saved_is_found_and_restored_as_a_copy(tmp_path: Path, trust: Trust) -> None:
    path = tmp_path / "films" / "My Film.laminar"
    data = data_folder(path)
    project = save(film(), path, trust=trust)
    before = path.read_bytes()
    mask = key_masks_folder(data) / "m1-0-aa.png"
    result = results_folder(data) / KEY / "masks" / "00000.png"
    for one in (mask, result):
        one.parent.mkdir(parents=True)
        one.write_bytes(b"picture")
    journal = Journal(tmp_path / "journals")
    journal.start(project, path, data)
    journal.flush()
    for seed in range(20):
        project = edited(project, seed)
        journal.record(project)
    assert recovery.find(tmp_path / "journals") == []  # the session lives
    crash(journal)
    (left,) = recovery.find(tmp_path / "journals")
    assert left.project == project and left.file == path and left.name == "My Film" and left.edits == 20
    copy = recovery.restore(left, trust=trust)
    assert copy == tmp_path / "films" / "My Film (recovered).laminar"
    assert load(copy, trust=trust).project == project
    assert (key_masks_folder(data_folder(copy)) / mask.name).read_bytes() == b"picture"
    assert (results_folder(data_folder(copy)) / KEY / "masks" / "00000.png").is_file()
    assert path.read_bytes() == before
    assert recovery.restore(left, trust=trust).name == "My Film (recovered 2).laminar"
    left.discard()
    assert list((tmp_path / "journals").iterdir()) == []


def test_work_that_was_never_saved_is_recovered_into_a_given_folder(tmp_path: Path, trust: Trust) -> None:
    journal = Journal(tmp_path / "journals")
    journal.start(Project("p", "Untitled"), None, None)
    journal.record(film())
    crash(journal)
    (left,) = recovery.find(tmp_path / "journals")
    assert left.file is None and left.name == "My Film"
    with pytest.raises(ProjectError, match="never saved"):
        recovery.restore(left, trust=trust)
    assert (
        load(recovery.restore(left, tmp_path, trust=trust), trust=trust).project.sequences == film().sequences
    )
    left.release()
    (again,) = recovery.find(tmp_path / "journals")
    again.discard()


def test_nothing_is_offered_when_nothing_was_lost(tmp_path: Path, trust: Trust) -> None:
    folder = tmp_path / "journals"
    path = tmp_path / "a.laminar"
    project = save(film(), path, trust=trust)
    untouched = Journal(folder)
    untouched.start(project, path, None)
    crash(untouched)
    assert recovery.find(folder) == [] and list(folder.iterdir()) == []
    undone = Journal(folder)
    undone.start(project, path, None)
    undone.record(edited(project, 1))
    undone.record(project)
    crash(undone)
    assert recovery.find(folder) == [] and list(folder.iterdir()) == []
    saved = Journal(folder)
    saved.start(project, path, None)
    saved.record(edited(project, 1))
    saved.flush()
    save(edited(project, 1), path, trust=trust)
    crash(saved)  # between the save and the journal's new start
    assert recovery.find(folder) == []
    closed = Journal(folder)
    closed.start(project, path, None)
    closed.record(edited(project, 2))
    closed.close()
    assert list(folder.iterdir()) == []


def test_a_save_starts_the_journal_anew(tmp_path: Path, trust: Trust) -> None:
    path = tmp_path / "a.laminar"
    journal = Journal(tmp_path / "j")
    journal.start(film(), path, None)
    journal.record(edited(film(), 1))
    project = save(edited(film(), 1), path, trust=trust)
    journal.start(project, path, None)
    journal.flush()
    assert len(list((tmp_path / "j").glob("*.journal"))) == 1
    journal.record(edited(project, 2))
    crash(journal)
    (left,) = recovery.find(tmp_path / "j")
    assert left.edits == 1 and left.project == edited(project, 2)
    left.release()


def test_a_cut_journal_gives_the_last_whole_edit(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.start(film(), None, None)
    values = [film()]
    for seed in range(8):
        values.append(edited(values[-1], seed))
        journal.record(values[-1])
    crash(journal)
    (path,) = tmp_path.glob("*.journal")
    whole = path.read_bytes()
    chance = random.Random(3)
    for _ in range(25):
        path.write_bytes(whole[: chance.randrange(len(whole) // 2, len(whole))])
        try:
            _, project, edits = recovery.read(path)
        except ProjectError:
            continue  # the cut went through the base
        assert project == values[edits]


def test_a_patch_that_does_not_fit_ends_the_reading_there(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.start(film(), None, None)
    journal.flush()
    journal.record(edited(film(), 1))
    crash(journal)
    (path,) = tmp_path.glob("*.journal")
    half = b'{"f":{"name":{"=":"half"},"sequences":{"i":{"99":{"=":1}}}}}'
    path.write_bytes(path.read_bytes() + pack(half) + pack(b"not json"))
    assert recovery.read(path)[1:] == (edited(film(), 1), 1)


def test_a_damaged_next_file_falls_back_to_the_one_before(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.start(film(), None, None)
    journal.record(edited(film(), 1))
    crash(journal)
    (path,) = tmp_path.glob("*.journal")
    path.with_name(path.name.replace("000001", "000002")).write_bytes(path.read_bytes()[:100])
    (left,) = recovery.find(tmp_path)
    assert left.project == edited(film(), 1)
    left.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_long_journal_starts_from_a_fresh_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 20_000)
    journal = Journal(tmp_path)
    project = film()
    journal.start(project, None, None)
    journal.flush()
    for seed in range(60):
        project = edited(project, seed)
        journal.record(project)
    journal.flush()
    (path,) = tmp_path.glob("*.journal")
    assert path.stat().st_size < 60_000 and "000001" not in path.name
    crash(journal)
    (left,) = recovery.find(tmp_path)
    assert left.project == project
    left.release()


def test_a_full_disk_is_told_once_and_the_next_edit_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[OSError] = []
    journal = Journal(tmp_path, on_error=told.append)
    project = film()
    journal.start(project, None, None)
    assert journal.flush()

    with monkeypatch.context() as broken:
        broken.setattr(module, "_write_all", full)
        for seed in range(3):
            project = edited(project, seed)
            journal.record(project)
        assert not journal.flush()
    assert len(told) == 1
    project = edited(project, 9)
    journal.record(project)
    crash(journal)
    (left,) = recovery.find(tmp_path)
    assert left.project == project
    left.release()


def test_a_journal_that_could_not_be_written_is_tried_again_without_an_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AGAIN", 0.01)
    journal = Journal(tmp_path)
    project = film()
    journal.start(project, None, None)
    assert journal.flush()
    with monkeypatch.context() as broken:
        broken.setattr(module, "_write_all", full)
        project = edited(project, 1)
        journal.record(project)
        assert not journal.flush()
    end = time.monotonic() + 10
    while not journal.flush() and time.monotonic() < end:
        time.sleep(0.01)
    crash(journal)
    (left,) = recovery.find(tmp_path)
    assert left.project == project
    left.release()


def full(handle: int, data: bytes) -> int:
    raise OSError(28, "No space left on device")


def recorded(folder: Path) -> list[Project]:
    """What the journals of a living session hold; looked at again when one gave way to the next meanwhile."""
    while True:
        with contextlib.suppress(FileNotFoundError):
            return [recovery.read(path)[1] for path in sorted(folder.glob("*.journal"))]


def test_an_edit_is_in_the_file_when_record_returns(tmp_path: Path) -> None:
    journal = Journal(tmp_path, interval=1000)
    project = film()
    journal.start(project, None, None)
    journal.flush()
    for seed in range(30):
        project = edited(project, seed)
        if seed % 7 == 0:
            journal.start(project, None, None)  # as a save does; edits go on meanwhile
        else:
            journal.record(project)
        if seed % 7:
            assert project in recorded(tmp_path)
    journal.close()


def test_an_edit_made_while_the_next_file_begins_survives_a_crash_right_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, crashed = tmp_path / "journals", tmp_path / "crashed"
    first, second = film(), edited(film(), 4)
    journal = Journal(folder)
    journal.start(first, tmp_path / "a.laminar", None)
    assert journal.flush()
    sync, left = os.fsync, threading.Event()

    def edit_then_crash(handle: int) -> None:
        sync(handle)
        if not left.is_set():
            left.set()  # the base is on the disk, and edits still go to the file before
            journal.record(second)
            shutil.copytree(folder, crashed)

    monkeypatch.setattr(module.os, "fsync", edit_then_crash)
    journal.start(first, tmp_path / "a.laminar", None)
    assert journal.flush() and left.is_set()
    (one,) = recovery.find(crashed)
    assert one.project == second
    one.discard()
    assert list(crashed.iterdir()) == []
    journal.close()


def test_edits_of_another_project_do_not_reach_the_journal_before(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.start(film(), None, None)
    journal.flush()
    (first,) = tmp_path.glob("*.journal")
    kept = first.with_name("kept.journal")
    os.link(first, kept)
    other = replace(film(), id="other")
    journal.start(other, None, None)
    journal.record(edited(other, 4))
    crash(journal)
    assert recovery.read(kept)[1:] == (film(), 0)
    kept.unlink()
    (left,) = recovery.find(tmp_path)
    assert left.project == edited(other, 4)
    left.discard()


def test_recording_on_a_long_film_takes_little_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    project = film(2000)
    journal.start(project, None, None)
    journal.flush()
    spent = []
    for seed in range(40):
        after = edited(project, seed)
        if len(msgspec.json.encode(diff(project, after) or {})) > 10_000:
            continue  # a shuffle of the whole track is no edit of the window
        project = after
        start = time.thread_time()
        journal.record(project)
        spent.append(time.thread_time() - start)
    journal.close()
    assert sorted(spent)[len(spent) // 2] < 0.005
    assert not [thread for thread in threading.enumerate() if thread is journal._thread]


@settings(max_examples=25, deadline=None)
@given(seeds=st.lists(st.integers(0, 10**6), min_size=1, max_size=15, unique=True))  # ids come from seeds
def test_whatever_was_edited_is_saved_and_loaded_as_it_was(
    seeds: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("film")
    project, trust = film(), Trust(folder / "chosen.json")
    for seed in seeds:
        project = edited(project, seed)
    stored = save(project, folder / "a.laminar", keep=0, trust=trust)
    assert stored == project
    loaded = load(folder / "a.laminar", trust=trust)
    assert loaded.project == project and loaded.notices == ()


def test_what_was_prepared_on_another_thread_is_written_once_and_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = [film()]
    for seed in range(3):
        values.append(edited(values[-1], seed))
    asked = list[Project]()

    def noted(before: Project, after: Project) -> object:
        asked.append(after)
        return diff(before, after)

    journal = Journal(tmp_path)
    journal.start(values[0], None, None)
    journal.flush()
    monkeypatch.setattr(module, "diff", noted)
    journal.prepare(values[1])
    journal.record(values[1])
    assert asked == values[1:2], "worked out once"
    journal.prepare(
        values[3]
    )  # another edit comes in between, so that it leads from a value that is not the last
    journal.record(values[2])
    journal.record(values[3])
    crash(journal)
    (path,) = tmp_path.glob("*.journal")
    _, project, edits = recovery.read(path)
    assert project == values[3] and edits == 3
