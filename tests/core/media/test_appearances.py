"""Reading and writing what a tracking result tells of lost and found objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import MediaError
from core.media.appearances import (
    APPEARANCES,
    Appearance,
    Appearances,
    ObjectHistory,
    as_gaps,
    read_appearances,
    write_appearances,
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    found = Appearance(21, 20, 37, 0.8125, (4, 5, 60, 70), "found")
    refused = Appearance(52, 50, 52, 0.5, (0, 0, 9, 9), "refused")
    told = Appearances({2: ObjectHistory(((10, 19), (38, 60)), (found, refused)), 1: ObjectHistory()}, (30,))
    write_appearances(tmp_path, told)
    assert read_appearances(tmp_path) == told


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"objects": {"x": {}}}', b'{"cuts": 3}'])
def test_nothing_is_told_when_absent_or_damaged(tmp_path: Path, damage: bytes) -> None:
    assert read_appearances(tmp_path) == Appearances()
    (tmp_path / APPEARANCES).write_bytes(damage)
    assert read_appearances(tmp_path) == Appearances()


def test_fields_of_later_versions_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / APPEARANCES).write_bytes(
        b'{"objects": {"3": {"gaps": [[1, 2]], "colour": "red"}}, "more": 1}'
    )
    assert read_appearances(tmp_path).objects == {3: ObjectHistory(((1, 2),))}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"nothing.*appearances\.json"):
        write_appearances(tmp_path / "nothing", Appearances())


def test_missing_frames_as_gaps() -> None:
    assert as_gaps([]) == ()
    assert as_gaps([3]) == ((3, 3),)
    assert as_gaps([0, 1, 2, 5, 7, 8]) == ((0, 2), (5, 5), (7, 8))
