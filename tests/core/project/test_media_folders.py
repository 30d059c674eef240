"""Folders of the media bin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import EditError
from core.project.media_folders import LONGEST_NAME, folders, in_folder, used_media
from tests.cuts import project

BIN = project()
IDS = [media.id for media in BIN.media]


def test_media_go_into_folders_and_out_again() -> None:
    filed = in_folder(in_folder(BIN, IDS[:2], "  Day   one "), IDS[2:], "b roll")
    assert folders(filed) == {"b roll": 1, "Day one": 2}
    assert folders(in_folder(filed, IDS[:1], "B-cam")) == {"b roll": 1, "B-cam": 1, "Day one": 1}
    assert in_folder(filed, IDS, "") == BIN
    with pytest.raises(EditError, match="too long"):
        in_folder(filed, IDS, "x" * (LONGEST_NAME + 1))


@given(st.sets(st.sampled_from(IDS)), st.text(max_size=LONGEST_NAME))
def test_only_what_is_asked_for_moves(ids: set[str], name: str) -> None:
    filed = in_folder(BIN, ids, name)
    plain = " ".join(name.split())
    assert [media.folder for media in filed.media] == [
        plain if media.id in ids else "" for media in filed.media
    ]
    assert sum(folders(filed).values()) == (len(ids) if plain else 0)


def test_what_no_film_uses_is_not_used() -> None:
    assert used_media(BIN) <= set(IDS)
    assert used_media(replace(BIN, sequences=())) == frozenset()
