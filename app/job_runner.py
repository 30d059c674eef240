"""The queue of long jobs: one heavy job at a time, each in a worker process driven by a thread."""

from __future__ import annotations

from PySide6.QtCore import QObject


class JobRunner(QObject):
    """Runs the jobs of core.catalog for the window."""
