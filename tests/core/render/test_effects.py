"""Effects on tiny pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.render import effects
from core.timeline.effects import EFFECT_KINDS, effect_values, new_effect
from tests.core.render.fakes import flat


def values(kind: str, **given: float) -> dict[str, float]:
    return effect_values(new_effect(kind, **given), 0)


@pytest.mark.parametrize("kind", EFFECT_KINDS)
def test_neutral_effects_change_nothing(kind: str) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (12, 16, 4), np.uint8)
    picture[..., 3] = np.maximum(picture[..., 3], 128)
    neutral = values(kind, radius=0.0) if kind == "blur" else values(kind)
    out = effects.apply(kind, picture, neutral, None, 1.0)
    np.testing.assert_allclose(out.astype(int), picture, atol=1)


def test_one_stop_doubles_the_light() -> None:
    out = effects.colour(flat(100, 50, 200), values("colour", exposure=1.0))
    light = np.array([100, 50, 200]) / 255
    np.testing.assert_allclose(out[0, 0], np.minimum((2 * light**2.2) ** (1 / 2.2), 1) * 255, atol=1)


def test_contrast_saturation_and_temperature() -> None:
    out = effects.colour(flat(100, 100, 100), values("colour", contrast=2.0))
    np.testing.assert_allclose(out[0, 0], [72, 72, 72], atol=1)
    out = effects.colour(flat(200, 100, 50), values("colour", saturation=0.0))
    assert len({int(value) for value in out[0, 0]}) == 1
    warm = effects.colour(flat(100, 100, 100), values("colour", temperature=1.0))[0, 0].astype(int)
    assert warm[0] > 110 and warm[1] == 100 and warm[2] < 90


def test_colour_leaves_alpha_alone() -> None:
    out = effects.colour(flat(10, 20, 30, 77), values("colour", exposure=2.0))
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
