"""Clips drawn between four corners, and laid on what is seen below them: by rendered frames."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from core.errors import Cancelled, EditError
from core.media.info import Frame
from core.motion.planar import Corners, onto
from core.render.compositor import render_layers, render_straight
from core.render.corner_pin import corners_of, values_at
from core.render.plan import layer_at
from core.render.surfaces import below, laid, trace
from core.time import TimeRange
from core.timeline import edits
from core.timeline.effects import CORNER_PIN, new_effect
from core.timeline.model import Clip, Key, Keys, MediaUse, Pin, Sequence, Track
from core.timeline.time_map import Linear
from tests.core.render.fakes import RATE, TICK, FakeSource, FakeSources, flat

WIDTH, HEIGHT, FRAMES = 320, 180, 20
SIZE = (float(WIDTH), float(HEIGHT))
WALL = np.random.default_rng(3).integers(0, 256, (260, 420), np.uint8)
POSTER = np.random.default_rng(4).integers(0, 256, (60, 80), np.uint8)


def place(frame: int) -> Corners:
    """Where the poster is in the street, pixels."""
    start = np.array([[60, 40], [170, 52], [164, 130], [66, 138.0]])
    return start + np.array([4.0, 1.5]) * frame


def street(frame: int) -> Frame:
    wall = cv2.GaussianBlur(WALL, (0, 0), 3)[:HEIGHT, frame : WIDTH + frame]
    poster = cv2.resize(cv2.GaussianBlur(POSTER, (0, 0), 1.5), (160, 120))
    matrix = onto((159, 119), place(frame) - 0.5)
    drawn = cv2.warpPerspective(poster, matrix, (WIDTH, HEIGHT))
    on = cv2.warpPerspective(np.full_like(poster, 255), matrix, (WIDTH, HEIGHT)) > 127
    grey = np.where(on, cv2.normalize(drawn, None, 0, 255, cv2.NORM_MINMAX), wall).astype(np.uint8)
    return np.dstack([grey] * 3)


def green(_frame: int) -> Frame:
    return flat(0, 255, 0, size=(64, 48))


def clip(name: str, frames: int = FRAMES, **fields: Any) -> Clip:
    return Clip(name, name, MediaUse(name, TimeRange(0, FRAMES * TICK)), frames * TICK, **fields)


def pinned(corners: Corners, **fields: Any) -> Clip:
    """A green clip of another format between corners, in pixels."""
    bare = clip("screen")
    values = values_at(layer_at(bare, 0), SIZE, corners)
    return replace(bare, effects=(new_effect(CORNER_PIN, **values),), **fields)


def film(screen: Clip, **leader: Any) -> Sequence:
    tracks = (
        Track("v1", "video", "V1", (clip("street", **leader),)),
        Track("v2", "video", "V2", (screen,)),
    )
    return Sequence("s", "Film", WIDTH, HEIGHT, RATE, tracks=tracks)


def sources() -> FakeSources:
    return FakeSources({"street": FakeSource(street, FRAMES), "screen": FakeSource(green, FRAMES)})


def is_green(picture: Frame) -> np.ndarray:
    high = picture.astype(int)
    return (high[..., 1] > 128) & (high[..., 0] < 100) & (high[..., 2] < 100)


def drawn_in(corners: Corners) -> np.ndarray:
    mask = np.zeros((HEIGHT * 8, WIDTH * 8), np.uint8)
    cv2.fillConvexPoly(mask, np.rint(corners * 8).astype(np.int32), 255)
    return cv2.resize(mask, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) > 127


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_the_clip_is_drawn_between_its_corners() -> None:
    shown = is_green(render_straight(film(pinned(place(0))), 0, sources()))
    assert overlap(shown, drawn_in(place(0))) > 0.975


def test_a_preview_shows_it_in_the_same_place() -> None:
    small = render_layers(film(pinned(place(0))), 0, sources(), (WIDTH // 2, HEIGHT // 2))
    large = cv2.resize(small[..., :3], (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    assert overlap(is_green(large), drawn_in(place(0))) > 0.95


def test_the_clip_s_own_moves_move_the_corners() -> None:
    moved = pinned(place(0), x=30.0, y=-12.0, scale=0.5, rotation=90.0)
    around = place(0) - np.array(SIZE) / 2
    wanted = 0.5 * np.column_stack([-around[:, 1], around[:, 0]]) + np.array(SIZE) / 2 + (30, -12)
    assert np.allclose(corners_of(layer_at(moved, 0), SIZE), wanted)
    assert overlap(is_green(render_straight(film(moved), 0, sources())), drawn_in(wanted)) > 0.97


def test_values_for_corners_are_those_that_draw_them() -> None:
    moved = pinned(place(0), x=30.0, y=-12.0, scale=0.5, rotation=33.0)
    values = values_at(layer_at(moved, 0), SIZE, place(5))
    again = replace(moved, effects=(replace(moved.effects[0], params=values),))
    assert np.allclose(corners_of(layer_at(again, 0), SIZE), place(5))


def test_what_lies_below_is_seen_around_it() -> None:
    picture = render_straight(film(pinned(place(0))), 0, sources())
    beside = ~drawn_in(place(0) + np.array([[-3, -3], [3, -3], [3, 3], [-3, 3]]))
    assert np.array_equal(picture[..., :3][beside], street(0)[beside])


@pytest.mark.parametrize(
    "corners",
    [
        place(0)[::-1],
        place(0)[[0, 2, 1, 3]],
        np.repeat(place(0)[:1], 4, axis=0),
        place(0) + np.array([900, 0]),
    ],
    ids=["from behind", "crossed", "a point", "beside the frame"],
)
def test_corners_between_which_nothing_can_be_drawn(corners: Corners) -> None:
    picture = render_straight(film(pinned(corners)), 0, sources())
    assert np.array_equal(picture[..., :3], street(0))


def test_a_pin_that_is_off_leaves_the_clip_in_its_frame() -> None:
    off = pinned(place(0))
    off = replace(off, effects=(replace(off.effects[0], enabled=False),))
    assert is_green(render_straight(film(off), 0, sources())).sum() == 240 * 180


def test_a_large_picture_that_is_shown_small_keeps_its_mean() -> None:
    stripes = np.zeros((480, 640, 3), np.uint8)
    stripes[:, ::2] = 255
    media = FakeSources(
        {"street": FakeSource(street, FRAMES), "screen": FakeSource(lambda n: stripes, FRAMES)}
    )
    small = place(0)[:1] + np.array([[0, 0], [80, 4], [82, 60], [3, 58.0]])
    inside = cv2.erode(drawn_in(small).astype(np.uint8), np.ones((5, 5))) > 0
    seen = render_straight(film(pinned(small)), 0, media)[..., 0][inside]
    assert abs(float(seen.mean()) - 128) < 6
    assert float(seen.std()) < 30


@pytest.mark.parametrize("begin", [0, 9, FRAMES - 1])
def test_it_goes_with_the_surface_that_it_was_laid_on(begin: int) -> None:
    sequence = film(pinned(place(begin)))
    traced = trace(sequence, "screen", RATE.time_of(begin), sources())
    assert traced.lost == ()
    assert len(traced.times) == FRAMES
    after = laid(sequence, "screen", traced)
    for frame in range(FRAMES):
        shown = is_green(render_straight(after, RATE.time_of(frame), sources()))
        assert overlap(shown, drawn_in(place(frame))) > 0.96


def test_a_clip_that_is_laid_on_a_surface_keeps_to_nothing_else() -> None:
    moved = film(pinned(place(0), x=30.0, scale=0.5, rotation=20.0, pin=Pin("street", 0)))
    begin = corners_of(layer_at(moved.find("screen")[2], 0), SIZE)
    after = laid(moved, "screen", trace(moved, "screen", 0, sources(), ways=(1,)))
    screen = after.find("screen")[2]
    assert (screen.x, screen.y, screen.scale, screen.rotation, screen.pin) == (0.0, 0.0, 1.0, 0.0, None)
    assert np.allclose(corners_of(layer_at(screen, 0), SIZE), begin, atol=0.2)


def test_only_what_lies_below_is_looked_at() -> None:
    sequence = film(pinned(place(0)))
    under = below(sequence, "screen")
    assert [track.id for track in under.tracks] == ["v1"]
    assert np.array_equal(render_layers(under, 0, sources()), street(0))


def test_moves_of_the_clip_below_are_seen() -> None:
    turned = film(pinned(place(0) * (-1, 1) + (WIDTH, 0)))
    turned = edits.add_effect(turned, "street", "mirror")
    mirrored = (place(4) * (-1, 1) + (WIDTH, 0))[[1, 0, 3, 2]]
    start = (place(0) * (-1, 1) + (WIDTH, 0))[[1, 0, 3, 2]]
    values = values_at(layer_at(clip("screen"), 0), SIZE, start)
    turned = edits.set_clip(turned, "screen", effects=(new_effect(CORNER_PIN, **values),))
    after = laid(turned, "screen", trace(turned, "screen", 0, sources()))
    shown = is_green(render_straight(after, RATE.time_of(4), sources()))
    assert overlap(shown, drawn_in(mirrored)) > 0.96


def test_from_here_on_keeps_what_stands_before() -> None:
    sequence = film(pinned(place(0)))
    pin = sequence.find("screen")[2].effects[0]
    first = Keys((Key(0, 5.0), Key(RATE.time_of(4), 7.0), Key(RATE.time_of(15), 9.0)))
    marked = replace(pin, params={**pin.params, "top_left_x": first})
    values = values_at(layer_at(clip("screen"), 0), SIZE, place(8))
    marked = replace(marked, params={**values, "top_left_x": replace_at(first, 8, values["top_left_x"])})
    sequence = edits.set_clip(sequence, "screen", effects=(marked,))
    after = laid(sequence, "screen", trace(sequence, "screen", RATE.time_of(8), sources(), ways=(1,)))
    keys = after.find("screen")[2].effects[0].params["top_left_x"]
    assert isinstance(keys, Keys)
    assert [(key.time, key.value) for key in keys.keys][:2] == [(0, 5.0), (RATE.time_of(4), 7.0)]
    shown = is_green(render_straight(after, RATE.time_of(14), sources()))
    assert overlap(shown, drawn_in(place(14))) > 0.96


def replace_at(keys: Keys, frame: int, value: float) -> Keys:
    return Keys(tuple(sorted((*keys.keys, Key(RATE.time_of(frame), value)), key=lambda key: key.time)))


def test_clips_that_run_backwards_are_followed_as_they_are_seen() -> None:
    back = Linear((FRAMES - 1) * TICK, -1, 1)
    for sequence, seen in (
        (film(pinned(place(0), time_map=back)), place(6)),
        (film(pinned(place(FRAMES - 1)), time_map=back), place(FRAMES - 7)),
    ):
        after = laid(sequence, "screen", trace(sequence, "screen", 0, sources()))
        shown = is_green(render_straight(after, RATE.time_of(6), sources()))
        assert overlap(shown, drawn_in(seen)) > 0.95


def test_where_the_surface_is_lost_is_told() -> None:
    def cut(frame: int) -> Frame:
        return street(frame) if frame < 5 else np.full((HEIGHT, WIDTH, 3), 90, np.uint8)

    media = FakeSources({"street": FakeSource(cut, FRAMES), "screen": FakeSource(green, FRAMES)})
    traced = trace(film(pinned(place(0))), "screen", 0, media)
    assert traced.lost == (RATE.time_of(5),)
    assert traced.times[-1] == RATE.time_of(4)


def test_a_clip_without_a_pin_is_refused() -> None:
    with pytest.raises(EditError, match="no corner pin"):
        trace(film(clip("screen")), "screen", 0, sources())


def test_following_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        trace(film(pinned(place(0))), "screen", 0, sources(), lambda part: part < 0.3)


def test_nothing_below_and_plain_grey_are_told_at_once() -> None:
    plain = FakeSources(
        {
            "street": FakeSource(lambda n: flat(90, 90, 90, size=(WIDTH, HEIGHT)), FRAMES),
            "screen": FakeSource(green, FRAMES),
        }
    )
    alone = film(pinned(place(0)))
    for sequence in (alone, replace(alone, tracks=alone.tracks[1:])):
        with pytest.raises(EditError, match="below screen nothing is seen"):
            trace(sequence, "screen", 0, plain)
