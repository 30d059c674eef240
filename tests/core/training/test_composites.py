"""Samples: the same for the same seed, with masks that are exactly what was painted."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import MediaError
from core.training import composites, paths
from core.training.cutouts import Layer, composite, cut_out, paint, shape_cutout
from core.training.footage import Footage
from core.training.looks import as_filmed
from tests.core.training.drawn import disc_clip, footage

SIZE = (96, 128)


def test_a_seed_gives_one_sample_and_another_seed_another() -> None:
    clips = footage()
    first, again, other = (composites.sample(np.random.default_rng(seed), clips, SIZE) for seed in (4, 4, 5))
    for name in ("frames", "masks", "ignore"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.frames, other.frames)


@pytest.mark.parametrize("real_share", [0.0, 1.0])
def test_samples_show_their_object_in_the_first_frame(real_share: float) -> None:
    clips = footage()
    for seed in range(12):
        made = composites.sample(np.random.default_rng(seed), clips, SIZE, 4, real_share)
        assert made.frames.shape == (4, *SIZE, 3)
        assert made.frames.dtype == made.masks.dtype == np.uint8
        assert made.masks.shape == made.ignore.shape == (4, *SIZE)
        assert made.masks.max() == 1
        assert made.masks[0].mean() >= 0.005
        assert not real_share or made.real


def test_a_real_sample_knows_its_object_and_its_band() -> None:
    made = composites._real(np.random.default_rng(1), Footage((disc_clip("one", 1),)), SIZE, 3)
    assert made is not None
    light = made.frames.min(axis=-1) > 130
    known = ~made.ignore
    np.testing.assert_array_equal(light[known], made.masks.astype(bool)[known])
    assert made.ignore.any()


def test_the_visible_alphas_and_the_background_are_the_picture() -> None:
    clips, rng = footage(), np.random.default_rng(7)
    times = np.arange(3)
    cuts = [cut_out(clips.masked[0], times, 40.0), shape_cutout(rng, clips.plain[0], times)]
    layers = tuple(Layer(cut, paths.wander(rng, 3, SIZE, 40.0, 1.0)) for cut in cuts if cut is not None)
    white = tuple(
        Layer(
            type(layer.cutout)(
                tuple(np.repeat(p[..., 3:], 4, axis=2) for p in layer.cutout.pictures),
                layer.cutout.anchors,
                layer.cutout.side,
                layer.cutout.extent,
            ),
            layer.path,
        )
        for layer in layers[:1]
    )
    black = np.zeros((*SIZE, 3), np.uint8)
    for time in range(3):
        _, alphas, free = composite(black, layers, time)
        np.testing.assert_allclose(sum(alphas) + free, 1, atol=1e-4)
        picture, alone, _ = composite(black, white, time)
        np.testing.assert_allclose(picture[..., 0], alone[0] * 255, atol=1)
        hidden = np.zeros(SIZE, np.float32)
        painted = paint(layers[1], time, SIZE)
        if painted is not None:
            hidden[painted[0]] = painted[1][..., 3]
        np.testing.assert_allclose(alphas[0], alone[0] * (1 - hidden), atol=1e-3)


def test_a_cutout_holds_nothing_of_the_band() -> None:
    clip = disc_clip("one", 1)
    cut = cut_out(clip, np.arange(4), 53.0)
    assert cut is not None
    for picture in cut.pictures:
        solid = picture[..., 3] > 250
        assert solid.any()
        assert picture[solid][:, :3].min() > 180
        assert 30 < np.sqrt(solid.sum()) < 53


def test_what_hides_a_real_object_takes_it_from_the_mask() -> None:
    rng = np.random.default_rng(3)
    base = composites._real(rng, Footage((disc_clip("one", 1),)), SIZE, 2)
    assert base is not None
    cover = shape_cutout(rng, footage().plain[0], np.arange(2), "bar")
    middle = composites._middles(base.masks)
    path = paths.cross(rng, middle, 200.0, 1.0)
    made = composites._with_layers(base, (Layer(cover, path),))
    painted = paint(Layer(cover, path), 1, SIZE)
    assert painted is not None
    solid = np.zeros(SIZE, bool)
    solid[painted[0]] = painted[1][..., 3] > 0.99
    assert not made.masks[1][solid].any()
    assert not made.ignore[1][solid].any()
    assert base.masks[1][solid].any()


def test_times_stay_in_the_clip_and_start_where_the_object_is_seen() -> None:
    clip = disc_clip("one", 1, count=9, gone=(0, 1, 2, 3))
    for seed in range(40):
        times = composites.pick_times(np.random.default_rng(seed), clip, 5)
        assert times is not None
        assert times.min() >= 0 and times.max() < 9
        assert times[0] >= 4
        assert np.abs(np.diff(times)).max() <= 5


def test_footage_without_objects_says_so() -> None:
    with pytest.raises(MediaError):
        composites.sample(np.random.default_rng(0), Footage((), footage().plain), SIZE)


def test_another_camera_keeps_the_shape() -> None:
    frames = footage().plain[0].frames[:3]
    for seed in range(8):
        filmed = as_filmed(np.random.default_rng(seed), frames)
        assert filmed.shape == frames.shape and filmed.dtype == np.uint8
