"""The layers' folder is read as it was written, and damage is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import MediaError
from core.layers.result import (
    LAYERS,
    LayersResult,
    Report,
    object_files,
    read_layers,
    read_report,
    write_layers,
    write_report,
)
from core.time import FrameRate


def test_what_is_written_is_read(tmp_path: Path) -> None:
    result = LayersResult(
        64, 48, 2, FrameRate(24000, 1001), 5, (80, 50), ((1.0,) * 9,) * 2, (object_files(2, "Dog"),)
    )
    write_layers(tmp_path, result)
    assert read_layers(tmp_path) == result
    assert result.objects[0].effect == "effect_02.mkv"
    report = Report(((1.5, 30.25),), psnr=31.0, notes=("Water moves",))
    write_report(tmp_path, report)
    assert read_report(tmp_path) == report


def test_missing_and_damaged_results_are_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no layers"):
        read_layers(tmp_path)
    (tmp_path / LAYERS).write_text('{"width": "wide"}')
    with pytest.raises(MediaError, match="cannot be read"):
        read_layers(tmp_path)
