"""The timeline's one custom-painted widget: drawing, and which part answers which event.

Geometry, scrolling and zoom are in `area`, what the mouse does in `mouse`, menus in `menus`, drops in `drops`. The
picture without playhead and marks is kept as a pixmap, so that a moving playhead costs one blit.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QTimer
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
from PySide6.QtWidgets import QWidget

from app import theme
from app.editor import Editor
from app.masks.track_records import records_of
from app.speed.pace import paces_of
from app.timeline import keys, menus
from app.timeline.area import TimelineArea
from app.timeline.drops import Drops
from app.timeline.header import draw_headers
from app.timeline.key_mouse import in_hand
from app.timeline.layout import (
    HEADER,
    LANE_HEIGHT,
    RULER,
    Layout,
)
from app.timeline.mouse import Mouse
from app.timeline.painting import draw_playhead, draw_words, paint
from app.timeline.pictures import pictures_of
from app.timeline.scene import Scene
from app.timeline.strips import faded
from core.project.project import Project
from core.time import timecode
from core.timeline.model import Sequence, Track


def _ids(sequence: Sequence, known: tuple[Track, ...]) -> frozenset[str]:
    """Ids of the clips on tracks that are not the very `known` ones."""
    same = set(map(id, known))
    return frozenset[str]().union(*(track.spots.keys() for track in sequence.tracks if id(track) not in same))


class TimelineView(TimelineArea):
    """The timeline as it is seen and used."""

    def __init__(self, editor: Editor, parent: QWidget) -> None:
        super().__init__(editor, parent)
        self.pictures = pictures_of(editor)
        self.records = records_of(editor)
        self.paces = paces_of(editor)
        self._backing: QPixmap | None = None
        self.mouse = Mouse(self)
        self.drops = Drops(self)
        self._build()

    def _build(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(120)
        self.viewport().setMouseTracking(True)
        self.viewport().setAcceptDrops(True)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Timeline"))
        self.viewport().setAccessibleName(self.tr("Timeline tracks"))
        state = self.editor.state
        self.editor.document.changed.connect(self._document_changed)
        state.playhead_changed.connect(self._playhead_moved)
        state.selection_changed.connect(self._selection_changed)
        state.speed_lanes_changed.connect(self._show_lanes)
        state.speed_point_changed.connect(lambda _: self.redraw())
        state.keyframe_changed.connect(lambda _: self.redraw())
        state.tool_changed.connect(lambda _: self.mouse.show_cursor())
        self.pictures.ready.connect(self.redraw)
        self.records.ready.connect(self.redraw)
        self.paces.ready.connect(self.redraw)
        self._fit_pending = True
        self._gone = frozenset[str]()
        self._words = ""
        self.status.connect(self._take_words)

    def _take_words(self, words: str) -> None:
        """What a drag does, for beside the pointer."""
        self._words = words

    # Change

    def redraw(self) -> None:
        self._backing = None
        super().redraw()

    def _document_changed(self, before: Project, after: Project) -> None:
        if before.id != after.id or "" != before.active != after.active:  # another film is shown
            self._fit_pending = True
        if before.sequence is not after.sequence:
            self.update_scroll_bars()
            self._prune_selection(before.sequence)
        if self._fit_pending and self.sequence.duration:
            self._fit_pending = False
            QTimer.singleShot(0, self.fit)
        self._describe()
        self.redraw()

    def _selection_changed(self, selection: frozenset[str]) -> None:
        if selection:
            self._gone = frozenset()
        held = self.editor.state.keyframe
        if held is not None and held[0] not in selection:
            self.editor.state.set("keyframe", None)
        self._describe()
        self.redraw()

    def _show_lanes(self, on: bool) -> None:
        """Tracks with pictures get room for the lanes, and give it back."""
        if on:
            self.make_room(LANE_HEIGHT)
        else:
            self.heights = {track: high for track, high in self.heights.items() if high != LANE_HEIGHT}
            self.update_scroll_bars()
        self.redraw()

    def _prune_selection(self, before: Sequence | None) -> None:
        """Clips that are gone are selected no more, until they are back and nothing else is selected, as after undo."""
        selection, after = self.editor.state.selection, self.sequence
        if before is None or before.id != after.id:
            self._gone = frozenset()
            self.editor.state.set("selection", selection & _ids(after, ()))
        elif not selection and self._gone:
            self.editor.state.set("selection", self._gone & _ids(after, before.tracks))
        elif selection and (gone := _ids(before, after.tracks) - _ids(after, before.tracks)):
            self.editor.state.set("selection", selection - gone)
            self._gone = selection & gone

    def _playhead_moved(self, time: int) -> None:
        layout = self.geometry_now
        if not self.mouse.busy and time not in layout.visible:
            self.reveal(time)
        self._describe()
        self.viewport().update()

    def _describe(self) -> None:
        sequence = self.sequence
        clips = sum(len(track.spots) for track in sequence.tracks)
        text = self.tr("Playhead at {time}, {selected} of {clips} clips selected")
        self.setAccessibleDescription(
            text.format(
                time=timecode(self.editor.state.playhead, sequence.rate),
                selected=len(self.editor.state.selection),
                clips=clips,
            )
        )

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
            project=project,
            sequence=self.sequence,
            layout=self.geometry_now,
            places=self.places,
            pictures=self.pictures,
            records=self.records,
            colours=theme.colours(),
            selection=self.editor.state.selection,
            proxies=self.editor.settings.flag("use_proxies"),
            lanes=self.editor.state.speed_lanes,
            speed_point=self.editor.state.speed_point,
            keyframe=in_hand(self.editor),
            media={media.id: media for media in project.media},
            paces=self.paces,
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
        if self._words and self.mouse.busy and self.mouse.at is not None:
            draw_words(painter, layout, self.mouse.at, self._words, colours)
        painter.setClipping(False)

    # Events

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and keys.wants(self, event)
        ):
            event.accept()
            return True
        return super().event(event)

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
        self._backing = None
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
        menus.show(self, self.mouse.hit(QPointF(position)), self.viewport().mapToGlobal(position))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.drops.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drops.drop(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not keys.press(self, self.mouse, event):
            super().keyPressEvent(event)
