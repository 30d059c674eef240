"""What reading and writing OpenTimelineIO share: where media lie, how they are addressed, what others see of a clip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from core.files import plain
from core.time import TimeRange
from core.timeline.model import Adjustment, Clip, Sequence, Solid, Title
from core.timeline.time_map import Curve

GENERATORS = {Title: "Title", Solid: "SolidColor", Adjustment: "Adjustment"}
"""What a clip without media is called in a file."""
KEY = "laminar"
"""Of our own values in a file's metadata."""


@dataclass(frozen=True)
class MediaPlace:
    """Where a media lies. available: the range that can be used; None for a still or when unknown."""

    path: Path
    name: str
    available: TimeRange | None = None


@dataclass(frozen=True)
class Imported:
    """What a file holds.

    media: what its clips want, by the media ids they use.
    notes: what could not be read.
    ours: written by this program, so that size and rate of the film are known.
    films: those inside its compound clips, innermost first.
    """

    sequence: Sequence
    media: dict[str, MediaPlace]
    notes: tuple[str, ...]
    ours: bool
    films: tuple[Sequence, ...] = ()


def media_url(path: Path, folder: Path) -> str:
    """A relative URL for a file below `folder`, else a file URL."""
    path = plain(path)
    try:
        return quote(path.relative_to(plain(folder)).as_posix())
    except ValueError:
        return path.as_uri()


def media_path(url: str, folder: Path) -> Path:
    """The file that a URL of an .otio file in `folder` names."""
    if not url.lower().startswith("file:"):
        return folder / (url if Path(url).is_absolute() else unquote(url))
    text = url[5:]
    if text.startswith("//"):
        text = text[2:][text[2:].find("/") :]
    text = unquote(text)
    if len(text) > 2 and text[0] == "/" and text[2] == ":":
        text = text[1:]  # file:///C:/film.mov
    return folder / text


def shown(clip: Clip) -> tuple[TimeRange, list[float]]:
    """The source range and the time scalars by which other programs know a clip.

    The range starts at the earliest source shown and lasts as long as the clip does on the track. A curve is known
    by its mean speed from the clip's head to its tail.
    """
    speed = clip.time_map.speed
    if isinstance(clip.time_map, Curve):
        speed = (clip.time_map.at(clip.duration) - clip.time_map.at(0)) / clip.duration
    speeds = [speed] if speed != 1 or isinstance(clip.time_map, Curve) else []
    return TimeRange(clip.source_range.start, clip.duration), speeds
