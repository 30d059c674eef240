"""An edit of many clips at once gives what the same edit gives one after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import pytest
from msgspec.structs import replace

from core.errors import EditError
from core.timeline import edits
from core.timeline.clips import with_fields
from core.timeline.model import Clip, Sequence, Transition
from tests.core.timeline.films import FRAME, cut_film, pair

One = Callable[[Sequence, str], Sequence]
PICTURES = ["C-V1", "A-V1"]


@pytest.fixture
def abc() -> Sequence:
    return edits.append(cut_film(("A", 10, 30), ("B", 20, 50), ("C", 0, 40)), pair("D", 0, 9))


def one_by_one(film: Sequence, ids: list[str], change: One) -> Sequence:
    return reduce(change, ids, film)


def test_fields_of_many_clips(abc: Sequence) -> None:
    ids = ["A-V1", "C-A1"]
    after = edits.set_clips(abc, ids, enabled=False, label="red")
    assert after == one_by_one(
        abc, ids, lambda film, one: edits.set_clip(film, one, enabled=False, label="red")
    )
    with pytest.raises(EditError, match="between"):
        edits.set_clips(abc, ids, opacity=7.0)
    with pytest.raises(EditError, match="not in the sequence"):
        edits.set_clips(abc, ["A-V1", "gone"], label="red")
    with pytest.raises(EditError, match="V1 is locked"):
        edits.set_clips(edits.set_track(abc, "V1", locked=True), ids, label="red")
    with pytest.raises(TypeError):
        edits.set_clips(abc, ids, transition=None)


def test_an_edit_of_clips_that_stand_alone(abc: Sequence) -> None:
    def keyed(film: Sequence, one: str) -> Sequence:
        start = film.find(one)[1].start
        return edits.set_key(film, one, "opacity", start, 0.5)

    assert edits.each_alone(abc, PICTURES, keyed) == one_by_one(abc, PICTURES, keyed)


def test_what_a_function_makes_of_each_clip(abc: Sequence) -> None:
    def quieter(clip: Clip) -> Clip:
        return with_fields(clip, gain=-float(clip.duration // FRAME))

    after = edits.each_clip(abc, ["A-A1", "C-A1"], quieter)
    assert after == edits.set_clip(edits.set_clip(abc, "A-A1", gain=-20.0), "C-A1", gain=-40.0)
    with pytest.raises(EditError, match="not in the sequence"):
        edits.each_clip(abc, ["gone"], quieter)
    with pytest.raises(TypeError):
        with_fields(abc.find("A-A1")[2], duration=FRAME)


def test_speed_and_direction_of_many_clips(abc: Sequence) -> None:
    for ripple in (False, True):

        def faster(film: Sequence, one: str, ripple: bool = ripple) -> Sequence:
            return edits.set_speed(film, one, 2, ripple=ripple)

        assert edits.set_speed(abc, PICTURES, 2, ripple=ripple) == one_by_one(abc, PICTURES, faster)
    slow = edits.set_speed(abc, PICTURES, 1, 2)
    assert slow == one_by_one(abc, PICTURES, lambda film, one: edits.set_speed(film, one, 1, 2))
    assert edits.reverse(abc, PICTURES) == one_by_one(abc, PICTURES, edits.reverse)


def test_each_clip_fades_by_its_own_length(abc: Sequence) -> None:
    lengths = {"A-V1": 3 * FRAME, "C-V1": 7 * FRAME}
    after = edits.set_fade(abc, lengths, "fade_in", lengths)
    found = {clip.id: clip.fade_in // FRAME for _, _, clip in after.clips() if clip.fade_in}
    assert found == {"A-V1": 3, "A-A1": 3, "C-V1": 7, "C-A1": 7}


@pytest.mark.parametrize("length", [2, 8, 40])
def test_transitions_of_many_clips_are_fitted_as_one_by_one(length: int) -> None:
    ids = ["B-V1", "C-V1", "D-V1"]
    film = edits.append(cut_film(("A", 10, 30), ("B", 20, 50), ("C", 15, 40)), pair("D", 0, 9))
    film = edits.set_transition(edits.set_transition(film, "B-V1", 4 * FRAME), "C-V1", 6 * FRAME)

    def longer(there: Transition) -> Transition:
        return replace(there, kind="wipe", before=length * FRAME, after=length * FRAME)

    def one(film: Sequence, clip_id: str) -> Sequence:
        there = film.find(clip_id)[2].transition
        return film if there is None else edits.set_clip(film, clip_id, transition=longer(there))

    after = edits.each_transition(film, ids, longer)
    assert after == one_by_one(film, ids, one)
    kinds = [there and there.kind for there in (after.find(clip_id)[2].transition for clip_id in ids)]
    assert kinds == ["wipe", "wipe", None]
    with pytest.raises(EditError, match="not in the sequence"):
        edits.each_transition(film, ["gone"], longer)
