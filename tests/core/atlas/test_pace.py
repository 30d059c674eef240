"""How far a fit is, and that it never goes back."""

from __future__ import annotations

from core.atlas.pace import Pace


def test_stages_that_take_their_usual_time_are_a_straight_way() -> None:
    pace, parts = Pace(rounds=2, guess=30.0), []
    for seconds in range(158):  # 30, 12, 10, 60, 45
        while pace.stage < 5 and seconds >= (30, 42, 52, 112, 157)[pace.stage]:
            pace.next(float((30, 42, 52, 112, 157)[pace.stage]))
        done, whole = pace.part(float(seconds))
        parts.append(done / whole)
    assert parts == sorted(parts) and parts[0] == 0 and parts[-1] == 1
    assert all(abs(part - seconds / 157) < 0.03 for seconds, part in enumerate(parts))


def test_a_stage_that_drags_on_is_not_called_done_and_a_resumed_one_jumps() -> None:
    pace = Pace(rounds=8, guess=1.0)
    assert pace.part(1000.0)[0] < 0.3
    for _ in range(3):
        pace.next(80.0)  # done by an earlier run
    done, whole = pace.part(80.0)
    assert abs(done - 0.52) < 1e-9 and whole > 4
    assert pace.part(1e6)[0] < 0.52 + 0.6
    for _ in range(8):
        pace.next(90.0)
    assert pace.part(100.0) == (whole, whole)
