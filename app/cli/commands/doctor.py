"""laminar doctor: what this machine has and what works on it."""

from __future__ import annotations

from app.cli.terminal import Terminal
from core import doctor


def run(*, json: bool) -> None:
    terminal = Terminal(json)
    report = doctor.report()
    terminal.say(dict(report), doctor.as_text(report))
