"""Effects in their order on a clip: what is steadied, and what limits effects after it."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.errors import MediaError
from core.media import shake
from core.media.pool import SourcePool
from core.motion.steady import CameraPath, at_frame
from core.project.paths import results_folder
from core.project.project import LayerFile, Media, Project
from core.render import effects
from core.render.compositor import render_frame
from core.render.effect_stack import applied
from core.render.plan import layer_at
from core.render.resolver import Resolver
from core.timeline.effects import STEADY, new_effect
from core.timeline.model import Clip, Effect, MatteUse, Solid
from tests.core.motion.test_steady import SIZE, ground, places_of, steps_of, view
from tests.core.render.fakes import FakeSource, FakeSources, clip, film

PATH = CameraPath(SIZE, steps_of(30, 3.0, seed=4), (), 25.0)
STEADIED = new_effect(STEADY, smoothness=0.5, zoom=1.5)


class Filmed(FakeSources):
    """A drawn film whose camera is known."""

    def camera(self, clip: Clip, source_index: int) -> tuple[CameraPath, int]:
        return PATH, source_index


def frames() -> list[np.ndarray]:
    return [np.dstack([view(ground(), place)] * 3) for place in places_of(PATH.steps)]


def jumping(pictures: list[np.ndarray]) -> float:
    """Mean change from one picture to the next."""
    return float(np.mean([np.abs(a.astype(int) - b).mean() for a, b in itertools.pairwise(pictures)]))


@pytest.mark.parametrize("size", [SIZE, (160, 100)])
def test_a_shaken_film_stands_almost_still(size: tuple[int, int]) -> None:
    taken = frames()
    sources = Filmed({"a": FakeSource(lambda n: taken[n], 30)})
    rate = film().rate

    def shown(*stack: object) -> list[np.ndarray]:
        sequence = film(clip("a", 30, effects=stack), size=SIZE)
        return [render_frame(sequence, rate.time_of(n), sources, size) for n in range(5, 25)]

    steady = shown(STEADIED)
    assert all((picture[..., 3] == 255).all() for picture in steady)
    assert jumping(steady) < 0.25 * jumping(shown())


def test_mattes_of_effects_after_it_go_along() -> None:
    matte = np.zeros(SIZE[::-1], np.float32)
    matte[60:120, 100:180] = 1
    picture = np.full((*SIZE[::-1], 3), 90, np.uint8)
    cut = new_effect("colour", MatteUse(1), exposure=1.0)
    sources = Filmed(mattes={1: matte})
    layer = layer_at(clip("a", 30, effects=(STEADIED, cut)), 0)
    shown = applied(picture, layer, 7, 0.0, 1.0, sources)
    where = at_frame(PATH, 0.5, 1.5, 7) @ np.array([[100, 180], [60, 120], [1, 1]])
    bright = np.argwhere(shown[..., 0] > 100)
    np.testing.assert_allclose(bright.min(0), where[1::-1, 0], atol=2)
    np.testing.assert_allclose(bright.max(0), where[1::-1, 1], atol=2)


def test_moved_by_whole_pixels_a_picture_is_the_same_picture() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 4), np.uint8)
    picture[..., 3] = 255
    way = np.array([[1.0, 0, 3], [0, 1, -2]])
    np.testing.assert_array_equal(effects.moved(picture, way)[:18, 3:], picture[2:, :27])
    np.testing.assert_array_equal(effects.moved(picture[..., :3], way)[:18, 3:], picture[2:, :27, :3])
    edge = effects.moved((picture[..., 0] > 128).astype(np.float32), np.array([[1.1, 0, 0.4], [0, 1.1, 0]]))
    assert edge.min() >= 0 and edge.max() <= 1


def desk(folder: Path, **fields: str) -> Resolver:
    """A project of a media whose camera is known, and of a layer of it that begins at frame 10."""
    made = results_folder(folder) / "camera-1"
    made.mkdir(parents=True)
    shake._write(made, PATH)
    cv2.imwrite(str(folder / "a.png"), ground())
    from core.media.probe import probe

    info = probe(folder / "a.png")
    media = Media("a", "a", str(folder / "a.png"), info, **fields)  # type: ignore[arg-type]
    part = Media("b", "b", str(folder / "a.png"), info, layer=LayerFile("k", "f", "a", "object", 1, first=10))
    project = Project("p", media=(media, part))
    return Resolver(project, None, folder, SourcePool(2**20), strict=True)


def test_a_layer_is_steadied_as_the_clip_that_it_was_taken_from(tmp_path: Path) -> None:
    resolver = desk(tmp_path, camera="camera-1")
    for media, index, number in (("a", 3, 3), ("b", 3, 13), ("a", 99, 29)):
        found = resolver.camera(clip(media), index)
        assert found is not None and found[1] == number
        np.testing.assert_array_equal(found[0].steps, PATH.steps)
    assert resolver.camera(Clip("s", "s", Solid(), 5), 0) is None


def test_an_export_says_that_the_camera_is_not_known(tmp_path: Path) -> None:
    resolver = desk(tmp_path)
    with pytest.raises(MediaError, match="a is to be stabilised"):
        resolver.camera(clip("a"), 0)


def test_a_mirror_turns_the_picture_and_what_later_effects_are_limited_to() -> None:
    picture = np.random.default_rng(0).integers(0, 200, (20, 30, 3), np.uint8)
    matte = np.zeros((20, 30), np.float32)
    matte[:5, :10] = 1
    sources = FakeSources(mattes={1: matte})
    bright = new_effect("colour", MatteUse(1), exposure=1.0)

    def shown(*stack: Effect) -> np.ndarray:
        return applied(picture, layer_at(clip("a", 30, effects=stack), 0), 3, 0.0, 1.0, sources)

    np.testing.assert_array_equal(shown(new_effect("mirror")), picture[:, ::-1])
    both = new_effect("mirror", across=1.0, down=1.0)
    np.testing.assert_array_equal(shown(both, bright), shown(bright)[::-1, ::-1])
    np.testing.assert_array_equal(shown(new_effect("mirror", across=0.0)), picture)


def test_grain_changes_with_every_frame_and_stays_in_its_matte() -> None:
    matte = np.zeros((20, 30), np.float32)
    matte[:, :10] = 1
    sources = FakeSources(mattes={1: matte})
    picture = np.full((20, 30, 3), 128, np.uint8)
    rough = clip("a", 30, effects=(new_effect("grain", MatteUse(1), amount=1.0),))
    one, other = (applied(picture, layer_at(rough, time), 3, 0.0, 1.0, sources) for time in (0, 10**8))
    assert (one[:, :10] != other[:, :10]).mean() > 0.8
    np.testing.assert_array_equal(one[:, 10:], picture[:, 10:])
