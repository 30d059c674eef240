"""Edges: trim, ripple, roll, slip, slide."""

from __future__ import annotations

import pytest

from core.errors import EditError
from core.time import TimeRange
from core.timeline import edits
from core.timeline.model import Clip, MediaUse, Sequence, Solid
from core.timeline.time_map import Linear
from tests.core.timeline.films import FRAME, cut_film, drawn, faults, film, out_of_step


def frames(count: int) -> int:
    return count * FRAME


@pytest.fixture
def abc() -> Sequence:
    return cut_film(("A", 10, 30), ("B", 20, 50), ("C", 0, 40))


def test_trim_leaves_a_gap(abc: Sequence) -> None:
    after = edits.trim_start(abc, "B-V1", frames(25))
    assert drawn(after, "V1") == "A[0:20]10:30 _5 B[25:50]25:50 C[50:90]0:40" == drawn(after, "A1")
    after = edits.trim_end(after, "B-V1", frames(40))
    assert drawn(after, "A1") == "A[0:20]10:30 _5 B[25:40]25:40 _10 C[50:90]0:40" == drawn(after, "V1")


def test_trim_stops_at_neighbour_source_and_one_frame(abc: Sequence) -> None:
    gapped = edits.lift(abc, "B-V1")
    assert drawn(edits.trim_end(gapped, "A-V1", frames(80)), "V1") == "A[0:50]10:60 C[50:90]0:40"
    assert drawn(edits.trim_end(gapped, "C-V1", frames(800)), "V1").endswith("C[50:150]0:100")
    assert drawn(edits.trim_end(gapped, "A-V1", 0), "V1").startswith("A[0:1]10:11 _49")
    assert drawn(edits.trim_start(gapped, "A-V1", frames(70)), "V1").startswith("_19 A[19:20]29:30")


def test_a_trim_that_cannot_move_says_why(abc: Sequence) -> None:
    with pytest.raises(EditError, match="in the way"):
        edits.trim_end(abc, "A-V1", frames(30))
    with pytest.raises(EditError, match="no more source"):
        edits.trim_start(edits.lift(abc, "B-V1"), "C-V1", frames(40))
    with pytest.raises(EditError, match="beginning"):
        edits.trim_start(abc, "A-V1", -frames(5))


def test_ripple_trims_close_up_and_wait(abc: Sequence) -> None:
    assert (
        drawn(edits.ripple_trim_end(abc, "A-V1", frames(15)), "V1")
        == "A[0:15]10:25 B[15:45]20:50 C[45:85]0:40"
    )
    assert (
        drawn(edits.ripple_trim_end(abc, "A-V1", frames(25)), "A1")
        == "A[0:25]10:35 B[25:55]20:50 C[55:95]0:40"
    )
    assert (
        drawn(edits.ripple_trim_start(abc, "B-V1", frames(30)), "V1")
        == "A[0:20]10:30 B[20:40]30:50 C[40:80]0:40"
    )
    assert (
        drawn(edits.ripple_trim_start(abc, "B-A1", frames(10)), "V1")
        == "A[0:20]10:30 B[20:60]10:50 C[60:100]0:40"
    )
    assert drawn(edits.ripple_trim_start(abc, "B-V1", -frames(90)), "V1").startswith(
        "A[0:20]10:30 B[20:70]0:50"
    )


def test_ripple_trim_takes_titles_along_and_leaves_music(abc: Sequence) -> None:
    abc = edits.overwrite(abc, frames(60), {"V2": Clip("t", "T", Solid(), frames(10))})
    assert drawn(edits.ripple_trim_end(abc, "A-V1", frames(15)), "V2").startswith("_55 T")
    assert drawn(edits.ripple_trim_end(abc, "A-V1", frames(22)), "V2").startswith("_62 T")
    covered = edits.overwrite(abc, 0, {"V2": Clip("c", "K", Solid(), frames(50))})
    assert edits.ripple_trim_end(covered, "A-V1", frames(15)).track("V2") is covered.track("V2")


def test_roll_moves_the_cut_and_nothing_else(abc: Sequence) -> None:
    assert drawn(edits.roll(abc, "B-V1", frames(30)), "A1") == "A[0:30]10:40 B[30:50]30:50 C[50:90]0:40"
    assert drawn(edits.roll(abc, "B-V1", frames(12)), "V1") == "A[0:12]10:22 B[12:50]12:50 C[50:90]0:40"
    assert drawn(edits.roll(abc, "B-V1", -frames(9)), "V1") == "A[0:1]10:11 B[1:50]1:50 C[50:90]0:40"
    with pytest.raises(EditError, match="no more source"):
        edits.roll(abc, "C-V1", frames(40))
    with pytest.raises(EditError, match="right before"):
        edits.roll(abc, "A-V1", frames(3))


def test_the_nearer_edge_reaches_to_a_time(abc: Sequence) -> None:
    cut = edits.roll(abc, "B-V1", frames(30))
    assert edits.reach(abc, "B-V1", frames(30)) == cut, "a cut is rolled"
    assert edits.reach(abc, "A-V1", frames(30)) == cut, "from either side"
    longer = edits.reach(abc, "C-V1", frames(95))
    assert drawn(longer, "V1") == drawn(edits.trim_end(abc, "C-V1", frames(95)), "V1"), (
        "a free edge is trimmed"
    )
    assert drawn(longer, "A1") == "A[0:20]10:30 B[20:50]20:50 C[50:95]0:45"
    with pytest.raises(EditError, match="no more source"):
        edits.reach(abc, "C-V1", frames(40))


def test_slip_shows_other_source_in_the_same_place(abc: Sequence) -> None:
    assert drawn(edits.slip(abc, "B-V1", frames(5)), "A1") == "A[0:20]10:30 B[20:50]25:55 C[50:90]0:40"
    assert drawn(edits.slip(abc, "B-V1", frames(500)), "V1") == "A[0:20]10:30 B[20:50]70:100 C[50:90]0:40"
    with pytest.raises(EditError, match="no more source"):
        edits.slip(abc, "C-V1", -frames(1))
    still = edits.append(film(), {"V1": Clip("t", "T", Solid(), 50)})
    with pytest.raises(EditError):
        edits.slip(still, "t", 5)


def test_slide_moves_a_clip_between_its_neighbours(abc: Sequence) -> None:
    assert drawn(edits.slide(abc, "B-V1", frames(4)), "V1") == "A[0:24]10:34 B[24:54]20:50 C[54:90]4:40"
    with pytest.raises(EditError, match="no more source"):
        edits.slide(abc, "B-V1", -frames(4))
    assert drawn(edits.slide(abc, "C-V1", -frames(6)), "A1") == "A[0:20]10:30 B[20:44]20:44 C[44:84]0:40"
    assert drawn(edits.slide(abc, "A-V1", frames(6)), "A1") == "_6 A[6:26]10:30 B[26:50]26:50 C[50:90]0:40"
    assert drawn(edits.slide(abc, "C-V1", frames(6)), "A1") == "A[0:20]10:30 B[20:56]20:56 C[56:96]0:40"


def test_edges_that_run_out_of_source_stay_on_frames() -> None:
    odd = MediaUse("odd", TimeRange(0, 20 * FRAME + 7))
    short = edits.overwrite(film(), 5 * FRAME, {"V1": Clip("o", "O", odd, 10 * FRAME, Linear(3 * FRAME + 5))})
    grown = edits.trim_start(edits.trim_end(short, "o", frames(99)), "o", frames(1))
    assert grown.find("o")[1] == TimeRange(frames(2), frames(20)), "five ticks of source are left at the head"
    with pytest.raises(EditError, match="no more source"):
        edits.trim_start(grown, "o", frames(1))
    exact = edits.trim_start(grown, "o", frames(1) + 3)
    assert exact.find("o")[1].start == frames(2) - 5, "a time between frames is taken as it is"


def test_trims_of_fast_slow_and_backward_clips_stay_inside_the_source(abc: Sequence) -> None:
    for num, den in ((2, 1), (2, 3), (-1, 1), (-3, 7)):
        fast = edits.set_speed(abc, "B-V1", num, den, ripple=True)
        wide = edits.trim_end(edits.lift(fast, "C-V1"), "B-V1", frames(10_000))
        assert not faults(wide) and not out_of_step(wide)
        source = wide.find("B-V1")[2].source_range
        assert (source.end if num > 0 else frames(100) - source.start) > frames(98) - 1, (
            "less than a frame of the film is left"
        )
