"""Files of a project that go, come back, or give way to others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.errors import MediaError
from core.media.fingerprint import fingerprint
from core.project import watching
from core.project.project import KeyMask, Media, Project
from tests.cuts import media


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "film.mp4").write_bytes(b"one film")
    return tmp_path / "film.mp4"


def of(path: Path) -> Media:
    known = media("m")
    info = replace(known.info, size_bytes=path.stat().st_size, fingerprint=fingerprint(path))
    return replace(known, info=info)


def test_a_file_goes_and_comes_back(path: Path) -> None:
    known = of(path)
    first = watching.look(known, path, None)
    assert first.state == "there"
    path.rename(path.with_name("away"))
    assert watching.look(known, path, first.seen) == ("m", "gone", first.seen)
    assert watching.look(known, path, None) == ("m", "gone", None)
    path.with_name("away").rename(path)
    assert watching.look(known, path, first.seen).state == "there"


def test_another_content_is_seen_by_its_size_at_first_and_later_by_its_time(path: Path) -> None:
    known = of(path)
    seen = watching.look(known, path, None).seen
    os.utime(path, ns=(1, 1))
    touched = watching.look(known, path, seen)
    assert touched.state == "there", "only its time is another"
    path.write_bytes(b"two film")
    other = watching.look(known, path, touched.seen)
    assert other.state == "other" == watching.look(known, path, other.seen).state
    path.write_bytes(b"a longer film")
    assert watching.look(known, path, None).state == "other"
    path.write_bytes(b"one film")
    assert watching.look(known, path, other.seen).state == "there"


def test_media_are_marked_and_what_was_made_of_them_counts() -> None:
    known = media("m")
    project = Project("p", "P", media=(known,))
    away = watching.with_missing(project, frozenset({"m"}), True)
    assert away.media[0].missing and watching.with_missing(away, frozenset({"m"}), False) == project
    assert watching.with_missing(project, frozenset({"x"}), True) is project
    assert not watching.is_worked_on(known)
    assert watching.is_worked_on(replace(known, key_masks=(KeyMask(0, "0.png"),)))
    with pytest.raises(MediaError, match="streams"):
        watching.check_fits(known, replace(known.info, video=None), Path("x.mp4"))
