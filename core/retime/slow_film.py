"""Numbered pictures to a film file, through the sinks of the export: checked before it takes its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from av.video.reformatter import VideoReformatter

from core.errors import MediaError
from core.job import Progress
from core.media.writer import coded_size, colours_for, to_encoder
from core.render.presets import find_preset
from core.render.sinks import Shape, open_sink
from core.time import FrameRate


def write_film(pictures: Sequence[Path], path: Path, preset_id: str, rate: FrameRate) -> Iterator[Progress]:
    """Write PNG files as the frames of a film without sound.

    Raises:
        MediaError: for a preset that makes no single film, a damaged picture, or when the film cannot be written.
    """
    try:
        preset = find_preset(preset_id)
    except KeyError:
        raise MediaError(f"there is no export preset {preset_id}", "Choose one of the list") from None
    if preset.kind != "film" or preset.video is None:
        raise MediaError(f"the preset {preset.title} writes no film", "Choose one for films")
    first = _read(pictures[0])
    size = first.shape[1], first.shape[0]
    sink = open_sink(preset, path, Shape(size, rate, len(pictures), 48000, False))
    colours = colours_for(coded_size(*size, preset.video.pixel_format)[1])
    reformatter, finished = VideoReformatter(), False
    try:
        for number, picture in enumerate(pictures):
            sink.write(to_encoder(_read(picture), preset.video, colours, reformatter))
            yield Progress(number + 1, len(pictures), "Writing the film", str(picture))
        sink.finish()
        finished = True
    finally:
        if not finished:
            sink.abort()


def _read(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise MediaError(f"{path} cannot be read", "Give the same command again")
    order = cv2.COLOR_BGRA2RGBA if picture.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(picture, order), np.uint8)
