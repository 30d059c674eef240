"""Ctrl+C while the command is still being loaded."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from app.__main__ import run


class Loading(ModuleType):
    """A module whose loading is interrupted."""

    def __getattr__(self, name: str) -> object:
        raise KeyboardInterrupt


def test_it_is_one_line_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "app.cli.main", Loading("app.cli.main"))
    assert run() == 130
    assert capsys.readouterr().err == "laminar: interrupted; give the same command again to go on\n"
