"""The part of the film that the timeline shows: where things stand, scrolling, zoom, and what is marked on it.

`TimelineView` draws it and hears the events; mouse, menus, drops and keys work on this area alone.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.editor import Editor
from app.timeline.layout import (
    HEADER,
    MAX_HEIGHT,
    MAX_SCALE,
    MIN_HEIGHT,
    MIN_SCALE,
    RULER,
    TRACK_HEIGHT,
    Layout,
    PlaceCache,
    make_rows,
)
from core.time import TICKS_PER_SECOND, FrameRate
from core.timeline.model import Clip, Sequence, new_sequence

EMPTY = new_sequence("", 1920, 1080, FrameRate(25))
"""What is drawn as long as the project has no sequence."""


class TimelineArea(QAbstractScrollArea):
    """A window on the sequence. left: record time at the tracks' left edge. scale: ticks a pixel.

    current_track: id of the track that keys and pasting go to. linked: picture and sound are selected together.
    guide, rubber, ghosts: marks of the drag under way: a snapped record time, the rubber band, clips to be dropped
    with their names, in view pixels.

    Signals: status(text): what a drag does at the moment, or why it cannot. zoomed(ticks a pixel).
    """

    status = Signal(str)
    zoomed = Signal(float)

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.places = PlaceCache()
        self.heights: dict[str, int] = {}
        self.left = 0
        self.scale = TICKS_PER_SECOND / 60
        self.current_track = ""
        self.linked = True  # Alt turns it round for one press
        self.guide: int | None = None
        self.rubber: QRectF | None = None
        self.ghosts: list[tuple[QRectF, str]] = []
        self._layout: Layout | None = None
        self._placed = 0  # how far the tracks were scrolled when nobody's hand did it
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.horizontalScrollBar().setAccessibleName(self.tr("Scroll in time"))
        self.verticalScrollBar().setAccessibleName(self.tr("Scroll tracks"))
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().valueChanged.connect(lambda _: self.redraw())

    @property
    def sequence(self) -> Sequence:
        """The sequence in the timeline, an empty one when there is none."""
        return self.editor.document.sequence or EMPTY

    @property
    def geometry_now(self) -> Layout:
        """Where things stand at the moment."""
        if self._layout is None:
            size = self.viewport().size()
            rows = make_rows(self.sequence, self.heights, self.verticalScrollBar().value())
            self._layout = Layout(rows, self.left, self.scale, size.width(), size.height())
        return self._layout

    def redraw(self) -> None:
        """Draw everything anew."""
        self._layout = None
        self.viewport().update()

    def select(self, clip: Clip, *, add: bool = False, toggle: bool = False, linked: bool = True) -> None:
        """Select a clip with what is linked to it."""
        state = self.editor.state
        ids = {clip.id}
        if linked and clip.link:
            ids |= {other.id for _, _, other in self.sequence.clips() if other.link == clip.link}
        if toggle:
            state.set(
                "selection", state.selection - ids if clip.id in state.selection else state.selection | ids
            )
        else:
            state.set("selection", state.selection | ids if add else frozenset(ids))

    def update_scroll_bars(self) -> None:
        width = max(1, self.viewport().width() - HEADER)
        length = max(self.sequence.duration / self.scale * 1.15 + 200, width, self.left / self.scale + width)
        bar = self.horizontalScrollBar()
        bar.blockSignals(True)
        bar.setRange(0, min(2**31 - 1, int(length - width)))
        bar.setPageStep(width)
        bar.setSingleStep(40)
        bar.setValue(round(self.left / self.scale))
        bar.blockSignals(False)
        rows = make_rows(self.sequence, self.heights, 0)
        needed = (rows[-1].bottom if rows else RULER) - self.viewport().height() + 8
        self.verticalScrollBar().setRange(0, max(0, needed))
        self.verticalScrollBar().setPageStep(max(1, self.viewport().height() - RULER))
        self.verticalScrollBar().setSingleStep(20)

    def _scrolled(self, value: int) -> None:
        self.left = round(value * self.scale)
        self.redraw()

    def scroll_to(self, left: int) -> None:
        """Show from record time `left` on."""
        self.left = max(0, left)
        self.update_scroll_bars()
        self.redraw()

    def reveal(self, time: int) -> None:
        """Turn the page so that `time` is seen."""
        visible = self.geometry_now.visible
        if time not in visible:
            ahead = visible.duration // 10 if time >= visible.end else visible.duration * 6 // 10
            self.scroll_to(time - ahead)

    def zoom_to(self, scale: float, x: float | None = None) -> None:
        """Set ticks a pixel; what is at view pixel `x` (default: the playhead, else the middle) stays there."""
        layout = self.geometry_now
        if x is None:
            x = layout.x_of(self.editor.state.playhead)
            if not HEADER <= x <= layout.width:
                x = (HEADER + layout.width) / 2
        time = layout.time_at(x)
        self.scale = min(MAX_SCALE, max(MIN_SCALE, scale))
        self.scroll_to(round(time - (x - HEADER) * self.scale))
        self.zoomed.emit(self.scale)

    def zoom_by(self, factor: float, x: float | None = None) -> None:
        """factor over 1 comes closer."""
        self.zoom_to(self.scale / factor, x)

    def fit(self) -> None:
        """Show the whole sequence."""
        width = max(50, self.viewport().width() - HEADER - 40)
        self.scale = min(MAX_SCALE, max(MIN_SCALE, max(self.sequence.duration, TICKS_PER_SECOND) / width))
        self.scroll_to(0)
        self.zoomed.emit(self.scale)
        self._show_first_tracks()

    def _show_first_tracks(self) -> None:
        """The first video and the first audio track in sight, and of the tracks above as much as there is room."""
        rows, height = make_rows(self.sequence, self.heights, 0), self.viewport().height()
        sound = next((row.bottom for row in rows if row.track.kind == "audio"), 0)
        picture = next((row.top for row in reversed(rows) if row.track.kind == "video"), RULER)
        bar = self.verticalScrollBar()
        bar.setValue(min(sound - height, picture - RULER))
        self._placed = bar.value()

    def reveal_track(self, track_id: str) -> None:
        """Scroll just as far as needed to see the track whole."""
        row, bar = self.geometry_now.row_of(track_id), self.verticalScrollBar()
        if row is not None:
            over = min(0, row.top - RULER) or max(0, row.bottom - self.viewport().height())
            bar.setValue(bar.value() + over)

    def set_height(self, track_id: str, height: int) -> None:
        self.heights[track_id] = height
        self.update_scroll_bars()
        self.redraw()

    def make_room(self, least: int) -> None:
        """No track that shows pictures lower than `least`."""
        for track in self.sequence.tracks:
            if (
                track.kind == "video"
                and track.items
                and self.heights.get(track.id, TRACK_HEIGHT["video"]) < least
            ):
                self.heights[track.id] = least
        self.update_scroll_bars()
        self.redraw()

    def grow_tracks(self, factor: float) -> None:
        """All tracks higher or lower."""
        for track in self.sequence.tracks:
            height = self.heights.get(track.id, TRACK_HEIGHT[track.kind])
            self.heights[track.id] = round(min(MAX_HEIGHT, max(MIN_HEIGHT, height * factor)))
        self.update_scroll_bars()
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layout = None
        self.update_scroll_bars()
        bar = self.verticalScrollBar()
        if bar.value() == min(self._placed, bar.maximum()):
            self._show_first_tracks()
        super().resizeEvent(event)
