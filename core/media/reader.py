"""Any frame of a media file by number, in any order.

`open_source` gives a video file, a still or a numbered sequence the same face (core.media.info.FrameSource).
A video file is read through its packet index (core.media.index) and one decoder (core.media.decoder): asking for
consecutive frames decodes each once, asking for a far one starts at its key frame.
"""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.video.reformatter import VideoReformatter

from core.errors import MediaError
from core.media import images
from core.media.colour import to_rgb
from core.media.decoder import Decoder
from core.media.index import FrameIndex, FrameTable
from core.media.info import Frame, FrameSource, MediaInfo
from core.media.probe import probe
from core.media.sources import StreamSource
from core.time import TICKS_PER_SECOND, rescale


class VideoSource(StreamSource):
    """The picture stream of a file. Safe to call from several threads; they take turns."""

    def __init__(self, path: Path, info: MediaInfo) -> None:
        """Raises MediaError when the file has no picture or cannot be opened."""
        super().__init__(path.name, info)
        self.path = path
        self._duration = info.duration
        self._lock = threading.RLock()
        self._reformatter = VideoReformatter()
        self._decoder: Decoder | None = Decoder(path, self._video)
        self.time_base: Fraction = self._decoder.time_base
        self._index = FrameIndex(path, self._decoder.stream_index)
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
        held = self._held | (self._decoder.held if self._decoder else set())
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
        """Frame `index` as decoded: an av.VideoFrame with its native planes, stored orientation. Do not change it."""
        table = self._index.wait_for(index)
        with self._lock:
            if self._decoder is None:
                self._decoder = Decoder(self.path, self._video)
            return self._decoder.picture(index, table)

    def index_at(self, time: int) -> int:
        if not self._video.variable_rate:
            number = self._video.rate.frame_at(time - self._video.start)
            return min(max(0, number), self._last_number())
        table = self._index.wait_for(0)
        stamp = self._stamp_at(time - self._video.start, table)
        return self._index.wait_time(stamp).number_at(stamp)

    def time_of(self, index: int) -> int:
        if not self._video.variable_rate:
            return self._video.start + self._video.rate.time_of(index)
        table = self._index.wait_for(index)
        return self._video.start + self._ticks(table.pts[index] - table.pts[0], table)

    def rest(self) -> None:
        """Let go of the decoder and its memory; the next frame opens it again. The index stays."""
        with self._lock:
            if self._decoder is not None:
                self._held |= self._decoder.held
                self._decoder.close()
                self._decoder = None

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


def open_source(path: Path, info: MediaInfo | None = None) -> FrameSource:
    """The frames of a video file, a still, or a folder or pattern of numbered images.

    Args:
        info: what `probe` said of it; probed again when None. Its rate is the rate of a sequence.

    Raises:
        MediaError: when there is no picture in it or it cannot be read.
    """
    info = info or probe(path)
    if info.kind == "image":
        return images.StillSource(path, info)
    if info.kind == "sequence":
        return images.SequenceSource(images.numbered(path), info)
    return VideoSource(path, info)
