"""Commands of the Mask menu: the view, the tools, the object in hand, changes of a mask, tracking."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.actions.registry import Action, needs
from app.editor import Editor
from app.jobs.records import JobRecord
from app.masks import tracking
from app.masks.files_button import MaskFilesButton
from app.masks.proposals import proposals_of
from app.masks.session import MAX_BRUSH, MIN_BRUSH, MaskSession
from app.masks.suggestions import suggestions_of
from app.masks.track_records import records_of
from app.panels.lost_found import LostFoundPanel
from app.panels.viewer import ViewerPanel
from app.threads.long_work import long_work_of
from app.widgets.tabs import bring_to_front
from core.errors import EditError
from core.masks.keymasks import Direction
from core.media.mask_exchange import PngStyle
from core.project import mask_edits
from core.project.project import KeyMask

if TYPE_CHECKING:
    from app.panels.objects import ObjectsPanel


@needs("Open or begin a project first")
def _has_viewer(editor: Editor) -> bool:
    return editor.has_panel(ViewerPanel) and editor.document.is_open


@needs("Open the mask view first (Mask › Mask view)")
def in_masks(editor: Editor) -> bool:
    """The mask view shows a media."""
    return _has_viewer(editor) and editor.player.in_media


@needs("Open the mask view first (Mask › Mask view)")
def draws(editor: Editor) -> bool:
    """A brush is of use: in the mask view and in the atlas view."""
    return in_masks(editor) or (_has_viewer(editor) and editor.player.in_atlas)


def _session(editor: Editor) -> MaskSession:
    return editor.panel(ViewerPanel).masks


def _toggle_view(editor: Editor) -> None:
    if editor.state.view == "media":
        editor.state.set("view", "sequence")
    else:
        editor.panel(ViewerPanel).show_masks()


def _tool(tool: str, editor: Editor) -> None:
    editor.state.set("tool", tool)


def _has_tool(tool: str, editor: Editor) -> bool:
    return editor.state.tool == tool


def _magnet(editor: Editor) -> None:
    editor.state.set("magnetic", not editor.state.magnetic)


def _is_magnetic(editor: Editor) -> bool:
    return editor.state.magnetic


def _resize_brush(factor: float, editor: Editor) -> None:
    size = editor.state.brush
    wanted = round(size * factor)
    if wanted == size:
        wanted += 1 if factor > 1 else -1
    editor.state.set("brush", min(max(wanted, MIN_BRUSH), MAX_BRUSH))


def _take_object(label: int, editor: Editor) -> None:
    editor.state.set("label", label)
    editor.panel(ViewerPanel).atlas.session.set_label(label)


def _change(name: str, editor: Editor) -> None:
    run: Callable[[], None] = getattr(_session(editor), name)
    run()


def _delete_key(editor: Editor) -> None:
    editor.document.edit(
        "Delete key mask", mask_edits.without_key_mask, editor.state.media, editor.state.media_frame
    )


@needs("There is no key mask on this frame")
def _on_key(editor: Editor) -> bool:
    return in_masks(editor) and _key_here(editor) is not None


def _key_here(editor: Editor) -> KeyMask | None:
    media = editor.player.media
    keys = media.key_masks if media is not None else ()
    return next((key for key in keys if key.frame == editor.state.media_frame), None)


@needs("No clip with masks is in the mask view")
def _has_masks(editor: Editor) -> bool:
    media = editor.player.media if in_masks(editor) else None
    return media is not None and bool(media.key_masks or media.track or media.verdicts)


def _clear_masks(editor: Editor) -> None:
    editor.document.edit("Clear masks", mask_edits.without_masks, editor.state.media)


def _files(editor: Editor) -> MaskFilesButton:
    return objects_panel(editor).files


def _import_masks(editor: Editor, folder: bool) -> None:
    files = _files(editor)
    if folder:
        files.ask_folder()
    else:
        files.ask_file()


def _import_soft(editor: Editor) -> None:
    _files(editor).ask_soft_folder()


def _import_video(editor: Editor) -> None:
    _files(editor).ask_video()


def _export_video(editor: Editor) -> None:
    _files(editor).ask_export_video()


def _export_masks(style: PngStyle, editor: Editor) -> None:
    _files(editor).ask_export(style)


def _track(direction: Direction, editor: Editor) -> None:
    tracking.start(editor, direction)


def objects_panel(editor: Editor) -> ObjectsPanel:
    from app.panels.objects import ObjectsPanel  # which has buttons for these commands

    return editor.panel(ObjectsPanel)


def idle(editor: Editor) -> bool:
    """Nothing works on the media in the mask view, and no new tracking of it waits for a word."""
    media = editor.player.media if in_masks(editor) else None
    if media is None or tracking.running(editor, media.id) is not None or long_work_of(editor).busy:
        return False
    return proposals_of(editor).of(media.id) is None


def _track_again(editor: Editor) -> None:
    tracking.start_again(editor)


def _track_whole(editor: Editor) -> None:
    tracking.start_again(editor, whole=True)


def _lost_found(editor: Editor) -> LostFoundPanel:
    return editor.panel(LostFoundPanel)


def _say(accept: bool | None, editor: Editor) -> None:
    _lost_found(editor).say(accept)


@needs("Choose an appearance in the Found tab first")
def _has_appearance(editor: Editor) -> bool:
    """An appearance is chosen in the lost and found panel."""
    if not in_masks(editor) or not editor.has_panel(LostFoundPanel):
        return False
    chosen = _lost_found(editor).chosen
    return chosen is not None and chosen.box is not None


def _show_lost_found(editor: Editor) -> None:
    bring_to_front(_lost_found(editor))
    _lost_found(editor).list.setFocus()


@needs("Open the mask view first (Mask › Mask view)")
def _has_lost_found(editor: Editor) -> bool:
    return in_masks(editor) and editor.has_panel(LostFoundPanel)


@needs("Track the object first")
def tracked(editor: Editor) -> bool:
    media = editor.player.media if in_masks(editor) else None
    return media is not None and media.track is not None


@needs("No new tracking waits for an answer")
def _proposed(editor: Editor) -> bool:
    return in_masks(editor) and proposals_of(editor).of(editor.state.media) is not None


def _accept(editor: Editor) -> None:
    proposals_of(editor).accept()


def _discard(editor: Editor) -> None:
    proposals_of(editor).discard()


def _compare(editor: Editor) -> None:
    proposals_of(editor).next_look()


def _stop(editor: Editor) -> None:
    if in_masks(editor):
        tracking.stop(editor)
    long_work_of(editor).stop()


def _tracks(editor: Editor) -> JobRecord | None:
    """The tracking that runs or is held here."""
    record = tracking.running(editor, editor.state.media) if in_masks(editor) else None
    return record if record is not None and record.state in ("running", "paused") else None


@needs("Nothing is being tracked here")
def _can_pause(editor: Editor) -> bool:
    return _tracks(editor) is not None


def _is_paused(editor: Editor) -> bool:
    record = _tracks(editor)
    return record is not None and record.state == "paused"


def _pause(editor: Editor) -> None:
    record = _tracks(editor)
    if record is not None:
        hold = editor.jobs.resume if record.state == "paused" else editor.jobs.pause
        hold(record)


@needs("Nothing is being tracked here")
def _works(editor: Editor) -> bool:
    """Something can be stopped."""
    if long_work_of(editor).busy:
        return True
    return in_masks(editor) and tracking.running(editor, editor.state.media) is not None


def _suggest(editor: Editor) -> None:
    suggestions_of(editor).next()


def _worst(editor: Editor) -> None:
    """The frame where any object is least sure, among those that nobody has drawn on."""
    media = proposals_of(editor).shown(editor.player.media)
    record = records_of(editor).of(media)
    if media is None or record is None:
        raise EditError("nothing is tracked here yet", "Draw a mask and track it first")
    keys = {key.frame for key in media.key_masks}
    found = [(record.confidence(label, frame) or 0.0, frame) for label in record.sure
             if (frame := record.worst(label, keys)) is not None]  # fmt: skip
    if not found:
        raise EditError(f"nothing is left to doubt in {media.name}", "Every frame has a key mask")
    editor.player.pause()
    editor.state.set("media_frame", min(found)[1])


MENU = "Mask"
TOOL = "Mask/Tool"
TRACK = "Mask/Track"
FILES = "Mask/Files"
FOUND = "Mask/Lost and found"
HAND = "Mask/Object in hand"
ACTIONS = (
    Action("mask.view", "Mask &view", _toggle_view, ("Shift+M",), MENU, _has_viewer, in_masks, "mask",
           "Draw masks on the clip under the playhead, and back to the film"),
    Action("mask.brush", "&Brush", partial(_tool, "brush"), ("Shift+B",), TOOL, draws,
           partial(_has_tool, "brush"), "brush", "Left adds, right takes away"),
    Action("mask.eraser", "&Eraser", partial(_tool, "eraser"), ("E",), TOOL, draws,
           partial(_has_tool, "eraser"), "eraser"),
    Action("mask.polygon", "&Lasso and polygon", partial(_tool, "polygon"), ("P",), TOOL, in_masks,
           partial(_has_tool, "polygon"), "lasso", "Drag around it, or click corners and press Enter"),
    Action("mask.magnet", "&Magnet", _magnet, ("Shift+Y",), TOOL, in_masks, _is_magnetic, "snap",
           "Lines of the polygon tool cling to the edges of the picture; Ctrl turns it round while it is held"),
    Action("mask.box", "Smart &select", partial(_tool, "box"), ("X",), TOOL, in_masks,
           partial(_has_tool, "box"), "box", "Draw a box around the object; then click what it missed, "
                                             "right-click what is too much"),
    Action("mask.hand", "&Hand", partial(_tool, "hand"), ("H",), TOOL, _has_viewer,
           partial(_has_tool, "hand"), "hand"),
    Action("mask.smaller", "Smaller brush", partial(_resize_brush, 1 / 1.2), ("[",), TOOL, draws),
    Action("mask.larger", "Larger brush", partial(_resize_brush, 1.2), ("]",), TOOL, draws),
    *(
        Action(f"mask.object_{label}", f"Object {label}", partial(_take_object, label), (str(label),),
               HAND, draws, separator=False)
        for label in range(1, 10)
    ),
    Action("mask.fill", "&Fill holes", partial(_change, "fill_holes"), (), MENU, in_masks, icon="fill", separator=True),
    Action("mask.grow", "&Grow", partial(_change, "grow"), ("Ctrl+]",), MENU, in_masks, icon="grow"),
    Action("mask.shrink", "&Shrink", partial(_change, "shrink"), ("Ctrl+[",), MENU, in_masks, icon="shrink"),
    Action("mask.largest", "Keep largest part", partial(_change, "keep_largest"), (), MENU, in_masks, icon="object"),
    Action("mask.clear_object", "Clear object on this frame", partial(_change, "clear_object"), (), MENU, in_masks,
           icon="delete"),
    Action("mask.keep", "Keep as &key mask", partial(_change, "keep_as_key"), ("Ctrl+Return",), MENU, in_masks,
           icon="keyframe-on", help="A tracked mask that is good guides the next tracking"),
    Action("mask.delete_key", "Delete key mask", _delete_key, (), MENU, _on_key, icon="delete"),
    Action("mask.track_back", "Track &backward", partial(_track, "backward"), ("Ctrl+Shift+Left",), TRACK, in_masks,
           icon="track-back"),
    Action("mask.track_one_back", "Track one frame back", partial(_track, "one_back"), ("Alt+Left",), TRACK, in_masks,
           icon="track-one"),
    Action("mask.stop", "S&top tracking", _stop, ("Ctrl+.",), TRACK, _works, icon="stop"),
    Action("mask.pause", "&Pause tracking", _pause, ("Ctrl+Shift+.",), TRACK, _can_pause, _is_paused, "pause",
           "Hold the tracking of this clip, or let it go on"),
    Action("mask.track_one", "Track one frame forward", partial(_track, "one_forward"), ("Alt+Right",), TRACK,
           in_masks, icon="track-one"),
    Action("mask.track_forward", "Track &forward", partial(_track, "forward"), ("Ctrl+Shift+Right",), TRACK, in_masks,
           icon="track-forward"),
    Action("mask.track_both", "Track b&oth ways", partial(_track, "both"), ("Ctrl+Shift+Down",), TRACK, in_masks,
           icon="track-both"),
    Action("mask.track_again", "Track &again from here", _track_again, ("Ctrl+Shift+Up",), TRACK, tracked,
           icon="track-again", help="Only what the mended frames can change; you see the difference before it counts"),
    Action("mask.accept", "Accept the new tracking", _accept, ("Ctrl+Shift+Return",), MENU, _proposed, icon="check"),
    Action("mask.discard", "Discard the new tracking", _discard, ("Ctrl+Shift+Backspace",), MENU, _proposed,
           icon="close"),
    Action("mask.compare", "After, before, difference", _compare, ("Shift+D",), MENU, _proposed, icon="eye",
           help="Another look at what the new tracking changes"),
    Action("mask.suggest", "Suggest the &next frame to fix", _suggest, ("Shift+N",), MENU, tracked, icon="suggest",
           help="Where a drawn mask would help most; again for the next one"),
    Action("mask.worst", "Go to &worst frame", _worst, ("Shift+W",), MENU, in_masks, icon="worst",
           help="Where the tracker is least sure"),
    Action("mask.lost_found", "Lost and found", _show_lost_found, ("Ctrl+Shift+L",), FOUND, _has_lost_found,
           icon="search", help="Where the object in hand is missing, and where it was seen again"),
    Action("mask.found_yes", "Accept appearance", partial(_say, True), ("Ctrl+Shift+Y",), FOUND, _has_appearance,
           icon="check", help="Take the chosen appearance as the object"),
    Action("mask.found_no", "Refuse appearance", partial(_say, False), ("Ctrl+Shift+N",), FOUND, _has_appearance,
           icon="close", help="Never take the chosen appearance as the object"),
    Action("mask.found_open", "Let the program decide on appearance", partial(_say, None), (), FOUND, _has_appearance,
           help="Neither accept nor refuse the chosen appearance"),
    Action("mask.track_whole", "Track again with what was found", _track_whole, (), FOUND, tracked,
           icon="track-again", help="All that was tracked, with your word on the appearances; shown before it counts"),
    Action("mask.import_file", "Import mask for this frame…", partial(_import_masks, folder=False), (), FILES,
           in_masks),
    Action("mask.import_folder", "Import folder of masks…", partial(_import_masks, folder=True), (), FILES, in_masks),
    Action("mask.import_soft", "Import folder of soft mattes for the object…", _import_soft, (), FILES, in_masks),
    Action("mask.import_video", "Import matte video for the object…", _import_video, (), FILES, in_masks),
    Action("mask.export_palette", "Export as palette PNG (DAVIS)…", partial(_export_masks, "palette"), (),
           FILES, in_masks, separator=True),
    Action("mask.export_binary", "Export as white on black…", partial(_export_masks, "binary"), (), FILES, in_masks),
    Action("mask.export_soft", "Export as soft PNG…", partial(_export_masks, "soft"), (), FILES, in_masks),
    Action("mask.export_video", "Export the object as matte video…", _export_video, (), FILES, in_masks),
    Action("mask.clear", "Clear all masks of the clip", _clear_masks, (), MENU, _has_masks, icon="delete",
           separator=True),
)  # fmt: skip
