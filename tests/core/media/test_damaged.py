"""Damaged media end in a clear error or a partial load: no crash, no hang, no exception of another kind.

A part of the files that tests/bench/test_damaged_media.py tries.
"""

from __future__ import annotations

import time
from pathlib import Path

from core.media.guard import Guard
from tests.damaged_media import damaged_files, whole_files


def test_good_files_are_good(tmp_path: Path) -> None:
    with Guard() as guard:
        for path in whole_files(tmp_path):
            answer = guard.ask(path, deep=True)
            assert answer.info is not None and not answer.defect, (path.name, answer)


def test_forty_damaged_files(tmp_path: Path) -> None:
    good = whole_files(tmp_path / "good")
    refused = 0
    with Guard() as guard:
        for path in damaged_files(good, tmp_path / "bad", 40, seed=7):
            started = time.monotonic()
            answer = guard.ask(path, deep=True)
            assert not answer.defect, (path.name, answer.defect)
            assert time.monotonic() - started < 10, path.name
            if answer.info is None:
                refused += 1
                assert path.name in answer.message and answer.hint
    assert 5 < refused < 40
