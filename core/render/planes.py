"""The short way of an export: pictures that stay YUV from decoder to encoder.

Where every layer of a frame is an untouched, opaque, upright clip on even whole pixels, whose file has the matrix
and range that the film gets, swscale brings each picture to its size and pixel format in one step and the planes
are laid over one another. Nothing becomes RGB. About half the work of the general way.
"""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass
from typing import Any

import av
from av.video.reformatter import ColorRange, VideoReformatter

from core.media.colour import matrix_of
from core.media.fields import plane
from core.media.info import VideoInfo
from core.media.reader import VideoSource
from core.media.tone import is_high
from core.media.writer import SCALING, Colours, VideoSpec
from core.project.project import Media
from core.render.between import passing, place
from core.render.compositor import visible
from core.render.placed import Box, Raster, fixed_box
from core.render.plan import visuals
from core.render.resolver import Resolver
from core.timeline.model import MediaUse, Sequence

BLACK = (16, 128, 128)
"""Limited-range black in 8 bit."""


@dataclass(frozen=True)
class Part:
    """A frame of a file and where it stands on the raster."""

    source: VideoSource
    index: int
    box: Box


def parts_at(
    sequence: Sequence, time: int, raster: Raster, resolver: Resolver, spec: VideoSpec, colours: Colours
) -> tuple[Part, ...] | None:
    """What to lay over one another, bottom to top; None when the frame needs the general way."""
    if not spec.yuv or spec.pixel_format == "nv12" or raster.width % 2 or raster.height % 2:
        return None
    parts: list[Part] = []
    for visual in visible(visuals(sequence, time), raster, resolver):
        layer = visual.layer
        if layer is None or visual.earlier is not None or visual.weight < 1 or layer.opacity < 1:
            return None
        clip = layer.clip
        plain = clip.blend == "normal" and not any(effect.enabled for effect in clip.effects)
        if not plain or not isinstance(clip.content, MediaUse):
            return None
        video = _direct(resolver.media(clip), colours)
        source = resolver.source(clip)
        if video is None or not isinstance(source, VideoSource):
            return None
        box = fixed_box(layer, (video.width, video.height), raster)
        if box is None or not _even_inside(box, raster):
            return None
        index, t = place(layer, source)
        if t or passing(layer, source):
            return None
        parts.append(Part(source, index, box))
    # With alpha the empty part of a frame is see-through, which these planes cannot say.
    covered = bool(parts) and parts[0].box.covers(raster)
    return tuple(parts) if covered or (parts and not spec.alpha) else None


def _direct(media: Media, colours: Colours) -> VideoInfo | None:
    """The picture stream when its stored planes are what the film needs, but for size and depth."""
    video = media.info.video
    if (
        media.info.kind != "video"
        or video is None
        or is_high(video)
        or not video.pixel_format.startswith("yuv")
    ):
        return None
    upright = video.rotation == 0 and (video.width, video.height) == (video.coded_width, video.coded_height)
    limited = not video.full_range and not video.pixel_format.startswith("yuvj")
    same = upright and limited and not video.alpha and matrix_of(video) == colours.name
    return video if same else None


def _even_inside(box: Box, raster: Raster) -> bool:
    even = not any(value % 2 for value in (box.left, box.top, box.width, box.height))
    inside = box.left >= 0 and box.top >= 0
    return even and inside and box.left + box.width <= raster.width and box.top + box.height <= raster.height


def assemble(
    pictures: Many[tuple[Any, Box]],
    raster: Raster,
    spec: VideoSpec,
    colours: Colours,
    reformatter: VideoReformatter,
) -> Any:
    """Decoded pictures with their places, bottom to top, as one new av.VideoFrame for the encoder.

    Args:
        reformatter: kept by the caller; not to be shared between threads.
    """
    out: Any = None
    for picture, box in pictures:
        ready = _brought(picture, box, spec, colours, reformatter)
        if out is None:
            if box.covers(raster) and ready is not picture:
                out = ready
                continue
            out = av.VideoFrame(raster.width, raster.height, spec.pixel_format)
            if not box.covers(raster):
                _blacken(out)
        _paste(out, ready, box)
    return out


def _brought(picture: Any, box: Box, spec: VideoSpec, colours: Colours, reformatter: VideoReformatter) -> Any:
    """A decoded picture at the size and in the format wanted; the same object when it already is."""
    if picture.format.name == spec.pixel_format and (picture.width, picture.height) == (
        box.width,
        box.height,
    ):
        return picture
    return reformatter.reformat(
        picture,
        box.width,
        box.height,
        spec.pixel_format,
        src_colorspace=colours.matrix,
        dst_colorspace=colours.matrix,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=SCALING,
        threads=1,
    )


def _paste(onto: Any, picture: Any, box: Box) -> None:
    for number in range(len(onto.planes)):
        target, source = plane(onto, number), plane(picture, number)
        across, down = onto.width // target.shape[1], onto.height // target.shape[0]
        top, left = box.top // down, box.left // across
        target[top : top + source.shape[0], left : left + source.shape[1]] = source


def _blacken(frame: Any) -> None:
    for number in range(len(frame.planes)):
        target = plane(frame, number)
        target[:] = BLACK[min(number, 2)] << (frame.format.components[number].bits - 8)
