"""Where the speed lane of a clip lies on the timeline: at its foot, above the strips of its objects."""

from __future__ import annotations

from app.timeline.layout import TITLE, Layout, Row
from app.timeline.speed_lane import Box, goes_back, has_curve
from app.timeline.strips import strips_height
from core.project.project import Media
from core.time import TimeRange
from core.timeline.model import Clip

LEAST_ROW = 58
"""A lower track has no room for lanes."""
LEAST_WIDTH = 40
LEAST = 26
"""Least height of a lane in pixels."""
MOST = 110
"""Greatest height of a lane in pixels."""


def lane_box(
    layout: Layout, row: Row, where: TimeRange, clip: Clip, media: Media | None, lanes: bool
) -> Box | None:
    """The lane of a clip; None when it has none.

    Clips with a curve always have one, others when `lanes` are shown; sound that is linked to a picture follows it
    and has none of its own.
    """
    moving = clip.available is not None and (media is None or media.info.kind != "image")
    if not moving or row.height < LEAST_ROW or not (lanes or has_curve(clip)):
        return None
    if (row.track.kind == "audio" and clip.link) or where.duration / layout.scale < LEAST_WIDTH:
        return None
    height = min(MOST, max(LEAST, (row.height - TITLE) * 2 // 5))
    top = row.bottom - 1 - _strips(row, media) - height
    left = layout.x_of(where.start)
    return Box(left, top, where.duration / layout.scale, height, layout.scale, goes_back(clip))


def _strips(row: Row, media: Media | None) -> int:
    return strips_height(media) if row.track.kind == "video" else 0
