"""Key masks on disk: named by what they show, checked by what a project may name."""

from __future__ import annotations

from pathlib import Path

import numpy as np

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
