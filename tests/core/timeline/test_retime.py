"""Speed, reverse, freeze and cross-fades."""

from __future__ import annotations

import pytest

from core.errors import EditError
from core.timeline import edits
from core.timeline.model import Clip, Sequence, Solid, Transition
from core.timeline.time_map import Curve, CurvePoint
from tests.core.timeline.films import FRAME, cut_film, drawn, faults, film, out_of_step


def frames(count: int) -> int:
    return count * FRAME


@pytest.fixture
def abc() -> Sequence:
    return cut_film(("A", 10, 30), ("B", 20, 50), ("C", 0, 40))


def test_speed_changes_the_length_and_leaves_or_moves_the_rest(abc: Sequence) -> None:
    assert drawn(edits.set_speed(abc, "B-V1", 2), "V1").startswith("A[0:20]10:30 B[20:35]20:")
    assert drawn(edits.set_speed(abc, "B-V1", 2), "A1").endswith("_15 C[50:90]0:40")
    assert drawn(edits.set_speed(abc, "B-V1", 2, ripple=True), "A1").endswith("C[35:75]0:40")
    slow = edits.set_speed(abc, "B-A1", 1, 2)
    assert drawn(slow, "V1").split()[1].startswith("B[20:50]20:3") and drawn(slow, "V1").endswith(
        "C[50:90]0:40"
    )
    assert drawn(edits.set_speed(abc, "B-V1", 1, 2, ripple=True), "V1").endswith("C[80:120]0:40")
    assert drawn(edits.set_speed(abc, "C-V1", 1, 4), "V1").split()[2].startswith("C[50:210]0:")


def test_speed_uses_the_gap_after_the_clip_only(abc: Sequence) -> None:
    gapped = edits.lift(abc, "B-V1")
    assert drawn(edits.set_speed(gapped, "A-V1", 1, 2), "V1").startswith("A[0:40]10:30 _10 C")
    assert drawn(edits.set_speed(gapped, "A-V1", 1, 5), "V1").startswith("A[0:50]10:20 C")


def test_speeds_that_make_no_sense(abc: Sequence) -> None:
    for num, den in ((0, 1), (1, 0), (1, 101), (101, 1), (50, 1)):
        with pytest.raises(EditError):
            edits.set_speed(abc, "B-V1", num, den)
    with pytest.raises(EditError, match="stands still"):
        edits.set_speed(edits.append(film(), {"V1": Clip("t", "T", Solid(), 50)}), "t", 2)


def test_reverse_shows_every_frame_once_and_twice_is_nothing(abc: Sequence) -> None:
    back = edits.reverse(abc, "B-V1")
    clip = back.find("B-V1")[2]
    assert [clip.time_map.at(frames(n)) // FRAME for n in range(30)] == list(range(49, 19, -1))
    assert drawn(back, "A1") == drawn(abc, "A1") and back != abc
    assert edits.reverse(back, "B-A1") == abc


def test_reverse_of_a_curve_mirrors_it(abc: Sequence) -> None:
    curve = Curve((CurvePoint(0, 0), CurvePoint(frames(10), frames(40)), CurvePoint(frames(30), frames(50))))
    there = edits.set_clip(abc, "B-V1", time_map=curve)
    back = edits.reverse(there, "B-V1").find("B-V1")[2]
    for t in (0, 1, frames(7), frames(20) - 1, frames(20), frames(30) - 1):
        assert back.time_map.at(t) == curve.at(frames(30) - 1 - t)
    with pytest.raises(EditError):
        edits.set_clip(abc, "B-V1", time_map=curve.slipped(frames(60)))


def test_freeze_frame_holds_a_picture_and_the_rest_waits(abc: Sequence) -> None:
    after = edits.freeze_frame(abc, "B-V1", frames(30), frames(12))
    assert drawn(after, "A1") == "A[0:20]10:30 B[20:30]20:30 _12 B[42:62]30:50 C[62:102]0:40"
    still = [clip for _, where, clip in after.clips() if where.start == frames(30)][0]  # noqa: RUF015
    assert still.time_map.at(0) == still.time_map.at(frames(11)) == frames(30)
    assert not faults(after) and not out_of_step(after)
    for bad in (("A-A1", 5, 5), ("A-V1", 30, 5), ("A-V1", 5, 0)):
        with pytest.raises(EditError):
            edits.freeze_frame(abc, bad[0], frames(bad[1]), frames(bad[2]))


def test_cross_fade_needs_handles_and_says_how_much_there_is(abc: Sequence) -> None:
    after = edits.set_transition(abc, "B-V1", frames(11))
    assert after.find("B-V1")[2].transition == Transition(
        before=frames(11) // 2, after=frames(11) - frames(11) // 2
    )
    assert after.find("B-A1")[2].transition == after.find("B-V1")[2].transition
    with pytest.raises(EditError, match=r"0.00 s \(0 frames\) before the cut and 1.60 s \(40 frames\) after"):
        edits.set_transition(abc, "C-V1", frames(10))
    assert edits.remove_transition(after, "B-A1") == abc
    with pytest.raises(EditError):
        edits.set_transition(abc, "B-V1", 0)


def test_a_fade_from_nothing(abc: Sequence) -> None:
    assert edits.set_transition(abc, "A-V1", frames(20)).find("A-V1")[2].transition == Transition(
        after=frames(20)
    )
    with pytest.raises(EditError, match="shorter"):
        edits.set_transition(abc, "A-V1", frames(21))


def test_a_fade_goes_with_its_neighbour_and_shrinks_with_its_handles(abc: Sequence) -> None:
    faded = edits.set_transition(abc, "B-V1", frames(10))
    assert edits.lift(faded, "A-V1").find("B-V1")[2].transition is None
    assert (
        edits.insert(faded, frames(20), {"V1": Clip("x", "X", Solid(), FRAME)}).find("B-V1")[2].transition
        is None
    )
    cut = edits.split(faded, "A-V1", frames(10))
    assert cut.find("B-V1")[2].transition is not None, "A's later half still fades into B"
    short = edits.roll(faded, "B-V1", frames(2))
    assert short.find("B-V1")[2].transition == Transition(before=frames(2), after=frames(5))
    both = edits.move(faded, ["A-V1", "B-V1"], frames(100))
    assert both.find("B-V1")[2].transition == faded.find("B-V1")[2].transition
    assert not faults(short)
