"""The doctor says what works and never falls ill."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import capabilities, doctor


def test_encoders_are_really_tried() -> None:
    assert capabilities.encodes("ffv1", "bgr0") == "works"
    assert capabilities.encodes("libx264", "yuv420p") == "works"
    assert capabilities.encodes("no-such-encoder", "yuv420p") == "no: not in this FFmpeg"
    assert capabilities.encodes("libx264", "no-such-format").startswith("no: ")
    assert capabilities.encodes_sound("aac") == "works"
    assert capabilities.encodes_sound("no-such-encoder") == "no: not in this FFmpeg"


def test_torch_tells_where_networks_run() -> None:
    found = doctor.report()["device"]
    assert found["networks run on"] in ("cpu", "cuda", "mps")
    assert found["threads"] > 0


def test_a_process_that_dies_is_a_problem_and_no_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = "import os, sys", "if sys.argv[1] == 'torch': sys.exit('no torch here')", "os.abort()"
    (tmp_path / "falls_ill.py").write_text("\n".join(lines))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(doctor, "ABLE", "falls_ill")
    found = doctor.report()
    assert "no torch here" in found["device"]["problem"]
    assert "ended with" in found["encoders"]["problem"]


def test_the_text_holds_every_line() -> None:
    text = doctor.as_text({"machine": {"cores": 2, "system": "Test"}, "sound": {}})
    assert "cores   2" in text
    assert text.startswith("Machine\n")
