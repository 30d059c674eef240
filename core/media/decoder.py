"""One open decoder that walks to a wanted time stamp and no further.

It starts at the key frame the index names, checks where the demuxer really landed, decodes on, and compares each
picture's time stamp: a seek is trusted only when the picture that comes out is the one asked for. Pictures that no
other picture needs are skipped on the way. A picture that the decoder cannot give is replaced by the last good one.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from core.errors import MediaError
from core.media.index import FrameTable
from core.media.info import VideoInfo
from core.media.opening import FAILURES, keep_only, not_media, open_container, picture_stream

_SKIPPING = frozenset({"h264", "hevc", "mpeg4", "mpeg2video"})
"""Codecs whose decoders can leave out pictures that nothing refers to."""
_SKIP_MARGIN = 8
"""Pictures before the wanted one that are decoded in any case, so that the order of output settles."""
_SMALL = 1280 * 720
"""Pixels up to which one thread decodes a frame in a few milliseconds."""
NEXT = 4
"""Frames ahead to which decoding on is never a long way."""
_KEPT = 6
"""Decoded pictures kept: two users that walk side by side must not make the decoder go back."""


class Decoder:
    """Not safe to call from two threads at once; the source that owns it holds a lock."""

    def __init__(self, path: Path, video: VideoInfo) -> None:
        """Raises MediaError when the file cannot be opened."""
        self._path = path
        self._container = open_container(path)
        self._stream = self._find_stream()
        self._context = self._make_context(video)
        self._skips = self._context.name in _SKIPPING
        self._kept: deque[tuple[int, Any]] = deque(maxlen=_KEPT)
        self._pictures: Iterator[tuple[int, Any]] | None = None
        self._used = False
        self._position = -1
        self._wanted = -1
        self._stand_ins: dict[int, int] = {}
        self.held: set[int] = set()
        """Frame numbers that could not be decoded and show the last good picture."""

    def _find_stream(self) -> Any:
        stream = picture_stream(self._container)
        if stream is None:
            self._container.close()
            raise not_media(self._path)
        keep_only(self._container, stream)
        return stream

    def _make_context(self, video: VideoInfo) -> Any:
        """The stream's own decoder, or libvpx for VP8 and VP9 with alpha, which the built-in ones leave out."""
        context = self._stream.codec_context
        name = {"vp9": "libvpx-vp9", "vp8": "libvpx"}.get(context.name)
        if video.alpha and name is not None:
            context = av.CodecContext.create(name, "r")
            context.extradata = self._stream.codec_context.extradata
        return context

    def _choose_threads(self, table: FrameTable) -> None:
        """Threads that decode several frames at once are fast in a row but late with the first one.

        So a small film in which every frame is a key frame, such as a proxy, is decoded on this thread alone.
        """
        small = self._stream.codec_context.width * self._stream.codec_context.height <= _SMALL
        intra = len(table.key_pts) >= len(table.pts) > 1
        self._context.thread_count = 1 if small and intra else min(4, os.cpu_count() or 1)
        self._context.thread_type = "AUTO"

    @property
    def stream_index(self) -> int:
        return int(self._stream.index)

    @property
    def time_base(self) -> Any:
        return self._stream.time_base

    def picture(self, number: int, table: FrameTable) -> Any:
        """Frame `number` as av.VideoFrame.

        Raises:
            MediaError: when nothing at all can be decoded there.
        """
        if number in self._stand_ins:
            self.held.add(number)
            number = self._stand_ins[number]
        for known, picture in self._kept:
            if known == number:
                return picture
        self._skips = self._skips and not table.packed
        if not self._context.is_open:
            self._choose_threads(table)
        key = table.key_for(number)
        if not self._continues(number, key, table):
            self._start(key, table)
        picture = self._walk(number)
        if picture is None and self._skips:
            self._start(key, table)
            picture = self._walk(number, skip=False)
        if picture is None:
            picture = self._hold(number, key, table)
        self._kept.append((number, picture))
        return picture

    def is_near(self, number: int) -> bool:
        """Whether the frame is at hand, or one of the next."""
        known = number in self._stand_ins or any(number == place for place, _ in self._kept)
        return known or 0 < number - self._position <= NEXT

    def leads_to(self, number: int, table: FrameTable) -> bool:
        """Whether the frame comes by decoding on from here."""
        return self._continues(number, table.key_for(number), table)

    def close(self) -> None:
        self._kept.clear()
        self._pictures = None
        self._container.close()

    def _continues(self, number: int, key: int, table: FrameTable) -> bool:
        """Whether decoding on from here is no longer a way than starting at the key frame."""
        if self._pictures is None or number <= self._position:
            return False
        return table.key_number(key) <= self._position + 1 or number - self._position <= NEXT

    def _walk(self, number: int, skip: bool = True) -> Any | None:
        """Decode up to frame `number`; None when it does not come out."""
        self._wanted = number - _SKIP_MARGIN if skip and self._skips else -1
        if self._pictures is None:
            return None
        for place, picture in self._pictures:
            self._position = place
            if place == number:
                return picture
            self._kept.append((place, picture))
            if place > number:
                return None
        self._pictures = None
        return None

    def _hold(self, number: int, key: int, table: FrameTable) -> Any:
        """The nearest picture that could be decoded: before `number`, else after it.

        The whole gap is remembered, so that its other frames are not tried again.
        """
        self.held.add(number)
        before = max((place for place, _ in self._kept if place < number), default=None)
        after = min((place for place, _ in self._kept if place > number), default=None)
        best = before if before is not None else after
        if best is None and key > 0:
            best = table.key_number(key) - 1
        if best is None:
            raise MediaError(
                f"frame {number} of {self._path.name} cannot be decoded",
                "The file is damaged here: make a fresh copy",
            )
        first = number if before is None else before + 1
        last = number + 1 if after is None else after
        self._stand_ins.update((missing, best) for missing in range(first, last))
        for place, picture in self._kept:
            if place == best:
                return picture
        return self.picture(best, table)

    def _start(self, key: int, table: FrameTable) -> None:
        """Stand at key frame `key` (or one before it, or the start of the file), ready to decode."""
        self._kept.clear()
        self._position = -1
        while key >= 0:
            # Containers differ in whether they seek by presentation or by decode time.
            for stamp in dict.fromkeys((table.key_pts[key], table.key_dts[key])):
                packets = self._seek(stamp)
                first = next(packets, None)
                if first is not None and _stamp(first) <= table.key_pts[key]:
                    self._pictures = self._decode(first, packets, table)
                    return
            key -= 1
        packets = self._rewind(table)
        first = next(packets, None)
        self._pictures = None if first is None else self._decode(first, packets, table)

    def _seek(self, stamp: int) -> Iterator[Any]:
        self._used = True
        try:
            self._container.seek(stamp, stream=self._stream, backward=True)
        except FAILURES:
            return iter(())
        self._context.flush_buffers()
        return self._demux()

    def _rewind(self, table: FrameTable) -> Iterator[Any]:
        """From the first packet on; opens the file again, which works for those that cannot seek."""
        if self._used:
            self._reopen(table)
        self._used = True
        return self._demux()

    def _demux(self) -> Iterator[Any]:
        try:
            yield from self._container.demux(self._stream)
        except FAILURES:
            return  # the damaged tail of a file: what came before it can be shown

    def _reopen(self, table: FrameTable) -> None:
        """Go back to the start of a file that cannot seek."""
        own = self._context is self._stream.codec_context
        self._container.close()
        self._container = open_container(self._path)
        self._stream = self._find_stream()
        if own:
            self._context = self._stream.codec_context
            self._choose_threads(table)
        else:
            self._context.flush_buffers()

    def _decode(self, first: Any, packets: Iterator[Any], table: FrameTable) -> Iterator[Any]:
        """(frame number, picture) in presentation order."""
        count = 0
        packet: Any | None = first
        while packet is not None:
            if self._skips:
                self._set_skipping(packet, table)
            for picture in self._feed(packet):
                number = count if table.untimed else self._number(picture, table)
                count += 1
                if number is not None:
                    yield number, picture
            packet = next(packets, None)

    def _feed(self, packet: Any) -> list[Any]:
        try:
            return list(self._context.decode(packet if packet.size else None))
        except FAILURES:
            return []  # damaged packets give no picture; the last good one is held

    def _set_skipping(self, packet: Any, table: FrameTable) -> None:
        before = table.pts[self._wanted] if 0 < self._wanted < len(table.pts) else None
        skip = before is not None and packet.pts is not None and packet.pts < before
        self._context.skip_frame = "NONREF" if skip else "DEFAULT"

    def _number(self, picture: Any, table: FrameTable) -> int | None:
        if table.packed and picture.dts is not None:
            return table.number_of(picture.dts)
        if table.packed and self._position >= 0:  # the last one, which comes out at the end of the file
            return self._position + 1
        if picture.pts is None:
            return None
        return table.number_of(picture.pts)


def _stamp(packet: Any) -> int:
    stamp = packet.pts if packet.pts is not None else packet.dts
    return int(stamp) if stamp is not None else -(2**62)
