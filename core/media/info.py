"""What is known of a media file, and the one way to ask for its frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import msgspec

from core.media.jumps import Jump
from core.time import FrameRate, TimeRange

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Frame: TypeAlias = "npt.NDArray[np.uint8]"  # a name only, so that a project can be read without numpy
"""uint8 (H, W, 3) RGB or (H, W, 4) RGBA with straight alpha, display orientation, square pixels."""

MediaKind = Literal["video", "audio", "image", "sequence"]


Fields = Literal["", "apart", "together"]
"""How two fields of a picture are shown: rebuilt where they comb, or both as they are; empty: as the file says."""


class VideoInfo(msgspec.Struct, frozen=True, gc=False):
    """The picture stream. width and height are as displayed: rotated, with square pixels."""

    codec: str
    width: int
    height: int
    coded_width: int
    coded_height: int
    rate: FrameRate
    """The average rate; exact when `variable_rate` is false."""
    variable_rate: bool = False
    frames: int = 0
    """Number of frames; 0 when the container does not say (the index will)."""
    start: int = 0
    """Presentation time of the first frame, ticks."""
    rotation: int = 0
    """Clockwise degrees that the stored picture is turned for display: 0, 90, 180, 270."""
    pixel_aspect_num: int = 1
    pixel_aspect_den: int = 1
    pixel_format: str = ""
    bit_depth: int = 8
    alpha: bool = False
    interlaced: bool = False
    bottom_first: bool = False
    """Whether the field of an interlaced picture that begins on its second line was taken first."""
    woven: bool = False
    """The user's choice: both fields of a picture are shown together, whether they comb or not."""
    unmarked: bool = False
    """The user's choice: pictures that are not marked as interlaced are of two fields, too, and
    rebuilt where they comb."""
    colour_space: str = ""
    """Matrix: bt601, bt709, bt2020, rgb; empty when untagged."""
    full_range: bool = False
    primaries: str = ""
    transfer: str = ""

    @property
    def fields_apart(self) -> bool:
        """Whether fields are rebuilt where they comb."""
        return self.unmarked or (self.interlaced and not self.woven)

    @property
    def fields(self) -> Fields:
        """The user's choice in a word."""
        return "together" if self.woven else "apart" if self.unmarked else ""


class AudioInfo(msgspec.Struct, frozen=True, gc=False):
    """A sound stream. sample_rate: samples a second, the file's own."""

    codec: str
    sample_rate: int
    channels: int
    start: int = 0
    """Presentation time of the first sample, ticks."""
    stream: int = 0
    """Which of the file's sound streams with a known codec, from 0."""
    channel: int = 0
    """The user's choice: the channel that is heard alone, on both sides, from 1; 0 for all of them."""
    right: int = -1
    """The user's choice: the other mono stream that is heard on the right while this one is on
    the left; -1 for none."""


class MediaInfo(msgspec.Struct, frozen=True, gc=False):
    """The answer of `core.media.probe.probe`.

    duration: ticks from the earliest stream start to the latest end. Source time 0 is the earliest stream
        start.
    fingerprint: hash of the size and of parts of the content; equal for a moved or renamed copy.
    """

    kind: MediaKind
    container: str
    duration: int
    size_bytes: int
    fingerprint: str
    video: VideoInfo | None = None
    audio: AudioInfo | None = None
    sounds: tuple[AudioInfo, ...] = ()
    """All sound streams of a file that has several; `audio` is the one that is heard."""
    jumps: tuple[Jump, ...] = ()
    """Where the file's clock jumps; source time does not."""
    notes: tuple[str, ...] = ()
    """What the user should know: interlaced, damaged tail, several streams of which one is used."""

    @property
    def available(self) -> TimeRange | None:
        """The range a clip can use; None for a still."""
        return None if self.kind == "image" else TimeRange(0, self.duration)

    @property
    def fields(self) -> Fields:
        """How the fields of its frames are shown, as the user chose; empty as they say themselves, or without video."""
        return self.video.fields if self.video is not None else ""

    @property
    def seen(self) -> str:
        """A name of what is seen of it: the same for copies whose fields are shown alike."""
        return f"{self.fingerprint}-{self.fields}" if self.fields else self.fingerprint

    @property
    def heard(self) -> str:
        """A name of what is heard of it: the same for copies of which the same stream and channel are chosen."""
        audio = self.audio
        if audio is None or (audio.stream, audio.channel, audio.right) == (0, 0, -1):
            return self.fingerprint
        right = f"-{audio.right}" if audio.right >= 0 else ""
        return f"{self.fingerprint}-{audio.stream}-{audio.channel}{right}"


def with_fields(info: MediaInfo, fields: Fields) -> MediaInfo:
    """What a probe said of a film, with the user's choice of how its fields are shown."""
    if info.video is None or not fields:
        return info
    marked, apart = info.video.interlaced, fields == "apart"
    video = msgspec.structs.replace(info.video, woven=marked and not apart, unmarked=apart and not marked)
    return msgspec.structs.replace(info, video=video)


class Chapter(msgspec.Struct, frozen=True, gc=False):
    """A part of a film by which players jump. start, end: ticks from the film's start."""

    start: int
    end: int
    title: str


class FrameSource(Protocol):
    """Everything the user sees answers like this: a file, a folder of images, a layer, an atlas, a sequence.

    Frame numbers count from 0 in presentation order. Source time 0 is the start of the media.
    """

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def rate(self) -> FrameRate: ...
    @property
    def frame_count(self) -> int: ...
    @property
    def has_alpha(self) -> bool: ...

    def frame(self, index: int, size: tuple[int, int] | None = None) -> Frame:
        """Frame `index` as RGB or RGBA; `size` (width, height) asks for a smaller picture.

        Raises:
            MediaError: when the frame cannot be decoded.
            IndexError: when there is no such frame.
        """
        ...

    def index_at(self, time: int) -> int:
        """The frame that shows at source time `time`, clamped to the first and last."""
        ...

    def time_of(self, index: int) -> int:
        """Source time at which frame `index` starts."""
        ...

    def close(self) -> None: ...
