from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.errors import OutOfDisk, ProjectError
from core.job import Manifest, sole_writer, write_manifest
from core.project import collect as module
from core.project import results
from core.project.collect import collect, collect_job
from core.project.file import load, save
from core.project.paths import data_folder, key_masks_folder, recordings_folder, results_folder
from core.project.project import Project
from core.project.relink import check
from core.project.trust import Trust
from tests.core.project.films import KEY, film, media, raw_film


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path / "home" / "chosen.json")


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def spread_out(tmp_path: Path, trust: Trust) -> tuple[Project, Path]:
    """A film whose media lie in three places, two of them under one name, with masks and results."""
    file = tmp_path / "work" / "My Film.laminar"
    first = put(tmp_path / "work" / "media" / "a.mp4", b"first" * 1000)
    second = put(tmp_path / "disk" / "A.mp4", b"second")
    for number in range(3):
        put(tmp_path / "disk" / "shot" / f"{number:04}.png", bytes([number]) * 50)
    sequence = media("m3", str(tmp_path / "disk" / "shot"))
    project = replace(
        film(),
        media=(
            media("m1", str(first)),
            media("m2", str(second)),
            replace(sequence, info=replace(sequence.info, kind="sequence")),
            replace(media("m4", str(tmp_path / "gone.mp4")), missing=True),
        ),
    )
    data = data_folder(file)
    put(key_masks_folder(data) / "m1-0-aa.png", b"mask")
    put(key_masks_folder(data) / "unused.png", b"mask")
    put(results_folder(data) / KEY / "masks" / "00000.png", b"labels")
    put(results_folder(data) / ("e" * 32) / "x.bin", b"unused")
    return save(project, file, trust=trust), file


def test_a_collected_project_works_without_the_rest_of_the_disk(tmp_path: Path, trust: Trust) -> None:
    project, file = spread_out(tmp_path, trust)
    target = tmp_path / "archive"
    steps = list(collect(project, file, target, trust=trust))
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].part == 1 and steps[-1].fields["missing"] == ["gone.mp4"]
    shutil.rmtree(tmp_path / "work")
    shutil.rmtree(tmp_path / "disk")
    moved = tmp_path / "stick"
    target.rename(moved)
    home = moved / "My Film.laminar"
    found = check(
        load(home, trust=Trust(tmp_path / "stranger.json")).project, home, Trust(tmp_path / "stranger.json")
    )
    assert [one.path for one in found.media[:3]] == ["media/a.mp4", "media/A 2.mp4", "media/shot"]
    assert [one.missing for one in found.media] == [False, False, False, True]
    assert (moved / "media" / "A 2.mp4").read_bytes() == b"second"
    assert len(list((moved / "media" / "shot").iterdir())) == 3
    data = data_folder(home)
    assert (key_masks_folder(data) / "m1-0-aa.png").is_file()
    assert not (key_masks_folder(data) / "unused.png").exists()
    assert [one.name for one in results_folder(data).iterdir()] == [KEY]


def test_a_cancelled_collection_goes_on_without_copying_twice(
    tmp_path: Path, trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 1000)
    project, file = spread_out(tmp_path, trust)
    target = tmp_path / "archive"
    steps = collect(project, file, target, trust=trust)
    while next(steps).message != "A.mp4":
        pass
    steps.close()  # type: ignore[attr-defined]
    assert not list(target.rglob("*.part"))
    stamp = (target / "media" / "a.mp4").stat().st_ino
    again = list(collect(project, file, target, trust=trust))
    assert again[0].done > 5000
    assert (target / "media" / "a.mp4").stat().st_ino == stamp


def test_another_project_of_that_name_is_not_touched(tmp_path: Path, trust: Trust) -> None:
    project, file = spread_out(tmp_path, trust)
    other = tmp_path / "archive" / "My Film.laminar"
    save(Project("other"), other, trust=trust)
    with pytest.raises(ProjectError, match="another project"):
        list(collect(project, file, tmp_path / "archive", trust=trust))
    assert load(other, trust=trust).project.id == "other"


def test_too_little_disk_is_told_before_anything_is_copied(
    tmp_path: Path, trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, file = spread_out(tmp_path, trust)

    def full(folder: Path, needed: int) -> None:
        assert needed > 5000
        raise OutOfDisk("full")

    monkeypatch.setattr(module, "require_disk", full)
    with pytest.raises(OutOfDisk):
        list(collect(project, file, tmp_path / "archive", trust=trust))
    assert not (tmp_path / "archive").exists()


def test_it_runs_as_a_job(tmp_path: Path, trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMINAR_HOME", str(tmp_path / "home"))
    project, file = spread_out(tmp_path, trust)
    raw = raw_film(project)
    *_, last = collect_job(tmp_path / "archive", project=raw, project_file=str(file), data="")
    assert Path(last.fields["project"]).is_file()


def test_results_are_listed_with_their_use_and_only_the_others_cleaned(tmp_path: Path, trust: Trust) -> None:
    project, file = spread_out(tmp_path, trust)
    data = data_folder(file)
    busy = put(results_folder(data) / ("a" * 32 + ".partial") / "y.bin", b"busy" * 10)
    put(results_folder(data) / "mine" / "note.txt", b"not ours")
    write_manifest(results_folder(data) / KEY, Manifest("track", 1, {}, {}, complete=True))
    found = {result.key: result for result in results.listed(data, [project])}
    assert set(found) == {KEY, "e" * 32, "a" * 32}
    assert found[KEY].used and found[KEY].kind == "track" and found[KEY].size > 6
    assert found["a" * 32].partial and found["a" * 32].size == 40
    with sole_writer(results_folder(data), "a" * 32):
        assert results.clean(data, [project]) == len(b"unused")
    assert busy.exists() and (results_folder(data) / KEY).is_dir()
    assert results.clean(data, [project]) == 40
    assert (results_folder(data) / "mine").is_dir()
    assert (key_masks_folder(data) / "unused.png").exists()  # work is never cleaned
    assert results.clean(data, [Project("empty")]) > 0
    assert not (results_folder(data) / KEY).exists()


def test_carrying_brings_what_is_used_and_overwrites_nothing(tmp_path: Path, trust: Trust) -> None:
    project, file = spread_out(tmp_path, trust)
    data, target = data_folder(file), tmp_path / "copy_data"
    put(key_masks_folder(target) / "m1-0-aa.png", b"already")
    results.carry(project, data, target)
    assert (results_folder(target) / KEY / "masks" / "00000.png").read_bytes() == b"labels"
    assert (key_masks_folder(target) / "m1-0-aa.png").read_bytes() == b"already"
    assert not (results_folder(target) / ("e" * 32)).exists()
    results.carry(project, data, data)


def test_a_result_made_before_the_project_was_saved_is_brought_to_it(tmp_path: Path) -> None:
    made = results_folder(tmp_path / "scratch") / KEY
    put(made / "masks" / "00000.png", b"labels")
    target = results.bring(made, tmp_path / "film_data")
    assert target == results_folder(tmp_path / "film_data") / KEY
    assert (target / "masks" / "00000.png").read_bytes() == b"labels" and not made.exists()
    assert results.bring(target, tmp_path / "film_data") == target


def test_a_recording_that_is_gone_keeps_nothing_from_being_carried(tmp_path: Path) -> None:
    data, target = tmp_path / "film_data", tmp_path / "copy_data"
    there = put(recordings_folder(data) / "take 1.wav", b"sound")
    gone = recordings_folder(data) / "take 2.wav"
    results.carry(replace(film(), media=(media("m1", str(there)), media("m2", str(gone)))), data, target)
    assert [path.name for path in recordings_folder(target).iterdir()] == ["take 1.wav"]
