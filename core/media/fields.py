"""Interlaced pictures: where the two fields of a frame show different moments, the second is rebuilt from the first.

A frame of an interlaced film is two fields, taken one after the other, whose lines take turns. Where
something moved in between, its edges comb: seven lines or more stick out of their neighbours, this way and
that in turn. Those places get the lines of the earlier field and, between them, a cubic through its nearest
four. All else stays as it is, bit for bit, so that a progressive film in an interlaced stream, and what
stands still in any, keeps every line. Nothing but the frame itself is looked at, so frame n is the same
picture however it was reached. Chroma of 4:2:0 needs nothing more: once its planes are of one moment, their
lines stand where those of a progressive picture do (ISO/IEC 13818-2, 6.1.1.8).

Thresholds were set on films of 60 frames a second and slower ones, interlaced by hand; see tests/bench/NOTES.md.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import av
import cv2
import numpy as np
import numpy.typing as npt

from core.media.info import VideoInfo

SURE_STEP = 8
SURE_SHARE = 0.05
"""A frame combs when in one of its blocks at least this share of the places does by SURE_STEP levels of 8 bit, beyond
what neighbours in one field differ by: fine texture seldom does."""
STEP = 4
SHARE = 0.02
"""The same for each block of a frame that combs, whatever neighbours in one field differ by."""
LEAST = 3
"""Levels by which a line must stick out of both neighbours to be rebuilt."""
BLOCK = (16, 8)
"""Width and lines of a field of a block."""
_RUN = np.ones((3, 1), np.uint8)
_NEAR = np.ones((3, 9), np.uint8)
_CUBIC = np.array([[-1], [9], [9], [-1]], np.float32) / 16

Lines = npt.NDArray[np.generic]
"""uint8 or uint16 (lines, samples): a plane, or every other line of one."""
Places = npt.NDArray[np.uint8]
"""uint8 (lines, samples) or of blocks, 0 or 1."""


def plane(frame: Any, number: int) -> Lines:
    """One plane of an av.VideoFrame as an array (H, W) that shares its memory; uint8, or uint16 for deep formats."""
    part = frame.planes[number]
    deep = frame.format.components[number].bits > 8
    rows: Lines = np.frombuffer(part, np.uint16 if deep else np.uint8)
    return rows.reshape(part.height, -1)[:, : part.width]


def rebuilt(picture: Any, video: VideoInfo) -> Any:
    """An av.VideoFrame of one moment; the same object where it is none with fields, or where they do not comb."""
    layout = picture.format
    fields = (picture.interlaced_frame and not video.woven) or video.unmarked
    if not fields or not is_planar(layout.name) or picture.height < 8:
        return picture
    first = int(video.bottom_first)
    edges = sticking_out(plane(picture, 0), first)
    blocks = combed_blocks(edges, layout.components[0].bits)
    if not blocks.any():
        return picture
    whole = _copy(picture)
    for number in range(len(picture.planes)):
        lines = plane(whole, number)
        rebuild(
            lines,
            first,
            blocks,
            edges if number == 0 else sticking_out(lines, first),
            layout.components[number].bits,
        )
    return whole


def begins_below(picture: Any) -> bool:
    """Whether the field that was taken first begins on the second line of an interlaced av.VideoFrame.

    The picture is painted over. PyAV does not tell the order, but FFmpeg's filter that takes fields apart goes by it.
    """
    if not is_planar(picture.format.name):
        return False
    picture.make_writable()
    lines = plane(picture, 0)
    lines[0::2], lines[1::2] = 0, 1
    graph = av.filter.Graph()
    ends = (
        graph.add_buffer(
            width=picture.width, height=picture.height, format=picture.format, time_base=Fraction(1, 25)
        ),
        graph.add("separatefields"),
        graph.add("buffersink"),
    )
    graph.link_nodes(*ends).configure()
    graph.push(picture)
    return bool(plane(graph.pull(), 0).any())


def is_planar(name: str) -> bool:
    """Whether a pixel format's planes are lines of plain whole numbers, one sample after the other."""
    return name.startswith(("yuv", "gray")) and not name.endswith("be") and "yuyv" not in name


class Edges(NamedTuple):
    """How much the lines of a frame comb.

    above, below: by how much each line of the second field is above, and below, both of its neighbours in the
        first.
    rough: by how much these differ.
    """

    above: Lines
    below: Lines
    rough: Lines


def sticking_out(lines: Lines, first: int) -> Edges:
    """How the second field of a plane lies on the first, which begins on line `first`, 0 or 1."""
    second = lines[1 - first :: 2]
    field, at = _padded(lines, first), 2 - first
    before, after = field[at : at + len(second)], field[at + 1 : at + 1 + len(second)]
    above = cv2.min(cv2.subtract(second, before), cv2.subtract(second, after))
    below = cv2.min(cv2.subtract(before, second), cv2.subtract(after, second))
    return Edges(above, below, cv2.absdiff(before, after))


def combed_blocks(edges: Edges, bits: int) -> Places:
    """The blocks of a field in which a plane combs, with those around; all 0 when none surely does.

    Args:
        bits: of a sample.
    """
    none = np.zeros((1, 1), np.uint8)
    if edges.above.shape[0] < BLOCK[1] or edges.above.shape[1] < BLOCK[0]:
        return none
    sure = cv2.max(*(cv2.erode(cv2.subtract(out, edges.rough), _RUN) for out in edges[:2]))
    if not (_share(sure, SURE_STEP, bits) >= SURE_SHARE * 255).any():
        return none
    run = cv2.max(*(cv2.erode(out, _RUN) for out in edges[:2]))
    blocks = (_share(run, STEP, bits) >= SHARE * 255).astype(np.uint8)
    return np.asarray(cv2.dilate(blocks, np.ones((3, 3), np.uint8)), np.uint8)


def rebuild(lines: Lines, first: int, blocks: Places, edges: Edges, bits: int) -> None:
    """Rebuild the second field of a plane, in place, where it sticks out of the first, in the
    blocks that are 1 and nowhere else."""
    out = cv2.compare(cv2.max(edges.above, edges.below), LEAST << (bits - 8), cv2.CMP_GT)
    inside = cv2.resize(blocks, out.shape[::-1], interpolation=cv2.INTER_NEAREST)
    field = cv2.filter2D(_padded(lines, first), -1, _CUBIC, anchor=(0, 1))
    between = field[2 - first : 2 - first + len(out)]
    cv2.copyTo(between, cv2.bitwise_and(cv2.dilate(out, _NEAR), inside), lines[1 - first :: 2])


def _padded(lines: Lines, first: int) -> Lines:
    """The first field with two more lines above and below it."""
    return np.asarray(cv2.copyMakeBorder(lines[first::2], 2, 2, 0, 0, cv2.BORDER_REPLICATE))


def _share(run: Lines, step: int, bits: int) -> Places:
    """Of 255: the part of each block that is beyond `step`. What is no whole block at the right
    and below is left out."""
    whole = run[: run.shape[0] // BLOCK[1] * BLOCK[1], : run.shape[1] // BLOCK[0] * BLOCK[0]]
    beyond = cv2.compare(whole, step << (bits - 8), cv2.CMP_GT)
    size = (whole.shape[1] // BLOCK[0], whole.shape[0] // BLOCK[1])
    return np.asarray(cv2.resize(beyond, size, interpolation=cv2.INTER_AREA), np.uint8)


def _copy(picture: Any) -> Any:
    """A copy of an av.VideoFrame that is not marked as interlaced."""
    whole = av.VideoFrame(picture.width, picture.height, picture.format.name)
    for number in range(len(picture.planes)):
        plane(whole, number)[:] = plane(picture, number)
    whole.pts = picture.pts
    whole.colorspace, whole.color_range = picture.colorspace, picture.color_range
    whole.color_primaries, whole.color_trc = picture.color_primaries, picture.color_trc
    return whole
