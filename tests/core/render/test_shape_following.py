"""The shape of an effect going along with what it holds."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from core.errors import Cancelled, EditError
from core.media.info import Frame
from core.render.shape_following import corners_at, effect_with_shape, following, trace_shape
from core.time import TimeRange
from core.timeline.effects import SHAPE_PARAMETERS, effect_values, new_effect
from core.timeline.model import Clip, Effect, Gap, Keys, MediaUse, Sequence, Track
from core.timeline.time_map import Linear
from tests.core.render.fakes import RATE, TICK, FakeSource, FakeSources

WIDTH, HEIGHT, FRAMES = 320, 180, 24
SIZE = (WIDTH, HEIGHT)
PLATE = np.random.default_rng(5).integers(0, 256, (60, 100), np.uint8)
STREET = cv2.GaussianBlur(np.random.default_rng(6).integers(0, 256, (HEIGHT, WIDTH), np.uint8), (0, 0), 3)


def place(frame: int) -> tuple[float, float, float, float]:
    """Middle, size and turn of the plate, in pixels and degrees."""
    return 90 + 5.0 * frame, 70 + 1.5 * frame, 1 + 0.02 * frame, 1.2 * frame


def street(frame: int) -> Frame:
    x, y, size, turn = place(frame)
    soft = cv2.normalize(cv2.GaussianBlur(PLATE, (0, 0), 2), None, 0, 255, cv2.NORM_MINMAX)
    matrix = cv2.getRotationMatrix2D((49.5, 29.5), -turn, size / 2)
    matrix[:, 2] += np.array([x - 0.5, y - 0.5]) - (49.5, 29.5)
    plate = cv2.warpAffine(soft, matrix, SIZE)
    on = cv2.warpAffine(np.full_like(soft, 255), matrix, SIZE) > 127
    return np.dstack([np.where(on, plate, STREET).astype(np.uint8)] * 3)


def covered(**fields: Any) -> Clip:
    at = {
        "x": 100 * 90 / WIDTH,
        "y": 100 * 70 / HEIGHT,
        "width": 100 * 50 / WIDTH,
        "height": 100 * 30 / HEIGHT,
    }
    blur = replace(new_effect("pixelate"), id="cover", shape="ellipse")
    blur = replace(blur, params={**blur.params, **{f"shape_{name}": value for name, value in at.items()}})
    use = MediaUse("street", TimeRange(0, FRAMES * TICK))
    return replace(Clip("clip", "Clip", use, FRAMES * TICK, effects=(blur,)), **fields)


def film(clip: Clip, *before: Gap, size: tuple[int, int] = SIZE) -> Sequence:
    return Sequence("s", "Film", *size, RATE, tracks=(Track("v1", "video", "V1", (*before, clip)),))


def sources() -> FakeSources:
    return FakeSources({"street": FakeSource(street, FRAMES)})


def shape(sequence: Sequence, frame: int) -> dict[str, float]:
    clip = sequence.find("clip")[2]
    return effect_values(effect_with_shape(clip), RATE.time_of(frame))


def assert_along(after: Sequence, frames: range, begin: int = 0) -> None:
    """The shape lies on the plate, as large and as turned as it is there."""
    for frame in frames:
        x, y, size, turn = place(frame)
        _, _, size_then, turn_then = place(begin)
        values = shape(after, frame)
        assert values["shape_x"] * WIDTH / 100 == pytest.approx(x, abs=1.0)
        assert values["shape_y"] * HEIGHT / 100 == pytest.approx(y, abs=1.0)
        assert values["shape_width"] * WIDTH / 100 == pytest.approx(50 * size / size_then, rel=0.04)
        assert values["shape_turn"] == pytest.approx(turn - turn_then, abs=1.5)


def test_a_shape_goes_grows_and_turns_with_what_it_holds() -> None:
    before = film(covered())
    traced = trace_shape(before, "clip", "cover", 0, SIZE, sources())
    assert traced.lost == () and len(traced.times) == FRAMES
    after = following(before, "clip", "cover", SIZE, traced)
    assert_along(after, range(FRAMES))
    keys = effect_with_shape(after.find("clip")[2]).params["shape_x"]
    assert isinstance(keys, Keys) and len(keys.keys) < FRAMES


def test_a_clip_that_is_moved_and_has_other_effects_is_followed_in_its_own_picture() -> None:
    clip = covered(x=40.0, scale=0.5, rotation=20.0, opacity=0.0)
    crop = new_effect("crop", left=40.0)
    before = film(replace(clip, effects=(*clip.effects, crop)), Gap(7 * TICK), size=(200, 200))
    traced = trace_shape(before, "clip", "cover", 7 * TICK, SIZE, sources())
    assert_along(following(before, "clip", "cover", SIZE, traced), range(FRAMES))


def test_it_is_seen_as_the_effect_gets_it() -> None:
    clip = covered()
    mirrored = replace(clip, effects=(new_effect("mirror"), *clip.effects))
    params = dict(clip.effects[0].params) | {"shape_x": 100 - 100 * 90 / WIDTH}
    mirrored = replace(mirrored, effects=(mirrored.effects[0], replace(clip.effects[0], params=params)))
    before = film(mirrored)
    after = following(before, "clip", "cover", SIZE, trace_shape(before, "clip", "cover", 0, SIZE, sources()))
    for frame in (0, 10, 20):
        assert shape(after, frame)["shape_x"] == pytest.approx(100 - 100 * place(frame)[0] / WIDTH, abs=0.5)


def test_one_way_leaves_the_other() -> None:
    before = film(covered())
    begin = 12
    params = covered().effects[0].params | {
        "shape_x": 100 * place(begin)[0] / WIDTH,
        "shape_y": 100 * place(begin)[1] / HEIGHT,
    }
    before = film(covered(effects=(replace(covered().effects[0], params=params),)))
    on = trace_shape(before, "clip", "cover", begin * TICK, SIZE, sources(), ways=(1,))
    after = following(before, "clip", "cover", SIZE, on)
    assert_along(after, range(begin, FRAMES), begin)
    assert shape(after, 3)["shape_x"] == pytest.approx(params["shape_x"], abs=0.2)  # type: ignore[arg-type]
    back = trace_shape(after, "clip", "cover", begin * TICK, SIZE, sources(), ways=(-1,))
    both = following(after, "clip", "cover", SIZE, back)
    assert_along(both, range(FRAMES), begin)


def test_a_slowed_clip_keeps_its_keyframes_on_the_source() -> None:
    before = film(covered(duration=2 * FRAMES * TICK, time_map=Linear(0, 1, 2)))
    traced = trace_shape(before, "clip", "cover", 0, SIZE, sources())
    assert_along(following(before, "clip", "cover", SIZE, traced), range(FRAMES - 1))


def test_what_is_gone_is_told_and_the_shape_stays() -> None:
    def broken(frame: int) -> Frame:
        return street(frame) if frame < 8 else np.dstack([STREET] * 3)

    media = FakeSources({"street": FakeSource(broken, FRAMES)})
    before = film(covered())
    traced = trace_shape(before, "clip", "cover", 0, SIZE, media)
    assert traced.lost == (RATE.time_of(8),)
    after = following(before, "clip", "cover", SIZE, traced)
    assert shape(after, 20)["shape_x"] == pytest.approx(shape(after, 7)["shape_x"])


def test_what_cannot_be_followed_says_why() -> None:
    blank = FakeSources({"street": FakeSource(lambda n: np.full((HEIGHT, WIDTH, 3), 90, np.uint8), FRAMES)})
    with pytest.raises(EditError, match="holds nothing that could be followed"):
        trace_shape(film(covered()), "clip", "cover", 0, SIZE, blank)
    with pytest.raises(EditError, match="no effect inside a shape"):
        trace_shape(film(covered(effects=())), "clip", "", 0, SIZE, sources())
    with pytest.raises(Cancelled):
        trace_shape(film(covered()), "clip", "cover", 0, SIZE, sources(), report=lambda part: False)


def test_the_frame_of_a_shape_has_its_corners_in_order() -> None:
    values = {one.name: one.default for one in SHAPE_PARAMETERS} | {"shape_turn": 90.0}
    corners = corners_at(values, (200.0, 100.0))
    np.testing.assert_allclose(corners, [[125, 0], [125, 100], [75, 100], [75, 0]], atol=1e-9)


def test_an_effect_without_a_shape_is_passed_over() -> None:
    plain, shaped = Effect("a", "blur"), Effect("b", "blur", shape="ellipse")
    assert effect_with_shape(covered(effects=(shaped, plain))).id == "b"
    with pytest.raises(EditError):
        effect_with_shape(covered(effects=(shaped, plain)), "a")
