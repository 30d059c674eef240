"""What is in a media file: streams, size, rate, duration, colour, alpha, and what the user should know of it.

The first picture is decoded (only then are rotation, tags and alpha certain) and the packets of a file up to
SCAN_BYTES are counted, so rate, frame count and duration are those of the content, not of the header. Of a longer
file the header is believed.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from core.errors import MediaError
from core.media import images
from core.media.colour import MATRICES
from core.media.fields import begins_below
from core.media.fingerprint import fingerprint, fingerprint_many
from core.media.info import AudioInfo, MediaInfo, VideoInfo
from core.media.jumps import Jump
from core.media.opening import (
    FAILURES,
    check_file,
    is_cover,
    is_unnamed,
    keep_only,
    not_media,
    open_container,
    picture_stream,
    sound_streams,
)
from core.media.scan import Scan, frame_rate, scan_packets
from core.media.tone import is_high
from core.time import TICKS_PER_SECOND, FrameRate, from_seconds, rescale

FIRST_PACKETS = 400
"""Packets read at most to find the first picture and the first sound."""
MOST_PIXELS = 2**28
"""A picture with more has a damaged header."""
MOST_SOUNDS = 32
"""Sound streams looked at."""
LONGEST_DELAY = 600 * TICKS_PER_SECOND
"""Ticks by which sound or picture may start after the other; more is damage."""
PADDING = TICKS_PER_SECOND // 20
"""Ticks by which a codec's last blocks of sound may outlast the picture."""
SEQUENCE_RATE = FrameRate(25)

_PRIMARIES = {1: "bt709", 5: "bt601", 6: "bt601", 9: "bt2020", 11: "dci-p3", 12: "display-p3"}
_TRANSFERS = {
    1: "bt709",
    6: "bt601",
    8: "linear",
    13: "srgb",
    14: "bt2020",
    15: "bt2020",
    16: "pq",
    18: "hlg",
}


def probe(path: Path) -> MediaInfo:
    """Look into a video, sound or picture file, or a folder or pattern of numbered pictures.

    Raises:
        MediaError: when there is nothing in it that can be used; the message names the file and the cure.
    """
    if path.is_dir() or images.is_pattern(path):
        return _probe_sequence(path)
    size = check_file(path)
    if path.suffix.lower() in images.PICTURE_SUFFIXES and images.looks_like_picture(path):
        head = images.identify(path)
        if not head.film:
            return _probe_still(path, size, head)
    container = open_container(path)
    try:
        if container.format.name.endswith("_pipe") or container.format.name == "image2":
            return _probe_still(path, size, images.identify(path))
        return _probe_container(path, size, container)
    except FAILURES as error:
        raise not_media(path) from error
    finally:
        container.close()


def _probe_still(path: Path, size: int, head: images.Head) -> MediaInfo:
    _check_size(path, head.width, head.height)
    images.read_picture(path, head.alpha)
    return MediaInfo("image", head.kind, 0, size, fingerprint(path), _picture_info(head, 1), notes=head.notes)


def _probe_sequence(path: Path) -> MediaInfo:
    paths = images.numbered(path)
    head = images.identify(paths[0])
    _check_size(paths[0], head.width, head.height)
    images.read_picture(paths[0], head.alpha)
    size = sum(file.stat().st_size for file in paths)
    return MediaInfo(
        "sequence",
        "pictures",
        SEQUENCE_RATE.time_of(len(paths)),
        size,
        fingerprint_many(paths),
        _picture_info(head, len(paths)),
        notes=images.series_notes(path, paths),
    )


def _picture_info(head: images.Head, frames: int) -> VideoInfo:
    return VideoInfo(
        head.kind,
        head.width,
        head.height,
        head.width,
        head.height,
        SEQUENCE_RATE,
        frames=frames,
        bit_depth=head.bit_depth,
        alpha=head.alpha,
        colour_space="rgb",
        full_range=True,
    )


def _probe_container(path: Path, size: int, container: Any) -> MediaInfo:
    notes = _stream_notes(container)
    picture = picture_stream(container)
    first = _first_frames(container, picture, *sound_streams(container)[:MOST_SOUNDS])
    first_picture = None if picture is None else first.get(picture.index)
    picture = picture if first_picture is not None else None
    heard = [(number, one) for number, one in enumerate(sound_streams(container)) if one.index in first]
    sound = heard[0][1] if heard else None
    if picture is None and sound is None:
        raise _nothing_inside(path)
    scan = scan_packets(path, _index_of(picture), _index_of(sound))
    video = _video_info(path, picture, first_picture, scan) if picture is not None else None
    sounds = [_audio_info(one, first[one.index], number) for number, one in heard]
    audio = sounds[0] if sounds else None
    starts = [item.start for item in (video, audio) if item is not None]
    origin = min(starts)
    notes += (
        _sound_notes(sound, len(sounds)) + _picture_notes(video) + _damage_notes(container, picture, scan)
    )
    if max(starts) - origin > LONGEST_DELAY:
        notes.append("damaged time stamps: picture and sound are started together")
        starts = [origin] * len(starts)
    lengths = _lengths(container, video, audio, scan)
    end = max(start + length for start, length in zip(starts, lengths, strict=True))
    return MediaInfo(
        "video" if video else "audio",
        container.format.name.split(",")[0],
        max(1, end - origin),
        size,
        fingerprint(path),
        video and msgspec.structs.replace(video, start=starts[0] - origin),
        audio and msgspec.structs.replace(audio, start=starts[-1] - origin),
        tuple(
            msgspec.structs.replace(one, start=one.start - audio.start + starts[-1] - origin)
            for one in sounds
            if audio is not None and len(sounds) > 1
        ),
        tuple(Jump(jump.first + starts[0] - origin, jump.by) for jump in scan.jumps),
        tuple(notes),
    )


def _nothing_inside(path: Path) -> MediaError:
    return MediaError(
        f"{path.name} holds no picture or sound that can be decoded",
        "It may be damaged or cut off, or its codec is not known: convert it to H.264 first",
    )


def _index_of(stream: Any) -> int | None:
    return None if stream is None else int(stream.index)


def _stream_notes(container: Any) -> list[str]:
    notes = []
    pictures = sum(not is_cover(stream) for stream in container.streams.video)
    if pictures > 1:
        notes.append(f"{pictures} picture streams; the first is used")
    unknown = [stream for stream in container.streams if stream.type in ("video", "audio")]
    if any(stream.codec_context is None for stream in unknown):
        notes.append("a stream has a codec that is not known and is left out")
    return notes


def _sound_notes(sound: Any, count: int) -> list[str]:
    notes = []
    if count > 1:
        notes.append(f"{count} sound streams; the first is used, another can be chosen in the bin")
    if sound is not None and sound.codec_context.channels > 2 and is_unnamed(sound.codec_context.layout.name):
        notes.append(
            f"{sound.codec_context.channels} sound channels without a place: odd ones are heard on the left and "
            f"even ones on"
            " the right, one alone can be chosen in the bin"
        )
    return notes


def _first_frames(container: Any, *streams: Any) -> dict[int, Any]:
    """The first picture and the first sounds that decode, by the index of their stream."""
    found: dict[int, Any] = {}
    wanted = [stream for stream in streams if stream is not None]
    if not wanted:
        return found
    keep_only(container, *wanted)
    try:
        for count, packet in enumerate(container.demux(*wanted)):
            index = packet.stream_index
            frames = _decode(packet) if index not in found else []
            if frames:
                found[index] = frames[0]
            if len(found) == len(wanted) or count >= FIRST_PACKETS:
                break
    except FAILURES:
        pass  # a damaged file; what was found counts
    return found


def _decode(packet: Any) -> list[Any]:
    try:
        return list(packet.decode())
    except FAILURES:
        return []  # the next packet may be whole


def _video_info(path: Path, stream: Any, picture: Any, scan: Scan) -> VideoInfo:
    _check_size(path, picture.width, picture.height)
    rate, variable = frame_rate(stream, scan.table, scan.jumps)
    aspect = stream.sample_aspect_ratio or Fraction(1)
    aspect = aspect if Fraction(1, 20) < aspect < 20 else Fraction(1)
    rotation = round(-picture.rotation / 90) * 90 % 360
    shown = (max(1, round(picture.width * aspect)), picture.height)
    width, height = shown[::-1] if rotation % 180 else shown
    layout = picture.format
    return VideoInfo(
        codec=stream.codec_context.name,
        width=width,
        height=height,
        coded_width=picture.width,
        coded_height=picture.height,
        rate=rate,
        variable_rate=variable,
        frames=len(scan.table.pts) if scan.complete else stream.frames,
        start=0 if scan.table.untimed else from_seconds(scan.table.pts[0] * stream.time_base),
        rotation=rotation,
        pixel_aspect_num=aspect.numerator,
        pixel_aspect_den=aspect.denominator,
        pixel_format=layout.name,
        bit_depth=max(component.bits for component in layout.components),
        alpha=_has_alpha(stream, layout),
        interlaced=bool(picture.interlaced_frame),
        bottom_first=bool(picture.interlaced_frame) and begins_below(picture),
        colour_space="rgb" if layout.is_rgb else MATRICES.get(int(picture.colorspace), "").replace("rgb", ""),
        full_range=int(picture.color_range) == 2 or layout.name.startswith("yuvj") or layout.is_rgb,
        primaries=_PRIMARIES.get(int(picture.color_primaries), ""),
        transfer=_TRANSFERS.get(int(picture.color_trc), ""),
    )


def _has_alpha(stream: Any, layout: Any) -> bool:
    """By the pixel format, or by the container's tag for VP8 and VP9, whose alpha is a second hidden stream."""
    tag = {key.lower(): value for key, value in stream.metadata.items()}.get("alpha_mode", "0")
    return tag == "1" or layout.name == "pal8" or any(component.is_alpha for component in layout.components)


def _audio_info(stream: Any, sound: Any, number: int) -> AudioInfo:
    start = 0 if sound.pts is None else from_seconds(sound.pts * (sound.time_base or stream.time_base))
    return AudioInfo(stream.codec_context.name, sound.sample_rate, sound.layout.nb_channels, start, number)


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MOST_PIXELS or width < 1 or height < 1:
        raise MediaError(
            f"{path.name} says it is {width}x{height} pixels", "The file is damaged: make a fresh copy"
        )


def _lengths(container: Any, video: VideoInfo | None, audio: AudioInfo | None, scan: Scan) -> list[int]:
    """Ticks that the picture and the sound last, those that there are.

    Sound that outlasts the picture by less than a frame or PADDING is a codec's padding and not counted.
    """
    whole = rescale(container.duration or 0, Fraction(1, 1_000_000))
    lengths = []
    if video is not None:
        length = video.rate.time_of(video.frames) if scan.complete else whole
        if video.variable_rate and scan.video_end is not None and scan.complete:
            length = from_seconds(scan.video_end) - video.start
        lengths.append(length)
    if audio is not None:
        length = whole
        if scan.audio_end is not None and scan.complete:
            length = max(0, from_seconds(scan.audio_end) - audio.start)
        if video is not None:
            over = audio.start + length - video.start - lengths[0]
            length -= over if 0 < over < max(video.rate.frame_ticks, PADDING) else 0
        lengths.append(length)
    return lengths


def _picture_notes(video: VideoInfo | None) -> list[str]:
    notes = []
    if video is not None and video.interlaced:
        order = "the lower" if video.bottom_first else "the upper"
        notes.append(f"interlaced, {order} field first: where its lines comb, one field is rebuilt")
    if video is not None and video.variable_rate:
        notes.append("the frame rate varies")
    if video is not None and is_high(video):
        notes.append("high dynamic range: brought into the range of usual screens")
    return notes


def _damage_notes(container: Any, picture: Any, scan: Scan) -> list[str]:
    """Whether the file holds less than its header promises."""
    if scan.jumps:
        return [f"joined recordings: {len(scan.jumps) + 1} parts with clocks of their own follow one another"]
    if not scan.complete:
        return []
    if scan.table.late:
        return [
            f"{scan.table.late} frames are left out, for their time stamps go back: convert it with another "
            f"program to have them"
        ]
    if picture is not None and picture.frames > len(scan.table.pts) + scan.table.hidden:
        return [f"damaged end: {len(scan.table.pts)} of {picture.frames} frames are there"]
    end = max((end for end in (scan.video_end, scan.audio_end) if end is not None), default=None)
    promised = Fraction((container.start_time or 0) + (container.duration or 0), 1_000_000)
    if end is not None and end < promised - 1 and end < promised * Fraction(95, 100):
        return [f"damaged end: {float(end):.1f} of {float(promised):.1f} s are there"]
    return []
