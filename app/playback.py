"""Playback: the clock, the render thread, the sound."""

from __future__ import annotations

from PySide6.QtCore import QObject


class Player(QObject):
    """Plays the film and renders single frames for the viewer."""
