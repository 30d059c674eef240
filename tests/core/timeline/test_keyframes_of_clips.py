"""All keyframes of a clip at one moment: moved, copied, eased and taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import EditError
from core.time import FrameRate
from core.timeline import edits
from core.timeline.effects import new_effect
from core.timeline.keyframes import animated, has_key
from core.timeline.model import Clip, Key, Keys, MediaUse, Sequence, Track

FADE = Keys((Key(0, 0.0, "smooth"), Key(100, 1.0), Key(300, 0.5)))
SLIDE = Keys((Key(100, -20.0, "hold"), Key(400, 20.0)))
BLUR = Keys((Key(100, 8.0), Key(200, 0.0)))


def film(**fields: object) -> Sequence:
    blur = new_effect("blur", radius=BLUR)
    clip = Clip("c", "c", MediaUse("m"), 1000, opacity=FADE, x=SLIDE, effects=(blur,))
    return Sequence(
        "s", "s", rate=FrameRate(25), tracks=(Track("t", "video", items=(replace(clip, **fields),)),)
    )


def values(sequence: Sequence) -> tuple[Keys, Keys, Keys]:
    clip = sequence.find("c")[2]
    blur = clip.effects[0].params["radius"]
    assert isinstance(clip.opacity, Keys) and isinstance(clip.x, Keys) and isinstance(blur, Keys)
    return clip.opacity, clip.x, blur


def test_keys_of_one_moment_move_together_and_keep_value_and_easing() -> None:
    opacity, x, blur = values(edits.move_keys(film(), "c", 100, 150))
    assert [key.time for key in opacity.keys] == [0, 150, 300] and opacity.keys[1].value == 1.0
    assert x.keys[0] == Key(150, -20.0, "hold") and blur.keys[0] == Key(150, 8.0)


def test_what_stands_where_they_are_moved_to_gives_way() -> None:
    opacity, x, blur = values(edits.move_keys(film(), "c", 100, 300))
    assert opacity.keys == (Key(0, 0.0, "smooth"), Key(300, 1.0))
    assert [key.time for key in x.keys] == [300, 400] and [key.time for key in blur.keys] == [200, 300]


def test_a_copy_leaves_them_where_they_are() -> None:
    opacity, _, blur = values(edits.move_keys(film(), "c", 100, 250, copy=True))
    assert [key.time for key in opacity.keys] == [0, 100, 250, 300]
    assert blur.at(100) == 8.0 and blur.at(250) == 8.0


def test_they_are_eased_and_taken_away_together() -> None:
    opacity, x, blur = values(edits.ease_keys(film(), "c", 100, "smooth"))
    assert {opacity.keys[1].easing, x.keys[0].easing, blur.keys[0].easing} == {"smooth"}
    gone = edits.remove_keys(film(), "c", 100)
    clip = gone.find("c")[2]
    assert not has_key(clip, 100) and clip.opacity == Keys((FADE.keys[0], FADE.keys[2]))
    assert clip.x == Keys((Key(400, 20.0),))


def test_the_last_key_of_a_number_leaves_its_value() -> None:
    one = film(opacity=Keys((Key(100, 0.3),)), x=0.0, effects=())
    assert edits.remove_keys(one, "c", 100).find("c")[2].opacity == 0.3
    assert edits.move_keys(one, "c", 100, 500).find("c")[2].opacity == Keys((Key(500, 0.3),))


@given(st.sampled_from((0, 100, 200, 300, 400)), st.integers(-50, 1200))
def test_moved_there_and_back_is_as_before_where_nothing_stood(time: int, to: int) -> None:
    before = film()
    if has_key(before.find("c")[2], to):
        return
    there = edits.move_keys(before, "c", time, to)
    assert values(edits.move_keys(there, "c", to, time)) == values(before)
    assert sum(len(keys.keys) for keys in animated(there.find("c")[2])) == 7


def test_where_there_is_none_it_is_said() -> None:
    for edit in (
        edits.remove_keys,
        lambda *one: edits.ease_keys(*one, "hold"),
        lambda *one: edits.move_keys(*one, 5),
    ):
        with pytest.raises(EditError, match="no keyframe here"):
            edit(film(), "c", 77)
    locked = replace(film(), tracks=(replace(film().tracks[0], locked=True),))
    with pytest.raises(EditError, match="locked"):
        edits.remove_keys(locked, "c", 100)
