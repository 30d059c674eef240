"""What fails without being expected is shown with a report; a native crash is told of at the next start."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.window.crash import CrashLog, report_of


@pytest.mark.expects_warnings
def test_exceptions_of_every_thread_are_shown(tmp_path: Path, qapp: QApplication) -> None:
    shown: list[BaseException] = []

    def fail() -> None:
        raise ZeroDivisionError("in a thread")

    with CrashLog(tmp_path) as crash_log:
        crash_log.hook(shown.append)
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        error = ValueError("in a slot")
        sys.excepthook(ValueError, error, None)
    assert [str(one) for one in shown] == ["in a thread", "in a slot"]
    assert "ZeroDivisionError" in (tmp_path / "laminar.log").read_text()
    assert "ZeroDivisionError" in report_of(shown[0])
    assert list(tmp_path.glob("crash-*.txt")) == []


def test_a_native_crash_is_told_of_once(tmp_path: Path) -> None:
    code = (
        "import sys, faulthandler; from pathlib import Path; from app.window.crash import CrashLog\n"
        "CrashLog(Path(sys.argv[1])).__enter__(); faulthandler._sigsegv()"
    )
    root = Path(__file__).resolve().parents[3]
    died = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=root, check=False, capture_output=True
    )
    assert died.returncode != 0
    with CrashLog(tmp_path) as crash_log:
        assert "Segmentation fault" in crash_log.last_crash
    with CrashLog(tmp_path) as crash_log:
        assert crash_log.last_crash == ""


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with CrashLog(tmp_path / "file" / "logs") as crash_log:
        assert crash_log.last_crash == ""
