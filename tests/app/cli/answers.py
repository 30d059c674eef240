"""What a command answered."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest


def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    """The JSON object that the last command with --json wrote to stdout."""
    return msgspec.json.decode(capsys.readouterr().out)
