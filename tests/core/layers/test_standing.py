"""What is lighter than the canvas: part of an object that its mask misses, or ground on which a shadow stood."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.job import drain
from core.layers.result import read_layers
from core.layers.split import split
from tests.core.layers.scenes import walker, write_clip
from tests.core.layers.test_plane import psnr
from tests.core.layers.test_split import frames_of


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
