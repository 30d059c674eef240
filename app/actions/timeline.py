"""Commands of the timeline: tools, zoom, marks, tracks, putting media on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication

from app.actions.registry import Action, needs, tr
from app.timeline import menus
from app.timeline.chosen import has_sequence, sequence_of, view_of
from core.errors import EditError
from core.render.chapters import chapter_list
from core.timeline import edits

if TYPE_CHECKING:
    from app.editor import Editor


def in_hand(editor: Editor) -> list[str]:
    """Ids of the media selected in the bin, in its order; without any, the one in the mask view."""
    chosen = editor.state.bin_selection or (
        {editor.state.media} if editor.state.view == "media" else frozenset()
    )
    return [media.id for media in editor.document.project.media if media.id in chosen]


@needs("Select media in the bin first")
def has_media(editor: Editor) -> bool:
    return bool(in_hand(editor))


def pick_tool(editor: Editor, tool: str) -> None:
    editor.state.set("tool", tool)


def has_tool(editor: Editor, tool: str) -> bool:
    return editor.state.tool == tool


def is_snapping(editor: Editor) -> bool:
    return editor.state.snapping


def toggle_snapping(editor: Editor) -> None:
    editor.state.set("snapping", not editor.state.snapping)


def zoom(editor: Editor, factor: float) -> None:
    view_of(editor).zoom_by(factor)


def fit(editor: Editor) -> None:
    view_of(editor).fit()


# Marks


@needs("The film has no markers")
def has_markers(editor: Editor) -> bool:
    return editor.document.sequence is not None and bool(editor.document.sequence.markers)


def add_marker(editor: Editor) -> None:
    editor.document.edit_sequence(tr("Add marker"), edits.add_marker, editor.state.playhead)


def next_marker(editor: Editor, way: int) -> None:
    now = editor.state.playhead
    times = sorted(marker.time for marker in sequence_of(editor).markers)
    beyond = [time for time in times if (time > now if way > 0 else time < now)]
    if beyond:
        editor.state.set("playhead", beyond[0] if way > 0 else beyond[-1])


def marker_here(editor: Editor) -> str:
    """Id of the marker at the playhead, a frame more or less. Raises EditError when there is none."""
    sequence, now = sequence_of(editor), editor.state.playhead
    near = [m for m in sequence.markers if abs(m.time - now) <= sequence.rate.frame_ticks]
    if not near:
        raise EditError("there is no marker at the playhead", "Go to a marker first")
    return near[0].id


def remove_marker(editor: Editor) -> None:
    editor.document.edit_sequence(tr("Remove marker"), edits.remove_markers, [marker_here(editor)])


def remove_markers(editor: Editor) -> None:
    """Between the in and the out point, or all of them."""
    sequence = sequence_of(editor)
    first = sequence.in_point or 0
    last = (
        sequence.out_point
        if sequence.out_point is not None
        else max(one.time for one in sequence.markers) + 1
    )
    gone = [one.id for one in sequence.markers if first <= one.time < last]
    if not gone:
        raise EditError(
            "there is no marker between the in and the out point", "Clear them, or set them elsewhere"
        )
    editor.document.edit_sequence(tr("Remove markers"), edits.remove_markers, gone)


def copy_chapters(editor: Editor) -> None:
    """The named markers as lines "0:00 Title", for the description of a film on a video site."""
    text = chapter_list(sequence_of(editor))
    if not text:
        raise EditError("no marker has a name", "Rename a marker: named ones are chapters")
    QGuiApplication.clipboard().setText(text)
    editor.notify.info(tr("{0} chapters are in the clipboard").format(len(text.splitlines())))


def rename_marker(editor: Editor) -> None:
    menus.rename_marker(view_of(editor), marker_here(editor))


def range_out(editor: Editor, close: bool) -> None:
    """Lift or extract what lies between in and out point, on all unlocked tracks."""
    sequence = sequence_of(editor)
    if sequence.in_point is None or sequence.out_point is None:
        raise EditError("there is no range", "Set an in point (I) and an out point (O)")
    start, end = sequence.in_point, sequence.out_point
    if close:
        editor.document.edit_sequence(tr("Extract range"), edits.extract, start, end)
    else:
        editor.document.edit_sequence(tr("Lift range"), edits.lift_range, start, end)


# Tracks


def add_track(editor: Editor, kind: str) -> None:
    name = tr("Add video track") if kind == "video" else tr("Add audio track")
    sequence_of(editor)
    editor.document.edit_sequence(name, edits.add_track, "video" if kind == "video" else "audio")


def current_track(editor: Editor) -> str:
    """Id of the track that was clicked last. Raises EditError when there is none."""
    current = view_of(editor).current_track
    if not any(track.id == current for track in sequence_of(editor).tracks):
        raise EditError("no track is selected", "Click a track, or pick one with Ctrl+Up and Ctrl+Down")
    return current


@needs("Click on the name of a track first")
def has_track(editor: Editor) -> bool:
    from app.panels.timeline import TimelinePanel

    sequence = editor.document.sequence
    if sequence is None or not editor.has_panel(TimelinePanel):
        return False
    return any(track.id == view_of(editor).current_track for track in sequence.tracks)


def switch_track(editor: Editor, field: str, title: str) -> None:
    track = current_track(editor)
    changed: dict[str, Any] = {field: not getattr(sequence_of(editor).track(track), field)}
    editor.document.edit_sequence(tr(title), lambda sequence: edits.set_track(sequence, track, **changed))


def track_is(editor: Editor, field: str) -> bool:
    return has_track(editor) and bool(getattr(sequence_of(editor).track(current_track(editor)), field))


def remove_track(editor: Editor) -> None:
    editor.document.edit_sequence(tr("Remove track"), edits.remove_track, current_track(editor))


# Media onto the timeline


def put_media(editor: Editor, insert: bool) -> None:
    """The media in hand, or the part of each between its own in and out point, at the playhead."""
    from app.timeline.drops import put_on_timeline

    ids = in_hand(editor)
    if not ids:
        raise EditError("nothing is selected in the media bin", "Click a clip there first")
    view = view_of(editor)
    time = editor.state.playhead
    put_on_timeline(view, ids, time, view.current_track, "insert" if insert else "overwrite")
    sequence = editor.document.sequence
    ends = (
        [where.end for _, where, clip in sequence.clips() if clip.id in editor.state.selection]
        if sequence
        else []
    )
    editor.state.set("playhead", max(ends, default=time))


def import_files(editor: Editor) -> None:
    from app.project.media_import import ask_files

    ask_files(editor, view_of(editor).window())


def tool(name: str, title: str, key: str) -> Action:
    return Action(f"timeline.tool_{name}", title, partial(pick_tool, tool=name), (key,) if key else (), "Timeline/Tool",
                  checked=partial(has_tool, tool=name), icon=name)  # fmt: skip


def track_switch(field: str, title: str, key: str) -> Action:
    return Action(f"timeline.track_{field}", title, partial(switch_track, field=field, title=title), (key,),
                  "Timeline/Track", has_track, partial(track_is, field=field))  # fmt: skip


ACTIONS = (
    Action("media.import", "&Import media…", import_files, ("Ctrl+I",), "File", icon="import", separator=True),
    Action("timeline.insert", "&Insert at playhead", partial(put_media, insert=True), (",",), "Timeline",
           has_media, help="The media selected in the bin; what follows waits"),
    Action("timeline.overwrite", "&Overwrite at playhead", partial(put_media, insert=False), (".",), "Timeline",
           has_media, help="The media selected in the bin, over what is there"),
    tool("select", "&Select", "V"),
    tool("razor", "&Razor", "C"),
    tool("ripple", "Ripple &trim", "B"),
    tool("roll", "R&oll", "N"),
    tool("slip", "S&lip", "Y"),
    tool("slide", "Sli&de", "U"),
    tool("stretch", "Rate str&etch", "R"),
    tool("hand", "&Hand", ""),
    Action("timeline.snapping", "S&napping", toggle_snapping, ("S",), "Timeline", checked=is_snapping, icon="snap"),
    Action("timeline.add_marker", "Add &marker", add_marker, ("M",), "Timeline", has_sequence, icon="marker",
           separator=True),
    Action("timeline.next_marker", "Next marker", partial(next_marker, way=1), ("Shift+PgDown",), "Timeline",
           has_markers),
    Action("timeline.previous_marker", "Previous marker", partial(next_marker, way=-1), ("Shift+PgUp",), "Timeline",
           has_markers),
    Action("timeline.rename_marker", "Rename marker…", rename_marker, (), "Timeline", has_markers),
    Action("timeline.remove_marker", "Remove marker", remove_marker, ("Ctrl+Alt+M",), "Timeline", has_sequence),
    Action("timeline.remove_markers", "Remove all markers", remove_markers, (), "Timeline", has_markers,
           help="Those between the in and the out point, where these are set"),
    Action("timeline.copy_chapters", "Copy chapter list", copy_chapters, (), "Timeline", has_markers,
           help="Named markers with their times as text, for a video site; exported films have them as chapters"),
    Action("timeline.zoom_in", "Zoom &in", partial(zoom, factor=1.4), ("+", "="), "Timeline", icon="zoom-in",
           separator=True),
    Action("timeline.zoom_out", "Zoom o&ut", partial(zoom, factor=1 / 1.4), ("-",), "Timeline", icon="zoom-out"),
    Action("timeline.fit", "Show &whole film", fit, ("\\",), "Timeline", icon="zoom-fit"),
    Action("timeline.add_video_track", "Add &video track", partial(add_track, kind="video"), (), "Timeline/Track",
           has_sequence, icon="video"),
    Action("timeline.add_audio_track", "Add &audio track", partial(add_track, kind="audio"), (), "Timeline/Track",
           has_sequence, icon="audio"),
    track_switch("muted", "Hide or mute track", "Ctrl+Alt+H"),
    track_switch("solo", "Solo track", "Ctrl+Alt+S"),
    track_switch("locked", "Lock track", "Ctrl+Alt+L"),
    Action("timeline.remove_track", "&Remove track", remove_track, (), "Timeline/Track", has_track),
    Action("timeline.lift_range", "Lift in to out", partial(range_out, close=False), (";",), "Timeline",
           has_sequence, separator=True),
    Action("timeline.extract_range", "Extract in to out", partial(range_out, close=True), ("'",), "Timeline",
           has_sequence),
)  # fmt: skip
