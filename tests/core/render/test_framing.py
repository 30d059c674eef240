"""A clip that is moved so that an object stays in the picture: seen in rendered frames."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace

from core.errors import Cancelled, EditError
from core.render.compositor import render_straight
from core.render.framing import kept_in_frame
from core.render.object_positions import Seen, matte_of, overlooked, seen
from core.render.pixels import Floats
from core.time import TimeRange
from core.timeline.effects import new_effect
from core.timeline.model import Clip, Keys, MatteUse, MediaUse, Pin, Sequence, Track
from tests.core.render.fakes import RATE, TICK, FakeSource, FakeSources

WIDTH, HEIGHT, FRAMES, SIDE = 160, 90, 150, 12


def left_of(frame: int) -> int:
    """The object stands, crosses in two seconds, and stands again."""
    return round(np.interp(frame, [60, 110], [20, 130]))


def mask(frame: int) -> Floats:
    out = np.zeros((HEIGHT, WIDTH), np.float32)
    out[40 : 40 + SIDE, left_of(frame) : left_of(frame) + SIDE] = 1
    return out


def picture(frame: int) -> np.ndarray:
    return np.dstack([(255 * mask(frame)).astype(np.uint8), *[np.full((HEIGHT, WIDTH), 60, np.uint8)] * 2])


def film(size: tuple[int, int], **fields: object) -> Sequence:
    whole = TimeRange(0, FRAMES * TICK)
    clip = replace(Clip("c", "Street", MediaUse("m", whole), whole.duration), **fields)
    return Sequence("s", "Film", *size, RATE, tracks=(Track("v", "video", "V1", (clip,)),))


def where(sequence: Sequence, matte: Callable[[int], Floats] = mask, cuts: tuple[int, ...] = ()) -> Seen:
    return seen(sequence.find("c")[2], FakeSource(picture, FRAMES), matte, cuts)


UPRIGHT = (50, 90)


def objects(sequence: Sequence) -> list[np.ndarray]:
    """Columns of the film's frames in which the object is seen."""
    sources = FakeSources({"m": FakeSource(picture, FRAMES)})
    frames = [render_straight(sequence, RATE.time_of(n), sources) for n in range(0, FRAMES, 5)]
    return [np.flatnonzero((one[..., 0] > 128).any(0)) for one in frames]


def test_the_object_stays_whole_in_an_upright_film_that_is_filled() -> None:
    before = film(UPRIGHT)
    after = kept_in_frame(before, "c", where(before))
    for columns in objects(after):
        assert len(columns) >= SIDE - 1, "nothing of it is cut off"
        assert columns.min() >= 2 and columns.max() < UPRIGHT[0] - 2, "it does not touch the border"
    sources = FakeSources({"m": FakeSource(picture, FRAMES)})
    shown = render_straight(after, 0, sources)
    assert (shown[..., 3] == 255).all(), "the frame is filled"


def test_a_film_of_the_clips_own_shape_is_left_where_it_is() -> None:
    before = film((WIDTH, HEIGHT))
    clip = kept_in_frame(before, "c", where(before)).find("c")[2]
    assert (clip.x, clip.y, clip.scale) == (0.0, 0.0, 1.0)


def test_a_larger_scale_makes_a_closer_view_in_both_directions() -> None:
    before = film((WIDTH, HEIGHT), scale=3.0)
    clip = kept_in_frame(before, "c", where(before)).find("c")[2]
    assert clip.scale == 3.0
    assert isinstance(clip.x, Keys) and isinstance(clip.y, float)
    assert clip.x.keys[0].value > 0 > clip.x.keys[-1].value


def test_a_clip_on_a_scene_keeps_to_the_frame_from_then_on() -> None:
    before = film(UPRIGHT, pin=Pin("m", 3))
    assert kept_in_frame(before, "c", where(before)).find("c")[2].pin is None


def test_effects_that_move_or_cut_the_picture_are_named() -> None:
    off = replace(new_effect("crop"), enabled=False)
    one = replace(new_effect("transform"), matte=MatteUse(1))
    whole = (new_effect("blur"), new_effect("crop"), new_effect("transform"), off, one)
    assert overlooked(film(UPRIGHT, effects=whole).find("c")[2]) == ["Crop", "Transform"]


def test_keyframes_are_few_and_none_stand_where_nothing_moves() -> None:
    before = film(UPRIGHT)
    x = kept_in_frame(before, "c", where(before)).find("c")[2].x
    assert isinstance(x, Keys)
    assert len(x.keys) < 15
    assert not any(RATE.time_of(2) < key.time < RATE.time_of(25) for key in x.keys)


def test_over_a_cut_the_view_jumps() -> None:
    def matte(frame: int) -> Floats:
        out = np.zeros((HEIGHT, WIDTH), np.float32)
        out[40:52, (30 if frame < 50 else 120) : (42 if frame < 50 else 132)] = 1
        return out

    before = film(UPRIGHT)
    x = kept_in_frame(before, "c", where(before, matte, (50,))).find("c")[2].x
    assert isinstance(x, Keys)
    early, late = x.at(RATE.time_of(49)), x.at(RATE.time_of(50))
    assert early - late > 40
    assert (x.at(0), x.at(RATE.time_of(99))) == (early, late)


def test_a_trimmed_clip_is_looked_at_where_it_is_used() -> None:
    whole = film(UPRIGHT)
    clip = whole.find("c")[2]
    short = replace(clip, duration=20 * TICK)
    asked: list[int] = []

    def matte(frame: int) -> Floats:
        asked.append(frame)
        return mask(frame)

    seen(short, FakeSource(picture, FRAMES), matte)
    assert (asked[0], asked[-1]) == (0, 19)


def test_the_mask_of_a_steadied_clip_is_moved_with_its_picture() -> None:
    """The sources know no camera: the mask is as stored. The effect itself is pinned in test_effect_stack."""
    clip = film(UPRIGHT, effects=(new_effect("steady"),)).find("c")[2]
    sources = FakeSources({"m": FakeSource(picture, FRAMES)}, {1: mask(0)})
    got = matte_of(clip, 1, sources.source(clip), sources)(0)
    assert np.array_equal(got > 0.5, mask(0) > 0.5)


def test_an_object_that_is_never_seen_is_an_error_and_stopping_is_heard() -> None:
    before = film(UPRIGHT)
    nothing = where(before, lambda frame: np.zeros((HEIGHT, WIDTH), np.float32))
    with pytest.raises(EditError, match="not seen in Street"):
        kept_in_frame(before, "c", nothing)
    with pytest.raises(Cancelled):
        seen(before.find("c")[2], FakeSource(picture, FRAMES), mask, (), lambda part: part < 0.5)
