"""Pictures against values computed by hand or by plain numpy."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import MediaError
from core.render.compositor import render_frame, render_layers, render_straight
from core.timeline.effects import new_effect
from core.timeline.model import (
    BLEND_MODES,
    MATTE_MODES,
    Adjustment,
    Clip,
    Key,
    Keys,
    MatteUse,
    Solid,
    Title,
    Track,
    Transition,
)
from tests.core.render.fakes import TICK, FakeSource, FakeSources, clip, film, flat, gap, still


def noise(channels: int, seed: int = 0, size: tuple[int, int] = (8, 6)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (size[1], size[0], channels), np.uint8)


def test_an_untouched_clip_passes_through_without_work() -> None:
    picture = noise(3)
    sources = FakeSources({"a": still(picture)})
    assert render_layers(film(clip("a")), 0, sources) is picture
    shown = render_frame(film(clip("a")), 0, sources)
    assert shown.shape == (6, 8, 4)
    np.testing.assert_array_equal(shown[..., :3], picture)
    assert (shown[..., 3] == 255).all()


def test_frame_n_shows_source_frame_n() -> None:
    source = FakeSource(lambda index: flat(index, 0, 0))
    for frame in (0, 1, 7, 49):
        assert render_frame(film(clip("a")), frame * TICK, FakeSources({"a": source}))[0, 0, 0] == frame


def test_nothing_is_transparent() -> None:
    assert not render_frame(film(Track("v", "video", "", (gap(3),))), 0, FakeSources()).any()


def test_what_is_covered_is_never_read() -> None:
    low, high = still(noise(3)), still(noise(3, 1))
    render_frame(film(clip("a"), clip("b")), 0, FakeSources({"a": low, "b": high}))
    assert low.asked == [] and len(high.asked) == 1


def w3c(below: np.ndarray, above: np.ndarray, mode: str) -> np.ndarray:
    """The recommendation's formula on straight colours; returns premultiplied bytes."""
    cb, ab = below[..., :3] / 255, below[..., 3:] / 255
    cs, alpha = above[..., :3] / 255, above[..., 3:] / 255
    mixes: dict[str, Any] = {
        "normal": lambda: cs,
        "multiply": lambda: cb * cs,
        "screen": lambda: cb + cs - cb * cs,
        "overlay": lambda: np.where(cb <= 0.5, 2 * cb * cs, 1 - 2 * (1 - cb) * (1 - cs)),
        "add": lambda: np.minimum(1, cb + cs),
        "darken": lambda: np.minimum(cb, cs),
        "lighten": lambda: np.maximum(cb, cs),
        "difference": lambda: np.abs(cb - cs),
    }
    colour = (1 - ab) * alpha * cs + (1 - alpha) * ab * cb + alpha * ab * mixes[mode]()
    return np.concatenate([colour, alpha + ab - alpha * ab], axis=2) * 255


@pytest.mark.parametrize("mode", BLEND_MODES)
def test_blend_modes(mode: Any) -> None:
    below, above = noise(4, 1), noise(4, 2)
    sources = FakeSources({"a": still(below), "b": still(above)})
    shown = render_frame(film(clip("a"), clip("b", blend=mode)), 0, sources)
    np.testing.assert_allclose(shown, w3c(below, above, mode), atol=2)


@pytest.mark.parametrize("mode", BLEND_MODES)
@pytest.mark.parametrize("opacity", [1.0, 0.3])
def test_blend_modes_of_opaque_pictures(mode: Any, opacity: float) -> None:
    below, above = noise(3, 1), noise(3, 2)
    sources = FakeSources({"a": still(below), "b": still(above)})
    shown = render_frame(film(clip("a"), clip("b", blend=mode, opacity=opacity)), 0, sources)
    see_through = np.dstack([above, np.full((6, 8), 255 * opacity)])
    np.testing.assert_allclose(shown, w3c(np.dstack([below, flat(255)]), see_through, mode), atol=2)


def test_opacity_and_cross_fade_mix_evenly() -> None:
    sources = FakeSources({"a": still(flat(200, 0, 0)), "b": still(flat(0, 100, 0))})
    half = render_frame(film(clip("a"), clip("b", opacity=0.5)), 0, sources)
    np.testing.assert_allclose(half[0, 0], [100, 50, 0, 255], atol=1)
    later = clip("b", 10, transition=Transition(before=5 * TICK, after=5 * TICK))
    faded = film(Track("v", "video", "", (clip("a", 10), later)))
    np.testing.assert_allclose(render_frame(faded, 5 * TICK, sources)[0, 0], [190, 5, 0, 255], atol=1)
    np.testing.assert_allclose(render_frame(faded, 14 * TICK, sources)[0, 0], [10, 95, 0, 255], atol=1)


def test_half_size_overlay_stands_where_it_is_put() -> None:
    sources = FakeSources({"a": still(flat(9, 9, 9)), "b": still(flat(200, 100, 50))})
    shown = render_frame(film(clip("a"), clip("b", scale=0.5, x=2.0, y=1.0)), 0, sources)
    assert sources.sources["b"].asked == [(0, (4, 3))]
    expected = flat(9, 9, 9)
    expected[3:6, 4:8] = (200, 100, 50)
    np.testing.assert_array_equal(shown[..., :3], expected)


def test_a_small_picture_fits_the_raster_with_its_shape_kept() -> None:
    shown = render_frame(
        film(clip("a"), size=(16, 6)), 0, FakeSources({"a": still(flat(50, 60, 70, size=(4, 3)))})
    )
    assert (shown[:, 4:12, 3] == 255).all() and not shown[:, :4].any() and not shown[:, 12:].any()


def test_a_quarter_turn_clockwise() -> None:
    picture = flat(0, 0, 0, size=(6, 6))
    picture[0, :] = (255, 255, 255)
    shown = render_frame(film(clip("a", rotation=90.0), size=(6, 6)), 0, FakeSources({"a": still(picture)}))
    assert (shown[1:-1, 5, 0] > 250).all() and (shown[1:-1, :4, 0] < 5).all()


def test_an_animated_clip_moves_by_parts_of_a_pixel() -> None:
    picture = flat(0, 0, 0)
    picture[:, 4] = 200
    keys = Keys((Key(0, 0.0), Key(4 * TICK, 1.0)))
    shown = render_frame(film(clip("a", x=keys)), 2 * TICK, FakeSources({"a": still(picture)}))
    np.testing.assert_allclose(shown[2, 3:7, 0], [0, 100, 100, 0], atol=2)


def test_the_preview_is_the_film_made_small() -> None:
    big = noise(3, size=(64, 48))
    big = np.repeat(np.repeat(big[::8, ::8], 8, 0), 8, 1)
    sequence = film(clip("a"), clip("b", scale=0.5, x=16.0, y=-12.0), size=(64, 48))
    sources = FakeSources({"a": still(big), "b": still(flat(250, 0, 0, size=(64, 48)))})
    full = render_frame(sequence, 0, sources).astype(int)
    small = render_frame(sequence, 0, sources, (16, 12)).astype(int)
    np.testing.assert_allclose(small, full.reshape(12, 4, 16, 4, 4).mean(axis=(1, 3)), atol=2)


def test_effect_limited_to_the_object_and_to_its_outside() -> None:
    matte = np.zeros((6, 8), np.float32)
    matte[:, 4:] = 1
    sources = FakeSources({"a": still(flat(200, 100, 50))}, {1: matte})
    grey = round(0.2126 * 200 + 0.7152 * 100 + 0.0722 * 50)
    inside = render_frame(
        film(clip("a", effects=(new_effect("colour", MatteUse(1), saturation=0.0),))), 0, sources
    )
    np.testing.assert_allclose(inside[0, 6, :3], [grey] * 3, atol=1)
    np.testing.assert_array_equal(inside[0, 1, :3], [200, 100, 50])
    outside = MatteUse(1, invert=True)
    shown = render_frame(
        film(clip("a", effects=(new_effect("colour", outside, saturation=0.0),))), 0, sources
    )
    np.testing.assert_array_equal(shown[0, 6, :3], [200, 100, 50])
    np.testing.assert_allclose(shown[0, 1, :3], [grey] * 3, atol=1)


def test_cut_out_shows_what_is_below() -> None:
    matte = np.zeros((6, 8), np.float32)
    matte[:, 4:] = 1
    sources = FakeSources({"a": still(flat(1, 2, 3)), "b": still(flat(200, 100, 50))}, {1: matte})
    shown = render_frame(film(clip("a"), clip("b", effects=(new_effect("cutout", MatteUse(1)),))), 0, sources)
    np.testing.assert_array_equal(shown[0, :, 0], [1] * 4 + [200] * 4)


def test_moving_the_object_leaves_a_hole() -> None:
    matte = np.zeros((6, 8), np.float32)
    matte[:, :2] = 1
    sources = FakeSources({"a": still(flat(7, 7, 7)), "b": still(flat(200, 100, 50))}, {1: matte})
    moved = clip("b", effects=(new_effect("transform", MatteUse(1), x=6.0),))
    shown = render_frame(film(clip("a"), moved), 0, sources)
    np.testing.assert_allclose(shown[2, :, 0], [7, 7] + [200] * 6, atol=1)
    gone = clip("b", effects=(new_effect("transform", MatteUse(1), opacity=0.0),))
    shown = render_frame(film(clip("a"), gone), 0, sources)
    np.testing.assert_allclose(shown[2, :, 0], [7, 7] + [200] * 6, atol=1)


def test_titles_and_colours() -> None:
    blue = Clip("s", "s", Solid("#0000ff"), 10 * TICK)
    text = Clip("t", "t", Title("HHHH", size=0.4, y=0.5), 10 * TICK)
    shown = render_frame(film(blue, text, size=(160, 90)), 0, FakeSources())
    assert (shown[..., 3] == 255).all() and tuple(shown[0, 0]) == (0, 0, 255, 255)
    white = (shown[..., :3] > 250).all(axis=2)
    rows, columns = np.nonzero(white)
    assert white.sum() > 300
    assert abs(columns.mean() - 80) < 3 and abs(rows.mean() - 45) < 3


@given(
    st.floats(0.01, 20), st.floats(-3600, 3600) | st.just(0.0), st.integers(-20000, 20000), st.integers(-300, 300),
    st.sampled_from(BLEND_MODES), st.floats(0, 1), st.booleans(), st.sampled_from([3, 4]),
    st.sampled_from(["none", "blur", "colour", "cutout", "transform"]),
    st.integers(1, 24).map(lambda k: (4 * k, 3 * k)),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_any_transform_gives_a_valid_picture(
    scale: float, rotation: float, x: int, y: int, blend: Any, opacity: float, moving: bool, channels: int,
    kind: str, size: tuple[int, int],
) -> None:  # fmt: skip
    sources = FakeSources(
        {"a": still(noise(3, 1, (64, 48))), "b": still(noise(channels, 2, (40, 30)))},
        {1: np.linspace(0, 1, 1200, dtype=np.float32).reshape(30, 40)},
    )
    effects = () if kind == "none" else (new_effect(kind),)
    placed = clip(
        "b",
        scale=scale,
        rotation=rotation,
        x=float(x),
        y=float(y),
        blend=blend,
        opacity=opacity,
        effects=effects,
    )
    if moving:
        placed = msgspec.structs.replace(placed, x=Keys((Key(0, float(x)), Key(9 * TICK, 0.0))))
    shown = render_frame(film(clip("a"), placed, size=(64, 48)), 3 * TICK, sources, size)
    assert shown.shape == (size[1], size[0], 4) and shown.dtype == np.uint8
    assert (shown[..., 3] >= 254).all(), "an opaque clip below stays opaque"


def test_a_strong_magnification_shows_the_right_part() -> None:
    picture = flat(0, 0, 0, size=(64, 48))
    picture[10:14, 20:24] = 255
    sources = FakeSources({"a": still(picture)})
    x, y = (32 - 22) * 12.0, (24 - 12) * 12.0
    shown = render_frame(film(clip("a", scale=12.0, x=x, y=y), size=(64, 48)), 0, sources)
    assert shown[8:-8, 16:-16, 0].min() > 240 and shown[:, 0, 0].max() < 10


def test_missing_media_shows_in_preview_and_stops_an_export() -> None:
    shown = render_frame(film(clip("gone"), size=(160, 90)), 0, FakeSources())
    assert shown[..., 0].mean() > 50 and shown[..., 1].mean() < 60
    with pytest.raises(MediaError, match="gone"):
        render_frame(film(clip("gone")), 0, FakeSources(strict=True))


def test_straight_output_keeps_colours_under_thin_alpha() -> None:
    picture = noise(4, 5)
    np.testing.assert_array_equal(
        render_straight(film(clip("a")), 0, FakeSources({"a": still(picture)})), picture
    )


def adjustment(kind: str, opacity: float = 1.0, **params: float) -> Clip:
    return Clip(
        "adjust",
        "Adjustment",
        Adjustment(),
        10 * TICK,
        effects=(new_effect(kind, **params),),
        opacity=opacity,
    )


def test_an_adjustment_works_on_all_below_and_on_nothing_above() -> None:
    sources = FakeSources(
        {"a": still(flat(200, 100, 50, size=(8, 6))), "b": still(flat(200, 100, 50, size=(2, 6)))}
    )
    grey = adjustment("colour", saturation=0.0)
    plain = render_frame(film(clip("a"), clip("b")), 0, sources)
    out = render_frame(film(clip("a"), grey, clip("b")), 0, sources)
    left = out[3, 0, :3]
    assert left[0] == left[1] == left[2] and (out[..., 3] == 255).all()
    np.testing.assert_array_equal(out[3, 4], plain[3, 4])
    half = render_frame(film(clip("a"), adjustment("colour", opacity=0.5, saturation=0.0)), 0, sources)
    np.testing.assert_allclose(half[3, 0, :3], (left.astype(int) + plain[3, 0, :3]) / 2, atol=1)


def test_an_adjustment_keeps_what_is_transparent_and_can_be_cropped() -> None:
    sources = FakeSources({"a": still(flat(200, 100, 50, 128, size=(8, 6)))})
    grey = adjustment("colour", saturation=0.0)
    out = render_frame(film(clip("a"), grey), 0, sources)
    assert (out[..., 3] == 128).all() and out[3, 3, 0] == out[3, 3, 2]
    half = msgspec.structs.replace(grey, effects=(*grey.effects, new_effect("crop", right=50.0)))
    out = render_frame(film(clip("a"), half), 0, sources)
    assert out[3, 1, 0] == out[3, 1, 2] and out[3, -1, 0] > out[3, -1, 2] + 40
    assert not render_frame(film(grey), 0, sources).any()
    assert not render_straight(film(grey), 0, sources)[..., 3].any()


@pytest.mark.parametrize("mode", MATTE_MODES)
@pytest.mark.parametrize("opacity", [1.0, 0.4])
def test_mattes_cut_what_lies_below(mode: Any, opacity: float) -> None:
    below, above = noise(3, 1), noise(4, 2)
    sources = FakeSources({"a": still(below), "b": still(above)})
    shown = render_frame(film(clip("a"), clip("b", blend=mode, opacity=opacity)), 0, sources)
    alpha = above[..., 3] / 255 * opacity
    grey = above[..., :3] @ [0.299, 0.587, 0.114] / 255
    seen = alpha * grey if "brightness" in mode else alpha
    seen = 1 - seen if "silhouette" in mode else seen
    np.testing.assert_allclose(shown, np.dstack([below, flat(255)]) * seen[..., None], atol=2)


def test_beside_a_small_stencil_nothing_is_seen() -> None:
    sources = FakeSources({"a": still(flat(9, 90, 200)), "b": still(flat(255, 255, 255))})
    shown = render_frame(film(clip("a"), clip("b", scale=0.5, blend="stencil")), 0, sources)
    assert (shown[..., 3] > 0).sum() == 4 * 3
    gone = render_frame(film(clip("a"), clip("b", x=500.0, blend="stencil")), 0, sources)
    assert not gone.any()
    hole = render_frame(film(clip("a"), clip("b", scale=0.5, blend="silhouette")), 0, sources)
    assert (hole[..., 3] == 0).sum() == 4 * 3


def test_a_stencil_that_is_not_there_hides_nothing() -> None:
    sources = FakeSources({"a": still(flat(9, 90, 200)), "b": still(flat(255, 255, 255))})
    later = Track("v", "video", "", (gap(3), clip("b", blend="stencil")))
    np.testing.assert_array_equal(render_frame(film(clip("a"), later), 0, sources)[0, 0], [9, 90, 200, 255])
    off = film(clip("a"), clip("b", scale=0.5, blend="stencil", enabled=False))
    assert (render_frame(off, 0, sources)[..., 3] == 255).all()


def test_a_stencil_cuts_all_below_it_and_nothing_above() -> None:
    top = still(np.dstack([flat(0, 0, 50), np.full((6, 8), 255, np.uint8)]))
    sources = FakeSources({"a": still(flat(9, 9, 9)), "b": still(flat(255, 255, 255)), "c": top})
    shown = render_frame(
        film(clip("a"), clip("b", scale=0.5, blend="stencil"), clip("c", scale=0.25)), 0, sources
    )
    assert shown[3, 4].tolist() == [0, 0, 50, 255]
    assert shown[2, 2].tolist() == [9, 9, 9, 255] and not shown[0, 0].any()


def test_a_stencil_over_nothing_shows_nothing() -> None:
    alone, sources = film(clip("b", blend="stencil")), FakeSources({"b": still(flat(9, 9, 9))})
    assert not render_frame(alone, 0, sources).any()
    assert not render_straight(alone, 0, sources).any()
