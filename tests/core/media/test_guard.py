"""A file that kills or stalls the decoder is an answer, not the end."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from core.errors import MediaError
from core.media.guard import Guard, safe_cues, safe_probe
from core.media.probe import probe
from core.media.subtitles import read_cues
from tests.media_files import write_clip, write_pictures


def test_good_files_answer_as_probe_does(tmp_path: Path) -> None:
    film = write_clip(tmp_path / "a.mp4", frames=10, sound=0.5)
    folder = write_pictures(tmp_path / "series", 3)
    with Guard() as guard:
        assert guard.probe(film) == probe(film)
        assert guard.probe(folder) == probe(folder)
        (tmp_path / "bad.mp4").write_bytes(b"nothing")
        with pytest.raises(MediaError, match=r"bad\.mp4"):
            guard.probe(tmp_path / "bad.mp4")
        assert guard.ask(film, deep=True).info == probe(film)


def test_one_file_in_its_own_process(tmp_path: Path) -> None:
    film = write_clip(tmp_path / "a.mp4", frames=3)
    assert safe_probe(film).fingerprint == probe(film).fingerprint


def test_a_crash_is_told_and_the_next_file_works(tmp_path: Path) -> None:
    film = write_clip(tmp_path / "a.mp4", frames=3)
    with Guard() as guard:
        guard.probe(film)
        process = guard._process
        assert process is not None
        os.kill(process.pid, signal.SIGSEGV)
        process.wait()
        assert guard.probe(film).kind == "video"


def test_silence_ends_in_time(tmp_path: Path) -> None:
    film = write_clip(tmp_path / "slow.mp4", frames=3)
    with Guard(limit=3.0) as guard:
        guard.probe(film)
        process = guard._process
        assert process is not None
        os.kill(process.pid, signal.SIGSTOP)  # as a decoder that never comes back
        started = time.monotonic()
        with pytest.raises(MediaError, match=r"slow\.mp4 takes too long"):
            guard.probe(film)
        assert time.monotonic() - started < 30
        assert guard.probe(film).kind == "video"


def test_a_slow_start_is_not_the_files_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import time; time.sleep(1.2)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Guard(limit=1.0) as guard:
        assert guard.probe(write_clip(tmp_path / "a.mp4", frames=3)).kind == "video"


def test_subtitles_are_read_there_too(tmp_path: Path) -> None:
    path = tmp_path / "words.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,500\nGood morning\n")
    assert safe_cues(path) == read_cues(path) != ()
    (tmp_path / "empty.srt").write_text("")
    for name in ("empty.srt", "gone.srt"):
        with pytest.raises(MediaError, match=name):
            safe_cues(tmp_path / name)
