"""Adaptive speed-up is exact: length, limits, protected ranges; and says what is possible when it cannot be."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.errors import EditError
from core.retime.banded import Bounded, solve_tridiagonal
from core.retime.curve_file import read_curve
from core.retime.speed_up import SpeedPlan, plan
from core.time import TICKS_PER_SECOND, FrameRate, TimeRange

FRAME = FrameRate(25).frame_ticks
SPEEDINESS = st.lists(st.floats(0, 1), min_size=1, max_size=120)
RANGES = st.lists(st.tuples(st.integers(0, 119), st.integers(0, 40)), max_size=3)


def _times(count: int, seed: int | None = None) -> np.ndarray:
    if seed is None:
        return np.arange(count + 1) * FRAME
    return np.append(0, np.cumsum(np.random.default_rng(seed).integers(FRAME // 3, 3 * FRAME, count)))


def _ranges(drawn: list[tuple[int, int]]) -> list[TimeRange]:
    return [TimeRange(first * FRAME + 7, count * FRAME) for first, count in drawn]


@settings(max_examples=150, deadline=None)
@given(
    SPEEDINESS,
    st.floats(0.3, 12),
    st.floats(0.1, 1),
    st.floats(1, 20),
    st.floats(0, 5),
    RANGES,
    st.integers(0, 9),
)
def test_length_limits_and_protected_ranges_are_exact(
    pace: list[float],
    rate: float,
    slowest: float,
    fastest: float,
    smoothness: float,
    drawn: list[tuple[int, int]],
    seed: int,
) -> None:
    times = _times(len(pace), seed)
    try:
        got = plan(
            pace,
            times,
            rate=rate,
            slowest=slowest,
            fastest=fastest,
            smoothness=smoothness,
            protected=_ranges(drawn),
        )
    except EditError:
        assume(False)
    assert got.rate == pytest.approx(rate, rel=1e-6)
    free = got.speeds[~got.kept]
    assert free.size == 0 or (free.min() >= slowest and free.max() <= fastest)
    for each in _ranges(drawn):
        inside = (times[:-1] < each.end) & (times[1:] > each.start) & (each.duration > 0)
        assert (got.speeds[inside] == 1).all()
    clip = got.clip_times()
    assert (np.diff(clip)[got.kept] == np.diff(times)[got.kept]).all()


@settings(max_examples=60, deadline=None)
@given(SPEEDINESS, st.floats(1, 6), st.floats(0, 2), st.integers(0, FRAME))
def test_the_time_map_shows_every_frame_where_the_plan_says(
    pace: list[float], rate: float, smoothness: float, tolerance: int
) -> None:
    got = plan(pace, _times(len(pace)), rate=rate, smoothness=smoothness)
    exact, thin = got.time_map(), got.time_map(tolerance)
    clip = got.clip_times()
    assert [exact.at(int(t)) for t in clip] == pytest.approx(got.times.tolist(), abs=2 * 2.5 * rate + 1)
    assert [thin.at(int(t)) for t in clip] == pytest.approx(
        got.times.tolist(), abs=max(tolerance, 5 * rate) + 2
    )
    shown = [thin.at(t) for t in range(0, got.length, max(1, got.length // 500))]
    assert shown == sorted(shown)
    assert shown[0] == 0
    assert shown[-1] < got.times[-1]
    assert len(thin.points) <= len(exact.points)


def test_what_could_go_faster_goes_faster() -> None:
    pace = np.repeat([0.1, 0.9], 100)
    got = plan(pace, _times(200), rate=2.0, smoothness=0.2)
    assert got.speeds[20] > 2 * got.speeds[180]
    assert got.speeds.max() <= 5.0
    assert got.rate == pytest.approx(2.0, rel=1e-9)


def test_without_smoothness_and_limits_everything_seems_equally_fast() -> None:
    rng = np.random.default_rng(0)
    pace = rng.random(300)
    got = plan(pace, _times(300), rate=3, slowest=0.01, fastest=100, smoothness=0)
    seems = got.speeds * 4.0 ** (pace - 1)
    assert seems == pytest.approx(seems[0])


def test_even_speediness_gives_an_even_speed() -> None:
    got = plan(np.full(50, 0.3), _times(50, 3), rate=1.7)
    assert got.speeds == pytest.approx(1.7)
    assert len(got.time_map(FRAME // 4).points) == 2


def test_more_smoothness_gives_a_smoother_curve() -> None:
    pace = np.random.default_rng(1).random(400)
    rough, smooth, even = (
        np.abs(np.diff(plan(pace, _times(400), rate=2, smoothness=s).speeds)).max() for s in (0, 0.3, 20)
    )
    assert smooth < rough / 5
    assert even < smooth / 20


def test_smoothness_is_a_time_over_which_the_speed_changes() -> None:
    pace, lasts = np.repeat([0.2, 0.8], 500), []
    for smoothness in (0.5, 1.0):
        speeds = plan(pace, _times(1000), rate=2, slowest=0.01, fastest=100, smoothness=smoothness).speeds
        low, high = sorted((speeds[0], speeds[-1]))
        part = (speeds - low) / (high - low)
        lasts.append(np.count_nonzero((part > 0.2) & (part < 0.8)))
    assert lasts[1] / lasts[0] == pytest.approx(2, rel=0.1)


def test_what_moves_far_stays_below_a_limit() -> None:
    """Speediness that tells nothing, and motion that does."""
    ways = np.concatenate([np.full(100, 0.5), np.full(60, 3.0), np.full(140, 0.5)])
    limits = {"rate": 2.0, "slowest": 0.5, "fastest": 6.0, "smoothness": 0.0}
    even = plan(np.full(300, 0.5), _times(300), **limits)  # type: ignore[arg-type]
    calm = plan(np.full(300, 0.5), _times(300), motion=ways, **limits)  # type: ignore[arg-type]
    assert (calm.speeds * ways).max() < 0.6 * (even.speeds * ways).max()
    assert calm.rate == pytest.approx(2.0, rel=1e-9)
    assert 0.5 <= calm.speeds.min() <= calm.speeds.max() <= 6.0
    ignored = plan(np.full(300, 0.5), _times(300), motion=ways, calm=0.0, **limits)  # type: ignore[arg-type]
    assert ignored.speeds == pytest.approx(even.speeds)


@settings(max_examples=60, deadline=None)
@given(SPEEDINESS, st.floats(0.3, 8), st.floats(0, 1), st.integers(0, 9))
def test_motion_keeps_length_and_limits(pace: list[float], rate: float, calm: float, seed: int) -> None:
    ways = np.random.default_rng(seed).exponential(1, len(pace)) * (seed > 0)
    got = plan(pace, _times(len(pace), seed), rate=rate, slowest=0.1, fastest=20, motion=ways, calm=calm)
    assert got.rate == pytest.approx(rate, rel=1e-6)
    assert got.speeds.min() >= 0.1
    assert got.speeds.max() <= 20


@pytest.mark.parametrize("ways", [[1.0], [1.0, -1.0], [1.0, float("nan")]])
def test_motion_that_does_not_fit_is_told(ways: list[float]) -> None:
    with pytest.raises(EditError, match="motion"):
        plan([0.5, 0.5], _times(2), rate=2, motion=ways)


def test_a_length_is_met() -> None:
    got = plan(np.linspace(0, 1, 250), _times(250), length=4 * TICKS_PER_SECOND)
    assert got.length == pytest.approx(4 * TICKS_PER_SECOND, abs=300)
    assert got.time_map().points[-1].source == 250 * FRAME


def test_the_ends_of_protected_ranges_stay_points() -> None:
    kept = TimeRange(100 * FRAME, 25 * FRAME)
    got = plan(np.random.default_rng(2).random(250), _times(250), rate=2, protected=[kept])
    curve = got.time_map(FRAME)
    inside = [p for p in curve.points if kept.start <= p.source <= kept.end]
    assert [p.source for p in inside] == [kept.start, kept.end]
    assert inside[1].time - inside[0].time == kept.duration


@pytest.mark.parametrize("protected", [(), (TimeRange(0, 100 * FRAME),)])
def test_an_impossible_rate_says_what_is_possible(protected: tuple[TimeRange, ...]) -> None:
    pace = np.random.default_rng(3).random(200)
    with pytest.raises(EditError) as caught:
        plan(pace, _times(200), rate=5, slowest=1, fastest=3, protected=protected)
    most = float(re.findall(r"rate (\d+\.\d+)", str(caught.value))[0])
    assert (
        plan(pace, _times(200), rate=most - 0.01, slowest=1, fastest=3, protected=protected).rate
        > most - 0.02
    )
    with pytest.raises(EditError):
        plan(pace, _times(200), rate=most + 0.02, slowest=1, fastest=3, protected=protected)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 2.0, "length": FRAME},
        {},
        {"rate": 0.0},
        {"length": 0},
        {"rate": 2.0, "slowest": 3.0, "fastest": 2.0},
        {"rate": 2.0, "fastest": 1e6},
        {"rate": 2.0, "smoothness": -1.0},
        {"rate": 2.0, "contrast": 0.0},
        {"rate": float("nan")},
    ],
)
def test_wrong_wishes_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(EditError):
        plan([0.5, 0.5], _times(2), **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("pace", [[], [0.2, np.nan], [0.2, 1.5], [0.2], [[0.2, 0.3]]])
def test_speediness_that_does_not_fit_is_refused(pace: list[float]) -> None:
    with pytest.raises(EditError):
        plan(pace, _times(2), rate=2)


def test_the_curve_is_written_as_a_time_curve(tmp_path: Path) -> None:
    got = plan([0.0, 1.0, 1.0, 0.2], _times(4), rate=2)
    got.write_csv(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["speed"]) for row in rows[:-1]] == pytest.approx(got.speeds.tolist(), abs=1e-6)
    assert [float(row["source"]) for row in rows] == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])
    assert [float(row["seconds"]) for row in rows] == pytest.approx(
        (got.clip_times() / TICKS_PER_SECOND).tolist(), abs=1e-6
    )
    lane = read_curve(tmp_path / "out.csv", FrameRate(25), 4)
    assert sum(piece.length for piece in lane) == pytest.approx(got.length + FRAME, abs=1000)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(0, 10**6))
def test_tridiagonal_systems_are_solved(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    below, above, diagonal = -rng.random(count), -rng.random(count), 2 + rng.random(count)
    wanted = rng.normal(size=(count, 2))
    whole = np.diag(diagonal) + np.diag(below[1:], -1) + np.diag(above[:-1], 1)
    assert whole @ solve_tridiagonal(below, diagonal, above, wanted) == pytest.approx(wanted)


@settings(max_examples=80, deadline=None)
@given(st.integers(2, 40), st.integers(0, 10**6), st.floats(0.01, 0.99))
def test_the_minimum_satisfies_its_conditions(count: int, seed: int, part: float) -> None:
    """Karush, Kuhn, Tucker: one price for all that is free, a lower one at the upper bound, a higher at the lower."""
    rng = np.random.default_rng(seed)
    coupling = 10 ** rng.uniform(-4, 4) * rng.random(count - 1)
    diagonal = 10 ** rng.uniform(-2, 2, count)
    diagonal[:-1] += coupling
    diagonal[1:] += coupling
    weight, low = rng.uniform(0.5, 2, count), rng.random(count)
    high = low + rng.choice([0.0, 0.3, 2.0], count) * rng.random(count)
    total = float(weight @ low + part * (weight @ (high - low)))
    problem = Bounded(diagonal, coupling, weight, low, high)
    u = problem.solve(total)
    assert weight @ u == pytest.approx(total)
    whole = np.diag(diagonal) - np.diag(coupling, 1) - np.diag(coupling, -1)
    price = (whole @ u) / weight
    near = 1e-7 * np.abs(diagonal * u / weight).max()
    free = (u > low) & (u < high)
    if free.any():
        level = price[free].mean()
        assert np.abs(price[free] - level).max() < near
        assert (price[(u <= low) & (low < high)] > level - near).all()
        assert (price[(u >= high) & (low < high)] < level + near).all()


def test_a_plan_keeps_its_numbers() -> None:
    got = plan([0.5] * 4, _times(4), rate=2)
    assert isinstance(got, SpeedPlan)
    assert (got.source_ticks, got.length) == (4 * FRAME, 2 * FRAME)
