"""Tool tips of the timeline: what lies under the pointer, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPoint

from app.timeline.area import TimelineArea
from app.timeline.header import button_at
from app.timeline.layout import Hit
from core.time import timecode
from core.timeline.model import Footage
from core.timeline.time_map import Curve

SPEED = {
    "speed_point": "Speed point: drag it; Alt: a step; Shift: keep its time; Ctrl: any speed; Del takes it away",
    "keyframe": "Keyframe: drag it; Alt: a copy; double click: playhead there; Del takes it away; right click: easing",
    "value_line": "Drag it up or down; Ctrl and a press set a keyframe on it",
    "value_point": "Keyframe: drag it; Shift: keep its time; Del takes it away",
    "speed_line": "Speed: drag up or down; double click adds a point",
    "speed_ease": "Ease: drag right for a softer ramp",
}


def tr(text: str) -> str:
    return QCoreApplication.translate("Timeline", text)


def text(view: TimelineArea, found: Hit, at: QPoint) -> str:
    """Empty where there is nothing to say."""
    rate = view.sequence.rate
    if found.part == "header" and found.track is not None:
        row = view.geometry_now.row_at(at.y())
        button = button_at(row, at.x(), at.y()) if row is not None else None
        hide = tr("Hide track") if found.track.kind == "video" else tr("Mute track")
        words = {"muted": hide, "solo": tr("Only this track"), "locked": tr("Lock track against edits")}
        return words.get(button or "", tr("Right click for more"))
    if found.part == "marker":
        marker = next(marker for marker in view.sequence.markers if marker.id == found.marker)
        return f"{marker.name or tr('Marker')}  {timecode(marker.time, rate)}"
    if found.clip is None or found.where is None:
        return ""
    clip, where = found.clip, found.where
    if found.part in SPEED:
        return tr(SPEED[found.part])
    lines = [
        clip.name,
        f"{timecode(where.start, rate)} to {timecode(where.end, rate)}  ({timecode(where.duration, rate)})",
    ]
    if (
        isinstance(clip.content, Footage)
        and not isinstance(clip.time_map, Curve)
        and clip.time_map.speed != 1
    ):
        lines.append(tr("Speed {percent} %").format(percent=f"{clip.time_map.speed * 100:g}"))
    media = view.editor.document.project.known_media(clip.media_id)
    if media is not None and media.missing:
        lines.append(tr("{path} is missing: relink it in the media bin").format(path=media.path))
    if clip.sequence_id is not None:
        lines.append(tr("Compound clip: a double click opens it"))
    return "\n".join(lines)
