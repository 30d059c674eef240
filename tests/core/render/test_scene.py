"""A person on a clock of its own keeps its place in the scene while the camera pans."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from core.errors import MediaError
from core.media.info import Frame
from core.media.viewpoint import Viewpoints
from core.project.project import LayerFile
from core.render.compositor import render_frame
from core.timeline.model import Pin, Sequence, Solid
from core.timeline.time_map import freeze
from tests.core.render.fakes import TICK, FakeSource, FakeSources, clip, film, flat

SIZE = (80, 40)
STEP = 3
"""Pixels that the camera goes to the right in a frame; the frame number is the red of the background."""


def person(index: int, width: int = 8) -> Frame:
    """Walks along with the camera: always in the middle of the frame."""
    frame = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
    frame[15:25, 36 : 36 + width] = 255
    return frame


def pan(frames: int = 100) -> Viewpoints:
    world = np.tile(np.eye(3), (frames, 1, 1))
    world[:, 0, 2] = STEP * np.arange(frames)
    return Viewpoints(SIZE, world, (0,))


def sources(camera: Viewpoints | None) -> FakeSources:
    made = FakeSources(
        {"plate": FakeSource(lambda index: flat(index, 0, 0, size=SIZE)), "person": FakeSource(person)}
    )
    made.seen = camera
    made.layers = {
        name: LayerFile("key", f"{name}.mkv", "take", part)
        for name, part in (("plate", "plate"), ("person", "object"))  # type: ignore[arg-type]
    }
    return made


def layers(shown: int | None = None) -> Sequence:
    """The background with the person above it, who stands still at frame `shown` when it is given."""
    one = clip("person")
    if shown is not None:
        one = replace(one, time_map=freeze(shown * TICK))
    return film(clip("plate"), one, size=SIZE)


def columns(frame: Frame) -> list[int]:
    """Where the person stands: first and last column that is white."""
    seen = np.flatnonzero((frame[..., 1] > 128).any(axis=0))
    return [int(seen[0]), int(seen[-1])] if len(seen) else []


def test_a_frozen_person_stays_where_it_stood_while_the_camera_goes_on() -> None:
    for number in (4, 7, 10):
        picture = render_frame(layers(4), number * TICK, sources(pan()))
        left = 36 - STEP * (number - 4)
        assert columns(picture) == [left, left + 7]
        assert picture[0, 0, 0] == number  # the background's own moment


def test_the_same_moment_is_the_same_picture_to_the_bit() -> None:
    moved, plain = (render_frame(layers(), 5 * TICK, sources(camera)) for camera in (pan(), None))
    assert np.array_equal(moved, plain)


def test_a_preview_moves_as_far() -> None:
    small = render_frame(layers(4), 8 * TICK, sources(pan()), (40, 20))
    left = (36 - 4 * STEP) // 2
    assert columns(small) == pytest.approx([left, left + 3], abs=1)


def test_without_its_background_a_layer_is_a_plain_picture() -> None:
    alone = film(replace(clip("person"), time_map=freeze(4 * TICK)), size=SIZE)
    assert columns(render_frame(alone, 9 * TICK, sources(pan()))) == [36, 43]
    other = sources(pan())
    other.layers["plate"] = replace(other.layers["plate"], of="another take")
    assert columns(render_frame(layers(4), 9 * TICK, other)) == [36, 43]


def test_a_still_camera_and_a_camera_nobody_knows_move_nothing() -> None:
    still = Viewpoints(SIZE, np.tile(np.eye(3), (100, 1, 1)), (0,))
    for camera in (still, None):
        assert columns(render_frame(layers(4), 9 * TICK, sources(camera))) == [36, 43]


def test_another_take_is_another_scene() -> None:
    camera = pan()
    cut = Viewpoints(SIZE, camera.world, (0, 6))
    assert columns(render_frame(layers(4), 5 * TICK, sources(cut))) == [36 - STEP, 43 - STEP]
    assert columns(render_frame(layers(4), 7 * TICK, sources(cut))) == [36, 43]


def test_what_is_behind_the_camera_is_not_seen() -> None:
    camera = pan(20)  # the later frames have turned away: half of frame 4 lies behind them
    camera.world[4, 2, 0] = -2 / SIZE[0]
    assert columns(render_frame(layers(4), 12 * TICK, sources(camera))) == []


def mark(pin: Pin | None, scale: float = 0.25) -> Sequence:
    """A white picture in the middle, over the background."""
    square = replace(clip("mark"), content=Solid("#ffffff"), scale=scale, pin=pin)
    return film(clip("plate"), square, size=SIZE)


def test_what_is_pinned_stays_on_the_scene_from_the_moment_of_its_pin() -> None:
    there = columns(render_frame(mark(None), 6 * TICK, sources(pan())))
    for number in (2, 6, 9):
        moved = columns(render_frame(mark(Pin("take", 6)), number * TICK, sources(pan())))
        assert moved == [column - STEP * (number - 6) for column in there]
    assert columns(render_frame(mark(Pin("another", 6)), 9 * TICK, sources(pan()))) == there


def test_a_pin_counts_the_frames_of_the_clip_that_was_taken_apart() -> None:
    late = sources(pan())
    late.layers["plate"] = replace(late.layers["plate"], first=20)
    there = columns(render_frame(mark(None), 6 * TICK, late))
    assert columns(render_frame(mark(Pin("take", 26)), 6 * TICK, late)) == there
    assert columns(render_frame(mark(Pin("take", 26)), 8 * TICK, late)) == [one - 2 * STEP for one in there]


def test_a_pinned_colour_over_everything_hides_nothing_that_it_uncovers() -> None:
    picture = render_frame(mark(Pin("take", 2), 1.0), 12 * TICK, sources(pan()))
    assert columns(picture) == [0, SIZE[0] - 1 - 10 * STEP]
    assert picture[0, -1, 0] == 12


@pytest.mark.parametrize("gone", ["plate", "person"])
def test_a_layer_that_is_missing_is_told_in_the_preview_and_stops_nothing(gone: str) -> None:
    known = sources(pan())
    del known.sources[gone]
    for made in (layers(4), mark(Pin("take", 2))):
        assert render_frame(made, 9 * TICK, known).shape == (SIZE[1], SIZE[0], 4)
    known.strict = True
    with pytest.raises(MediaError, match=gone):
        render_frame(layers(4), 9 * TICK, known)
