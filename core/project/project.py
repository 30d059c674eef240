"""The document: one frozen value that undo keeps, workers read without a lock, and autosave writes."""

from __future__ import annotations

from typing import Literal

import msgspec

from core.errors import EditError
from core.media.info import MediaInfo
from core.project.atlas_kinds import AtlasEdit
from core.time import TimeRange
from core.timeline.model import Clip, Sequence, new_id
from core.timeline.nesting import require_well_nested, with_length_of

SCHEMA = 1
"""Version of the project file; core.project.file upgrades older ones."""

OBJECT_COLOURS = ("#e6475a", "#3fa7ff", "#54c45e", "#f2b134", "#b06bf0", "#2fc7c0", "#ff7ec0", "#a0b040")


def first_colour(label: int) -> str:
    """#rrggbb that an object of this label has until somebody gives it another."""
    return OBJECT_COLOURS[(label - 1) % len(OBJECT_COLOURS)]


class TrackedObject(msgspec.Struct, frozen=True, gc=False):
    """An object of a media that masks speak of.

    label: 1 and up, 0 is the background.
    locked: drawing leaves it alone.
    """

    label: int
    name: str
    colour: str
    visible: bool = True
    locked: bool = False


class KeyMask(msgspec.Struct, frozen=True, gc=False):
    """A mask drawn by the user.

    file: palette PNG in the project's data folder, named by the hash of its content, so an older document still
        finds the mask it knew.
    """

    frame: int
    file: str


class TrackedRange(msgspec.Struct, frozen=True, gc=False):
    """A tracking result: the result folder `key` holds masks for source frames first to last, inclusive."""

    key: str
    first: int
    last: int


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What the user said of an appearance: whether the object `label` is really what is in the box.

    frame: source frame where it was recognised.
    box: x, y, width, height in the clip's pixels there.
    """

    label: int
    frame: int
    box: tuple[int, int, int, int]
    accept: bool


Shadow = Literal["keep", "drop", "soften"]
LayerPart = Literal["plate", "effect", "object"]


class LayerChoice(msgspec.Struct, frozen=True, gc=False):
    """One object of a media that was taken apart.

    label: its mask's.
    visible, shadow: how a split lays it out.
    """

    label: int
    name: str
    visible: bool = True
    shadow: Shadow = "keep"


class LayerSet(msgspec.Struct, frozen=True, gc=False):
    """The layers of a media: the result folder `key` holds `frames` frames from source frame `first` on.

    objects: back to front, in the order that the user wants.
    """

    key: str
    first: int
    frames: int
    objects: tuple[LayerChoice, ...]


class LayerFile(msgspec.Struct, frozen=True, gc=False):
    """Media that is one layer of another media.

    key, file: the film `file` in the result folder `key` of the project's data folder; the media's path leads
        there.
    of: id of the media that was taken apart.
    part: what it shows, of the object `label` (0 for the plate).
    first: its frame 0 is this frame of that media.
    """

    key: str
    file: str
    of: str
    part: LayerPart
    label: int = 0
    first: int = 0


class Media(msgspec.Struct, frozen=True, gc=False):
    """A source in the bin. path: relative to the project file where that is possible, else absolute."""

    id: str
    name: str
    path: str
    info: MediaInfo
    objects: tuple[TrackedObject, ...] = ()
    key_masks: tuple[KeyMask, ...] = ()
    track: TrackedRange | None = None
    part: TimeRange | None = None
    """What of it goes onto the timeline, source ticks; None for all of it (core.project.parts)."""
    proxy: str = ""
    """Result key of the proxy; empty when there is none."""
    missing: bool = False
    speediness: str = ""
    """Result key of the speediness of its pictures; empty when there is none."""
    camera: str = ""
    """Result key of its camera's motion; empty when there is none."""
    verdicts: tuple[Verdict, ...] = ()
    """What the user said of appearances that tracking found; part of the next tracking's question."""
    atlas: str = ""
    """Result key of the unrolled objects; empty when there is none."""
    atlas_edits: tuple[AtlasEdit, ...] = ()
    """What is painted on them, bottom first (core.project.atlas_edits)."""
    layers: LayerSet | None = None
    layer: LayerFile | None = None
    folder: str = ""
    """The folder of the bin that it lies in; empty for none (core.project.media_folders)."""

    @property
    def available(self) -> TimeRange | None:
        """The source range that a clip can use; None for a still."""
        return self.info.available

    def known_object(self, label: int) -> TrackedObject | None:
        """The object of a label; None when there is none."""
        return next((one for one in self.objects if one.label == label), None)


class Project(msgspec.Struct, frozen=True):
    """Everything that is saved. active: id of the sequence in the timeline."""

    id: str
    name: str = "Untitled"
    schema: int = SCHEMA
    media: tuple[Media, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    active: str = ""

    @property
    def sequence(self) -> Sequence | None:
        """The active sequence; None in an empty project."""
        return next((sequence for sequence in self.sequences if sequence.id == self.active), None)

    def picture_size(self, film: Sequence, clip: Clip) -> tuple[int, int]:
        """(width, height) of the media or film that a clip of `film` shows; titles and colours
        are as large as the frame."""
        media = self.known_media(clip.media_id)
        if media is not None and media.info.video is not None:
            return media.info.video.width, media.info.video.height
        shown = next((one for one in self.sequences if one.id == clip.sequence_id), film)
        return shown.width, shown.height

    def known_media(self, media_id: str | None) -> Media | None:
        """The media of an id; None when the bin has none, and for a clip that shows no media."""
        return next((media for media in self.media if media.id == media_id), None)

    def find_media(self, media_id: str) -> Media:
        """Raises KeyError when there is no such media."""
        media = self.known_media(media_id)
        if media is None:
            raise KeyError(media_id)
        return media

    def require_media(self, media_id: str) -> Media:
        """The media that an edit is about. Raises EditError when it is no longer in the bin."""
        media = self.known_media(media_id)
        if media is None:
            raise EditError("the media is not in the bin any more", "Undo brings it back")
        return media

    def with_sequence(self, sequence: Sequence) -> Project:
        """The project with the sequence of the same id replaced, or added and made active. Compound clips that show it
        know its new length.

        Raises:
            EditError: when the sequence would show itself.
        """
        before = next((known for known in self.sequences if known.id == sequence.id), None)
        if before is not None:
            changed = tuple(sequence if known.id == sequence.id else known for known in self.sequences)
            if sequence.duration != before.duration:
                changed = tuple(
                    known if known is sequence else with_length_of(known, sequence) for known in changed
                )
            require_well_nested(sequence, changed)
            return msgspec.structs.replace(self, sequences=changed)
        return msgspec.structs.replace(self, sequences=(*self.sequences, sequence), active=sequence.id)

    def with_media(self, media: Media) -> Project:
        """The project with the media of the same id replaced, or added at the end of the bin."""
        if any(known.id == media.id for known in self.media):
            changed = tuple(media if known.id == media.id else known for known in self.media)
            return msgspec.structs.replace(self, media=changed)
        return msgspec.structs.replace(self, media=(*self.media, media))


def new_project(name: str = "Untitled") -> Project:
    """An empty project with an id of its own."""
    return Project(new_id(), name)
