from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from PIL import Image

from core.errors import MediaError
from core.media.fingerprint import fingerprint
from core.media.pool import SourcePool
from core.media.probe import probe
from core.project.file import load, save
from core.project.paths import readable_path
from core.project.project import Media, Project
from core.project.relink import check, relinked, same_content, search, siblings
from core.project.trust import Trust
from core.render.resolver import Resolver
from core.timeline.model import Clip, MediaUse
from tests.core.project.films import info, media


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path / "home" / "chosen.json")


def shoot(path: Path, media_id: str) -> Media:
    """A file with content of its own, as the bin knows it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(os.urandom(5000))
    known = replace(info(), size_bytes=5000, fingerprint=fingerprint(path))
    return replace(media(media_id, str(path)), info=known)


def bin_of(tmp_path: Path) -> Project:
    old = tmp_path / "old"
    return Project(
        "p",
        media=(
            shoot(old / "day 1" / "a.mp4", "a"),
            shoot(old / "day 1" / "b.mp4", "b"),
            shoot(old / "day 2" / "c.mp4", "c"),
            shoot(old / "d.mp4", "d"),
        ),
    )


def test_files_that_are_gone_are_marked_and_found_ones_are_not(tmp_path: Path, trust: Trust) -> None:
    project = bin_of(tmp_path)
    path = tmp_path / "film.laminar"
    assert not any(one.missing for one in check(project, path, trust).media)
    Path(project.media[1].path).unlink()
    assert [one.missing for one in check(project, path, trust).media] == [False, True, False, False]


def test_one_shown_file_brings_back_all_that_moved_along(tmp_path: Path, trust: Trust) -> None:
    project = bin_of(tmp_path)
    file = tmp_path / "p" / "film.laminar"
    save(project, file, trust=trust)
    (tmp_path / "old").rename(tmp_path / "new")
    (tmp_path / "new" / "d.mp4").rename(tmp_path / "new" / "day 1" / "renamed.mp4")
    lost = check(load(file, trust=trust).project, file, trust)
    assert all(one.missing for one in lost.media)
    found = siblings(lost, file, "a", tmp_path / "new" / "day 1" / "a.mp4")
    assert {key: path.relative_to(tmp_path / "new").as_posix() for key, path in found.items()} == {
        "a": "day 1/a.mp4",
        "b": "day 1/b.mp4",
        "c": "day 2/c.mp4",
        "d": "day 1/renamed.mp4",
    }
    again = relinked(lost, found, file)
    save(again, file, trust=trust)
    reopened = check(load(file, trust=Trust(trust.path)).project, file, Trust(trust.path))
    assert not any(one.missing for one in reopened.media)


def test_another_file_of_the_same_name_is_not_taken(tmp_path: Path) -> None:
    project = bin_of(tmp_path)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "a.mp4").write_bytes(os.urandom(5000))
    shutil.copy(project.media[1].path, folder / "B.MP4")
    lost = replace(project, media=tuple(replace(one, missing=True) for one in project.media))
    assert search(lost, folder) == {"b": folder / "B.MP4"}
    assert not same_content(folder / "a.mp4", project.media[0])
    assert not same_content(folder / "none.mp4", project.media[0])
    assert search(lost, tmp_path / "nowhere") == {}


def test_relinked_inside_the_project_is_relative(tmp_path: Path) -> None:
    project = bin_of(tmp_path)
    file = tmp_path / "film.laminar"
    place = tmp_path / "clips" / "a.mp4"
    assert relinked(project, {"a": place}, file).media[0].path == "clips/a.mp4"
    assert relinked(project, {"a": place}, None).media[0].path == str(place)


def test_a_media_that_was_never_chosen_is_not_read(tmp_path: Path, trust: Trust) -> None:
    secret = shoot(tmp_path / "elsewhere" / "secret.mp4", "a")
    file = tmp_path / "p" / "film.laminar"
    file.parent.mkdir()
    file.write_bytes(msgspec.json.encode(Project("p", media=(secret,))))
    loaded = load(file, trust=trust).project
    with pytest.raises(MediaError, match="never chosen"):
        readable_path(file, loaded.media[0])
    with closing(SourcePool(2**20)) as pool, closing(Resolver(loaded, file, None, pool)) as resolver:
        use = Clip("c", "Clip", MediaUse("a"), 100)
        with pytest.raises(MediaError, match="never chosen"):
            resolver.source(use)
    chosen = relinked(loaded, {"a": Path(secret.path)}, file)
    assert readable_path(file, chosen.media[0]) == Path(secret.path)


@pytest.mark.parametrize("name", ["shots", "shots/shot_####.png"])
def test_any_picture_of_a_series_shows_where_the_series_is(name: str, tmp_path: Path) -> None:
    new = tmp_path / "new" / "shots"
    new.mkdir(parents=True)
    for number in range(3):
        Image.new("RGB", (16, 16), (number * 40, 0, 0)).save(new / f"shot_{number:04}.png")
    place = tmp_path / "new" / name
    lost = Media("s", "shots", str(tmp_path / "old" / name), probe(place), missing=True)
    assert lost.info.kind == "sequence"
    project = Project("p", media=(lost,))
    assert siblings(project, None, "s", new / "shot_0001.png") == {"s": place}
    assert search(project, tmp_path / "new") == {"s": place}
    assert search(project, tmp_path) == {"s": place}
