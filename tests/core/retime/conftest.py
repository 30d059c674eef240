"""A short drawn clip for the jobs of this package."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from tests.core.motion.drawn import frame


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Three pictures of a pan."""
    folder = tmp_path / "clip"
    folder.mkdir()
    for n in range(3):
        cv2.imwrite(str(folder / f"{n:03d}.png"), frame(n, pan=2)[..., ::-1])
    return folder
