"""A clip for the tests of commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.sample import Scene, write_sample


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight frames of the clip that the program draws itself."""
    return write_sample(tmp_path_factory.mktemp("sample"), Scene(214, 120, frames=8)).clip
