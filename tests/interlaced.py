"""Interlaced films for tests, whose every moment is known."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from core.media.fields import plane
from tests.media_files import Picture

OPTIONS: dict[str, dict[str, str]] = {
    "libx264": {"preset": "fast", "crf": "8", "flags": "+ildct+ilme"},
    "mpeg2video": {"flags": "+ildct+ilme", "qmin": "1", "qmax": "1"},
    "prores_ks": {"flags": "+ildct"},
    "dvvideo": {},
    "mjpeg": {"qmin": "1", "qmax": "1"},
}


def moments(count: int, size: tuple[int, int] = (192, 128), moving: bool = True) -> list[Picture]:
    """uint8 (H, W, 3): a red disc that crosses a room with soft texture and thin lines, or stands there."""
    width, height = size
    ys, xs = np.mgrid[:height, :width].astype(np.float32)
    room = 110 + 40 * np.sin(xs / 5) + 30 * np.sin(ys / 4 + xs / 9)
    room[height - 24 : height - 22] = 235
    found = []
    for number in range(count):
        centre = 40 + (4 * number if moving else 0)
        disc = np.clip(26 - np.hypot(xs - centre, ys - height / 2), 0, 1)[..., None]
        colour = np.array([220, 30, 40], np.float32)
        found.append(np.rint(room[..., None] * (1 - disc) + colour * disc).astype(np.uint8))
    return found


def write_interlaced(
    path: Path,
    pictures: Sequence[Picture],
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    bottom_first: bool = False,
    rate: Fraction = Fraction(25),
) -> Path:
    """A film of half as many frames: each has the first field of one picture and the second of the next."""
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate, options=OPTIONS[codec])
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        if codec == "mpeg2video":
            stream.bit_rate = 20_000_000
        graph = _order(width, height, pix_fmt, rate, bottom_first)
        for number in range(len(pictures) // 2):
            frame = _woven(pictures[2 * number], pictures[2 * number + 1], pix_fmt, bottom_first)
            frame.pts, frame.time_base = number, 1 / rate
            graph.push(frame)
            marked = graph.pull()
            marked.pict_type = 0
            out.mux(stream.encode(marked))
        out.mux(stream.encode(None))
    return path


def _order(width: int, height: int, pix_fmt: str, rate: Fraction, bottom_first: bool) -> Any:
    """A graph that marks frames as interlaced."""
    graph = av.filter.Graph()
    begin = graph.add_buffer(width=width, height=height, format=pix_fmt, time_base=1 / rate)
    order = graph.add("setfield", "bff" if bottom_first else "tff")
    graph.link_nodes(begin, order, graph.add("buffersink")).configure()
    return graph


def _woven(first: Picture, second: Picture, pix_fmt: str, bottom_first: bool) -> Any:
    frame, later = (
        av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pix_fmt) for picture in (first, second)
    )
    start = 0 if bottom_first else 1
    for number in range(len(frame.planes)):
        plane(frame, number)[start::2] = plane(later, number)[start::2]
    return frame
