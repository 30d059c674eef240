"""Key masks on disk: named by what they show, checked by what a project may name."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from core.errors import MediaError
from core.project.key_masks import read_key_mask, write_key_mask
from core.project.names import is_mask_name
from core.project.project import KeyMask


def test_key_masks_are_named_by_content_and_come_back(tmp_path: Path) -> None:
    labels = np.zeros((60, 80), np.uint8)
    labels[10:20, 10:20] = 3
    name = write_key_mask(tmp_path, "m", 4, labels)
    assert is_mask_name(name) and name.startswith("m-00004-")
    assert name == write_key_mask(tmp_path, "m", 4, labels)
    assert name != write_key_mask(tmp_path, "m", 4, np.zeros_like(labels))
    assert name != write_key_mask(tmp_path, "m", 4, labels.reshape(80, 60))
    assert np.array_equal(read_key_mask(tmp_path, KeyMask(4, name), (80, 60)), labels)


def test_a_disk_that_refuses_is_told_in_the_same_words_for_every_stroke(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes, *, sync: bool = True) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("core.media.matte.write_atomic", full)
    told = set()
    for label in (1, 2):
        with pytest.raises(MediaError) as error:
            write_key_mask(tmp_path, "m", 7, np.full((4, 4), label, np.uint8))
        told.add(error.value.message)
    assert told == {"the mask of frame 7 cannot be kept: No space left on device"}
