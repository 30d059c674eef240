"""Small pictures for the bin and the timeline, cheap enough to make by the hundred in a background thread.

No index is built: the decoder seeks to the key frame before the time and decodes a few pictures at most, so in a film
with few key frames a thumbnail may show a picture from seconds before its time. `thumbnails` keeps the file open for
a whole strip.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.video.reformatter import VideoReformatter

from core.errors import MediaError
from core.media.colour import to_rgb
from core.media.fields import rebuilt
from core.media.info import Frame, MediaInfo, VideoInfo
from core.media.jumps import opened
from core.media.opening import FAILURES, keep_only, not_media, open_container, picture_stream
from core.media.reader import open_source
from core.time import TICKS_PER_SECOND

_MOST_DECODED = 30
"""Pictures decoded at most on the way from the key frame; then the last one will do."""


def thumbnail(path: Path, info: MediaInfo, time: int, height: int) -> Frame:
    """The picture near source time `time`, uint8 (height, W, 3 or 4).

    Raises:
        MediaError: when there is no picture or it cannot be decoded.
    """
    for _, picture in thumbnails(path, info, [time], height):
        return picture
    raise MediaError(f"no picture of {path.name} could be decoded", "The file is damaged: make a fresh copy")


def thumbnails(path: Path, info: MediaInfo, times: Sequence[int], height: int) -> Iterator[tuple[int, Frame]]:
    """(time, picture) for every time of which a picture could be decoded, in the order of `times`.

    Raises:
        MediaError: when there is no picture in the file or it cannot be opened.
    """
    if info.video is None:
        raise MediaError(f"{path.name} has no picture", "Use it on an audio track")
    size = (max(1, round(info.video.width * height / max(1, info.video.height))), height)
    if info.kind != "video":
        with closing(open_source(path, info)) as source:
            for time in times:
                yield time, source.frame(source.index_at(time), size)
        return
    with closing(_Strip(path, info.video)) as strip:
        for time in times:
            picture = strip.near(opened(time, info.jumps))
            if picture is not None:
                yield time, to_rgb(rebuilt(picture, info.video), info.video, size, strip.reformatter)


class _Strip:
    """An open file that gives pictures near times, without an index."""

    def __init__(self, path: Path, video: VideoInfo) -> None:
        self._container = open_container(path)
        stream = picture_stream(self._container)
        if stream is None:
            self._container.close()
            raise not_media(path)
        self._stream: Any = stream
        self._video = video
        self.reformatter = VideoReformatter()
        keep_only(self._container, stream)
        stream.codec_context.thread_count = 1
        stream.codec_context.skip_frame = "NONREF"
        self._first = stream.start_time or 0

    def near(self, time: int) -> Any | None:
        """The picture shown at source time `time`, or one shortly before it; None when nothing decodes."""
        seconds = Fraction(max(0, time - self._video.start), TICKS_PER_SECOND)
        stamp = self._first + int(seconds / self._stream.time_base)
        best = None
        try:
            self._container.seek(stamp, stream=self._stream, backward=True)
            for count, picture in enumerate(self._container.decode(self._stream)):
                if best is not None and picture.pts is not None and picture.pts > stamp:
                    break
                best = picture
                if count >= _MOST_DECODED:
                    break
        except FAILURES:
            return best
        return best

    def close(self) -> None:
        self._container.close()
