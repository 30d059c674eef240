"""Clips made into a sequence of their own and back, and sequences that would show themselves."""

from __future__ import annotations

import msgspec
import pytest

from core.errors import EditError
from core.time import TimeRange
from core.timeline import edits
from core.timeline.model import Clip, Gap, Keys, Sequence, SequenceUse, Title, Track, Transition
from core.timeline.nesting import (
    DEEPEST,
    compound,
    reached,
    require_well_nested,
    shown_in,
    taken_apart,
    well_nested,
)
from core.timeline.place import outward
from core.timeline.time_map import Linear
from tests.core.timeline.films import FRAME, cut_film, drawn, faults, film, out_of_step


def titled() -> Sequence:
    """A, B, C on V1 and A1, and a title over the last of B and the first of C."""
    title = Clip("T", "T", Title("words"), 20 * FRAME)
    return edits.overwrite(cut_film(("A", 0, 30), ("B", 10, 40), ("C", 20, 50)), 50 * FRAME, {"V2": title})


def on(sequence: Sequence, name: str) -> str:
    """A track by its name, as text."""
    return drawn(sequence, next(track.id for track in sequence.tracks if track.name == name))


def test_it_lies_on_the_innermost_of_their_tracks_that_is_free() -> None:
    outer, inner = compound(titled(), ["B-V1"], "Inside")
    assert drawn(outer, "V1") == "A[0:30]0:30 Inside[30:60]0:30 C[60:90]20:50"
    assert drawn(outer, "A1") == "A[0:30]0:30 Inside[30:60]0:30 C[60:90]20:50"
    assert drawn(outer, "V2") == "_50 T[50:70]0:20"
    assert on(inner, "V1") == on(inner, "A1") == "B[0:30]10:40"
    picture, sound = (outer.track(track).at(30 * FRAME)[1] for track in ("V1", "A1"))  # type: ignore[index]
    assert isinstance(picture, Clip) and isinstance(sound, Clip)
    assert picture.link == sound.link != "" and picture.available == TimeRange(0, 30 * FRAME)
    assert shown_in(outer) == {inner.id} and not shown_in(inner)


def test_marks_of_the_film_stay_in_it() -> None:
    marked = edits.set_in_out(edits.add_marker(titled(), 40 * FRAME), 35 * FRAME, 50 * FRAME)
    outer, inner = compound(marked, ["B-V1"], "Inside")
    assert not inner.markers and (inner.in_point, inner.out_point) == (None, None)
    assert outer.markers == marked.markers and outer.in_point == 35 * FRAME


def test_where_another_clip_is_in_the_way_it_goes_above() -> None:
    outer, inner = compound(titled(), ["B-V1", "T"], "Inside")  # C stands on V1 below the end of T
    assert drawn(outer, "V1") == "A[0:30]0:30 _30 C[60:90]20:50"
    assert drawn(outer, "V2") == "_30 Inside[30:70]0:40"
    assert on(inner, "V2") == "_20 T[20:40]0:20"
    sound = next(
        track for track in outer.tracks if track.kind == "audio" and "Inside" in drawn(outer, track.id)
    )
    assert sound.id not in ("A1", "A2") and outer.tracks.index(sound) < outer.tracks.index(outer.track("A1"))
    assert not faults(outer) and not out_of_step(outer)


def test_fades_inside_stay_and_those_to_the_outside_go() -> None:
    sequence = edits.set_transition(titled(), "B-V1", 10 * FRAME)
    sequence = edits.set_transition(sequence, "C-V1", 10 * FRAME)
    _, inner = compound(sequence, ["B-V1", "C-V1"], "Inside")
    fades = [clip.transition for _, _, clip in inner.clips() if clip.name in ("B", "C")]
    assert [fade is not None for fade in fades] == [False, True, False, True]
    assert fades[1] == Transition(before=5 * FRAME, after=5 * FRAME)


def test_taken_apart_it_is_as_before() -> None:
    before = titled()
    outer, inner = compound(before, ["B-V1", "C-V1", "T"], "Inside")
    clip = next(clip for _, _, clip in outer.clips() if clip.sequence_id)
    after = taken_apart(outer, clip.id, inner)
    assert [drawn(after, track.id) for track in before.tracks] == [
        drawn(before, track.id) for track in before.tracks
    ]
    assert not faults(after) and not out_of_step(after)
    ids = {clip.id for _, _, clip in after.clips()}
    assert not ids & {clip.id for _, _, clip in inner.clips()}  # another use of it may be there


def test_only_what_a_trimmed_one_shows_comes_back() -> None:
    outer, inner = compound(titled(), ["B-V1", "C-V1", "T"], "Inside")
    clip = next(clip for track, _, clip in outer.clips() if clip.sequence_id and track.kind == "video")
    outer = edits.trim_start(outer, clip.id, 40 * FRAME)
    outer = edits.trim_end(outer, clip.id, 65 * FRAME)
    after = taken_apart(outer, clip.id, inner)
    assert drawn(after, "V1") == "A[0:30]0:30 _10 B[40:60]20:40 C[60:65]20:25"
    assert drawn(after, "V2") == "_50 T[50:65]0:15"
    assert drawn(after, "A1") == drawn(after, "V1")


def test_a_busy_track_above_is_left_alone() -> None:
    outer, inner = compound(titled(), ["B-V1", "C-V1", "T"], "Inside")
    outer = edits.overwrite(outer, 55 * FRAME, {"V2": Clip("X", "X", Title("x"), 5 * FRAME)})
    clip = next(clip for _, _, clip in outer.clips() if clip.sequence_id)
    after = taken_apart(outer, clip.id, inner)
    assert drawn(after, "V2") == "_55 X[55:60]0:5"
    assert [drawn(after, track.id) for track in after.tracks if track.kind == "video"] == [
        "A[0:30]0:30 B[30:60]10:40 C[60:90]20:50",
        "_50 T[50:70]0:20",
        "_55 X[55:60]0:5",
    ]


@pytest.mark.parametrize("change", [{"opacity": 0.5}, {"time_map": Linear(0, 1, 2)}, {"fade_in": FRAME}])
def test_a_compound_clip_with_more_to_it_is_not_taken_apart(change: dict[str, object]) -> None:
    outer, inner = compound(titled(), ["B-V1"], "Inside")
    clip = next(clip for track, _, clip in outer.clips() if clip.sequence_id and track.kind == "video")
    outer = edits.set_clip(outer, clip.id, **change)
    with pytest.raises(EditError, match="of its own"):
        taken_apart(outer, clip.id, inner)
    with pytest.raises(EditError, match="no compound clip"):
        taken_apart(outer, "A-V1", inner)


def test_locked_tracks_refuse() -> None:
    locked = edits.set_track(titled(), "A1", locked=True)
    with pytest.raises(EditError, match="locked"):
        compound(locked, ["B-V1"], "Inside")


def showing(name: str, *inner: str) -> Sequence:
    clips = tuple(Clip(f"{name}{one}", one, SequenceUse(one), FRAME) for one in inner)
    return msgspec.structs.replace(film(Track("X", "video", "", (Gap(FRAME), *clips))), id=name)


def test_a_ring_is_seen_however_long_it_is() -> None:
    chain = [showing("a", "b"), showing("b", "c", "c"), showing("c", "lost"), showing("d", "a")]
    shown = {one.id: shown_in(one) for one in chain}
    assert reached("a", shown) == {"b", "c", "lost"}
    assert well_nested(shown) == {"a", "b", "c", "d"}
    ring = [*chain[:2], showing("c", "a"), chain[3]]
    with pytest.raises(EditError, match="show itself"):
        require_well_nested(ring[2], ring)
    assert well_nested({one.id: shown_in(one) for one in ring}) == frozenset()


def test_too_many_inside_one_another_are_refused() -> None:
    chain = [showing(str(n), str(n + 1)) for n in range(DEEPEST - 1)] + [showing(str(DEEPEST - 1))]
    require_well_nested(chain[0], chain)
    deeper = [showing("top", "0"), *chain]
    with pytest.raises(EditError, match=f"at most {DEEPEST}"):
        require_well_nested(deeper[0], deeper)


def gains(sequence: Sequence) -> dict[str, float]:
    """How loud each clip sounds, by name: with its track."""
    found = {}
    for track, _, clip in sequence.clips():
        if track.kind == "audio":
            assert not isinstance(clip.gain, Keys)
            found[clip.name] = clip.gain + track.gain
    return found


def test_clips_are_as_loud_inside_a_compound_clip_and_out_of_it_again() -> None:
    sequence = edits.set_track(titled(), "A1", gain=-6.0, balance=0.5)
    outer, inner = compound(sequence, ["B-V1", "C-V1"], "Inside")
    assert gains(outer)["Inside"] == -6.0 and gains(inner) == {"B": 0.0, "C": 0.0}
    assert all(track.balance == 0 for track in inner.tracks)
    inner = edits.set_track(inner, outward(inner.tracks, "audio")[0].id, gain=3.0)
    back = taken_apart(outer, next(clip.id for _, _, clip in outer.clips() if clip.name == "Inside"), inner)
    assert gains(back) == {"A": -6.0, "B": -3.0, "C": -3.0}


def test_with_a_balance_inside_it_is_not_taken_apart() -> None:
    outer, inner = compound(titled(), ["B-V1"], "Inside")
    inner = edits.set_track(inner, outward(inner.tracks, "audio")[0].id, balance=-1.0)
    with pytest.raises(EditError, match="balance of their own"):
        taken_apart(outer, next(clip.id for _, _, clip in outer.clips() if clip.name == "Inside"), inner)
