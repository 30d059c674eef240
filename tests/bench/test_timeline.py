"""Edits on tracks of 2,000 clips (CPU time), and a long run of the editing machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from core.timeline import edits
from core.timeline.model import Clip, Sequence
from core.timeline.snapping import candidates
from tests.core.timeline.films import FRAME, film, pair, use
from tests.core.timeline.machine import EditingMachine

CLIPS = 2000


def long_film(links: bool) -> Sequence:
    """2,000 clips of two seconds on V1, and with `links` as many linked ones on A1."""
    rows: dict[str, list[Clip]] = {"V1": [], "A1": []}
    for number in range(CLIPS):
        for track, clip in pair(f"c{number}", 20, 70).items():
            rows[track].append(clip if links else msgspec.structs.replace(clip, link=""))
    if not links:
        del rows["A1"]
    return edits.append(film(), {track: tuple(clips) for track, clips in rows.items()})


EDITS: dict[str, Callable[[Sequence], object]] = {
    "insert": lambda s: edits.insert(s, 50_000 * FRAME, {"V1": Clip("x", "X", use(), 9 * FRAME)}),
    "overwrite": lambda s: edits.overwrite(s, 50_001 * FRAME, {"V1": Clip("x", "X", use(), 9 * FRAME)}),
    "split": lambda s: edits.split(s, "c1000-V1", 50_010 * FRAME),
    "lift": lambda s: edits.lift(s, "c1000-V1"),
    "ripple delete": lambda s: edits.ripple_delete(s, "c1000-V1"),
    "trim end": lambda s: edits.trim_end(s, "c1000-V1", 50_030 * FRAME),
    "ripple trim": lambda s: edits.ripple_trim_end(s, "c1000-V1", 50_030 * FRAME),
    "roll": lambda s: edits.roll(s, "c1000-V1", 50_005 * FRAME),
    "slip": lambda s: edits.slip(s, "c1000-V1", FRAME),
    "move": lambda s: edits.move(s, "c1000-V1", 400 * FRAME),
    "speed": lambda s: edits.set_speed(s, "c1000-V1", 2, ripple=True),
    "set clip": lambda s: edits.set_clip(s, "c1000-V1", opacity=0.5),
    "snap points": candidates,
}


@pytest.mark.parametrize("links", [False, True], ids=["one track", "linked pairs"])
def test_edits_on_long_tracks(links: bool) -> None:
    sequence = long_film(links)
    for name, edit in EDITS.items():
        spent = []
        for _ in range(9):
            start = time.process_time()
            edit(sequence)
            spent.append((time.process_time() - start) * 1000)
        print(f"{name:14} {'linked' if links else 'single'} {statistics.median(spent):6.2f} ms")
        assert statistics.median(spent) < 25


@pytest.mark.timeout(1800)
def test_a_long_run_of_random_editing() -> None:
    run_state_machine_as_test(
        EditingMachine,
        settings=settings(
            max_examples=2000, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
