"""The film as frozen values: Sequence -> Track -> Clip | Gap.

A track is a list of items laid end to end: where a clip stands is the sum of what lies before it, so clips
cannot overlap. Tracks are ordered bottom to top; video tracks above cover those below. All times are ticks.
Record time is time in the sequence, clip time starts at 0 at the clip's head, source time is time in the media;
the clip's time map leads from clip time to source time.

Parameters that can be animated are a number or `Keys`. Keyframes stand in source time: they stay on the picture
they were set on through trim, split, slip and retime (core.timeline.keys).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Set
from functools import cached_property
from itertools import accumulate
from typing import Literal, get_args

import msgspec

from core.errors import EditError
from core.time import FrameRate, TimeRange
from core.timeline.keys import Animated as Animated
from core.timeline.keys import Easing as Easing
from core.timeline.keys import Key as Key
from core.timeline.keys import Keys as Keys
from core.timeline.keys import value_at as value_at
from core.timeline.time_map import Linear, TimeMap, head_room, source_range, tail_room

BlendMode = Literal["normal", "multiply", "screen", "overlay", "add", "darken", "lighten", "difference"]
BLEND_MODES: tuple[BlendMode, ...] = get_args(BlendMode)
MatteMode = Literal["stencil", "silhouette", "stencil by brightness", "silhouette by brightness"]
"""A clip that is not seen itself: what lies below is seen only where it is, or only where it is not."""
MATTE_MODES: tuple[MatteMode, ...] = get_args(MatteMode)
Between = Literal["nearest", "blend", "flow"]
BETWEEN: tuple[Between, ...] = get_args(Between)
TrackKind = Literal["video", "audio"]
TransitionKind = Literal["cross-fade", "dip", "wipe", "push"]
TRANSITIONS: tuple[TransitionKind, ...] = get_args(TransitionKind)
TitleMotion = Literal["still", "roll", "crawl", "type"]
TITLE_MOTIONS: tuple[TitleMotion, ...] = get_args(TitleMotion)
Way = Literal["left", "right", "up", "down"]
WAYS: tuple[Way, ...] = get_args(Way)


def new_id() -> str:
    """A fresh identifier for a clip, gap, track, marker, media or object."""
    return os.urandom(8).hex()


class MatteUse(msgspec.Struct, frozen=True, gc=False):
    """Limits an effect to a tracked object of the clip's media, or to everything else.

    label: the object's label in the media's masks (1 and up). grow: pixels, negative shrinks. feather: pixels.
    layer: not the mask, but all that the object's layer shows: the object with its shadow.
    """

    label: int
    invert: bool = False
    grow: float = 0.0
    feather: float = 2.0
    layer: bool = False


class LookUse(msgspec.Struct, frozen=True, gc=False):
    """A table of colours for an effect. file: its name in the project's data folder. name: what it is called."""

    file: str
    name: str = ""


Shape = Literal["", "ellipse", "rectangle", "freeform"]
"""What an effect works inside of: nothing, or a shape; one of free form has points (core.timeline.freeform)."""


class Effect(msgspec.Struct, frozen=True, gc=False):
    """One step of a clip's effect stack; `kind` and `params` are listed in core.timeline.effects.
    look: of the kind "look" alone. shape: it works inside of one, on the picture as the effect
    gets it; its numbers are among `params`."""

    id: str
    kind: str
    params: dict[str, Animated] = {}
    matte: MatteUse | None = None
    enabled: bool = True
    look: LookUse | None = None
    shape: Shape = ""


class MediaUse(msgspec.Struct, frozen=True, tag="media", gc=False):
    """The clip shows media of the bin. `available` is the media's own range; None for a still picture."""

    media_id: str
    available: TimeRange | None = None


class Title(msgspec.Struct, frozen=True, tag="title", gc=False):
    """Text over video.

    x, y: centre as parts of the frame.
    size: letter height as a part of the frame's height.
    held: x is the edge that the text is aligned to, from which it grows as it is typed, and not its centre.
    wrap: a line that does not fit into the frame goes on in the next one; not while it crawls.
    outline: its width in letter heights.
    shadow: how dark one is, 0 to 1.
    motion: over the length of the clip it rolls from below the frame to above it, or crawls from right to left;
        or it is typed, letter by letter.
    """

    text: str
    font: str = "DejaVu Sans"
    size: float = 0.08
    colour: str = "#ffffff"
    x: float = 0.5
    y: float = 0.8
    align: Literal["left", "centre", "right"] = "centre"
    outline: float = 0.0
    outline_colour: str = "#000000"
    background: str = ""
    bold: bool = False
    italic: bool = False
    shadow: float = 0.0
    motion: TitleMotion = "still"
    held: bool = False
    wrap: bool = False


class Solid(msgspec.Struct, frozen=True, tag="solid", gc=False):
    """One colour over the whole frame."""

    colour: str = "#000000"


class Adjustment(msgspec.Struct, frozen=True, tag="adjustment", gc=False):
    """What the tracks below show, as a picture: the clip's effects work on all of it."""


class SequenceUse(msgspec.Struct, frozen=True, tag="sequence", gc=False):
    """A compound clip: on a video track it shows another sequence of the project, on an audio track it sounds it.

    available: that sequence from its start to its end; Project.with_sequence keeps it true.
    """

    sequence_id: str
    available: TimeRange | None = None


Content = MediaUse | Title | Solid | Adjustment | SequenceUse
Footage = MediaUse | SequenceUse
"""Content that has a source: frames and sound of its own, with a beginning and an end."""


class Transition(msgspec.Struct, frozen=True, gc=False):
    """The change at the head of a clip, from whatever stands before it on the track (a clip, or nothing).

    kind: how the pictures change; sound always cross-fades. before: ticks it starts before the cut, shown from this
    clip's head handle. after: ticks it ends after the cut, shown from the earlier clip's tail handle. colour: what a
    dip goes through. way: where a wipe's edge, or pushed pictures, go.
    """

    kind: TransitionKind = "cross-fade"
    before: int = 0
    after: int = 0
    colour: str = "#000000"
    way: Way = "left"


class Pin(msgspec.Struct, frozen=True, gc=False):
    """A place in a scene: where the camera looked on a frame of the media `of`."""

    of: str
    frame: int


LABELS = ("red", "orange", "yellow", "green", "teal", "blue", "violet", "pink")
"""Colours of clips on the timeline."""


class Clip(msgspec.Struct, frozen=True, tag="clip", gc=False):
    """A use of media (or a title, or a colour) on a track.

    duration: ticks on the track.
    time_map: clip time to source time.
    link: clips with the same non-empty link (picture and its sound) are edited together.
    x, y: where the middle of the picture is, in pixels of the sequence from its centre.
    scale: 1.0 fits the picture into the sequence.
    rotation: degrees clockwise.
    opacity: 0 to 1.
    gain: dB.
    between: what a slowed clip shows between two frames: the earlier, a blend, or one made along the motion.
    keep_pitch: sound keeps its pitch whatever the speed is.
    fade_in, fade_out: ticks at its head and tail over which it comes up and goes down by itself.
    pin: the clip sticks to the scene below it, where it lies over that frame; None: to the frame of the film.
    label: one of LABELS, by which the user tells clips apart; empty: none.
    """

    id: str
    name: str
    content: Content
    duration: int
    time_map: TimeMap = Linear(0)
    link: str = ""
    enabled: bool = True
    x: Animated = 0.0
    y: Animated = 0.0
    scale: Animated = 1.0
    rotation: Animated = 0.0
    opacity: Animated = 1.0
    blend: BlendMode | MatteMode = "normal"
    effects: tuple[Effect, ...] = ()
    gain: Animated = 0.0
    transition: Transition | None = None
    between: Between = "nearest"
    keep_pitch: bool = False
    pin: Pin | None = None
    fade_in: int = 0
    fade_out: int = 0
    label: str = ""

    def __post_init__(self) -> None:
        if self.duration <= 0:
            raise ValueError("a clip lasts longer than nothing")

    @property
    def source_range(self) -> TimeRange:
        """What the clip uses of its source, half-open."""
        return source_range(self.time_map, self.duration)

    @property
    def available(self) -> TimeRange | None:
        """The source that could be used; None when there is no limit."""
        return self.content.available if isinstance(self.content, Footage) else None

    @property
    def head_room(self) -> int | None:
        """Ticks by which the head could start earlier before the source ends; None without a limit."""
        return head_room(self.time_map, self.available)

    @property
    def tail_room(self) -> int | None:
        """Ticks by which the tail could end later before the source ends; None without a limit."""
        return tail_room(self.time_map, self.duration, self.available)

    @property
    def media_id(self) -> str | None:
        """The media that the clip shows; None for titles, colours and compound clips."""
        return self.content.media_id if isinstance(self.content, MediaUse) else None

    @property
    def sequence_id(self) -> str | None:
        """The sequence that a compound clip shows; None for others."""
        return self.content.sequence_id if isinstance(self.content, SequenceUse) else None


class Gap(msgspec.Struct, frozen=True, tag="gap", gc=False):
    """Empty time on a track."""

    duration: int

    def __post_init__(self) -> None:
        if self.duration <= 0:
            raise ValueError("a gap lasts longer than nothing")


Item = Clip | Gap


class Track(msgspec.Struct, frozen=True, dict=True):
    """Clips and gaps laid end to end. muted: not heard or not shown. locked: no edit touches it.

    Of audio tracks alone: gain in dB, and balance, from -1 (left alone) to 1 (right alone). dict: for what is found
    once and kept, since it is asked for with every edit and every picture.
    """

    id: str
    kind: TrackKind
    name: str = ""
    items: tuple[Item, ...] = ()
    muted: bool = False
    solo: bool = False
    locked: bool = False
    gain: float = 0.0
    balance: float = 0.0

    @cached_property
    def duration(self) -> int:
        """Ticks from 0 to the end of the last item."""
        return sum(item.duration for item in self.items)

    @cached_property
    def spots(self) -> dict[str, tuple[int, int, Clip]]:
        """Every clip by its id, with its place in `items` and its record start; in order."""
        starts = accumulate((item.duration for item in self.items), initial=0)
        return {
            item.id: (place, start, item)
            for place, (start, item) in enumerate(zip(starts, self.items, strict=False))
            if type(item) is Clip
        }

    def clips(self) -> Iterator[tuple[TimeRange, Clip]]:
        """Every clip with its record range."""
        start = 0
        for item in self.items:
            if isinstance(item, Clip):
                yield TimeRange(start, item.duration), item
            start += item.duration

    def at(self, time: int) -> tuple[TimeRange, Item] | None:
        """The item at a record time; None after the end."""
        start = 0
        for item in self.items:
            end = start + item.duration
            if start <= time < end:
                return TimeRange(start, item.duration), item
            start = end
        return None


MARKER_COLOUR = "#e0a030"


class Marker(msgspec.Struct, frozen=True, gc=False):
    """A named moment of the film, in record time. colour: #rrggbb."""

    id: str
    time: int
    name: str = ""
    colour: str = MARKER_COLOUR


class Sequence(msgspec.Struct, frozen=True):
    """A film: tracks bottom to top, its raster, its rate. in_point and out_point bound export and loops."""

    id: str
    name: str
    width: int = 1920
    height: int = 1080
    rate: FrameRate = FrameRate(25)
    sample_rate: int = 48000
    tracks: tuple[Track, ...] = ()
    markers: tuple[Marker, ...] = ()
    in_point: int | None = None
    out_point: int | None = None

    @property
    def duration(self) -> int:
        """Ticks from 0 to the end of the longest track."""
        return max((track.duration for track in self.tracks), default=0)

    @property
    def frame_count(self) -> int:
        """Frames of the exported film: every frame that starts before the end."""
        return self.rate.frames_before(self.duration)

    def track(self, track_id: str) -> Track:
        """Raises KeyError when there is no such track."""
        for track in self.tracks:
            if track.id == track_id:
                return track
        raise KeyError(track_id)

    def find(self, clip_id: str) -> tuple[Track, TimeRange, Clip]:
        """The clip with its track and record range. Raises KeyError when there is no such clip."""
        for track in self.tracks:
            if clip_id in track.spots:
                _, start, clip = track.spots[clip_id]
                return track, TimeRange(start, clip.duration), clip
        raise KeyError(clip_id)

    def require(self, clip_id: str) -> tuple[Track, TimeRange, Clip]:
        """As `find`, of a clip that an edit is about. Raises EditError when it is no longer in the film."""
        try:
            return self.find(clip_id)
        except KeyError:
            raise EditError("this clip is no longer in the film", "Select a clip on the timeline") from None

    def chosen(self, clip_ids: Set[str]) -> list[tuple[Track, Clip]]:
        """Those of the clips that are still in the film with their tracks, bottom track first, in the order of time."""
        return [
            (track, clip)
            for track in self.tracks
            for clip_id, (_, _, clip) in track.spots.items()
            if clip_id in clip_ids
        ]

    def clips(self) -> Iterator[tuple[Track, TimeRange, Clip]]:
        """Every clip with its track and record range, bottom track first."""
        return ((track, where, clip) for track in self.tracks for where, clip in track.clips())


def new_sequence(name: str, width: int, height: int, rate: FrameRate, sample_rate: int = 48000) -> Sequence:
    """An empty film with two video and two audio tracks."""
    tracks = (
        Track(new_id(), "audio", "A2"),
        Track(new_id(), "audio", "A1"),
        Track(new_id(), "video", "V1"),
        Track(new_id(), "video", "V2"),
    )
    return Sequence(new_id(), name, width, height, rate, sample_rate, tracks)
