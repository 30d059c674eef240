"""Context menus of the timeline, made of the same commands as the menu bar."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from app.actions.registry import tr
from app.timeline.area import TimelineArea
from app.timeline.key_mouse import hold
from app.timeline.layout import TRACK_HEIGHT, Hit
from app.widgets.asking import ask_text
from app.widgets.buttons import allow
from app.widgets.tabs import bring_to_front
from core.timeline import edits
from core.timeline.model import LABELS, Sequence, Track

CLIP_MENU = (
    "clip.split", "", "clip.cut", "clip.copy", "clip.paste", "clip.duplicate", "", "clip.lift",
    "clip.ripple_delete", "", "clip.transition", "clip.no_transition", "clip.fade_in", "clip.fade_out", "",
    "clip.speed", "clip.reverse", "clip.freeze", "speed.add_point", "speed.lanes", "",
    "clip.link", "clip.unlink", "clip.compound", "clip.open_compound", "clip.take_apart", "clip.enable", "",
    "effects.blur_background", "effects.grey_background", "effects.cut_out",
    "", "layers.split", "layers.remove", "layers.insert", "layers.stick", "people.freeze", "people.reverse",
    "", "clip.rename", "clip.replace", "clip.show_in_bin", "clip.draw_masks",
)  # fmt: skip
KEY_MENU = ("keys.linear", "keys.smooth", "keys.hold", "", "keys.remove")
LABEL_MENU = (*(f"clip.label_{label}" for label in LABELS), "", "clip.no_label", "", "clip.select_label")
TRANSITION_MENU = ("clip.transition", "clip.dip", "clip.wipe", "clip.push", "", "clip.no_transition")
GAP_MENU = (
    "clip.paste",
    "clip.paste_insert",
    "clip.close_gap",
    "",
    "clip.add_title",
    "clip.add_solid",
    "clip.add_adjustment",
    "",
    "clip.select_all",
)
RULER_MENU = (
    "timeline.mark_in", "timeline.mark_out", "timeline.mark_clip", "timeline.clear_marks", "",
    "timeline.add_marker", "timeline.next_marker", "timeline.previous_marker", "", "timeline.fit",
)  # fmt: skip


def show(view: TimelineArea, found: Hit, where: QPoint) -> QMenu:
    """Open the menu for what was hit, at screen position `where`; it does not block."""
    menu = build(view, found)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(where)
    return menu


def build(view: TimelineArea, found: Hit) -> QMenu:
    """The menu for what was hit; the clip under the pointer becomes selected."""
    menu = QMenu(view)
    menu.setToolTipsVisible(True)
    if found.part == "marker":
        menu.addAction(view.tr("Rename marker…"), partial(rename_marker, view, found.marker))
        menu.addAction(
            view.tr("Remove marker"),
            partial(_edit, view, view.tr("Remove marker"), edits.remove_markers, [found.marker]),
        )
    elif found.part == "ruler":
        view.editor.state.set("playhead", max(0, view.sequence.rate.snap(found.time)))
        _add_commands(view, menu, RULER_MENU)
    elif found.part in ("header", "resize") and found.track is not None:
        view.current_track = found.track.id
        view.redraw()
        _add_track_items(view, menu, found.track)
    elif found.clip is not None:
        if found.clip.id not in view.editor.state.selection:
            view.select(found.clip)
        if found.part in ("keyframe", "value_point") and found.where is not None:
            hold(view, found.clip, found.time - found.where.start)
        own = {"transition": TRANSITION_MENU, "keyframe": KEY_MENU, "value_point": KEY_MENU}.get(
            found.part, CLIP_MENU
        )
        _add_commands(view, menu, own)
        if own is CLIP_MENU:
            _add_commands(view, menu.addMenu(view.tr("Label")), LABEL_MENU)
    else:
        if found.track is not None:
            view.current_track = found.track.id
            view.editor.state.set("playhead", max(0, view.sequence.rate.snap(found.time)))
        _add_commands(view, menu, GAP_MENU)
    return menu


def run(view: TimelineArea, name: str) -> None:
    """Run a command of the menu bar by its id."""
    from app.actions.registry import perform

    perform(view.editor, name)


def _add_commands(view: TimelineArea, menu: QMenu, ids: tuple[str, ...]) -> None:
    from app.actions.registry import all_actions, trigger

    known = {action.id: action for action in all_actions()}
    for name in ids:
        if not name:
            menu.addSeparator()
            continue
        action = known[name]
        item = menu.addAction(tr(action.title), partial(trigger, view.editor, action))
        allow(item, view.editor, action)
        if action.shortcuts:
            item.setShortcut(QKeySequence(action.shortcuts[0]))
        if action.checked is not None:
            item.setCheckable(True)
            item.setChecked(action.checked(view.editor))


def _add_track_items(view: TimelineArea, menu: QMenu, track: Track) -> None:
    menu.addAction(view.tr("Rename track…"), partial(rename_track, view, track))
    hide = view.tr("Hide") if track.kind == "video" else view.tr("Mute")
    for title, field in ((hide, "muted"), (view.tr("Solo"), "solo"), (view.tr("Lock"), "locked")):
        item = QAction(title, menu, checkable=True, checked=bool(getattr(track, field)))
        item.triggered.connect(partial(_switch, view, track, field, title))
        menu.addAction(item)
    menu.addSeparator()
    for title, kind in ((view.tr("Add video track"), "video"), (view.tr("Add audio track"), "audio")):
        menu.addAction(title, partial(_edit, view, title, edits.add_track, kind))
    up, down = view.tr("Move track up"), view.tr("Move track down")
    menu.addAction(up, partial(_edit, view, up, edits.move_track, track.id, 1))
    menu.addAction(down, partial(_edit, view, down, edits.move_track, track.id, -1))
    remove = view.tr("Remove track")
    menu.addAction(remove, partial(_edit, view, remove, edits.remove_track, track.id))
    menu.addSeparator()
    for title, factor in ((view.tr("Low"), 0.6), (view.tr("Normal"), 1.0), (view.tr("High"), 2.0)):
        height = round(TRACK_HEIGHT[track.kind] * factor)
        menu.addAction(title, partial(view.set_height, track.id, height))


def _switch(view: TimelineArea, track: Track, field: str, title: str) -> None:
    _edit(view, title, edits.set_track, track.id, **{field: not getattr(track, field)})


def _edit(
    view: TimelineArea, name: str, function: Callable[..., Sequence], *args: object, **kwargs: object
) -> None:
    with view.editor.notify.failures():
        view.editor.document.edit_sequence(name, function, *args, **kwargs)


def rename_track(view: TimelineArea, track: Track) -> None:
    title = view.tr("Rename track")
    if name := ask_text(view, title, view.tr("Name"), track.name):
        _edit(view, title, partial(edits.set_track, name=name), track.id)


def rename_marker(view: TimelineArea, marker_id: str) -> None:
    title = view.tr("Rename marker")
    marker = next((marker for marker in view.sequence.markers if marker.id == marker_id), None)
    if marker is None:
        return
    name = ask_text(view, title, view.tr("Name"), marker.name)
    if name is not None:
        _edit(view, title, partial(edits.set_marker, name=name), marker_id)


def show_properties(view: TimelineArea) -> None:
    """Bring the inspector's page about clips to the front."""
    from app.actions.view import show_dock  # which are of the window, and it imports the timeline
    from app.panels.inspector import InspectorPanel

    if view.editor.has_panel(InspectorPanel):
        show_dock("inspector", view.editor)
        bring_to_front(view.editor.panel(InspectorPanel))
