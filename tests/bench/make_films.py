"""Films for the measurements, drawn here: a textured ground that pans under two moving blocks."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from tests.media_files import tone


def ground(width: int, height: int, seed: int = 1) -> npt.NDArray[np.uint8]:
    """uint8 (height, 2 * width, 3): smooth colour noise with fine grain, for panning over."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((height, 2 * width, 3), np.float32)
    for cell in (160, 40, 8):
        coarse = rng.random((height // cell + 2, 2 * width // cell + 2, 3), np.float32)
        picture += np.kron(coarse, np.ones((cell, cell, 1), np.float32))[:height, : 2 * width] * (cell**0.5)
    picture += rng.random(picture.shape, np.float32) * 1.5
    return (picture / picture.max() * 255).astype(np.uint8)


def write_film(
    path: Path,
    frames: int,
    size: tuple[int, int] = (1920, 1080),
    gop: int = 250,
    b_frames: int = 2,
    sound: bool = False,
    preset: str = "veryfast",
) -> Path:
    """An H.264 film at 25 frames a second; made once, found again by its name."""
    if path.exists():
        return path
    width, height = size
    picture = ground(width, height)
    part = path.with_stem(path.stem + "_part")
    options = {"preset": preset, "crf": "23", "g": str(gop), "keyint_min": str(gop), "bf": str(b_frames),
               "sc_threshold": "0"}  # fmt: skip
    with av.open(str(part), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25), options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        audio = container.add_stream("aac", rate=48000) if sound else None
        chunk = tone(1.0, 48000)
        for number in range(frames):
            x = number * 3 % width
            shown = picture[:, x : x + width].copy()
            top = int((0.5 + 0.4 * np.sin(number / 20)) * height * 0.7)
            shown[top : top + height // 5, number * 5 % (width * 4 // 5) :][:, : width // 6] = (200, 60, 40)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, "rgb24")))
            if audio is not None and number % 25 == 0:
                sample = av.AudioFrame.from_ndarray(np.ascontiguousarray(chunk.T), "fltp", "stereo")
                sample.sample_rate, sample.pts = 48000, number // 25 * 48000
                container.mux(audio.encode(sample))
        container.mux(stream.encode(None))
        if audio is not None:
            container.mux(audio.encode(None))
    part.rename(path)
    return path
