"""Random editing with the edits that listen or look first keeps every rule, too."""

from __future__ import annotations

from hypothesis import Phase, settings

from tests.core.render.machine import ListeningMachine

TestListening = ListeningMachine.TestCase
TestListening.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, derandomize=True, phases=[Phase.generate]
)
"""Without shrinking, which takes minutes: what fails is told as it was found."""
