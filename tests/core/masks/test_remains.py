"""What remains in a mask as its object goes is told from the object by several frames in a row."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from core.masks.recognition.remains import FRAMES, after, goes_on, gone_on, is_remains


def told(likenesses: Sequence[float]) -> list[int]:
    """The frames on which a mask is told to show but what remained."""
    unlike: tuple[float, ...] = ()
    found = []
    for frame, likeness in enumerate(likenesses):
        unlike = after(unlike, likeness)
        if is_remains(unlike):
            found.append(frame)
    return found


def test_what_is_as_like_it_as_anything_remained() -> None:
    assert told([0.9, 0.6] + [0.05] * FRAMES) == [1 + FRAMES]


@pytest.mark.parametrize("other", [0.4, -0.8], ids=["like the object", "like nothing known"])
def test_an_object_that_is_still_there_is_kept(other: float) -> None:
    assert told([other] * 20) == []


def test_one_frame_in_which_it_is_recognised_ends_the_doubt() -> None:
    assert told(([0.1] * (FRAMES - 1) + [0.5]) * 4) == []


def test_the_frames_in_a_row_are_known_from_their_first() -> None:
    unlike: tuple[float, ...] = (0.5,)
    for likeness in (0.5, 0.19, 0.1, 0.1, 0.1):
        unlike = after(unlike, likeness)
    assert is_remains(unlike) and len(unlike) == 4


def test_what_stands_where_the_object_passed_does_not_go_on() -> None:
    went: tuple[float, float] | None = None
    for _ in range(8):
        went = gone_on(went, (0.06, 0.0))
    assert went == pytest.approx((0.06, 0.0)) and gone_on(went, None) == went
    assert goes_on(went, (0.03, 0.02)) and goes_on(went, None)
    assert not goes_on(went, (0.01, 0.0)) and not goes_on(went, (-0.06, 0.0))


def test_nothing_is_expected_of_what_stands_still() -> None:
    assert goes_on((0.005, 0.0), (0.0, 0.0)) and goes_on(None, (0.0, 0.0))
