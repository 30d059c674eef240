"""The timeline's one custom-painted widget: geometry, scrolling, zoom, drawing, keys.

What the mouse does is in `mouse`, menus in `menus`, drops in `drops`. The picture without playhead and marks is
kept as a pixmap, so that a moving playhead costs one blit.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app import theme
from app.editor import Editor
from app.timeline import keys, menus
from app.timeline.drops import Drops
from app.timeline.header import draw_headers
from app.timeline.layout import (
    HEADER,
    MAX_SCALE,
    MIN_SCALE,
    RULER,
    TRACK_HEIGHT,
    Layout,
    PlaceCache,
    make_rows,
)
from app.timeline.mouse import Mouse
from app.timeline.painting import draw_playhead, paint
from app.timeline.pictures import pictures_of
from app.timeline.scene import Scene
from app.timeline.strips import faded
from core.project.project import Project
from core.time import TICKS_PER_SECOND, FrameRate, timecode
from core.timeline.model import Sequence, new_sequence

EMPTY = new_sequence("", 1920, 1080, FrameRate(25))
"""What is drawn as long as the project has no sequence."""


class TimelineView(QAbstractScrollArea):
    """Signals: status(text): what a drag does at the moment, or why it cannot. zoomed(ticks a pixel)."""

    status = Signal(str)
    zoomed = Signal(float)

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.places = PlaceCache()
        self.pictures = pictures_of(editor)
        self.heights: dict[str, int] = {}
        self.left = 0
        self.scale = TICKS_PER_SECOND / 60
        self.current_track = ""
        self.linked = True  # picture and sound go together; Alt turns it round for one press
        self.guide: int | None = None
        self.rubber: QRectF | None = None
        self.ghosts: list[tuple[QRectF, str]] = []
        self._layout: Layout | None = None
        self._backing: QPixmap | None = None
        self.mouse = Mouse(self)
        self.drops = Drops(self)
        self._build()

    def _build(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(120)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setMouseTracking(True)
        self.viewport().setAcceptDrops(True)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Timeline"))
        self.viewport().setAccessibleName(self.tr("Timeline tracks"))
        self.horizontalScrollBar().setAccessibleName(self.tr("Scroll in time"))
        self.verticalScrollBar().setAccessibleName(self.tr("Scroll tracks"))
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().valueChanged.connect(lambda _: self.redraw())
        state = self.editor.state
        self.editor.document.changed.connect(self._document_changed)
        state.playhead_changed.connect(self._playhead_moved)
        state.selection_changed.connect(lambda _: self.redraw())
        state.tool_changed.connect(lambda _: self.mouse.show_cursor())
        self.pictures.ready.connect(self.redraw)
        self._fit_pending = True
        self._placed = 0  # how far the tracks were scrolled when nobody's hand did it

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

    # Change

    def redraw(self) -> None:
        """Draw everything anew."""
        self._layout = None
        self._backing = None
        self.viewport().update()

    def _document_changed(self, before: Project, after: Project) -> None:
        if before.id != after.id:
            self._fit_pending = True
        if before.sequence is not after.sequence:
            self.update_scroll_bars()
            self._prune_selection()
        if self._fit_pending and self.sequence.duration:
            self._fit_pending = False
            QTimer.singleShot(0, self.fit)
        self._describe()
        self.redraw()

    def _prune_selection(self) -> None:
        selection = self.editor.state.selection
        if selection:
            known = [self.places.of(track).ids for track in self.sequence.tracks]
            self.editor.state.set("selection", frozenset().union(*(selection & ids for ids in known)))

    def _playhead_moved(self, time: int) -> None:
        layout = self.geometry_now
        if not self.mouse.busy and time not in layout.visible:
            self.reveal(time)
        self._describe()
        self.viewport().update()

    def _describe(self) -> None:
        sequence = self.sequence
        clips = sum(len(self.places.of(track).clips) for track in sequence.tracks)
        text = self.tr("Playhead at {time}, {selected} of {clips} clips selected")
        self.setAccessibleDescription(
            text.format(
                time=timecode(self.editor.state.playhead, sequence.rate),
                selected=len(self.editor.state.selection),
                clips=clips,
            )
        )

    # Scrolling and zoom

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

    def grow_tracks(self, factor: float) -> None:
        """All tracks higher or lower."""
        for track in self.sequence.tracks:
            height = self.heights.get(track.id, TRACK_HEIGHT[track.kind])
            self.heights[track.id] = round(min(240, max(24, height * factor)))
        self.update_scroll_bars()
        self.redraw()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._backing is None:
            self._backing = self._draw_backing()
        painter = QPainter(self.viewport())
        painter.drawPixmap(0, 0, self._backing)
        layout = self.geometry_now
        self._draw_marks(painter, layout)
        painter.save()
        painter.setClipRect(HEADER, 0, layout.width - HEADER, layout.height)
        draw_playhead(painter, layout, self.editor.state.playhead, theme.colours())
        painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(theme.colours().accent, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(0, 0, layout.width - 1, layout.height - 1)
        painter.end()

    def _draw_backing(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.viewport().size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        painter = QPainter(pixmap)
        painter.setFont(self.font())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        project = self.editor.document.project
        scene = Scene(
            project,
            self.sequence,
            self.geometry_now,
            self.places,
            self.pictures,
            theme.colours(),
            self.editor.state.selection,
            self.editor.settings.flag("use_proxies"),
            {media.id: media for media in project.media},
        )
        wishes = paint(painter, scene)
        corner = timecode(self.editor.state.playhead, self.sequence.rate) if not self.sequence.tracks else ""
        draw_headers(painter, self.geometry_now, theme.colours(), self.current_track, corner)
        if self.sequence.duration == 0:
            self._draw_invitation(painter)
        painter.end()
        self.pictures.want("timeline", wishes)
        return pixmap

    def _draw_invitation(self, painter: QPainter) -> None:
        painter.setPen(theme.colours().dim_text)
        layout = self.geometry_now
        box = QRect(HEADER, RULER, layout.width - HEADER, layout.height - RULER)
        text = self.tr("Drop clips here from the media bin or from your files")
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def _draw_marks(self, painter: QPainter, layout: Layout) -> None:
        colours = theme.colours()
        painter.setClipRect(HEADER, 0, layout.width - HEADER, layout.height)
        for box, text in self.ghosts:
            painter.fillRect(box, faded(colours.accent, 90))
            painter.setPen(QPen(colours.accent, 1.5))
            painter.drawRect(box)
            painter.setPen(colours.text)
            painter.drawText(box.adjusted(6, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, text)
        if self.rubber is not None:
            painter.fillRect(self.rubber, faded(colours.selection, 40))
            painter.setPen(QPen(colours.selection, 1, Qt.PenStyle.DashLine))
            painter.drawRect(self.rubber)
        if self.guide is not None:
            x = round(layout.x_of(self.guide))
            painter.setPen(QPen(colours.selection, 1))
            painter.drawLine(x, RULER, x, layout.height)
        painter.setClipping(False)

    # Events

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            return self.mouse.tool_tip(event)
        if event.type() == QEvent.Type.Leave:
            self.mouse.leave()
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.redraw()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layout = None
        self._backing = None
        self.update_scroll_bars()
        bar = self.verticalScrollBar()
        if bar.value() == min(self._placed, bar.maximum()):
            self._show_first_tracks()
        super().resizeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn, side = event.angleDelta().y(), event.angleDelta().x()
        keys = event.modifiers()
        if keys & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1.0015**turn, event.position().x())
        elif keys & Qt.KeyboardModifier.AltModifier:
            self.grow_tracks(1.001 ** (turn or side))
        elif keys & Qt.KeyboardModifier.ShiftModifier or side:
            self.scroll_to(self.left - round((side or turn) * self.scale))
        else:
            bar = self.verticalScrollBar()
            if bar.maximum():
                bar.setValue(bar.value() - turn // 2)
            else:
                self.scroll_to(self.left - round(turn * self.scale))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mouse.double_click(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        position = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            layout = self.geometry_now
            row = layout.row_of(self.current_track)
            position = QPoint(
                round(layout.x_of(self.editor.state.playhead)), row.top + 20 if row else RULER + 20
            )
        menus.show(self, position, self.viewport().mapToGlobal(position))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.drops.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drops.drop(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not keys.press(self, event):
            super().keyPressEvent(event)
