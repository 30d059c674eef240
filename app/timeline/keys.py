"""The timeline by keyboard: frames, cuts, tracks, the clip under the playhead."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.timeline import key_mouse, speed_mouse
from app.timeline.area import TimelineArea
from app.timeline.layout import cuts
from app.timeline.mouse import Mouse
from core.errors import LaminarError


def press(view: TimelineArea, mouse: Mouse, event: QKeyEvent) -> bool:
    """What a key does while the timeline has the focus; False for keys that mean nothing here."""
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    match event.key():
        case Qt.Key.Key_Left | Qt.Key.Key_Right:
            way = -1 if event.key() == Qt.Key.Key_Left else 1
            step(view, way * (10 if shift else 1))
        case Qt.Key.Key_Up | Qt.Key.Key_Down:
            way = -1 if event.key() == Qt.Key.Key_Up else 1
            if control:
                change_track(view, way)
            else:
                jump(view, way)
        case Qt.Key.Key_Return | Qt.Key.Key_Enter:
            select_under_playhead(view, add=shift)
        case Qt.Key.Key_Escape if mouse.busy:
            mouse.cancel()
        case Qt.Key.Key_Escape if view.editor.state.speed_point is not None:
            view.editor.state.set("speed_point", None)
        case Qt.Key.Key_Delete if view.editor.state.speed_point is not None:
            try:
                speed_mouse.remove_point(view.editor)
            except LaminarError as error:
                view.status.emit(str(error))
        case Qt.Key.Key_Escape if view.editor.state.keyframe is not None:
            view.editor.state.set("keyframe", None)
        case Qt.Key.Key_Delete if key_mouse.in_hand(view.editor) is not None:
            with view.editor.notify.failures():
                key_mouse.remove(view.editor)
        case Qt.Key.Key_Escape:
            view.editor.state.set("selection", frozenset())
        case _:
            return False
    return True


def wants(view: TimelineArea, event: QKeyEvent) -> bool:
    """Whether a key is for the speed point or the keyframe in hand now, before the command that has it as a
    shortcut."""
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    held = view.editor.state.speed_point is not None or key_mouse.in_hand(view.editor) is not None
    return held and event.key() == Qt.Key.Key_Delete and plain


def step(view: TimelineArea, frames: int) -> None:
    """Move the playhead by frames."""
    rate = view.sequence.rate
    frame = rate.frame_at(view.editor.state.playhead) + frames
    view.editor.state.set("playhead", rate.time_of(max(0, frame)))


def jump(view: TimelineArea, way: int) -> None:
    """Playhead to the previous (-1) or next (1) cut."""
    now = view.editor.state.playhead
    times = cuts(view.sequence)
    beyond = [time for time in times if (time < now if way < 0 else time > now)]
    if beyond:
        view.editor.state.set("playhead", beyond[-1] if way < 0 else beyond[0])


def change_track(view: TimelineArea, way: int) -> None:
    """Make the track above (-1) or below (1) the current one."""
    ids = [row.track.id for row in view.geometry_now.rows]
    if not ids:
        return
    index = ids.index(view.current_track) + way if view.current_track in ids else 0
    view.current_track = ids[min(len(ids) - 1, max(0, index))]
    view.status.emit(view.tr("Track {name}").format(name=view.sequence.track(view.current_track).name))
    view.redraw()


def select_under_playhead(view: TimelineArea, add: bool) -> None:
    """Select the clip of the current track (or of the topmost that has one) that the playhead is on."""
    rows = view.geometry_now.rows
    rows = tuple(row for row in rows if row.track.id == view.current_track) or rows
    for row in rows:
        place = view.places.of(row.track).at(view.editor.state.playhead)
        if place is not None:
            view.select(place[1], add=add)
            return
