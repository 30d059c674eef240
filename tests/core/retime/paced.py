"""The drawn street at a pace that varies as it is told: the true speed of every frame is known."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from core.sample.scene import SHUTTER, Scene
from core.sample.sound import RATE, street_sound

SECONDS = 5.0
"""Of the street's own time: what happens in it."""


class PacedScene(Scene):
    """pace: float64 (N,), seconds of the street in a second of the clip, frame by frame. The street's time runs to and
    fro, so that a clip may be longer than what happens in it."""

    def __init__(self, pace: npt.NDArray[np.float64], size: tuple[int, int], begin: float = 0.2) -> None:
        super().__init__(size[0], size[1], frames=len(pace))
        self.pace = pace
        self._starts = begin + np.append(0, np.cumsum(pace)) / self.rate.fps

    def _moments(self, n: int) -> list[float]:
        return [
            _to_and_fro(float(self._starts[n] + 0.5 * k / SHUTTER * self.pace[n] / self.rate.fps))
            for k in range(SHUTTER)
        ]


def _to_and_fro(t: float) -> float:
    t %= 2 * SECONDS
    return t if t <= SECONDS else 2 * SECONDS - t


def write_paced(
    path: Path,
    pace: npt.NDArray[np.float64],
    size: tuple[int, int] = (214, 120),
    begin: float = 0.2,
    sound: bool = False,
) -> Path:
    """The clip as a file of 25 frames a second, with the street's sound at natural speed if asked for."""
    scene = PacedScene(pace, size, begin)
    with av.open(str(path), "w") as container:
        video = container.add_stream(
            "libx264", rate=Fraction(25), options={"crf": "14", "preset": "veryfast", "bf": "0"}
        )
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        audio = container.add_stream("aac", rate=RATE, layout="stereo") if sound else None
        for n in range(scene.frames):
            frame = av.VideoFrame.from_ndarray(scene.compose(n, scene.layers(n)), "rgb24").reformat(
                format="yuv420p"
            )
            frame.pts = n
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None:
            samples = np.ascontiguousarray(street_sound(scene.frames / 25).T)
            heard = av.AudioFrame.from_ndarray(samples, "fltp", "stereo")
            heard.sample_rate, heard.pts = RATE, 0
            container.mux(audio.encode(heard))
            container.mux(audio.encode(None))
    return path
