"""Random editing keeps every rule; the long run is tests/bench/test_timeline.py."""

from __future__ import annotations

from hypothesis import Phase, settings

from tests.core.timeline.machine import EditingMachine

TestEditing = EditingMachine.TestCase
TestEditing.settings = settings(
    max_examples=30, stateful_step_count=25, deadline=None, derandomize=True, phases=[Phase.generate]
)
"""Without shrinking, which takes minutes: what fails is told as it was found."""
