"""Effects on tiny pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.media.info import Frame
from core.render import effects, grading, texture
from core.timeline.effects import EFFECT_KINDS, GRAIN, LOOK, TONES, ZONES, effect_values, new_effect, tone
from tests.core.render.fakes import flat


def values(kind: str, **given: float) -> dict[str, float]:
    return effect_values(new_effect(kind, **given), 0)


NEUTRAL = {
    "blur": {"radius": 0.0},
    "sharpen": {"amount": 0.0},
    "pixelate": {"size": 1.0},
    "vignette": {"amount": 0.0},
    "outline": {"width": 0.0},
    "key": {"reach": 0.0, "softness": 0.0},
    "glow": {"amount": 0.0},
}
"""Settings under which an effect that does something by default does nothing."""


LIMITED = [kind.kind for kind in EFFECT_KINDS.values() if not kind.whole and kind.kind not in (LOOK, GRAIN)]


@pytest.mark.parametrize("kind", LIMITED)
def test_neutral_effects_change_nothing(kind: str) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (12, 16, 4), np.uint8)
    picture[..., 3] = np.maximum(picture[..., 3], 128)
    neutral = values(kind, **NEUTRAL.get(kind, {}))
    out = effects.apply(kind, picture, neutral, None, 1.0)
    np.testing.assert_allclose(out.astype(int), picture, atol=1)


def test_one_stop_doubles_the_light() -> None:
    out = grading.colour(flat(100, 50, 200), values("colour", exposure=1.0))
    light = np.array([100, 50, 200]) / 255
    np.testing.assert_allclose(out[0, 0], np.minimum((2 * light**2.2) ** (1 / 2.2), 1) * 255, atol=1)


def test_contrast_saturation_and_temperature() -> None:
    out = grading.colour(flat(100, 100, 100), values("colour", contrast=2.0))
    np.testing.assert_allclose(out[0, 0], [72, 72, 72], atol=1)
    out = grading.colour(flat(200, 100, 50), values("colour", saturation=0.0))
    assert len({int(value) for value in out[0, 0]}) == 1
    warm = grading.colour(flat(100, 100, 100), values("colour", temperature=1.0))[0, 0].astype(int)
    assert warm[0] > 110 and warm[1] == 100 and warm[2] < 90


def test_colour_leaves_alpha_alone() -> None:
    out = grading.colour(flat(10, 20, 30, 77), values("colour", exposure=2.0))
    assert (out[..., 3] == 77).all()


def test_blur_matches_a_gaussian_and_scales_with_the_picture() -> None:
    picture = np.random.default_rng(2).integers(0, 256, (108, 120, 3), np.uint8)
    out = effects.apply("blur", picture, values("blur", radius=20.0), None, 1.0)
    expected = cv2.GaussianBlur(picture, (0, 0), 2.0, borderType=cv2.BORDER_REPLICATE)
    np.testing.assert_allclose(out.astype(int), expected, atol=1)


def test_a_wide_blur_keeps_the_mean_and_is_smooth() -> None:
    picture = np.random.default_rng(2).integers(0, 256, (200, 300, 3), np.uint8)
    out = effects.blur(picture, 30.0).astype(int)
    assert abs(out.mean() - picture.mean()) < 2 and np.abs(np.diff(out, axis=1)).max() <= 3


def test_blur_does_not_darken_at_transparent_edges() -> None:
    picture = flat(200, 100, 50, 0, size=(40, 20))
    picture[:, 20:, 3] = 255
    picture[:, :20, :3] = 0
    out = effects.blur(picture, 3.0)
    solid = out[..., 3] > 10
    np.testing.assert_allclose(
        out[solid][:, :3].astype(int), np.tile([200, 100, 50], (solid.sum(), 1)), atol=13
    )
    thick = out[..., 3] > 100
    np.testing.assert_allclose(
        out[thick][:, :3].astype(int), np.tile([200, 100, 50], (thick.sum(), 1)), atol=2
    )


def test_the_object_does_not_bleed_into_its_blurred_background() -> None:
    picture = flat(20, 20, 20, size=(60, 30))
    picture[:, 30:] = 250
    outside = np.ones((30, 60), np.float32)
    outside[:, 30:] = 0
    out = effects.blur(picture, 5.0, outside)
    assert int(out[:, :30].max()) <= 21
    np.testing.assert_array_equal(out[:, 31:], picture[:, 31:])


BESIDE = {"outline", "transform"}
"""Effects that work beside what they are limited to."""


@pytest.mark.parametrize("kind", [kind for kind in LIMITED if kind not in BESIDE])
def test_only_inside_the_matte(kind: str) -> None:
    picture = np.random.default_rng(3).integers(0, 256, (64, 80, 3), np.uint8)
    picture[20:, :40] = (20, 200, 30)
    matte = np.zeros((64, 80), np.float32)
    matte[8:40, 8:40] = 1
    given = {
        "crop": {"left": 40.0},
        "levels": {"shadows": 1.0},
        "hue": {"turn": 90.0},
        "colour": {"exposure": 1.0},
        "wheels": {"midtones_red": 1.0},
        "curves": {"all_2": 0.8},
        "selective": {"hue": 120.0, "turn": 90.0},
        "glow": {"amount": 1.0, "threshold": 0.2},
    }
    strong = {
        "blur": {"radius": 60.0},
        "pixelate": {"size": 200.0},
        "sharpen": {"radius": 40.0},
        "vignette": {"size": 0.2},
    }
    out = effects.apply(kind, picture, values(kind, **(given | strong).get(kind, {})), matte, 1.0)
    np.testing.assert_array_equal(out[matte == 0][:, :3], picture[matte == 0])
    assert kind == "cutout" or (out[matte == 1] != _like(picture, out)[matte == 1]).any()
    assert out.shape[2] == (4 if EFFECT_KINDS[kind].clears else 3)


def _like(picture: Frame, out: Frame) -> Frame:
    return picture if out.shape[2] == 3 else np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])


def test_levels_stretch_what_lies_between_the_points() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    out = effects.apply("levels", ramp, values("levels", black=0.2, white=0.6), None, 1.0)[0, :, 0].astype(
        int
    )
    assert (out[:52] == 0).all() and (out[153:] == 255).all()
    assert abs(out[102] - 127) <= 2
    brighter = effects.apply("levels", ramp, values("levels", gamma=2.0), None, 1.0)[0, :, 0]
    assert abs(int(brighter[64]) - 128) <= 2


@pytest.mark.parametrize(
    ("shadows", "highlights"), [(1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1), (1, 1), (-1, -1)]
)
def test_shadows_and_highlights_keep_the_order_of_tones_and_their_ends(
    shadows: float, highlights: float
) -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    settings = values("levels", shadows=shadows, highlights=highlights)
    out = effects.apply("levels", ramp, settings, None, 1.0)[0, :, 1].astype(int)
    assert (np.diff(out) >= 0).all() and out[0] == 0 and out[255] == 255
    for sign, place in ((shadows, 64), (highlights, 192)):
        assert sign == 0 or (out[place] - place) * sign > 0 or shadows * highlights < 0


@given(st.tuples(*[st.floats(-0.7, 0.7)] * 6))
def test_colour_wheels_keep_the_luma_of_what_they_tinge(settings: tuple[float, ...]) -> None:
    names = [f"{zone}_{what}" for zone in ZONES for what in ("red", "green")]
    ramp = np.repeat(np.arange(60, 196, dtype=np.uint8)[None, :, None], 3, axis=2)
    set_ = values("wheels", **dict(zip(names, settings, strict=True)))
    out = effects.apply("wheels", ramp, set_, None, 1.0)[0].astype(float)
    assert np.abs(out @ np.array(grading.LUMA) - ramp[0, :, 0]).max() <= 1.0


def test_each_colour_wheel_works_on_its_own_tones() -> None:
    greys = np.repeat(np.array([0, 128, 255], np.uint8)[None, :, None], 3, axis=2)

    def tinged(zone: str, **what: float) -> list[bool]:
        set_ = values("wheels", **{f"{zone}_{name}": value for name, value in what.items()})
        out = effects.apply("wheels", greys, set_, None, 1.0)[0].astype(int)
        return [bool((out[n] != greys[0, n]).any()) for n in range(3)]

    assert tinged("shadows", light=1.0) == [True, True, False]
    assert tinged("midtones", red=1.0) == [False, True, False]
    assert tinged("highlights", light=-1.0) == [False, True, True]
    red = effects.apply("wheels", greys, values("wheels", midtones_red=1.0), None, 1.0)[0, 1].astype(int)
    green = effects.apply("wheels", greys, values("wheels", midtones_green=1.0), None, 1.0)[0, 1].astype(int)
    assert red[0] > 128 > red[1] == red[2] and green[1] > green[0] > green[2]


@given(st.floats(-180, 180), st.tuples(*[st.integers(60, 190)] * 3))
def test_a_turn_of_hue_keeps_greys_and_luma_and_turns_back(
    degrees: float, colour: tuple[int, int, int]
) -> None:
    grey = effects.apply("hue", flat(90, 90, 90), values("hue", turn=degrees), None, 1.0)
    np.testing.assert_allclose(grey[0, 0], 90, atol=1)
    matrix = grading._hue_matrix(degrees)
    there = matrix @ np.array(colour)
    assert abs(np.dot(grading.LUMA, there) - np.dot(grading.LUMA, colour)) < 0.01
    assert np.allclose(grading._hue_matrix(0.0), np.eye(3), atol=1e-6)


def test_a_third_of_a_turn_takes_red_to_green() -> None:
    red, green, blue = effects.apply("hue", flat(150, 90, 90), values("hue", turn=120.0), None, 1.0)[
        0, 0
    ].astype(int)
    assert green > red and abs(red - blue) <= 10
    tinted = effects.apply("hue", flat(90, 90, 90), values("hue", tint=1.0), None, 1.0)[0, 0].astype(int)
    assert tinted[0] == tinted[2] > 90 > tinted[1]


def test_a_vignette_is_round_and_leaves_the_middle() -> None:
    out = effects.apply(
        "vignette", flat(200, 200, 200, size=(81, 61)), values("vignette", amount=1.0), None, 1.0
    )[..., 0]
    assert out[30, 40] == 200 and out[0, 0] == 0
    np.testing.assert_array_equal(out, out[::-1])
    np.testing.assert_array_equal(out, out[:, ::-1])


def test_pixelate_has_squares_of_the_mean_colour() -> None:
    picture = np.random.default_rng(5).integers(0, 256, (40, 60, 3), np.uint8)
    out = effects.pixelate(picture, 10)
    for top in range(0, 40, 10):
        for left in range(0, 60, 10):
            square = out[top : top + 10, left : left + 10].reshape(-1, 3)
            assert (square == square[0]).all()
            np.testing.assert_allclose(
                square[0], picture[top : top + 10, left : left + 10].mean((0, 1)), atol=1
            )
    assert effects.pixelate(picture[:7, :9], 100).shape == (7, 9, 3)


def test_sharpen_raises_an_edge_and_keeps_the_mean_and_the_alpha() -> None:
    picture = flat(100, 100, 100, 128, size=(40, 20))
    picture[:, 20:, :3] = 150
    out = effects.sharpen(picture, 2.0, 1.0)
    assert out[10, 19, 0] < 95 and out[10, 20, 0] > 155 and (out[..., 3] == 128).all()
    assert abs(out[..., :3].mean() - picture[..., :3].mean()) < 1


def test_crop_cuts_where_it_says() -> None:
    picture = flat(10, 20, 30, size=(100, 40))
    sides = values("crop", left=10.0, right=20.0, top=25.0, bottom=50.0)
    alpha = effects.apply("crop", picture, sides, None, 1.0)[..., 3]
    expected = np.zeros((40, 100), np.uint8)
    expected[10:20, 10:80] = 255
    np.testing.assert_array_equal(alpha, expected)
    half = effects.crop(picture, values("crop", left=10.5))[..., 3]
    assert abs(int(half[0, 10]) - 127) <= 1 and half[0, 11] == 255
    soft = effects.crop(picture, values("crop", left=10.0, feather=20.0))[..., 3].astype(int)
    assert (
        (np.diff(soft[0]) >= 0).all() and soft[0, 9] == 0 and soft[0, 30] == 255 and 100 < soft[0, 20] < 160
    )


def test_an_outline_lies_around_the_object_and_not_on_it() -> None:
    picture = flat(10, 20, 30, size=(60, 60))
    matte = np.zeros((60, 60), np.float32)
    matte[20:40, 20:40] = 1
    red = values("outline", width=90.0, hue=0.0, saturation=1.0)  # 5 pixels of 60 lines
    out = effects.apply("outline", picture, red, matte, 1.0)
    np.testing.assert_array_equal(out[20:40, 20:40], picture[20:40, 20:40])
    np.testing.assert_array_equal(out[30, 15:20], np.tile([255, 0, 0], (5, 1)))
    np.testing.assert_array_equal(out[30, :14], picture[30, :14])
    cut = np.dstack([picture, np.rint(matte * 255).astype(np.uint8)])
    alone = effects.apply("outline", cut, red, None, 1.0)
    assert (
        alone[30, 17].tolist() == [255, 0, 0, 255]
        and alone[30, 5, 3] == 0
        and alone[30, 30].tolist() == [10, 20, 30, 255]
    )


def test_a_key_takes_the_screen_out_and_its_light_off_the_rest() -> None:
    picture = flat(40, 190, 60, size=(30, 20))
    picture[:, 10:20] = (190, 150, 130)
    picture[:, 20:] = (150, 165, 140)  # grey with a green shine
    out = effects.apply("key", picture, values("key", spill=1.0, reach=40.0), None, 1.0)
    assert (out[:, :10, 3] == 0).all() and (out[:, 10:, 3] == 255).all()
    np.testing.assert_allclose(out[5, 15, :3], (190, 150, 130), atol=2)
    red, green, blue = out[5, 25, :3].astype(int)
    assert green - (red + blue) / 2 < 8
    shining = effects.apply("key", picture, values("key", spill=0.0, reach=40.0), None, 1.0)
    np.testing.assert_allclose(shining[5, 25, :3], (150, 165, 140), atol=2)
    blues = flat(30, 60, 200)
    assert effects.apply("key", blues, values("key"), None, 1.0) is blues
    assert (effects.apply("key", blues, values("key", hue=235.0), None, 1.0)[..., 3] == 0).all()


@given(st.lists(st.floats(0, 1), min_size=TONES, max_size=TONES))
def test_a_tone_curve_goes_through_its_points_and_beyond_none(heights: list[float]) -> None:
    points, at = np.array(heights), np.linspace(0, 1, 256)
    curve = grading.through_points(points, at)
    np.testing.assert_allclose(grading.through_points(points, np.linspace(0, 1, TONES)), points, atol=1e-9)
    cell = np.minimum((at * (TONES - 1)).astype(int), TONES - 2)
    low = np.minimum(points[cell], points[cell + 1])
    high = np.maximum(points[cell], points[cell + 1])
    assert (curve >= low - 1e-9).all() and (curve <= high + 1e-9).all()


def test_curves_of_one_channel_and_of_all() -> None:
    greys = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    red = effects.apply("curves", greys, values("curves", **{tone("red", 2): 0.75}), None, 1.0)[0].astype(int)
    np.testing.assert_array_equal(red[:, 1:], greys[0, :, 1:])
    assert abs(red[128, 0] - 191) <= 2 and red[0, 0] == 0 and red[255, 0] == 255
    turned = {tone("all", n): 1 - n / (TONES - 1) for n in range(TONES)}
    negative = effects.apply("curves", greys, values("curves", **turned), None, 1.0)
    np.testing.assert_array_equal(negative, 255 - greys)


def test_one_colour_is_changed_and_others_stay() -> None:
    picture = np.array([[[200, 30, 30], [30, 200, 30], [40, 40, 210], [120, 120, 120]]], np.uint8)
    out = effects.apply("selective", picture, values("selective", hue=240.0, turn=120.0), None, 1.0).astype(
        int
    )
    np.testing.assert_array_equal(out[0, [0, 1, 3]], picture[0, [0, 1, 3]])
    assert out[0, 2].argmax() == 0, "blue turned by 120 degrees is red"
    pale = effects.apply("selective", picture, values("selective", hue=0.0, saturation=0.0), None, 1.0)[0, 0]
    assert int(pale.max()) - int(pale.min()) <= 1


def test_light_glows_around_what_is_bright_and_leaves_the_dark_alone() -> None:
    picture = flat(20, 20, 20, size=(120, 120))
    picture[50:70, 50:70] = 255
    out = effects.apply("glow", picture, values("glow", amount=1.0, radius=100.0), None, 1.0).astype(int)
    assert out[60, 45, 0] > 60 and out[60, 45, 0] > out[60, 35, 0] > out[0, 0, 0] - 1
    assert (out >= picture).all()
    dark = flat(100, 90, 80, size=(40, 40))
    np.testing.assert_array_equal(effects.apply("glow", dark, values("glow"), None, 1.0), dark)


def test_grain_is_strongest_in_the_midtones_and_the_same_for_the_same_seed() -> None:
    def deviation(grey: int, seed: int = 5, size: float = 1.0) -> float:
        out = texture.grain(flat(grey, grey, grey, size=(300, 200)), 0.5, size, seed).astype(float)
        assert (out[..., 0] == out[..., 1]).all() and abs(out.mean() - grey) < 0.6
        return float(out[..., 0].std())

    assert deviation(0) == deviation(255) == 0
    assert deviation(128) == pytest.approx(20, abs=1) and 5 < deviation(30) < 15
    picture = flat(128, 128, 128, size=(300, 200))
    one, again, other = (texture.grain(picture, 0.5, 1.0, seed) for seed in (3, 3, -4))
    np.testing.assert_array_equal(one, again)
    assert (one != other).mean() > 0.9
    coarse = texture.grain(picture, 0.5, 6.0, 3).astype(float)[..., 0]
    fine = one.astype(float)[..., 0]
    assert np.abs(np.diff(coarse)).mean() < 0.4 * np.abs(np.diff(fine)).mean()


def test_transform_makes_a_picture_smaller_and_moves_it() -> None:
    picture = flat(200, 100, 50, size=(64, 48))
    small = effects.apply("transform", picture, values("transform", scale=0.5), None, 1.0)
    assert (small[12:36, 16:48] == (200, 100, 50, 255)).all()
    assert np.count_nonzero(small[..., 3]) == 24 * 32
    moved = effects.apply("transform", picture, values("transform", scale=0.5, x=10.0, y=-4.0), None, 0.5)
    assert (moved[10:34, 21:53, 3] == 255).all() and np.count_nonzero(moved[..., 3]) == 24 * 32
