"""What one drawing of the timeline is made from, handed to every part of it that paints."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.masks.track_records import TrackRecords
from app.speed.pace import Paces
from app.theme import Colours
from app.timeline.layout import Layout, PlaceCache
from app.timeline.pictures import Pictures, Wish
from core.project.project import Media, Project
from core.timeline.model import Clip, Sequence


@dataclass
class Scene:
    """What one drawing needs.

    lanes: every clip shows its speed curve.
    speed_point, keyframe: those in hand (app.state).
    media: of the project, by id.
    wishes: filled while drawing.
    """

    project: Project
    sequence: Sequence
    layout: Layout
    places: PlaceCache
    pictures: Pictures
    records: TrackRecords
    colours: Colours
    selection: frozenset[str]
    proxies: bool
    lanes: bool
    speed_point: tuple[str, int] | None
    keyframe: tuple[str, int] | None
    media: dict[str, Media]
    paces: Paces | None = None
    wishes: list[Wish] = field(default_factory=list)

    def media_of(self, clip: Clip) -> Media | None:
        return self.media.get(clip.media_id or "")
