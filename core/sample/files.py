"""The drawn scene as files: an H.264 film with sound, and the exact masks of a few frames."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from core.media.matte import mask_name, write_labels
from core.sample.scene import Scene
from core.sample.sound import RATE, street_sound


@dataclass(frozen=True)
class SampleFiles:
    """The files of the drawn clip.

    clip: the film.
    first_mask: palette PNG of frame 0 with all objects.
    truth: folder of the exact masks of every frame, 00000.png and so on.
    """

    clip: Path
    first_mask: Path
    truth: Path


def write_sample(folder: Path, scene: Scene | None = None) -> SampleFiles:
    """Draw the sample into `folder` (a few seconds); what is already there and whole is kept.

    Raises:
        OSError, MediaError: when the folder cannot be written.
    """
    scene = scene or Scene()
    files = SampleFiles(folder / "laminar-sample.mp4", folder / "masks" / mask_name(0), folder / "masks")
    if files.clip.exists() and len(list(files.truth.glob("*.png"))) == scene.frames:
        return files
    files.truth.mkdir(parents=True, exist_ok=True)
    partial = files.clip.with_suffix(".partial.mp4")
    with av.open(str(partial), "w", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=Fraction(scene.rate.num, scene.rate.den))
        video.width, video.height, video.pix_fmt = scene.width, scene.height, "yuv420p"
        video.options = {"crf": "14", "preset": "fast", "g": "25"}
        video.codec_context.color_range = 1
        video.codec_context.colorspace = video.codec_context.color_primaries = (
            video.codec_context.color_trc
        ) = 1
        audio = container.add_stream("aac", rate=RATE)
        audio.layout = "stereo"
        for n in range(scene.frames):
            layers = scene.layers(n)
            picture = av.VideoFrame.from_ndarray(scene.compose(n, layers), "rgb24")
            picture = picture.reformat(format="yuv420p", dst_colorspace=1, dst_color_range=1)
            picture.pts = n
            container.mux(video.encode(picture))
            write_labels(files.truth / mask_name(n), scene.labels_of(layers))
        container.mux(video.encode(None))
        _encode_sound(container, audio, scene)
    partial.replace(files.clip)
    return files


def _encode_sound(container: av.container.OutputContainer, stream: av.AudioStream, scene: Scene) -> None:
    sound = street_sound(scene.frames / scene.rate.fps)
    for start in range(0, len(sound), 1024):
        block = np.ascontiguousarray(sound[start : start + 1024].T)
        frame = av.AudioFrame.from_ndarray(block, "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
