from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from core.errors import ProjectError
from core.project import file
from core.project.backups import listed
from core.project.file import Rebase, load, rebased, save
from core.project.paths import data_folder
from core.project.project import SCHEMA, Project, new_project
from core.project.trust import Trust
from core.timeline.model import Gap
from tests.core.project.films import FRAME, film, media, raw_film
from tests.counting import calls


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path / "home" / "chosen.json")


def write(path: Path, raw: object) -> Path:
    path.write_bytes(msgspec.json.encode(raw))
    return path


def test_what_is_saved_is_loaded(tmp_path: Path, trust: Trust) -> None:
    path = tmp_path / "My Film.laminar"
    for project in (film(), new_project()):
        assert save(project, path, trust=trust) == project
        loaded = load(path, trust=trust)
        assert loaded.project == project
        assert loaded.notices == () and not loaded.read_only
    assert [one.name for one in tmp_path.glob(".*")] == []


def test_a_save_from_before_verdicts_is_loaded(tmp_path: Path, trust: Trust) -> None:
    raw = raw_film()
    for one in raw["media"]:
        del one["verdicts"]
    loaded = load(write(tmp_path / "a.laminar", raw), trust=trust)
    assert [one.verdicts for one in loaded.project.media] == [()] * len(raw["media"])
    assert loaded.notices == ()


def test_the_file_is_readable_json_with_relative_paths(tmp_path: Path, trust: Trust) -> None:
    path = tmp_path / "a.laminar"
    inside = tmp_path / "media" / "a.mp4"
    save(
        replace(film(), media=(media(path=str(inside)), media("m2", str(tmp_path.parent / "b.mov")))),
        path,
        trust=trust,
    )
    text = path.read_text()
    assert text.count("\n") > 100 and '"path": "media/a.mp4"' in text
    assert str(tmp_path.parent / "b.mov") in text


def test_saving_under_another_folder_keeps_pointing_at_the_media(tmp_path: Path, trust: Trust) -> None:
    first, second = tmp_path / "one" / "a.laminar", tmp_path / "two" / "b.laminar"
    save(film(), first, trust=trust)
    stored = save(film(), second, was=first, trust=trust)
    assert stored.media[0].path == str(tmp_path / "one" / "media" / "a.mp4")
    assert load(second, trust=trust).project.media[0].path == stored.media[0].path
    assert not load(second, trust=trust).project.media[0].missing


def test_unknown_fields_survive_load_and_save(tmp_path: Path, trust: Trust) -> None:
    raw = raw_film()
    raw["future"] = {"a": [1, 2]}
    raw["media"][1]["stars"] = 5
    track = raw["sequences"][0]["tracks"][1]
    track["items"][2]["mood"] = "calm"
    track["items"][2]["effects"][0]["gpu"] = True
    raw["sequences"][0]["rate"]["drop"] = False
    path = write(tmp_path / "a.laminar", raw)
    project = load(path, trust=trust).project
    sequence = project.sequences[0]
    moved = replace(sequence.tracks[1], items=(Gap(FRAME), *sequence.tracks[1].items))
    changed = project.with_sequence(replace(sequence, tracks=(sequence.tracks[0], moved, sequence.tracks[2])))
    copy = tmp_path / "copy.laminar"
    save(changed, copy, was=path, trust=trust)
    save(changed, copy, trust=trust)
    kept = msgspec.json.decode(copy.read_bytes())
    assert kept["future"] == {"a": [1, 2]} and kept["media"][1]["stars"] == 5
    rich = kept["sequences"][0]["tracks"][1]["items"][3]
    assert rich["mood"] == "calm" and rich["effects"][0]["gpu"] is True
    assert kept["sequences"][0]["rate"]["drop"] is False


def test_another_project_in_the_same_place_gives_nothing_on(tmp_path: Path, trust: Trust) -> None:
    path = write(tmp_path / "a.laminar", {**raw_film(), "id": "other", "future": 1})
    save(film(), path, trust=trust)
    assert "future" not in msgspec.json.decode(path.read_bytes())


def test_older_schemas_are_upgraded_step_by_step(tmp_path: Path, trust: Trust) -> None:
    raw = raw_film()
    raw["schema"] = SCHEMA
    raw["clips_bin"] = raw.pop("media")
    path = write(tmp_path / "old.laminar", raw)
    seen: list[int] = []

    def rename(old: dict[str, Any]) -> dict[str, Any]:
        seen.append(old["schema"])
        return {**{k: v for k, v in old.items() if k != "clips_bin"}, "media": old["clips_bin"]}

    def same(old: dict[str, Any]) -> dict[str, Any]:
        seen.append(old["schema"])
        return old

    loaded = load(path, trust=trust, upgrades={SCHEMA: rename, SCHEMA + 1: same}, schema=SCHEMA + 2)
    assert seen == [SCHEMA, SCHEMA + 1]
    assert loaded.project.media == film().media and not loaded.read_only


def test_a_schema_without_an_upgrade_and_one_that_breaks_are_told(tmp_path: Path, trust: Trust) -> None:
    path = write(tmp_path / "old.laminar", raw_film())
    with pytest.raises(ProjectError, match="cannot be upgraded"):
        load(path, trust=trust, upgrades={SCHEMA: lambda raw: raw["nothing"]}, schema=SCHEMA + 1)
    with pytest.raises(ProjectError, match="of version 0"):
        load(write(path, {**raw_film(), "schema": 0}), trust=trust)


def test_a_newer_file_is_opened_read_only_and_never_overwritten(tmp_path: Path, trust: Trust) -> None:
    path = write(tmp_path / "new.laminar", {**raw_film(), "schema": SCHEMA + 1, "x": 1})
    before = path.read_bytes()
    loaded = load(path, trust=trust)
    assert loaded.read_only and "newer Laminar" in loaded.notices[0]
    assert loaded.project.sequences == film().sequences
    with pytest.raises(ProjectError, match="newer"):
        save(loaded.project, path, trust=trust)
    assert path.read_bytes() == before


def test_a_failed_save_leaves_the_old_file(
    tmp_path: Path, trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.laminar"
    save(film(), path, trust=trust)
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProjectError) as caught:
        save(film(5), path, trust=trust)
    assert "No space left" in caught.value.message and "Free some space" in caught.value.hint
    monkeypatch.undo()
    monkeypatch.setattr(file, "_encode", lambda project, source: b'{"id": "p1"}')
    with pytest.raises(ProjectError, match="differs"):
        save(film(5), path, trust=trust)
    monkeypatch.setattr(file, "_encode", lambda project, source: b'{"id": "p1')
    with pytest.raises(ProjectError, match="not readable"):
        save(film(5), path, trust=trust)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.glob(".*")] == []


def test_the_file_before_becomes_a_backup(tmp_path: Path, trust: Trust) -> None:
    path = tmp_path / "a.laminar"
    values = [film(number) for number in (2, 3, 4)]
    for project in values:
        save(project, path, trust=trust)
    backups = listed(path, data_folder(path))
    assert [load(one, trust=trust).project.sequences for one in backups.values()] == [
        project.sequences for project in values[:2]
    ]


def test_media_outside_the_folder_need_to_be_chosen_once(tmp_path: Path, trust: Trust) -> None:
    home = tmp_path / "project"
    home.mkdir()
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(b"x")
    (home / "link.mp4").symlink_to(secret)
    bad = [str(secret), "../secret.mp4", "media/../../secret.mp4", "link.mp4"]
    found = (media(), *(media(f"x{n}", path) for n, path in enumerate(bad)), media("m2"))
    raw = raw_film(replace(film(), media=found))
    path = write(home / "a.laminar", raw)
    loaded = load(path, trust=trust)
    assert [one.missing for one in loaded.project.media] == [False, True, True, True, True, False]
    assert "relink" in loaded.warnings[-1] and not loaded.notices and not loaded.read_only
    save(loaded.project, path, trust=trust)  # saving alone does not choose them
    assert load(path, trust=Trust(trust.path)).project.media[1].missing
    trust.add([secret])
    assert not load(path, trust=Trust(trust.path)).project.media[1].missing


def test_media_chosen_here_stay_chosen_through_save(tmp_path: Path, trust: Trust) -> None:
    path = tmp_path / "p" / "a.laminar"
    project = replace(film(), media=(media(path=str(tmp_path / "far.mp4")), media("m2")))
    save(project, path, trust=trust)
    assert not any(one.missing for one in load(path, trust=Trust(trust.path)).project.media)


def test_a_large_project_saves_and_loads_fast(tmp_path: Path, trust: Trust) -> None:
    path = tmp_path / "big.laminar"
    project = film(2000)
    save(project, path, trust=trust)
    assert load(path, trust=trust).project == project
    assert path.stat().st_size < 4 * 2**20


def test_errors_name_the_file_and_the_cure(tmp_path: Path, trust: Trust) -> None:
    cases: list[tuple[str, bytes]] = [
        ("empty", b""),
        ("text", b"hello"),
        ("list", b"[1, 2]"),
        ("other", b'{"a": 1}'),
        ("half", msgspec.json.encode(film())[:500]),
        ("deep", b"[" * 100_000),
        ("nan", b'{"media": NaN}'),
        ("schema", b'{"schema": "x", "media": []}'),
    ]
    for name, data in cases:
        path = tmp_path / f"{name}.laminar"
        path.write_bytes(data)
        with pytest.raises(ProjectError) as caught:
            load(path, trust=trust)
        assert name in caught.value.message and caught.value.hint, name
    with pytest.raises(ProjectError, match="not there"):
        load(tmp_path / "none.laminar", trust=trust)
    with pytest.raises(ProjectError, match="is a folder"):
        load(tmp_path, trust=trust)
    huge = tmp_path / "huge.laminar"
    with huge.open("wb") as out:
        out.truncate(file.MAX_BYTES + 1)
    with pytest.raises(ProjectError, match="too large"):
        load(huge, trust=trust)


def test_saving_where_nothing_can_be_written_is_told(tmp_path: Path, trust: Trust) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ProjectError, match="cannot be saved"):
        save(Project("p"), tmp_path / "file" / "a.laminar", trust=trust)


def test_a_partial_load_can_be_saved_and_leaves_the_file_as_a_backup(tmp_path: Path, trust: Trust) -> None:
    raw = raw_film()
    raw["sequences"][0]["tracks"][1]["items"][0]["duration"] = "long"
    path = write(tmp_path / "a.laminar", raw)
    loaded = load(path, trust=trust)
    assert loaded.partial and not loaded.read_only and "gap" in " ".join(loaded.notices)
    save(loaded.project, path, trust=trust)
    assert not load(path, trust=trust).partial
    (backup,) = listed(path, data_folder(path)).values()
    assert msgspec.json.decode(backup.read_bytes()) == raw


def test_what_a_killed_save_left_is_swept_up(tmp_path: Path, trust: Trust) -> None:
    path = tmp_path / "a [1].laminar"
    old, young, other = (
        tmp_path / name for name in (f".{path.name}.1.tmp", f".{path.name}.2.tmp", ".b.laminar.1.tmp")
    )
    for litter in (old, young, other):
        litter.write_bytes(b"half")
    for litter in (old, other):
        os.utime(litter, (0, 0))
    save(film(), path, trust=trust)
    assert not old.exists() and young.exists() and other.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="names are counted otherwise")
def test_of_a_name_that_is_too_long_a_shorter_one_is_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        file.save(film(), tmp_path / f"{'ж' * 123}.laminar")
    assert "shorter name" in caught.value.hint
    assert not list(tmp_path.iterdir())
    for name in ("新しい映画", "new\nline", "trailing "):
        file.save(film(), tmp_path / f"{name}.laminar")
        assert file.load(tmp_path / f"{name}.laminar").project.name == film().name


def test_values_of_one_project_are_rebased_with_one_look_at_each_media(tmp_path: Path) -> None:
    bin_ = tuple(replace(media(), id=f"m{n}", path=str(tmp_path / "film" / f"{n}.mp4")) for n in range(20))
    first = replace(film(), media=bin_)
    later = replace(first, name="Later", media=(*bin_[1:], replace(bin_[0], name="Other")))
    rebase = Rebase(None, tmp_path / "film" / "a.laminar")
    assert [one.path for one in rebase(first).media] == [f"{n}.mp4" for n in range(20)]
    again = list[int]()
    again.append(calls(lambda: rebase(replace(first, name="Again")), "media_path"))
    again.append(calls(lambda: rebase(later), "media_path"))
    assert again == [0, 1]
    assert rebase(later) == rebased(later, None, tmp_path / "film" / "a.laminar")
