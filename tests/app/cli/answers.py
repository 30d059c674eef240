"""What a command answered."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.cli.main import main


def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    """The JSON object that the last command with --json wrote to stdout."""
    return msgspec.json.decode(capsys.readouterr().out)


def assert_refused(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    """A command ends with 2 and one line of error that says so."""
    assert main(words) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
