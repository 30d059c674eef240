"""Lengths of time and sizes as people say them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.time import seconds as seconds_of


def _tr(text: str) -> str:
    return QCoreApplication.translate("Amounts", text)


def length(seconds: float) -> str:
    """How long something takes: "12 s", "3 min 5 s" or "2 h 10 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return _tr("{0} s").format(whole)
    minutes, second = divmod(whole, 60)
    if minutes < 60:
        return _tr("{0} min {1} s").format(minutes, second)
    return _tr("{0} h {1} min").format(*divmod(minutes, 60))


def rough(seconds: float) -> str:
    """An estimate: "20 s" or "3 min"."""
    if seconds < 100:
        return _tr("{0} s").format(max(1, round(seconds)))
    return _tr("{0} min").format(round(seconds / 60))


def time_text(seconds: float) -> str:
    """A length, or what is left, in whole seconds: 1:05 or 2:03:40."""
    minutes, second = divmod(max(0, round(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def clock(ticks: int) -> str:
    """How long media is: 0:04.2 or 1:02:03."""
    minutes, second = divmod(seconds_of(ticks), 60)
    if minutes >= 60:
        return f"{int(minutes // 60)}:{int(minutes % 60):02}:{int(second):02}"
    return f"{int(minutes)}:{second:04.1f}"


def size(count: float) -> str:
    """Bytes: 12 MB or 3.4 GB."""
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{max(1, round(count / 2**20))} MB"
