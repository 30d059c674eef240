"""Files are whole or not there; a lock guards what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import files as module
from core.files import lock, read_json, write_atomic


def test_a_lock_on_a_deleted_file_guards_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.lock"
    real = module._try_lock

    def deleted_meanwhile(file: object) -> bool:
        path.unlink()
        return real(file)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "_try_lock", deleted_meanwhile)
    assert lock(path) is None


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    write_atomic(path, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(OSError, match=r"No space.*a\.json"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old" and [one.name for one in tmp_path.iterdir()] == ["a.json"]


def test_a_folder_that_takes_nothing_is_told_by_the_name_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, mode: str) -> None:
        raise OSError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(OSError, match=r"not permitted: '[^.]*/curve\.csv'$"):
        write_atomic(tmp_path / "curve.csv", b"new")


@pytest.mark.parametrize("damaged", [b"", b"[1", b'["\xff"]', b"[" * 100_000, b'{"a": 1}'])
def test_damaged_json_says_nothing(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / "a.json"
    assert read_json(path, list[str]) is None
    path.write_bytes(damaged)
    assert read_json(path, list[str]) is None
    path.write_bytes(b'["b"]')
    assert read_json(path, list[str]) == ["b"]
