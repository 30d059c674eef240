"""What is lighter than the canvas: part of an object that its mask misses, or ground on which a shadow stood."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.job import drain
from core.layers.lasting_effects import bare_canvas
from core.layers.paged import Stack
from core.layers.result import read_layers
from core.layers.split import split
from core.layers.tracks import measure
from core.motion.camera import Camera, Shot
from tests.core.layers.scenes import walker, write_clip
from tests.core.layers.test_plane import psnr
from tests.media_files import frames_of


def test_a_light_part_that_the_mask_misses_goes_with_its_object(tmp_path: Path) -> None:
    """It looks like the wall in more light, as ground does that lay in shadow for long."""
    frames, labels, _, plates = walker(noise=0.004)
    held = np.zeros(labels.shape, bool)
    for n, mask in enumerate(labels):
        left = int(np.flatnonzero(mask.any(0))[0])
        held[n, 20:30, left : left + 12] = True
    frames[held] = np.clip(1.45 * plates[held].astype(float), 0, 255).astype(np.uint8)
    clip, masks = write_clip(tmp_path, frames, labels)
    drain(split(tmp_path, clip=str(clip), masks=str(masks)))
    result = read_layers(tmp_path)
    plate, together = (frames_of(tmp_path / name) for name in (result.plate_film, "recon.mkv"))
    assert psnr(frames[held], plates[held]) < 18
    assert psnr(plate[held], plates[held]) > 28
    assert psnr(together[held], frames[held]) > 20


def test_the_canvas_is_in_doubt_where_something_is_thrown_for_long() -> None:
    count, size = 12, (160, 80)
    labels, owners = np.zeros((2, count, 40, 80), np.uint8)
    labels[:, 10:20, 40:48] = 1
    owners[:8, 28:36, 10:20] = 1  # in two thirds of the frames
    owners[3, 28:36, 60:70] = 1
    still, none = np.stack([np.eye(3)] * count), np.zeros((0, 3, 3))
    shots = (Shot(0, count - 1, 0, True),)
    camera = Camera(size, size, still, shots, np.zeros(count, np.float32), (), none)
    halves = Stack.of(labels)
    sure = bare_canvas(Stack.of(owners), halves, measure(halves), camera)(9)
    assert sure[31, 15] == 0 and sure[31, 65] == 1 and sure[5, 5] == 1
    assert sure[15, 44] == 0, "what no frame shows is not known"
