"""What the mouse does on the timeline: scrub, select, rubber band, headers, and drags that edit.

A drag keeps the sequence of its start and applies itself anew from there at every move, between begin_drag and
end_drag of the document, so that it is one undo step; going back to the start leaves none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QCursor, QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from app.timeline import cursors, drags, key_mouse, looking, menus, speed_mouse, tips, value_line
from app.timeline.area import TimelineArea
from app.timeline.header import button_at
from app.timeline.layout import HEADER, Hit, hit
from app.timeline.looking import Alt, Control, Pressed, Shift
from core.errors import EditError, LaminarError
from core.project import placing
from core.timeline import edits, snapping
from core.timeline.model import Sequence, Title, new_id

THRESHOLD = 4
SHAPE = Qt.CursorShape
CURSORS = {"head": SHAPE.SizeHorCursor, "tail": SHAPE.SizeHorCursor, "transition": SHAPE.SizeHorCursor,
           "fade_in": SHAPE.SizeHorCursor, "fade_out": SHAPE.SizeHorCursor,
           "value_line": SHAPE.SizeVerCursor, "value_point": SHAPE.SizeAllCursor,
           "speed_point": SHAPE.SizeAllCursor, "speed_line": SHAPE.SizeVerCursor,
           "speed_ease": SHAPE.SizeHorCursor, "keyframe": SHAPE.SizeHorCursor, "resize": SHAPE.SizeVerCursor,
           "marker": SHAPE.PointingHandCursor}  # fmt: skip


class Mouse:
    """Of one timeline."""

    def __init__(self, view: TimelineArea) -> None:
        self.view = view
        self._pressed: Pressed | None = None
        self._last: tuple[QPointF, Qt.KeyboardModifier] | None = None
        self._edge = QTimer(view, interval=30)
        self._edge.timeout.connect(self._scroll_at_edge)

    @property
    def busy(self) -> bool:
        return self._pressed is not None and self._pressed.started

    @property
    def at(self) -> QPointF | None:
        """Where the pointer is in a drag."""
        return self._last[0] if self._last is not None else None

    def hit(self, at: QPointF) -> Hit:
        view = self.view
        found = hit(view.geometry_now, view.sequence, view.places, at.x(), at.y())
        if view.editor.state.tool != "select":
            return found
        found = speed_mouse.refined(view, value_line.refined(view.geometry_now, found, at), at)
        return key_mouse.refined(view.geometry_now, found, at)

    # Events

    def press(self, event: QMouseEvent) -> None:
        at, keys = event.position(), event.modifiers()
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pressed = looking.pan(self.view, at)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press_left(self.hit(at), at, keys)

    def move(self, event: QMouseEvent) -> None:
        at = event.position()
        pressed = self._pressed
        if pressed is None:
            self.show_cursor(at)
            return
        far = (at - pressed.at).manhattanLength() >= THRESHOLD
        if pressed.started or far:
            pressed.started = True
            self._last = (at, event.modifiers())
            pressed.follow(at, event.modifiers())
            if not self._edge.isActive():
                self._edge.start()

    def release(self, event: QMouseEvent) -> None:
        self._finish(True)
        self.show_cursor(event.position())

    def cancel(self) -> None:
        """Escape: put everything back as it was before the drag."""
        self._finish(False)

    def _finish(self, keep: bool) -> None:
        pressed, self._pressed = self._pressed, None
        self._edge.stop()
        self._last = None
        if pressed is not None:
            pressed.done(keep)
        self.view.editor.state.set("moment", None)
        self.view.guide = None
        self.view.rubber = None
        self.view.viewport().update()

    def double_click(self, event: QMouseEvent) -> None:
        found = self.hit(event.position())
        if found.part == "speed_line":
            self._add_speed_point(found)
        elif found.part == "keyframe":
            self.view.editor.state.set("playhead", self.view.sequence.rate.snap(found.time))
        elif found.part == "marker":
            menus.rename_marker(self.view, found.marker)
        elif found.part == "header" and found.track is not None:
            menus.rename_track(self.view, found.track)
        elif found.clip is not None and found.clip.sequence_id is not None:
            self.view.select(found.clip)
            menus.run(self.view, "clip.open_compound")
        elif found.clip is not None and isinstance(found.clip.content, Title):
            self.view.select(found.clip)
            menus.run(self.view, "clip.write_title")
        else:
            self.press(event)
            if found.part == "body":
                menus.show_properties(self.view)

    def _add_speed_point(self, found: Hit) -> None:
        assert found.clip is not None
        try:
            speed_mouse.add_point(self.view.editor, found.clip.id, found.time)
        except LaminarError as error:
            self.view.status.emit(str(error))

    def leave(self) -> None:
        if not self.busy:
            self.view.viewport().unsetCursor()

    def tool_tip(self, event: QEvent) -> bool:
        assert isinstance(event, QHelpEvent)
        text = tips.text(self.view, self.hit(QPointF(event.pos())), event.pos())
        if text:
            QToolTip.showText(event.globalPos(), text, self.view.viewport())
        else:
            QToolTip.hideText()
        return True

    def show_cursor(self, at: QPointF | None = None) -> None:
        viewport = self.view.viewport()
        tool = self.view.editor.state.tool
        found = self.hit(at or QPointF(viewport.mapFromGlobal(QCursor.pos())))
        shape = CURSORS.get(found.part, SHAPE.ArrowCursor)
        if found.clip is not None:
            if tool == "razor":
                shape = SHAPE.SplitHCursor
            elif tool in ("slip", "slide", "roll"):
                shape = SHAPE.SizeHorCursor
            elif tool == "stretch":
                shape = SHAPE.SplitHCursor if found.part == "body" else SHAPE.SizeHorCursor
        if tool == "hand" and found.part not in ("ruler", "header"):
            shape = SHAPE.OpenHandCursor
        if found.part in ("head", "tail") and tool in ("select", "ripple"):
            viewport.setCursor(cursors.edge(found.part, ripple=tool == "ripple"))
        else:
            viewport.setCursor(shape)

    def _scroll_at_edge(self) -> None:
        """Holding a drag at the side scrolls on."""
        if self._pressed is None or self._last is None:
            return
        at, keys = self._last
        view = self.view
        right = view.viewport().width() - 12
        over = at.x() - right if at.x() > right else min(0.0, at.x() - HEADER - 2)
        if over and (over > 0 or view.left > 0):
            view.scroll_to(view.left + round(max(-60.0, min(60.0, over * 2)) * view.scale))
            self._pressed.follow(at, keys)

    # Presses

    def _press_left(self, found: Hit, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        view = self.view
        if found.part == "ruler":
            self._pressed = looking.scrub(view, at, self._snapped)
        elif found.part == "marker":
            self._begin_marker(found, at)
        elif found.part == "resize" and found.track is not None:
            self._pressed = looking.resize(view, at)
        elif found.part == "header":
            self._press_header(found, at)
        elif view.editor.state.tool == "hand":
            self._pressed = looking.pan(self.view, at)
        elif found.clip is None:
            self._make_current(found)
            self._pressed = looking.rubber_band(view, at, keys)
        else:
            self._make_current(found)
            self._press_clip(found, at, keys)

    def _make_current(self, found: Hit) -> None:
        if found.track is not None and self.view.current_track != found.track.id:
            self.view.current_track = found.track.id
            self.view.redraw()

    def _press_clip(self, found: Hit, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        assert found.clip is not None
        if self.view.editor.state.tool == "razor":
            self._razor(found, everywhere=bool(keys & Shift))
            return
        if not found.part.startswith("speed_"):
            self.view.editor.state.set("speed_point", None)
        if found.part not in ("keyframe", "value_point"):
            self.view.editor.state.set("keyframe", None)
        clip, selection = found.clip, self.view.editor.state.selection
        linked = self.view.linked != bool(keys & Alt)
        held = clip.id in selection
        if not held:
            self.view.select(clip, add=bool(keys & (Shift | Control)), linked=linked)
        if found.part.startswith("speed_"):
            self._begin_change(at, *speed_mouse.take_hold(self.view, found, at))
            return
        if found.part == "keyframe":
            self._begin_change(at, *key_mouse.take_hold(self.view, found, at, self._snapped))
            return
        if found.part in ("value_line", "value_point"):
            self._begin_change(at, *value_line.take_hold(self.view, found, at, keys, self._snapped))
            if found.part == "value_line" and keys & Control and self._pressed is not None:
                self._pressed.started = True  # the press alone sets a keyframe
                self._pressed.follow(at, keys)
            return
        self._begin_edit(found, at, linked, copy=bool(keys & Alt))
        if held:
            self._on_click(
                lambda: self.view.select(
                    clip, add=bool(keys & Shift), toggle=bool(keys & Control), linked=linked
                )
            )

    def _on_click(self, run: Callable[[], None]) -> None:
        """Do it at the release, if the press did not become a drag: a drag takes the whole selection along."""
        pressed = self._pressed or Pressed(QPointF(), lambda to, keys: None)
        done = pressed.done

        def clicked(keep: bool) -> None:
            done(keep)
            if keep and not pressed.started:
                run()

        pressed.done = clicked
        self._pressed = pressed

    def _razor(self, found: Hit, everywhere: bool) -> None:
        view = self.view
        time = self._snapped(found.time)
        assert found.track is not None
        if everywhere:
            self._edit(view.tr("Split all"), lambda sequence: edits.split_all(sequence, time))
        else:
            assert found.clip is not None
            clip_id = found.clip.id
            self._edit(view.tr("Split"), lambda sequence: edits.split(sequence, clip_id, time))

    def _edit(self, name: str, change: Callable[[Sequence], Sequence]) -> None:
        try:
            self.view.editor.document.edit_sequence(name, change)
        except LaminarError as error:
            self.view.status.emit(str(error))

    def _press_header(self, found: Hit, at: QPointF) -> None:
        track = found.track
        row = self.view.geometry_now.row_at(at.y())
        if track is None or row is None:
            return
        self._make_current(found)
        button = button_at(row, at.x(), at.y())
        if button is not None:
            changed: dict[str, Any] = {button: not getattr(track, button)}
            name = {
                "muted": self.view.tr("Mute track"),
                "solo": self.view.tr("Solo track"),
                "locked": self.view.tr("Lock track"),
            }[button]
            self._edit(name, lambda sequence: edits.set_track(sequence, track.id, **changed))

    # Drags that edit

    def _snapped(self, time: int) -> int:
        """A record time on a frame, or on a mark near it when snapping is on."""
        view = self.view
        marks = snapping.candidates(view.sequence, playhead=view.editor.state.playhead)
        return time + drags.snapped_delta((time,), 0, marks, self._reach(), view.sequence.rate)[0]

    def _reach(self) -> int:
        if not self.view.editor.state.snapping:
            return 0
        return self.view.geometry_now.ticks(self.view.editor.settings.number("snap_pixels"))

    def _begin_marker(self, found: Hit, at: QPointF) -> None:
        base = self.view.sequence
        marker = next(marker for marker in base.markers if marker.id == found.marker)
        self.view.editor.state.set("playhead", marker.time)

        def change(to: QPointF, keys: Qt.KeyboardModifier) -> Sequence:
            time = max(0, base.rate.snap(self.view.geometry_now.time_at(to.x())))
            return edits.set_marker(base, marker.id, time=time)

        self._begin_change(at, self.view.tr("Move marker"), change)

    def _begin_edit(self, found: Hit, at: QPointF, linked: bool, copy: bool) -> None:
        """copy: moving leaves the clips where they are and moves copies, links as they are."""
        view = self.view
        base, state = view.sequence, view.editor.state
        grab = drags.grab(found, base, state.tool, state.selection, linked)
        if grab is not None and grab.kind == "move" and copy:
            grab = drags.grab(found, base, state.tool, state.selection, view.linked)
        if grab is None:
            return
        copy = copy and grab.kind == "move"
        others = snapping.candidates(base, playhead=view.editor.state.playhead, without=grab.moving)

        def change(to: QPointF, keys: Qt.KeyboardModifier) -> Sequence:
            raw = view.geometry_now.time_at(to.x()) - found.time
            reach = self._reach() if grab.snaps else 0
            delta, view.guide = drags.snapped_delta(grab.edges, raw, others, reach, base.rate)
            row = view.geometry_now.row_at(to.y())
            target = row.track.id if row is not None else grab.track_id
            take = drags.copied if copy else drags.apply
            result = take(base, grab, delta, target, insert=bool(keys & Control))
            view.status.emit(drags.describe(grab, delta, result))
            state.set("moment", drags.moment(grab, result))
            return result

        title = view.tr("Duplicate") if copy else drags.title(grab.kind)
        self._begin_change(at, title, change, partial(self._select_new, base) if copy else None)

    def _select_new(self, base: Sequence) -> None:
        fresh = placing.placed_ids(base, self.view.sequence)
        if fresh:
            self.view.editor.state.set("selection", fresh)

    def _begin_change(
        self, at: QPointF, name: str, change: speed_mouse.Change, then: Callable[[], None] | None = None
    ) -> None:
        """then: called once it is done."""
        view = self.view
        document = view.editor.document
        base = view.sequence
        drag_id = new_id()

        def put(sequence: Sequence) -> None:
            document.begin_drag(drag_id)
            document.edit_sequence(name, lambda _: sequence)

        def follow(to: QPointF, keys: Qt.KeyboardModifier) -> None:
            try:
                put(change(to, keys))
            except EditError as error:
                view.status.emit(str(error))
            view.viewport().update()

        def done(keep: bool) -> None:
            if not keep:
                put(base)
            document.end_drag()
            view.status.emit("")
            if keep and then is not None:
                then()

        self._pressed = Pressed(at, follow, done)
