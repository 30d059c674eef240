"""Drags on the timeline that change nothing of the film: scrubbing, panning, the height of a track, the rubber band.

Each function begins one and returns what the mouse then drives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt

from app.timeline.area import TimelineArea
from app.timeline.layout import HEADER, MAX_HEIGHT, MIN_HEIGHT

Modifiers = Qt.KeyboardModifier
Control, Shift, Alt = Modifiers.ControlModifier, Modifiers.ShiftModifier, Modifiers.AltModifier
Follow = Callable[[QPointF, Modifiers], None]


@dataclass
class Pressed:
    """A button is down.

    follow: called with each position.
    done: called at the end, with whether to keep what was done.
    started: the pointer left the threshold.
    """

    at: QPointF
    follow: Follow
    done: Callable[[bool], None] = lambda keep: None
    started: bool = False


def scrub(view: TimelineArea, at: QPointF, snapped: Callable[[int], int]) -> Pressed:
    """The playhead follows, frame by frame; with Shift it catches on marks by `snapped`."""

    def follow(to: QPointF, keys: Modifiers) -> None:
        time = view.geometry_now.time_at(max(float(HEADER), to.x()))
        snap = view.editor.state.snapping and not keys & Control and bool(keys & Shift)
        time = snapped(time) if snap else view.sequence.rate.snap(time)
        view.editor.state.set("playhead", max(0, time))

    follow(at, Modifiers.NoModifier)
    return Pressed(at, follow, started=True)


def pan(view: TimelineArea, at: QPointF) -> Pressed:
    """The timeline is pushed about."""
    left, top = view.left, view.verticalScrollBar().value()

    def follow(to: QPointF, _: Modifiers) -> None:
        view.scroll_to(left - round((to.x() - at.x()) * view.scale))
        view.verticalScrollBar().setValue(top - round(to.y() - at.y()))

    view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
    return Pressed(at, follow)


def resize(view: TimelineArea, at: QPointF) -> Pressed:
    """The track whose lower edge was taken gets higher or lower."""
    row = view.geometry_now.row_at(at.y())
    assert row is not None
    height = row.height

    def follow(to: QPointF, _: Modifiers) -> None:
        new = round(height + to.y() - at.y())
        view.set_height(row.track.id, min(MAX_HEIGHT, max(MIN_HEIGHT, new)))

    return Pressed(at, follow)


def rubber_band(view: TimelineArea, at: QPointF, keys: Modifiers) -> Pressed:
    """Clips that the band touches are selected; with Shift or Ctrl besides those that are."""
    state = view.editor.state
    before = state.selection if keys & (Shift | Control) else frozenset()
    state.set("selection", before)
    time, scroll = view.geometry_now.time_at(at.x()), view.verticalScrollBar().value()

    def follow(to: QPointF, _: Modifiers) -> None:
        start = QPointF(view.geometry_now.x_of(time), at.y() + scroll - view.verticalScrollBar().value())
        box = QRectF(start, to).normalized()
        view.rubber = box
        state.set("selection", before | _inside(view, box))
        view.viewport().update()

    return Pressed(at, follow)


def _inside(view: TimelineArea, box: QRectF) -> frozenset[str]:
    """Ids of the clips on unlocked tracks that a box touches."""
    layout = view.geometry_now
    start, end = layout.time_at(max(box.left(), HEADER)), layout.time_at(box.right())
    found = set()
    for row in layout.rows:
        if row.top < box.bottom() and row.bottom > box.top() and not row.track.locked:
            for where, clip in view.places.of(row.track).between(start, end):
                if where.start < end and where.end > start:
                    found.add(clip.id)
    return frozenset(found)
