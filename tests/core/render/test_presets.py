"""Presets and the trial of hardware encoders."""

from __future__ import annotations

import av
import pytest

from core.render.presets import HARDWARE, PRESETS, Preset, estimate_bytes, find_preset, hardware_works
from core.render.try_encoder import encodes


@pytest.mark.parametrize(
    "preset", [preset for preset in PRESETS.values() if preset.video], ids=lambda p: p.id
)
def test_every_encoder_is_there_and_takes_the_pixel_format(preset: Preset) -> None:
    assert preset.video is not None
    codec = av.codec.Codec(preset.video.codec, "w")
    assert preset.video.pixel_format in [found.name for found in codec.video_formats or ()]
    assert preset.alpha == (
        preset.id
        in {"vp9-alpha", "prores-4444", "ffv1", "png", "png-premultiplied", "still", "pair", "gif", "webp"}
    )


def test_the_trial_encodes_for_real() -> None:
    assert encodes("h264-web")


def test_hardware_that_is_not_there_is_not_offered() -> None:
    """No test machine has both: at least one of the encoders must be refused, and none may crash the process."""
    ended = {name: hardware_works(preset) for name, preset in HARDWARE.items()}
    assert set(ended) == set(HARDWARE) and not all(ended.values())


def test_estimate_and_lookup() -> None:
    assert find_preset("h264-nvenc") is HARDWARE["h264-nvenc"]
    with pytest.raises(KeyError):
        find_preset("none")
    small, large = (estimate_bytes(find_preset("ffv1"), 640, 360, frames, 1.0) for frames in (10, 100))
    assert 5 * small < large
    assert estimate_bytes(find_preset("wav"), 0, 0, 0, 10.0) == 2_880_000
