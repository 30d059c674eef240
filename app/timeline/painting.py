"""Draws the timeline: ruler, tracks, clips, markers. Only what is visible, with pictures that are already there.

`paint` draws everything except the playhead and returns the pictures it would have liked; the view keeps the
result as a pixmap and draws the playhead and the drag's marks over it.
"""

from __future__ import annotations

from itertools import zip_longest

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPolygonF

from app.theme import Colours, grown
from app.timeline import clip_art
from app.timeline.layout import HEADER, RULER, TITLE, Layout, Row, tick_step
from app.timeline.pictures import Wish
from app.timeline.scene import Scene
from app.timeline.strips import faded
from core.time import TimeRange, timecode
from core.timeline.model import Clip, Sequence

APART = 3.0
"""Pixels between markers of a colour, at the least."""
NAMED = 16.0
"""Pixels around a marker that its name has not, and that it needs at the least."""
NARROW = 14.0
"""Clips narrower than this many pixels are drawn as plain boxes."""


def paint(painter: QPainter, scene: Scene) -> list[Wish]:
    """Draw the whole view except the playhead."""
    layout, colours = scene.layout, scene.colours
    painter.fillRect(0, 0, layout.width, layout.height, colours.background)
    painter.save()
    painter.setClipRect(HEADER, RULER, layout.width - HEADER, layout.height - RULER)
    _grid(painter, scene)
    _range_shade(painter, scene)
    for row in layout.rows:
        if row.bottom > RULER and row.top < layout.height:
            _track(painter, scene, row)
    painter.restore()
    _ruler(painter, scene)
    return scene.wishes


def _grid(painter: QPainter, scene: Scene) -> None:
    layout = scene.layout
    for row in layout.rows:
        shade = scene.colours.panel
        painter.fillRect(HEADER, row.top, layout.width - HEADER, row.height, shade)
    step, _ = tick_step(layout.scale, scene.sequence.rate)
    lines = []
    time = layout.left - layout.left % step
    while (x := layout.x_of(time)) < layout.width:
        lines.append(QLineF(x, RULER, x, layout.height))
        time += step
    colour = faded(scene.colours.grid, 90)
    painter.setPen(QPen(colour, 1))
    painter.drawLines(lines)


def _track(painter: QPainter, scene: Scene, row: Row) -> None:
    layout = scene.layout
    visible = layout.visible
    fades, narrow = [], []
    least = NARROW * layout.scale
    for place in scene.places.of(row.track).between(visible.start, visible.end):
        if place[1].transition is not None:
            fades.append(place)
        if place[0].duration >= least:
            clip_art.draw_clip(painter, scene, row, *place)
        else:
            narrow.append(place)
    _narrow(painter, scene, row, narrow)
    if row.track.muted or row.track.locked:
        shade = faded(scene.colours.background, 120 if row.track.muted else 60)
        painter.fillRect(HEADER, row.top, layout.width - HEADER, row.height, shade)
    if row.track.locked:
        hatch = faded(scene.colours.dim_text, 60)
        hatched = QBrush(hatch, Qt.BrushStyle.BDiagPattern)
        painter.fillRect(HEADER, row.top, layout.width - HEADER, row.height, hatched)
    for where, clip in fades:
        clip_art.draw_transition(painter, scene, row, where, clip)


def _narrow(painter: QPainter, scene: Scene, row: Row, places: list[tuple[TimeRange, Clip]]) -> None:
    """Clips too narrow to show anything, all of a colour at once; those of a pixel or two run together."""
    layout, selection = scene.layout, scene.selection
    looks: dict[object, QColor] = {}
    boxes: dict[str, list[list[float]]] = {}
    for where, clip in places:
        look = (clip.enabled, clip.media_id, clip.id in selection, type(clip.content))
        base = looks.get(look)
        if base is None:
            base = scene.colours.selection if look[2] else clip_art.base_colour(scene, row, clip)
            looks[look] = base
        left = (where.start - layout.left) / layout.scale + HEADER
        width = where.duration / layout.scale
        same = boxes.setdefault(base.name(), [])
        if width < 3 and same and left - same[-1][1] < 1.5:
            same[-1][1] = left + width
        else:
            same.append([left, left + max(1.0, width - 1)])
    painter.setPen(Qt.PenStyle.NoPen)
    for name, spans in boxes.items():
        for colour, height in ((clip_art.body_colour(QColor(name)), row.height), (QColor(name), TITLE)):
            painter.setBrush(colour)
            painter.drawRects([QRectF(left, row.top, right - left, height) for left, right in spans])


def marked_range(sequence: Sequence) -> TimeRange | None:
    """The stretch between in and out point; None when neither is set."""
    if sequence.in_point is None and sequence.out_point is None:
        return None
    start = sequence.in_point or 0
    end = sequence.out_point if sequence.out_point is not None else max(sequence.duration, start)
    return TimeRange.between(start, max(start, end))


def _range_shade(painter: QPainter, scene: Scene) -> None:
    marked = marked_range(scene.sequence)
    if marked is None:
        return
    layout = scene.layout
    shade = faded(scene.colours.in_out, 70)
    left, right = layout.x_of(marked.start), layout.x_of(marked.end)
    painter.fillRect(QRectF(left, RULER, right - left, layout.height - RULER), shade)


def _ruler(painter: QPainter, scene: Scene) -> None:
    layout, colours, rate = scene.layout, scene.colours, scene.sequence.rate
    painter.fillRect(HEADER, 0, layout.width - HEADER, RULER, colours.raised)
    painter.save()
    painter.setClipRect(HEADER, 0, layout.width - HEADER, layout.height)
    marked = marked_range(scene.sequence)
    if marked is not None:
        left, right = layout.x_of(marked.start), layout.x_of(marked.end)
        painter.fillRect(QRectF(left, RULER - 6, right - left, 5), colours.accent)
    step, small = tick_step(layout.scale, rate)
    font = QFont(painter.font())
    font.setPixelSize(grown(11))
    painter.setFont(font)
    marks = []
    time = max(0, layout.left - layout.left % step)
    painter.setPen(colours.dim_text)
    while (x := layout.x_of(time)) < layout.width:
        painter.drawText(QPointF(x + 4, grown(13)), timecode(rate.snap(time), rate))
        marks.append(QLineF(x, 4, x, RULER - 1))
        marks += [
            QLineF(at, RULER - 7, at, RULER - 1)
            for index in range(1, step // small)
            if (at := layout.x_of(time + index * small)) < layout.width
        ]
        time += step
    painter.setPen(QPen(QColor(colours.grid).lighter(140), 1))
    painter.drawLines(marks)
    _markers(painter, scene)
    painter.restore()
    painter.setPen(colours.grid)
    painter.drawLine(HEADER, RULER - 1, layout.width, RULER - 1)


def _markers(painter: QPainter, scene: Scene) -> None:
    """No more than can be told apart, such as of the beats of an hour of music. Names have the room up to the next
    marker."""
    layout, markers = scene.layout, scene.sequence.markers
    metrics = painter.fontMetrics()
    last: dict[str, float] = {}
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for marker, after in zip_longest(markers, markers[1:]):
        x = layout.x_of(marker.time)
        crowded = x - last.get(marker.colour, -APART) < APART
        if crowded or not HEADER - 10 <= x <= layout.width:
            continue
        last[marker.colour] = x
        colour = QColor(marker.colour)
        painter.setPen(QPen(colour, 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(x, RULER, x, layout.height))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        top = RULER - 13
        painter.drawPolygon(
            QPolygonF([QPointF(x - 5, top), QPointF(x + 5, top), QPointF(x + 5, top + 7), QPointF(x, top + 12),
                      QPointF(x - 5, top + 7)])
        )  # fmt: skip
        room = layout.x_of(after.time) - x - NAMED if after is not None else layout.width
        if marker.name and room > NAMED:
            painter.setPen(colour)
            words = metrics.elidedText(marker.name, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(QPointF(x + 8, RULER - 4), words)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_playhead(painter: QPainter, layout: Layout, time: int, colours: Colours) -> None:
    """The line and its handle in the ruler."""
    x = round(layout.x_of(time)) + 0.5
    if x < HEADER:
        return
    colour = colours.playhead
    painter.setPen(QPen(colour, 1))
    painter.drawLine(QLineF(x, RULER - 8, x, layout.height))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(
        QPolygonF([QPointF(x - 6, RULER - 16), QPointF(x + 6, RULER - 16), QPointF(x + 6, RULER - 9),
                  QPointF(x, RULER - 2), QPointF(x - 6, RULER - 9)])
    )  # fmt: skip
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_words(painter: QPainter, layout: Layout, at: QPointF, words: str, colours: Colours) -> None:
    """What a drag does, in a box beside the pointer and inside the view."""
    room = painter.fontMetrics().boundingRect(words).adjusted(-8, -4, 8, 4)
    left = min(at.x() + 16, layout.width - room.width() - 4)
    top = at.y() - room.height() - 12
    if top < RULER:
        top = min(at.y() + 20, layout.height - room.height() - 4)
    box = QRectF(max(HEADER + 4.0, left), top, room.width(), room.height())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colours.border, 1))
    painter.setBrush(colours.raised)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(colours.text)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
