"""What frame sources have in common: their picture stream's properties, or those of the source that they wrap."""

from __future__ import annotations

from core.errors import MediaError
from core.media.info import FrameSource, MediaInfo
from core.time import FrameRate


class StreamSource:
    """Base of a source that reads a file's picture stream."""

    def __init__(self, name: str, info: MediaInfo) -> None:
        """name: what errors call the file. Raises MediaError when it has no picture."""
        if info.video is None:
            raise MediaError(f"{name} has no picture", "Use it on an audio track")
        self._video = info.video

    @property
    def width(self) -> int:
        """Pixels, as displayed."""
        return self._video.width

    @property
    def height(self) -> int:
        """Pixels, as displayed."""
        return self._video.height

    @property
    def rate(self) -> FrameRate:
        """Frames a second, on average."""
        return self._video.rate

    @property
    def has_alpha(self) -> bool:
        """Whether frames are RGBA."""
        return self._video.alpha


class WrappedSource:
    """Base of a source that shows the frames of another, `inner`, in another way."""

    inner: FrameSource

    @property
    def width(self) -> int:
        """As the inner source's."""
        return self.inner.width

    @property
    def height(self) -> int:
        """As the inner source's."""
        return self.inner.height

    @property
    def rate(self) -> FrameRate:
        """As the inner source's."""
        return self.inner.rate

    @property
    def frame_count(self) -> int:
        """As the inner source's."""
        return self.inner.frame_count

    @property
    def has_alpha(self) -> bool:
        """As the inner source's."""
        return self.inner.has_alpha

    def index_at(self, time: int) -> int:
        """As the inner source's."""
        return self.inner.index_at(time)

    def time_of(self, index: int) -> int:
        """As the inner source's."""
        return self.inner.time_of(index)
