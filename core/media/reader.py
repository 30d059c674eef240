"""Any frame of a media file by number, in any order.

`open_source` gives a video file, a still or a numbered sequence the same face (core.media.info.FrameSource). A
video file is read through its packet index (core.media.index) and a decoder (core.media.decoder): asking for
consecutive frames decodes each once, asking for a far one starts at its key frame. When requests go to and fro
between a few places, as those of clips that show one file at different times, each place gets a decoder of its own.
"""

from __future__ import annotations

import threading
from collections import deque
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.video.reformatter import VideoReformatter

from core.errors import MediaError
from core.media import images
from core.media.colour import to_rgb
from core.media.decoder import NEXT, Decoder
from core.media.fields import rebuilt
from core.media.index import FrameIndex, FrameTable
from core.media.info import Fields, Frame, FrameSource, MediaInfo, with_fields
from core.media.jumps import closed, opened
from core.media.probe import probe
from core.media.sources import StreamSource
from core.time import TICKS_PER_SECOND, rescale

PLACES = 3
"""Decoders of a file at most, and places that are remembered."""


class VideoSource(StreamSource):
    """The picture stream of a file. Safe to call from several threads; they take turns."""

    def __init__(self, path: Path, info: MediaInfo) -> None:
        """Raises MediaError when the file has no picture or cannot be opened."""
        super().__init__(path.name, info)
        self.path = path
        self._duration = info.duration
        self._jumps = info.jumps
        self._lock = threading.RLock()
        self._reformatter = VideoReformatter()
        self._decoders = [Decoder(path, self._video)]  # the one used last first
        self._asked = -1
        self._left: deque[int] = deque(maxlen=PLACES)
        """Frames that requests jumped away from."""
        self.time_base: Fraction = self._decoders[0].time_base
        self._index = FrameIndex(path, self._decoders[0].stream_index)
        self._held: set[int] = set()

    @property
    def frame_count(self) -> int:
        """Frames that the file really holds. Waits for the index only when the probe did not count them."""
        if self._video.frames and not self._index.complete:
            return self._video.frames
        return len(self._index.wait_all().pts)

    @property
    def notes(self) -> tuple[str, ...]:
        """What went wrong while decoding, in words for the user."""
        held = self._held.union(*(decoder.held for decoder in self._decoders))
        if not held:
            return ()
        if len(held) == 1:
            return (f"frame {min(held)} of {self.path.name} is damaged and shows the last good picture",)
        return (
            f"{len(held)} damaged frames of {self.path.name} show the last good picture, the first is {min(held)}",
        )

    def frame(self, index: int, size: tuple[int, int] | None = None) -> Frame:
        """Frame `index` as uint8 RGB (H, W, 3), or RGBA (H, W, 4) with straight alpha.

        Args:
            size: (width, height) of the picture wanted; None for the source's own.

        Raises:
            MediaError: when neither it nor a frame near it can be decoded.
            IndexError: when there is no such frame.
        """
        with self._lock:
            picture = self.video_frame(index)
            try:
                return to_rgb(picture, self._video, size, self._reformatter)
            except (ValueError, OSError) as error:
                raise MediaError(f"frame {index} of {self.path.name} cannot be shown: {error}") from error

    def video_frame(self, index: int) -> Any:
        """Frame `index` in the planes and the orientation that are stored: an av.VideoFrame. Do not change it.

        One of two fields is of one moment (core.media.fields).
        """
        table = self._index.wait_for(index)
        with self._lock:
            decoder = self._decoder_for(index, table)
            self._asked = index
            return rebuilt(decoder.picture(index, table), self._video)

    def _decoder_for(self, index: int, table: FrameTable) -> Decoder:
        """The one that stands before the frame; else a new one when requests came back to a place they had left; else
        one that leads there, or the one unused for longest."""
        decoders = self._decoders
        ready = next((one for one in decoders if one.is_near(index)), None)
        if ready is None:
            back = any(0 < index - place <= NEXT for place in self._left)
            self._left.append(self._asked)
            if not decoders or (back and len(decoders) < PLACES):
                decoders.insert(0, Decoder(self.path, self._video))
                return decoders[0]
            ready = next((one for one in decoders if one.leads_to(index, table)), decoders[-1])
        decoders.remove(ready)
        decoders.insert(0, ready)
        return ready

    def index_at(self, time: int) -> int:
        if not self._video.variable_rate:
            number = self._video.rate.frame_at(time - self._video.start)
            return min(max(0, number), self._last_number())
        table = self._index.wait_for(0)
        stamp = self._stamp_at(opened(time, self._jumps) - self._video.start, table)
        return self._index.wait_time(stamp).number_at(stamp)

    def time_of(self, index: int) -> int:
        if not self._video.variable_rate:
            return self._video.start + self._video.rate.time_of(index)
        table = self._index.wait_for(index)
        return closed(self._video.start + self._ticks(table.pts[index] - table.pts[0], table), self._jumps)

    def rest(self) -> None:
        """Let go of the decoder and its memory; the next frame opens it again. The index stays."""
        with self._lock:
            for decoder in self._decoders:
                self._held |= decoder.held
                decoder.close()
            self._decoders.clear()

    def close(self) -> None:
        """Let go of everything and end the index's thread."""
        self._index.close()
        self.rest()

    def _last_number(self) -> int:
        """The last frame; by the duration as long as nobody has counted, for this must not wait."""
        if self._video.frames or self._index.complete:
            return self.frame_count - 1
        return max(0, self._video.rate.frame_at(self._duration - 1 - self._video.start))

    def _ticks(self, stamps: int, table: FrameTable) -> int:
        if table.untimed:
            return self._video.rate.time_of(stamps)
        return rescale(stamps, self.time_base)

    def _stamp_at(self, ticks: int, table: FrameTable) -> int:
        if table.untimed:
            return self._video.rate.frame_at(ticks)
        scaled = self.time_base * TICKS_PER_SECOND
        # The floor of the next tick: time_of floors a time stamp to ticks, and must lead back to it.
        return table.pts[0] + -(-(ticks + 1) * scaled.denominator // scaled.numerator) - 1


def open_source(path: Path, info: MediaInfo | None = None, fields: Fields = "") -> FrameSource:
    """The frames of a video file, a still, or a folder or pattern of numbered images.

    Args:
        info: what `probe` said of it; probed again when None. Its rate is the rate of a sequence.
        fields: the user's choice for a film's fields; empty keeps what `info` says.

    Raises:
        MediaError: when there is no picture in it or it cannot be read.
    """
    info = with_fields(info or probe(path), fields)
    if info.kind == "image":
        return images.StillSource(path, info)
    if info.kind == "sequence":
        return images.SequenceSource(images.numbered(path), info)
    return VideoSource(path, info)
