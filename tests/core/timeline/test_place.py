"""Clips on and off tracks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EditError
from core.time import TimeRange
from core.timeline import edits
from core.timeline.model import Clip, Gap, Sequence, Solid, Title, Track, new_id
from tests.core.timeline.films import FRAME, cut_film, drawn, faults, film, out_of_step, pair, use


def frames(count: int) -> int:
    return count * FRAME


@pytest.fixture
def abc() -> Sequence:
    return cut_film(("A", 10, 30), ("B", 20, 50), ("C", 0, 40))


def test_append_lays_linked_pairs_end_to_end(abc: Sequence) -> None:
    assert drawn(abc, "V1") == "A[0:20]10:30 B[20:50]20:50 C[50:90]0:40"
    assert drawn(abc, "A1") == drawn(abc, "V1")
    assert not faults(abc) and not out_of_step(abc)


def test_insert_cuts_the_clip_and_everything_later_waits(abc: Sequence) -> None:
    abc = edits.overwrite(abc, frames(60), {"V2": Clip("t", "T", Title("Hi"), frames(10))})
    after = edits.insert(abc, frames(30), pair("X", 0, 5))
    assert drawn(after, "V1") == "A[0:20]10:30 B[20:30]20:30 X[30:35]0:5 B[35:55]30:50 C[55:95]0:40"
    assert drawn(after, "A1") == drawn(after, "V1")
    assert drawn(after, "V2").startswith("_65 T[65:75]")
    later = [
        clip for _, _, clip in after.clips() if clip.name == "B" and clip.source_range.start == frames(30)
    ]
    assert len({clip.link for clip in later}) == 1 and later[0].link != abc.find("B-V1")[2].link


def test_insert_leaves_music_under_the_cut_alone(abc: Sequence) -> None:
    abc = edits.overwrite(abc, 0, {"A2": Clip("m", "M", use(100, "m"), frames(90))})
    after = edits.insert(abc, frames(20), pair("X", 0, 5))
    assert after.track("A2") is abc.track("A2")


def test_insert_on_one_track_still_takes_linked_clips_along(abc: Sequence) -> None:
    clip = Clip("x", "X", use(), frames(5))
    after = edits.insert(abc, frames(20), {"V1": clip})
    assert drawn(after, "A1") == "A[0:20]10:30 _5 B[25:55]20:50 C[55:95]0:40"
    assert not out_of_step(after)


def test_insert_gap_adds_empty_time(abc: Sequence) -> None:
    after = edits.insert_gap(abc, frames(30), frames(7), ["A1", "V1"])
    assert (
        drawn(after, "A1") == "A[0:20]10:30 B[20:30]20:30 _7 B[37:57]30:50 C[57:97]0:40" == drawn(after, "V1")
    )
    assert not faults(after) and not out_of_step(after)
    assert edits.insert_gap(abc, frames(90), frames(7)) == abc, "there is nothing after the end to move"
    with pytest.raises(EditError):
        edits.insert_gap(abc, frames(30), 0)


def test_overwrite_keeps_the_rest_in_place(abc: Sequence) -> None:
    after = edits.overwrite(abc, frames(15), pair("X", 0, 20))
    assert drawn(after, "V1") == "A[0:15]10:25 X[15:35]0:20 B[35:50]35:50 C[50:90]0:40"
    assert after.find("B-V1")[1] == TimeRange(frames(35), frames(15)), "the rest of B is still B"


def test_overwrite_inside_a_clip_leaves_two_pieces(abc: Sequence) -> None:
    after = edits.overwrite(abc, frames(25), pair("X", 0, 5))
    assert drawn(after, "V1") == "A[0:20]10:30 B[20:25]20:25 X[25:30]0:5 B[30:50]30:50 C[50:90]0:40"
    assert not faults(after) and not out_of_step(after)


def test_placing_past_the_end_leaves_a_gap() -> None:
    assert drawn(edits.insert(film(), frames(10), pair("X", 0, 5)), "V1") == "_10 X[10:15]0:5"


def test_what_cannot_be_placed(abc: Sequence) -> None:
    title = Clip("t", "T", Title("Hi"), frames(5))
    for placement in ({"A1": title}, {"V9": title}, {}, {"V1": Clip("y", "Y", use(10), frames(11))},
                      {"V1": abc.find("A-V1")[2]}):  # fmt: skip
        with pytest.raises(EditError):
            edits.overwrite(abc, 0, placement)
    with pytest.raises(EditError, match="beginning"):
        edits.overwrite(abc, -FRAME, {"V1": title})
    with pytest.raises(EditError, match="V1 is locked"):
        edits.insert(edits.set_track(abc, "V1", locked=True), 0, {"V1": title})


def test_split_links_the_later_halves(abc: Sequence) -> None:
    after = edits.split(abc, "B-V1", frames(30))
    assert drawn(after, "V1") == "A[0:20]10:30 B[20:30]20:30 B[30:50]30:50 C[50:90]0:40" == drawn(after, "A1")
    assert after.find("B-V1")[1].duration == frames(10)
    moved = edits.lift(after, next(clip.id for _, where, clip in after.clips() if where.start == frames(30)))
    assert drawn(moved, "A1") == "A[0:20]10:30 B[20:30]20:30 _20 C[50:90]0:40"


def test_split_of_one_of_a_pair_links_its_later_half_to_nothing(abc: Sequence) -> None:
    after = edits.split(abc, "B-V1", frames(30), linked=False)
    assert drawn(after, "A1") == drawn(abc, "A1")
    assert [clip.link for _, where, clip in after.clips() if where.start == frames(30)] == [""]


def test_split_outside_or_nowhere(abc: Sequence) -> None:
    for time in (frames(20), frames(50), frames(500)):
        with pytest.raises(EditError):
            edits.split(abc, "B-V1", time)
    with pytest.raises(EditError):
        edits.split_all(abc, frames(20))
    assert len(list(edits.split_all(abc, frames(5)).clips())) == 8


def test_lift_and_ripple_delete(abc: Sequence) -> None:
    assert drawn(edits.lift(abc, "B-A1"), "V1") == "A[0:20]10:30 _30 C[50:90]0:40"
    after = edits.ripple_delete(abc, ["B-V1"])
    assert drawn(after, "V1") == "A[0:20]10:30 C[20:60]0:40" == drawn(after, "A1")
    assert drawn(edits.ripple_delete(abc, ["A-V1", "C-V1"]), "V1") == "B[0:30]20:50"
    only = edits.lift(abc, "B-V1", linked=False)
    assert drawn(only, "A1") == drawn(abc, "A1")


def test_ripple_delete_of_clips_with_different_edges_stays_in_step(abc: Sequence) -> None:
    ragged = edits.trim_end(edits.lift(abc, "C-A1", linked=False), "B-A1", frames(60), linked=False)
    after = edits.ripple_delete(ragged, "B-V1")
    assert drawn(after, "V1") == "A[0:20]10:30 C[20:60]0:40"


def test_ripple_delete_of_overlapping_clips_takes_their_time_once() -> None:
    def title(name: str, length: int) -> Clip:
        return Clip(name, name, Title(name), frames(length))

    low = Track("V1", "video", "V1", (title("a", 10), title("b", 10), title("c", 10)))
    high = Track("V2", "video", "V2", (Gap(frames(12)), title("x", 6), Gap(frames(2)), title("y", 10)))
    after = edits.ripple_delete(Sequence("s", "Film", tracks=(low, high)), ["b", "x"])
    assert [(clip.id, where.start // FRAME, where.duration // FRAME) for _, where, clip in after.clips()] == [
        ("a", 0, 10),
        ("c", 10, 10),
        ("y", 10, 10),
    ]


@given(st.data())
def test_ripple_delete_leaves_what_was_not_chosen_whole(data: st.DataObject) -> None:
    def track(number: int) -> Track:
        lengths = data.draw(st.lists(st.integers(-9, 9).filter(bool), max_size=9))
        items = (
            Clip(f"{number}.{n}", "", Title(""), length) if length > 0 else Gap(-length)
            for n, length in enumerate(lengths)
        )
        return Track(f"V{number}", "video", "", tuple(items))

    film = Sequence("s", "Film", tracks=(track(1), track(2), track(3)))
    ids = [clip.id for _, _, clip in film.clips()]
    gone = data.draw(st.sets(st.sampled_from(ids), min_size=1)) if ids else set()
    if not gone:
        return
    after = edits.ripple_delete(film, gone)
    assert [(t.id, clip) for t, _, clip in after.clips()] == [
        (t.id, clip) for t, _, clip in film.clips() if clip.id not in gone
    ]
    assert after.duration <= film.duration


def test_ripple_delete_refuses_to_break_the_step(abc: Sequence) -> None:
    long = edits.lift(edits.unlink(abc, "B-V1"), ["A-A1", "B-A1"], linked=False)
    blocked = edits.overwrite(long, 0, {"A1": Clip("m", "M", use(100, "m"), frames(45))})
    with pytest.raises(EditError, match="A1 is in the way"):
        edits.ripple_delete(blocked, "B-V1")
    assert drawn(edits.lift(blocked, "B-V1"), "V1") == "A[0:20]10:30 _30 C[50:90]0:40"


def test_lift_range_and_extract(abc: Sequence) -> None:
    assert (
        drawn(edits.lift_range(abc, frames(10), frames(30)), "V1")
        == "A[0:10]10:20 _20 B[30:50]30:50 C[50:90]0:40"
    )
    after = edits.extract(abc, frames(10), frames(30))
    assert drawn(after, "V1") == "A[0:10]10:20 B[10:30]30:50 C[30:70]0:40" == drawn(after, "A1")
    assert not out_of_step(after)
    with pytest.raises(EditError):
        edits.extract(abc, frames(10), frames(10))
    with pytest.raises(EditError, match="in the way"):
        edits.extract(abc, frames(10), frames(30), ["V1"])


def test_close_gap(abc: Sequence) -> None:
    gapped = edits.lift(abc, "B-V1")
    assert drawn(edits.close_gap(gapped, "V1", frames(25)), "A1") == "A[0:20]10:30 C[20:60]0:40"
    for time in (frames(5), frames(200)):
        with pytest.raises(EditError, match="no gap"):
            edits.close_gap(gapped, "V1", time)


def test_move_overwrites_where_it_lands(abc: Sequence) -> None:
    after = edits.move(abc, "B-V1", frames(10))
    assert drawn(after, "V1") == "A[0:20]10:30 _10 B[30:60]20:50 C[60:90]10:40" == drawn(after, "A1")
    up = edits.move(abc, ["B-V1"], frames(5), 1)
    assert drawn(up, "V2") == "_25 B[25:55]20:50"
    assert drawn(up, "A1") == "A[0:20]10:30 _5 B[25:55]20:50 C[55:90]5:40"
    assert drawn(edits.move(abc, ["B-V1", "B-A1"], 0, 1), "A2") == "_20 B[20:50]20:50"


def test_move_inserts_where_it_lands(abc: Sequence) -> None:
    after = edits.move(abc, "C-V1", frames(-30), mode="insert")
    assert drawn(after, "V1") == "A[0:20]10:30 C[20:60]0:40 B[60:90]20:50" == drawn(after, "A1")


def test_where_clips_cannot_go(abc: Sequence) -> None:
    for args in ((-frames(21), 0), (0, 2), (0, -1)):
        with pytest.raises(EditError):
            edits.move(abc, "B-V1", *args)
    with pytest.raises(EditError):
        edits.move(abc, "nothing", 5)
    assert edits.move(abc, "B-V1", 0) is abc


def test_a_locked_partner_refuses_unless_the_link_is_left_aside(abc: Sequence) -> None:
    locked = edits.set_track(abc, "A1", locked=True)
    for edit in (
        lambda link: edits.move(locked, "C-V1", frames(5), linked=link),
        lambda link: edits.split(locked, "C-V1", frames(60), linked=link),
        lambda link: edits.lift(locked, "C-V1", linked=link),
        lambda link: edits.trim_end(locked, "C-V1", frames(60), linked=link),
    ):
        with pytest.raises(EditError, match="A1 is locked"):
            edit(True)
        assert edit(False).track("A1") is locked.track("A1")


def test_titles_and_colours_go_on_video_tracks() -> None:
    after = edits.append(
        film(), {"V1": (Clip(new_id(), "C", Solid(), 5), Clip(new_id(), "T", Title("x"), 7))}
    )
    assert after.duration == 12 and not faults(after)


@given(row=st.lists(st.tuples(st.integers(0, 100), st.integers(1, 25)), min_size=1, max_size=8))
def test_many_clips_at_once_lie_as_one_after_the_other(row: list[tuple[int, int]]) -> None:
    film = cut_film(("A", 10, 30), ("B", 20, 50), ("C", 0, 40))
    clips = [
        (frames(start), Clip(new_id(), f"X{number}", Solid(), frames(length)))
        for number, (start, length) in enumerate(sorted(row))
    ]
    after = edits.overwrite_each(film, {"V1": clips})
    expected = film
    for start, clip in clips:
        expected = edits.overwrite(expected, start, {"V1": clip})
    assert drawn(after, "V1") == drawn(expected, "V1")
    assert drawn(after, "A1") == drawn(film, "A1")
    assert not faults(after)
