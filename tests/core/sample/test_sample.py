"""What the sample says of itself is true of its pictures."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from core.sample import Scene, write_sample


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(427, 240, frames=125)


def test_drawing_is_determined_by_the_seed() -> None:
    first, again = Scene(214, 120, 1), Scene(214, 120, 1)
    assert np.array_equal(first.frame(0), again.frame(0))
    assert not np.array_equal(first.frame(0), Scene(214, 120, 1, seed=8).frame(0))


def test_flow_leads_each_pixel_to_its_like(scene: Scene) -> None:
    here, there, flow = scene.frame(30), scene.frame(31), scene.flow(30)
    grid = np.stack(np.meshgrid(np.arange(427), np.arange(240)), -1).astype(np.float32)
    warped = cv2.remap(there, grid + flow, None, cv2.INTER_LINEAR)
    still = cv2.absdiff(there, here).mean()
    assert np.median(cv2.absdiff(warped, here)) <= 3
    assert cv2.absdiff(warped, here).mean() < 0.5 * still


def test_objects_hide_leave_and_return(scene: Scene) -> None:
    sizes = np.array(
        [[np.sum(labels == label) for label in (1, 2, 3)] for labels in map(scene.labels, range(0, 125, 4))]
    )
    robot, car, _ball = sizes.T
    assert robot.max() > 1500
    assert robot.min() == 0
    assert robot[-1] > 1500
    gone = np.flatnonzero(car == 0)
    assert gone.size >= 3
    assert car[: gone[0]].max() > 1500
    assert car[gone[-1] :].max() > 1500


def test_leaving_a_layer_out_takes_its_shadow_too(scene: Scene) -> None:
    layers = scene.layers(0)
    without = scene.compose(0, tuple(layer for layer in layers if layer.label != 1))
    changed = np.any(without != scene.frame(0), axis=-1)
    robot = next(layer for layer in layers if layer.label == 1)
    touched = (robot.visible > 0) | (robot.shadow > 0)
    assert not np.any(changed & ~touched)
    assert np.any(changed & (robot.visible == 0))


def test_files_hold_every_frame_and_the_sound(tmp_path: Path) -> None:
    small = Scene(214, 120, frames=10)
    files = write_sample(tmp_path, small)
    with av.open(str(files.clip)) as container:
        pictures = [
            frame.reformat(format="rgb24", src_colorspace=1).to_ndarray()
            for frame in container.decode(video=0)
        ]
    assert len(pictures) == 10
    grey = cv2.cvtColor(pictures[4], cv2.COLOR_RGB2GRAY)
    distance = [cv2.absdiff(grey, cv2.cvtColor(small.frame(n), cv2.COLOR_RGB2GRAY)).mean() for n in range(10)]
    assert np.argmin(distance) == 4
    assert distance[4] < 4
    with av.open(str(files.clip)) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert np.abs(sound).max() > 0.1
    assert np.array_equal(np.asarray(Image.open(files.truth / "00003.png")), small.labels(3))
    before = files.clip.stat().st_mtime_ns
    write_sample(tmp_path, small)
    assert files.clip.stat().st_mtime_ns == before
