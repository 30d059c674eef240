"""Speed curves: points, ramps, freezes, reverse inside a clip, rate stretch, fit to fill, what is between frames."""

from __future__ import annotations

from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import EditError
from core.timeline import bend, edits
from core.timeline.curve import NATURAL
from core.timeline.model import Clip, Sequence, Solid
from core.timeline.time_map import Curve, CurvePoint, Linear
from tests.core.timeline.films import FRAME, cut_film, drawn, faults, film, out_of_step
from tests.core.timeline.test_time_map import MAPS

NAME = "B-V1"


def frames(count: float) -> int:
    return round(count * FRAME)


@pytest.fixture
def abc() -> Sequence:
    """B plays source frames 20 to 50 of 100 at record frames 20 to 50."""
    return cut_film(("A", 10, 30), ("B", 20, 50), ("C", 0, 40))


@pytest.fixture
def free() -> Sequence:
    """B alone, with room after it."""
    sequence = edits.lift(cut_film(("A", 10, 30), ("B", 20, 50)), "A-V1")
    return sequence


def shown(sequence: Sequence, clip_id: str = NAME) -> list[int]:
    """Source frames of each record frame of the clip."""
    _, where, clip = sequence.find(clip_id)
    return [clip.time_map.at(time) // FRAME for time in range(0, where.duration, FRAME)]


def clip_of(sequence: Sequence, clip_id: str = NAME) -> Clip:
    return sequence.find(clip_id)[2]


def sound(sequence: Sequence) -> Sequence:
    assert not faults(sequence) and not out_of_step(sequence)
    assert clip_of(sequence, "B-A1").time_map == clip_of(sequence).time_map
    return sequence


@given(MAPS, st.integers(1, 5000), st.integers(-2000, 8000))
def test_a_point_on_the_curve_changes_nothing(time_map: Linear | Curve, duration: int, at: int) -> None:
    curve = bend.as_curve(time_map, duration)
    more, index = bend.with_point(curve, at)
    assert more.points[index].time == at and 0 <= more.at(at) - curve.at(at) <= 1
    if all(point.before is None and point.after is None for point in curve.points):
        times = range(0, duration, 97)
        assert all(0 <= curve.at(t) - time_map.at(t) <= 1 for t in times)
        assert all(0 <= more.at(t) - curve.at(t) <= 1 for t in times)


@given(MAPS, st.integers(1, 5000), st.data())
def test_a_speed_that_is_set_to_what_it_is_changes_nothing(
    time_map: Linear | Curve, duration: int, data: st.DataObject
) -> None:
    curve = bend.as_curve(time_map, duration)
    parts = bend.stretches(curve)
    index = data.draw(st.integers(0, len(parts)))
    times = range(curve.points[0].time, curve.points[-1].time + 1, 53)
    if index > 0:
        same = bend.with_speed(curve, index, parts[index - 1].last, "before")
        assert [same.at(t) for t in times] == [curve.at(t) for t in times]
    if index < len(parts):
        same = bend.with_speed(curve, index, parts[index].first, "after")
        assert [same.at(t) for t in times] == [curve.at(t) for t in times]


@given(st.integers(-400, 400).filter(bool), st.integers(1, 200), st.integers(0, 199), st.integers(1, 5000))
def test_a_straight_map_as_a_curve_is_the_same_to_the_tick(
    num: int, den: int, rest: int, duration: int
) -> None:
    common = gcd(num, den)
    straight = Linear(1000, num, den, rest % den // common * common)
    curve = bend.as_curve(straight, duration)
    assert [curve.at(t) for t in range(0, duration, 7)] == [straight.at(t) for t in range(0, duration, 7)]
    first, last = curve.points
    assert first.time <= 0 and last.time >= duration


def test_points_ramps_and_the_tail_that_keeps_its_picture(free: Sequence) -> None:
    with_points = sound(
        edits.add_speed_point(edits.add_speed_point(free, NAME, frames(30)), NAME, frames(40))
    )
    assert shown(with_points) == list(range(20, 50))
    faster = sound(edits.move_speed_point(with_points, NAME, frames(40), speed=2 * NATURAL))
    # 10 frames at 1, ramp up over 10 (15 source frames), ramp down from 2 to 1: 5 frames of source in 3 1/3.
    assert shown(faster)[:11] == list(range(20, 31))
    assert clip_of(faster).time_map.at(frames(20)) == frames(45)
    assert drawn(faster, "V1").startswith("_20 B[20:43]")
    slower = sound(edits.move_speed_point(with_points, NAME, frames(40), speed=NATURAL // 2))
    assert clip_of(slower).source_range.end == pytest.approx(frames(50), abs=FRAME)
    assert edits.move_speed_point(faster, NAME, frames(40), speed=NATURAL) != faster
    moved = sound(edits.move_speed_point(faster, NAME, frames(40), to=frames(35)))
    assert clip_of(moved).time_map.at(frames(15)) == frames(20 + 10 + 7.5)
    plain = sound(edits.remove_speed_point(faster, NAME, frames(40)))
    assert shown(plain) == list(range(20, 50))
    with pytest.raises(EditError, match="no speed point"):
        edits.remove_speed_point(faster, NAME, frames(26))
    with pytest.raises(EditError, match="ends of a clip"):
        edits.remove_speed_point(faster, NAME, frames(20))


def test_a_step_and_a_stretch_of_one_speed(free: Sequence) -> None:
    points = edits.add_speed_point(edits.add_speed_point(free, NAME, frames(30)), NAME, frames(40))
    step = sound(edits.move_speed_point(points, NAME, frames(40), speed=2 * NATURAL, side="after"))
    assert shown(step)[:20] == list(range(20, 40)), "before the step nothing changes"
    held = sound(edits.set_stretch_speed(points, NAME, frames(35), 0))
    curve = clip_of(held).time_map
    assert isinstance(curve, Curve)
    assert {curve.at(time) for time in range(frames(10), frames(20), FRAME)} == {curve.at(frames(10))}
    double = sound(edits.set_stretch_speed(free, NAME, frames(35), 2 * NATURAL))
    assert clip_of(double).time_map == Linear(frames(20), 2)
    with pytest.raises(EditError, match="out of reach"):
        edits.set_stretch_speed(points, NAME, frames(35), 101 * NATURAL)


def test_an_edge_point_sticks_to_its_edge(free: Sequence) -> None:
    once = sound(edits.move_speed_point(free, NAME, frames(50), speed=2 * NATURAL))
    assert drawn(once, "V1").startswith("_20 B[20:40]20:50"), "30 frames at a mean of 1.5"
    twice = sound(edits.move_speed_point(once, NAME, frames(40), speed=NATURAL))
    assert drawn(twice, "V1").startswith("_20 B[20:50]20:50")
    assert shown(twice) == list(range(20, 50))


def test_ramps_run_between_speeds_and_end_where_the_source_ends(free: Sequence) -> None:
    inward = sound(edits.ramp(free, NAME, frames(20), frames(30), first=NATURAL // 4))
    assert clip_of(inward).time_map.at(frames(10)) == frames(20 + 6.25)
    assert clip_of(inward).source_range.end == pytest.approx(frames(50), abs=FRAME)
    up = sound(edits.ramp(free, NAME, frames(25), frames(35), last=3 * NATURAL, ease=0))
    assert clip_of(up).time_map.at(frames(15)) == frames(20 + 5 + 20)
    assert drawn(up, "V1").startswith("_20 B[20:37]")
    whole = edits.append(film(), {"V1": clip_of(cut_film(("M", 0, 100)), "M-V1")})
    fast = edits.ramp(whole, "M-V1", frames(10), frames(30), last=4 * NATURAL)
    assert clip_of(fast, "M-V1").source_range.end <= frames(100) and not faults(fast)
    with pytest.raises(EditError, match="does not play"):
        edits.ramp(free, NAME, frames(40), frames(60), last=NATURAL)


def test_freeze_and_reverse_inside_one_clip(free: Sequence) -> None:
    held = sound(edits.freeze_part(free, NAME, frames(30), frames(5)))
    assert shown(held) == [*range(20, 30), *[30] * 5, *range(30, 50)]
    back = sound(edits.reverse_part(free, NAME, frames(30), frames(40)))
    assert shown(back) == [*range(20, 30), *range(39, 29, -1), *range(40, 50)]
    assert shown(edits.reverse_part(back, NAME, frames(30), frames(40))) == shown(free)
    from_head = sound(edits.reverse_part(free, NAME, frames(20), frames(25)))
    assert shown(from_head)[:6] == [24, 23, 22, 21, 20, 25]
    to_tail = sound(edits.reverse_part(free, NAME, frames(45), frames(50)))
    assert shown(to_tail)[-6:] == [44, 49, 48, 47, 46, 45]
    whole = sound(edits.reverse(back, NAME))
    assert shown(whole) == shown(back)[::-1]
    jump = edits.move_speed_point(back, NAME, frames(30), to=frames(32))
    assert shown(jump)[:12] == list(range(20, 32)) and not faults(jump)
    assert not faults(edits.remove_speed_point(back, NAME, frames(30)))


def test_a_boomerang_stays_inside_its_source(free: Sequence) -> None:
    there_and_back = edits.move_speed_point(free, NAME, frames(50), speed=-NATURAL)
    clip = clip_of(there_and_back)
    assert clip.time_map.at(frames(15)) == frames(27.5)
    assert clip.time_map.at(clip.duration) <= frames(20) + 1 and not faults(there_and_back)


def test_a_reset_takes_a_freeze_away_and_a_neighbour_cuts_one_off(abc: Sequence) -> None:
    held = sound(edits.freeze_part(abc, "C-V1", frames(60), frames(5)))
    assert drawn(held, "A1").endswith("C[50:95]0:40")
    assert drawn(edits.reset_speed(held, "C-V1"), "V1") == drawn(abc, "V1")
    cut_off = edits.freeze_part(abc, NAME, frames(30), frames(5))
    assert shown(cut_off) == [*range(20, 30), *[30] * 5, *range(30, 45)]


def test_rate_stretch_keeps_what_is_shown(free: Sequence) -> None:
    longer = sound(edits.rate_stretch_end(free, NAME, frames(80)))
    assert drawn(longer, "V1") == "_20 B[20:80]20:50"
    assert clip_of(longer).time_map.speed == 0.5
    earlier = sound(edits.rate_stretch_start(longer, NAME, frames(5)))
    assert drawn(earlier, "A1") == "_5 B[5:80]20:50"
    back = sound(edits.rate_stretch_start(earlier, NAME, frames(50)))
    assert clip_of(back).time_map == clip_of(free).time_map
    curved = edits.ramp(free, NAME, frames(20), frames(30), first=NATURAL // 4)
    length = clip_of(curved).duration
    twice = sound(edits.rate_stretch_end(curved, NAME, frames(20) + 2 * length))
    assert clip_of(twice).time_map.at(2 * frames(10)) == clip_of(curved).time_map.at(frames(10))
    turned = sound(edits.rate_stretch_end(edits.reverse(free, NAME), NAME, frames(35)))
    assert shown(turned) == list(range(49, 20, -2))


def test_rate_stretch_stops_at_neighbours(abc: Sequence) -> None:
    assert edits.rate_stretch_end(abc, NAME, frames(70)) == abc
    shorter = edits.rate_stretch_end(abc, NAME, frames(35))
    assert shown(shorter) == list(range(20, 50, 2)) and drawn(shorter, "V1").endswith("_15 C[50:90]0:40")
    assert drawn(edits.rate_stretch_start(abc, NAME, frames(0)), "V1") == drawn(abc, "V1")
    with pytest.raises(EditError, match="stands still"):
        edits.rate_stretch_end(edits.append(film(), {"V1": Clip("t", "T", Solid(), 50)}), "t", 20)


def test_fit_to_fill(abc: Sequence) -> None:
    gapped = edits.lift(abc, "A-V1")
    assert edits.gap_around(gapped, NAME) == (0, frames(50))
    filled = sound(edits.fit_to_fill(gapped, NAME, 0, frames(50)))
    assert drawn(filled, "V1").startswith("B[0:50]20:")
    with pytest.raises(EditError, match="another clip"):
        edits.fit_to_fill(gapped, NAME, 0, frames(55))
    with pytest.raises(EditError, match="no time"):
        edits.fit_to_fill(gapped, NAME, frames(5), frames(5))


def test_between_of_a_clip_and_of_a_range(free: Sequence) -> None:
    slow = edits.set_speed(free, NAME, 1, 4)
    assert clip_of(edits.set_between(slow, NAME, "flow")).between == "flow"
    part = edits.set_between(slow, NAME, "blend", frames(40), frames(60))
    kinds = [(where.start // FRAME, clip.between) for where, clip in part.track("V1").clips()]
    assert kinds == [(20, "nearest"), (40, "blend"), (60, "nearest")]
    assert not faults(part) and not out_of_step(part)
    with pytest.raises(EditError, match="does not play"):
        edits.set_between(slow, NAME, "flow", frames(0), frames(10))


SPEED = st.integers(-300, 400).map(lambda percent: percent * NATURAL // 100)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(20, 49), SPEED, st.sampled_from(["both", "before", "after"])), min_size=1,
                max_size=4))  # fmt: skip
def test_any_speeds_keep_the_head_on_its_picture_and_sound_in_step(
    changes: list[tuple[int, int, bend.Side]],
) -> None:
    sequence = edits.lift(cut_film(("A", 10, 30), ("B", 20, 50)), "A-V1")
    for frame, speed, side in changes:
        try:
            sequence = edits.add_speed_point(sequence, NAME, frames(frame))
            sequence = sound(edits.move_speed_point(sequence, NAME, frames(frame), speed=speed, side=side))
        except EditError:
            continue
        assert clip_of(sequence).time_map.at(0) == frames(20)
        assert clip_of(sequence).duration % FRAME == 0


def test_a_curve_that_was_planned_is_put_in_place(abc: Sequence) -> None:
    plan = Curve(
        (CurvePoint(0, frames(20)), CurvePoint(frames(5), frames(40)), CurvePoint(frames(10), frames(50)))
    )
    after = sound(edits.set_curve(abc, NAME, plan, frames(10)))
    assert drawn(after, "V1").startswith("A[0:20]10:30 B[20:30]20:5")
    closed = edits.set_curve(abc, NAME, plan, frames(10), ripple=True)
    assert drawn(closed, "V1").endswith("C[30:70]0:40")
    too_far = edits.set_curve(abc, NAME, plan.slipped(frames(70)), frames(10))
    assert clip_of(too_far).source_range.end <= frames(100)
