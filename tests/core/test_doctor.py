"""The doctor says what works and never falls ill."""

from __future__ import annotations

import pytest

from core import doctor


def test_encoders_are_really_tried() -> None:
    assert doctor.encodes("ffv1", "bgr0") == "works"
    assert doctor.encodes("libx264", "yuv420p") == "works"
    assert doctor.encodes("no-such-encoder", "yuv420p") == "no: not in this FFmpeg"
    assert doctor.encodes("libx264", "no-such-format").startswith("no: ")
    assert doctor.encodes_sound("aac") == "works"
    assert doctor.encodes_sound("no-such-encoder") == "no: not in this FFmpeg"


def test_a_process_that_dies_is_a_problem_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_ASK_TORCH", "raise SystemExit('no torch here')")
    monkeypatch.setattr(doctor, "_ASK_ENCODERS", "import os; os.abort()")
    found = doctor.report()
    assert "no torch here" in found["device"]["problem"]
    assert "ended with" in found["encoders"]["problem"]


def test_the_text_holds_every_line() -> None:
    text = doctor.as_text({"machine": {"cores": 2, "system": "Test"}, "sound": {}})
    assert "cores   2" in text
    assert text.startswith("Machine\n")
