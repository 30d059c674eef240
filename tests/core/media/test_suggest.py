"""Which frame to draw on next."""

import itertools
import time

from hypothesis import given
from hypothesis import strategies as st

from core.media.suggest import drawn_frames, suggest


def sure(values: list[float]) -> dict[int, dict[int, float]]:
    return {frame: {1: value} for frame, value in enumerate(values)}


def test_the_middle_of_a_failure_comes_first() -> None:
    values = [1.0] + [0.95] * 29 + [0.1] * 21 + [0.95] * 29
    first = suggest(sure(values), [0])[0]
    assert first.reason == "gone"
    assert 35 <= first.frame <= 45
    assert first.gain > 0.1


def test_a_short_dip_gains_less_than_a_long_one() -> None:
    values = [1.0] + [0.95] * 99
    values[20:22] = [0.0, 0.0]
    values[60:80] = [0.4] * 20
    first, second = suggest(sure(values), [0])[:2]
    assert 60 <= first.frame < 80
    assert first.reason == "unsure"
    assert second.gain < first.gain


def test_a_mask_helps_the_frames_around_it_before_another_is_wanted() -> None:
    values = [1.0] + [0.99] * 29 + [0.1] * 21 + [0.99] * 29
    first, second = suggest(sure(values), [0])[:2]
    assert second.gain < first.gain / 4 and abs(second.frame - first.frame) > 5


def test_the_doubt_of_a_drawn_frame_asks_for_no_mask_beside_it() -> None:
    values = [1.0] + [0.9] * 14 + [0.3] + [0.9] * 15
    trusted = [*values[:15], 1.0, *values[16:]]
    assert suggest(sure(values), [0, 15]) == suggest(sure(trusted), [0, 15])


def test_nothing_is_suggested_for_a_good_track_or_a_drawn_frame() -> None:
    assert suggest({}, []) == []
    assert suggest(sure([1.0] * 10), [0]) == []
    assert suggest(sure([1.0, 0.0]), [0, 1]) == []


def test_a_mask_helps_neither_across_a_cut_nor_past_a_key_mask() -> None:
    values = [1.0] + [0.5] * 19 + [0.5] * 40
    first = suggest(sure(values), [0], [20])[0]
    assert first.frame >= 20
    assert first.reason == "cut"
    assert 0 < suggest(sure(values), [0, 20])[0].frame != 20


def test_a_cut_that_comes_later_is_no_reason() -> None:
    first = suggest(sure([1.0] + [0.5] * 19 + [0.99] * 40), [0], [20])[0]
    assert first.frame < 20 and first.reason == "unsure"


def test_the_worst_object_is_named() -> None:
    confidences = {0: {1: 1.0, 2: 1.0}, 1: {1: 0.9, 2: 0.3}, 2: {1: 0.9, 2: 0.3}}
    first = suggest(confidences, [0])[0]
    assert (first.frame, first.label, first.reason) == (1, 2, "unsure")


def test_drawn_frames_are_those_that_are_wholly_sure() -> None:
    assert drawn_frames({3: {1: 1.0, 2: 1.0}, 4: {1: 1.0, 2: 0.9}, 0: {1: 1.0}, 5: {}}) == (0, 3)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.sets(st.integers(0, 59)))
def test_suggestions_are_open_frames_of_falling_gain(values: list[float], keys: set[int]) -> None:
    found = suggest(sure(values), keys, [30])
    frames = [each.frame for each in found]
    assert len(set(frames)) == len(frames)
    assert not keys & set(frames)
    assert all(a.gain >= b.gain - 1e-3 for a, b in itertools.pairwise(found))
    assert all(0 < each.gain <= 1 for each in found)


def test_five_thousand_frames_take_no_time() -> None:
    confidences = sure([1.0] + [0.5] * 4999)
    started = time.perf_counter()
    suggest(confidences, [0])
    assert time.perf_counter() - started < 1.0
