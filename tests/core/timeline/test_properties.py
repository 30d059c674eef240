"""What edits keep, whatever they are asked: lengths, contents, neighbours."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import EditError
from core.timeline import edits
from core.timeline.model import Clip, Sequence
from tests.core.timeline.films import FRAME, cut_film, faults, out_of_step, pair

TIMES = st.integers(-10 * FRAME, 200 * FRAME)
PROFILE = settings(max_examples=60, deadline=None, derandomize=True)
NAMES = st.sampled_from(["A-V1", "B-V1", "C-V1", "D-A1"])


def film() -> Sequence:
    return cut_film(("A", 10, 40), ("B", 20, 50), ("C", 5, 60), ("D", 30, 80))


def picture(sequence: Sequence, time: int) -> tuple[str, int] | None:
    """What V1 shows at a time: media and source time."""
    found = sequence.track("V1").at(time)
    if found is None or not isinstance(found[1], Clip):
        return None
    return found[1].media_id or "", found[1].time_map.at(time - found[0].start)


@PROFILE
@given(st.lists(TIMES, max_size=5), st.lists(st.integers(0, 150 * FRAME), min_size=5, max_size=5))
def test_splits_change_nothing_that_is_seen(cuts: list[int], looks: list[int]) -> None:
    before = after = film()
    for cut in cuts:
        try:
            after = edits.split_all(after, cut)
        except EditError:
            continue
    assert [picture(after, time) for time in looks] == [picture(before, time) for time in looks]
    assert after.duration == before.duration and not faults(after) and not out_of_step(after)


@PROFILE
@given(TIMES, st.integers(1, 60), st.integers(0, 150 * FRAME))
def test_insert_then_extract_of_the_same_time_shows_the_same_film(time: int, length: int, look: int) -> None:
    before = film()
    if not 0 <= time <= before.duration:
        return
    inserted = edits.insert(before, time, pair("X", 0, length))
    assert inserted.duration == before.duration + length * FRAME
    after = edits.extract(inserted, time, time + length * FRAME)
    assert after.duration == before.duration
    assert picture(after, look) == picture(before, look)


@PROFILE
@given(NAMES, TIMES)
def test_roll_slip_and_slide_keep_the_length_of_the_film(name: str, time: int) -> None:
    before = film()
    for edit, value in ((edits.roll, time), (edits.slip, time - 90 * FRAME), (edits.reverse, None)):
        try:
            after = edit(before, name) if value is None else edit(before, name, value)
        except EditError:
            continue
        assert after.duration == before.duration and not faults(after) and not out_of_step(after)
        assert len(list(after.clips())) == len(list(before.clips()))


@PROFILE
@given(NAMES, TIMES, st.booleans())
def test_ripple_trims_change_the_length_by_what_the_clip_changes(name: str, time: int, head: bool) -> None:
    before = film()
    try:
        after = (edits.ripple_trim_start if head else edits.ripple_trim_end)(before, name, time)
    except EditError:
        return
    assert after.duration - before.duration == after.find(name)[2].duration - before.find(name)[2].duration
    assert after.find(name)[1].start == before.find(name)[1].start


@PROFILE
@given(NAMES, st.integers(-100 * FRAME, 200 * FRAME))
def test_a_moved_clip_is_whole_at_its_new_place(name: str, by: int) -> None:
    before = film()
    try:
        after = edits.move(before, name, by)
    except EditError:
        assert before.find(name)[1].start + by < 0
        return
    assert after.find(name)[1] == before.find(name)[1].shifted(by)
    assert after.find(name)[2].time_map == before.find(name)[2].time_map
