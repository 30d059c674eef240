"""Draws one clip: title bar with badges, thumbnails or waveform, object strips, keyframes, transition."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from app import theme
from app.timeline import compound_art, media_art, strips
from app.timeline.clip_times import key_times, keys_near, record_times
from app.timeline.lane_place import lane_box
from app.timeline.layout import FADE_GRIP, HEADER, KEYS, TITLE, Row, body_box, fade_ends
from app.timeline.scene import Scene
from app.timeline.speed_art import Look, draw_curve
from app.timeline.strips import faded
from app.timeline.value_line import line_of
from app.widgets.strip_art import diamond
from core.project.project import Media
from core.time import TimeRange
from core.timeline.bent import reach_of
from core.timeline.keyframes import animated
from core.timeline.model import (
    Adjustment,
    Clip,
    Footage,
    Keys,
    SequenceUse,
    Title,
    TransitionKind,
)
from core.timeline.time_map import Curve

DOT = 2.5
"""Radius in pixels of a keyframe on a line."""
BEND = 3
"""Pixels between the points of a line that eases or jumps."""
DIAMOND = 3.5
CAPTION = 200
"""Letters of a title that may stand on its clip."""
"""Pixels from the middle of a keyframe to its tips."""


def is_lost(clip: Clip, media: Media | None) -> bool:
    """Whether the clip has nothing to show because its file is not there."""
    return clip.media_id is not None and (media is None or media.missing)


def base_colour(scene: Scene, row: Row, clip: Clip) -> QColor:
    """The colour of a clip's title bar."""
    colours = scene.colours
    if not clip.enabled:
        return colours.raised
    if is_lost(clip, scene.media_of(clip)):
        return QColor(colours.error).darker(150)
    if (label := theme.label_colour(clip.label)) is not None:
        return label
    if isinstance(clip.content, Title | Adjustment):
        return colours.title_clip
    return colours.video_clip if row.track.kind == "video" else colours.audio_clip


def body_colour(base: QColor) -> QColor:
    return QColor(base).darker(112 if base.lightness() > 128 else 165)


def draw_clip(painter: QPainter, scene: Scene, row: Row, where: TimeRange, clip: Clip) -> None:
    """The whole clip except its transition."""
    layout, colours = scene.layout, scene.colours
    left, right = layout.x_of(where.start), layout.x_of(where.end)
    box = QRectF(left, row.top, max(1.0, right - left - 1), row.height)
    seen = box.intersected(QRectF(HEADER - 2, row.top, layout.width - HEADER + 4, row.height))
    media = scene.media_of(clip)
    lost = is_lost(clip, media)
    base = base_colour(scene, row, clip)
    painter.fillRect(seen, body_colour(base))
    painter.save()
    painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
    _content(painter, scene, row, where, clip, media, seen)
    painter.restore()
    painter.fillRect(QRectF(seen.left(), row.top, seen.width(), min(TITLE, row.height)), base)
    if box.width() > 26:
        fade = round(clip.transition.after / layout.scale) if clip.transition is not None else 0
        _title(painter, scene, row, clip, media, lost, seen.adjusted(fade, 0, 0, 0))
    selected = clip.id in scene.selection
    _fades(painter, scene, row, where, clip, selected)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours.selection if selected else colours.background), 2 if selected else 1))
    painter.drawRect(box.adjusted(1, 1, -1, -1) if selected else box)


def _content(
    painter: QPainter, scene: Scene, row: Row, where: TimeRange, clip: Clip, media: Media | None, seen: QRectF
) -> None:
    if media is not None and not media.missing:
        if row.track.kind == "video" and media.info.video is not None:
            _thumbnails(painter, scene, row, where, clip, media)
        elif row.track.kind == "audio":
            media_art.waveform(painter, scene, body_box(row), where, clip, media, seen)
    if clip.sequence_id is not None:
        compound_art.draw(painter, scene, row, where, clip, seen)
    if media is not None and row.track.kind == "video":
        strips.draw_strips(painter, scene, row, where, clip, media)
    _lane(painter, scene, row, where, clip, media, seen)
    _value_line(painter, scene, row, where, clip)
    _keyframes(painter, scene, row, where, clip)


def _thumbnails(
    painter: QPainter, scene: Scene, row: Row, where: TimeRange, clip: Clip, media: Media
) -> None:
    top, height = body_box(row)
    lane = lane_box(scene.layout, row, where, clip, media, scene.lanes)
    height -= strips.strips_height(media) + (int(lane.height) if lane is not None else 0)
    media_art.thumbnails(painter, scene, (top, height), where, clip, media)


def _lane(
    painter: QPainter, scene: Scene, row: Row, where: TimeRange, clip: Clip, media: Media | None, seen: QRectF
) -> None:
    """The clip's speed curve, over its sound or below its pictures."""
    box = lane_box(scene.layout, row, where, clip, media, scene.lanes)
    if box is None:
        return
    point = scene.speed_point
    active = point[1] - where.start if point is not None and point[0] == clip.id else -1
    pace = scene.paces.of(media) if scene.paces is not None else None
    known = (lambda times: pace.along(clip, times)) if pace is not None else None
    look = Look(scene.colours, reach_of(scene.sequence), active, speediness=known)
    draw_curve(painter, clip, box, QRectF(seen.left(), box.top, seen.width(), box.height), look)


def _value_line(painter: QPainter, scene: Scene, row: Row, where: TimeRange, clip: Clip) -> None:
    """Volume of a sound clip always, opacity of a picture where it is not plain; with its keyframes."""
    line = line_of(row.track.kind, clip)
    if line is None:
        return
    layout, value = scene.layout, line.of(clip)
    first, last = seen_times(scene, where)
    apart = layout.ticks(1) // 2
    keyed = key_times(clip, value, first, last, apart) if isinstance(value, Keys) else []
    bends: range | tuple[int, ...] = ()
    if isinstance(value, Keys) and any(
        k.easing != "linear" for k in keys_near(clip, value, first, last, apart)
    ):
        bends = range(first, last, max(1, layout.ticks(BEND)))
    times = sorted({first, last, *keyed, *bends})
    points = [QPointF(layout.x_of(where.start + time), line.y_at(row, clip, time)) for time in times]
    painter.setPen(QPen(QColor("#f0d060"), 1.2))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawPolyline(QPolygonF(points))
    if len(keyed) * DOT * 4 <= layout.width:  # else they would lie on one another
        painter.setBrush(QColor("#f0d060"))
        for time in keyed:
            painter.drawEllipse(
                QPointF(layout.x_of(where.start + time), line.y_at(row, clip, time)), DOT, DOT
            )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def seen_times(scene: Scene, where: TimeRange) -> tuple[int, int]:
    """First and last clip time of what the view shows of a clip, with a little on either side."""
    visible, beside = scene.layout.visible, scene.layout.ticks(DIAMOND * 2)
    last = where.duration - 1
    return (
        min(max(0, visible.start - beside - where.start), last),
        max(0, min(last, visible.end + beside - where.start)),
    )


def _keyframes(painter: QPainter, scene: Scene, row: Row, where: TimeRange, clip: Clip) -> None:
    """A diamond for each keyframe in sight; of those that would lie on one another every other pixel's."""
    parts = list(animated(clip))
    if not parts:
        return
    first, last = seen_times(scene, where)
    apart = scene.layout.ticks(2)
    times = sorted({time for keys in parts for time in key_times(clip, keys, first, last, apart)})
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor("#202020"), 1))
    painter.setBrush(QColor("#f0d060"))
    held = scene.keyframe[1] if scene.keyframe is not None and scene.keyframe[0] == clip.id else None
    active = record_times(clip, held) if held is not None else []
    for time in times:
        diamond(painter, scene.layout.x_of(where.start + time), row.top + KEYS, DIAMOND)
    painter.setBrush(QColor("#ffffff"))
    for time in active:
        diamond(painter, scene.layout.x_of(where.start + time), row.top + KEYS, DIAMOND + 1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def badges(clip: Clip, media: Media | None, lost: bool, proxies: bool) -> list[tuple[str, str]]:
    """Short words on the title bar with the name of their colour."""
    tr = QCoreApplication.translate
    found = []
    if lost:
        found.append((tr("Timeline", "offline"), "error"))
    if clip.effects:
        found.append((tr("Timeline", "fx"), "accent"))
    if isinstance(clip.content, SequenceUse):
        found.append((tr("Timeline", "compound"), "dim_text"))
    if isinstance(clip.time_map, Curve):
        found.append((tr("Timeline", "ramp"), "warning"))
    elif isinstance(clip.content, Footage) and clip.time_map.num == 0:
        if media is None or media.info.kind != "image":
            found.append((tr("Timeline", "freeze"), "warning"))
    elif clip.time_map.num != clip.time_map.den:
        found.append((f"{clip.time_map.speed * 100:g}%"[:8], "warning"))
    if media is not None and media.proxy and proxies:
        found.append((tr("Timeline", "proxy"), "dim_text"))
    return found


def _title(
    painter: QPainter, scene: Scene, row: Row, clip: Clip, media: Media | None, lost: bool, seen: QRectF
) -> None:
    colours = scene.colours
    font = QFont(painter.font())
    font.setPixelSize(theme.grown(11))
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    right = seen.right() - 4
    for text, colour in badges(clip, media, lost, scene.proxies) if seen.width() > 70 else []:
        width = metrics.horizontalAdvance(text) + 8
        if right - width < seen.left() + 30:
            break
        fill = QRectF(right - width, row.top + 2, width, TITLE - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(colours, colour)))
        painter.drawRoundedRect(fill, 3, 3)
        painter.setPen(colours.accent_text)
        painter.drawText(fill, Qt.AlignmentFlag.AlignCenter, text)
        right -= width + 3
    left = max(seen.left(), float(HEADER)) + 5
    if clip.link and right - left > 40:
        _link_mark(painter, left, row.top + TITLE / 2, colours.clip_text)
        left += 13
    name = metrics.elidedText(caption(clip), Qt.TextElideMode.ElideRight, max(0.0, right - left))
    painter.setPen(colours.clip_text if clip.enabled and not lost else colours.dim_text)
    painter.drawText(QRectF(left, row.top, right - left, TITLE), Qt.AlignmentFlag.AlignVCenter, name)


def caption(clip: Clip) -> str:
    """What stands on a clip: its name, or what a title says."""
    words = " ".join(clip.content.text[:CAPTION].split()) if isinstance(clip.content, Title) else ""
    return words or clip.name


def _link_mark(painter: QPainter, x: float, y: float, colour: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.3))
    painter.drawRoundedRect(QRectF(x, y - 2.5, 6, 5), 2.5, 2.5)
    painter.drawRoundedRect(QRectF(x + 4, y - 2.5, 6, 5), 2.5, 2.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _fades(painter: QPainter, scene: Scene, row: Row, where: TimeRange, clip: Clip, selected: bool) -> None:
    """The clip's own fades: what is missing of it is dark; the inner ends can be held."""
    if not (clip.fade_in or clip.fade_out or selected):
        return
    layout, colours = scene.layout, scene.colours
    top, height = body_box(row)
    if layout.x_of(where.end) - layout.x_of(where.start) < 6 * FADE_GRIP:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for part, end in fade_ends(clip, where).items():
        outer = layout.x_of(where.start if part == "fade_in" else where.end)
        inner = layout.x_of(end)
        foot, corner, tip = QPointF(outer, top + height), QPointF(outer, top), QPointF(inner, top)
        if end not in (where.start, where.end) or (clip.fade_in if part == "fade_in" else clip.fade_out):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faded(colours.background, 150))
            painter.drawPolygon(QPolygonF([foot, corner, tip]))
            painter.setPen(QPen(faded(colours.clip_text, 190), 1))
            painter.drawLine(foot, tip)
        painter.setPen(QPen(faded(colours.background, 200), 1))
        painter.setBrush(colours.selection if selected else faded(colours.clip_text, 200))
        painter.drawEllipse(
            tip + QPointF(4 if part == "fade_in" and inner == outer else -4 if inner == outer else 0, 4),
            3.5,
            3.5,
        )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


_SIGNS: dict[TransitionKind, tuple[tuple[float, float, float, float], ...]] = {
    "cross-fade": ((0, 0, 1, 1), (0, 1, 1, 0)),
    "dip": ((0, 0, 0.5, 1), (0.5, 1, 1, 0)),
    "wipe": ((0, 1, 1, 0),),
    "push": ((0, 1, 0.5, 0), (0.5, 1, 1, 0)),
}
"""Lines that stand for a kind of transition: x, y to x, y, of its box."""


def draw_transition(painter: QPainter, scene: Scene, row: Row, where: TimeRange, clip: Clip) -> None:
    """A veil over the stretch of the transition with the sign of its kind; titles and pictures stay readable."""
    change = clip.transition
    assert change is not None
    layout = scene.layout
    left, right = layout.x_of(where.start - change.before), layout.x_of(where.start + change.after)
    if right - left < 3:
        return
    box = QRectF(left, row.top + TITLE, right - left, row.height - TITLE - 1)
    painter.fillRect(QRectF(left, row.top, right - left, 3), scene.colours.accent)
    tone = scene.colours.clip_text
    painter.fillRect(box, faded(tone, 45))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(faded(tone, 150), 1))
    for x, y, to_x, to_y in _SIGNS[change.kind]:
        start = box.topLeft() + QPointF(x * box.width(), y * box.height())
        painter.drawLine(start, box.topLeft() + QPointF(to_x * box.width(), to_y * box.height()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawLines([QLineF(x, row.top, x, box.bottom()) for x in (left, right)])
