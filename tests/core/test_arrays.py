"""Levels of pictures, and files of arrays that nobody vouches for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.arrays import packed_arrays, read_arrays, to_bytes, to_float


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
def test_damage_of_any_kind_is_one_error(write: Callable[..., None], tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    write(path, one=np.arange(40.0), two=np.zeros((3, 2), np.float32))
    whole = path.read_bytes()
    assert read_arrays(path, "one")["one"].sum() == 780 and set(read_arrays(path)) == {"one", "two"}
    rng = np.random.default_rng(1)
    damaged = [whole[:cut] for cut in range(0, len(whole), 31)]
    for _ in range(200):
        flipped = bytearray(whole)
        flipped[rng.integers(len(whole))] ^= int(rng.integers(1, 256))
        damaged.append(bytes(flipped))
    refused = 0
    for content in damaged:
        path.write_bytes(content)
        try:
            read_arrays(path)
        except ValueError:
            refused += 1
    assert refused > 100


def test_what_is_not_there_or_no_such_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", one=np.arange(3))
    np.save(tmp_path / "b.npy", np.arange(3))
    np.savez(tmp_path / "c.npz", one=np.array([{}], object))
    with pytest.raises(ValueError, match=r"a\.npz"):
        read_arrays(tmp_path / "a.npz", "two")
    for name in ("b.npy", "c.npz"):
        with pytest.raises(ValueError, match="damaged"):
            read_arrays(tmp_path / name)
    with pytest.raises(OSError, match=r"no\.npz"):
        read_arrays(tmp_path / "no.npz")


def test_what_was_packed_is_read(tmp_path: Path) -> None:
    arrays = {"rows": np.arange(6).reshape(2, 3), "size": np.array(2.5)}
    (tmp_path / "a.npz").write_bytes(packed_arrays(arrays))
    back = read_arrays(tmp_path / "a.npz")
    assert back.keys() == arrays.keys()
    assert all(np.array_equal(back[name], arrays[name]) for name in arrays)


def test_levels_are_rounded_and_what_no_byte_can_hold_is_cut_off() -> None:
    rows = np.linspace(-1, 2, 700, dtype=np.float32).reshape(700, 1)
    made = to_bytes(rows)
    assert made.dtype == np.uint8 and made.shape == rows.shape
    assert np.array_equal(made, np.floor(np.clip(rows, 0, 1) * 255 + 0.5))
    every = np.arange(256, dtype=np.uint8)
    assert np.array_equal(to_bytes(to_float(every)), every)
