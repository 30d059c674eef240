"""Commands of the Atlas menu: unrolling objects, painting on them, edits, the round trip through other programs."""

from __future__ import annotations

from functools import partial

from app.actions.registry import Action, Condition, needs
from app.atlas import unrolling
from app.atlas.external_edit import external_edits_of
from app.atlas.external_exchange import Form
from app.atlas.session import AtlasSession
from app.editor import Editor
from app.masks.target import mask_view_target
from app.panels.atlas import AtlasPanel
from app.panels.viewer import ViewerPanel
from core.errors import EditError
from core.project.atlas_kinds import BACKGROUND, EDIT_KINDS
from core.render.atlas_views import LOOKS, Look


@needs("Open or begin a project first")
def _has_viewer(editor: Editor) -> bool:
    return editor.has_panel(ViewerPanel) and editor.document.is_open


@needs("Open the atlas view first (Atlas › Atlas view)")
def in_atlas(editor: Editor) -> bool:
    """The atlas view shows a media."""
    return _has_viewer(editor) and editor.player.in_atlas


def _session(editor: Editor) -> AtlasSession:
    return editor.panel(ViewerPanel).atlas.session


@needs("Unroll the objects of the clip first (Atlas › Unroll the objects)")
def _unrolled(editor: Editor) -> bool:
    return in_atlas(editor) and _session(editor).ready


@needs("Select an edit in the Atlas tab first")
def _chosen(editor: Editor) -> bool:
    return _unrolled(editor) and editor.has_panel(AtlasPanel) and _session(editor).edit is not None


def _can_move(by: int, editor: Editor) -> bool:
    return _chosen(editor) and _session(editor).can_move(by)


@needs("Track an object of the clip first: only what is tracked can be unrolled")
def _can_unroll(editor: Editor) -> bool:
    if not _has_viewer(editor):
        return False
    target = mask_view_target(editor) if not editor.player.in_atlas else None
    media = editor.document.project.find_media(target[0]) if target is not None else editor.player.media
    return unrolling.can_start(editor, media)


@needs("Nothing is being unrolled here")
def _runs(editor: Editor) -> bool:
    return in_atlas(editor) and unrolling.running(editor, editor.state.media) is not None


def _toggle_view(editor: Editor) -> None:
    if editor.state.view == "atlas":
        editor.state.set("view", "sequence")
    else:
        editor.panel(ViewerPanel).show_atlas()


def _make(editor: Editor) -> None:
    if not editor.player.in_atlas:
        editor.panel(ViewerPanel).show_atlas()
    unrolling.start(editor)


def _stop(editor: Editor) -> None:
    unrolling.stop(editor)


def _tool(tool: str, editor: Editor) -> None:
    editor.state.set("tool", tool)


def _has_tool(tool: str, editor: Editor) -> bool:
    return editor.state.tool == tool


def _add(kind: str, editor: Editor) -> None:
    session = _session(editor)
    if kind == "stamp":
        editor.panel(ViewerPanel).atlas.ask_stamp()
        return
    if kind == "text":
        pane = editor.panel(ViewerPanel).atlas.pane
        if pane.canvas.picture is None:
            raise EditError("the atlas is not shown yet", "Wait until it is")
        width, height = pane.canvas.picture.raster
        session.add_at("text", "atlas", width / 2, height / 2, pane.pen.page)
        editor.state.set("tool", "select")
        return
    session.add(kind)


def _move(by: int, editor: Editor) -> None:
    editor.panel(AtlasPanel).reorder(_session(editor).edit_id, by)


def _copy(editor: Editor) -> None:
    editor.panel(AtlasPanel).duplicate(_session(editor).edit_id)


def _delete(editor: Editor) -> None:
    editor.panel(AtlasPanel).delete(_session(editor).edit_id)


def _rename(editor: Editor) -> None:
    editor.panel(AtlasPanel).list.rename()


def _switch(editor: Editor) -> None:
    edit = _session(editor).edit
    if edit is not None:
        editor.panel(AtlasPanel).list.switched.emit(edit.id, not edit.enabled)


def _is_on(editor: Editor) -> bool:
    edit = _session(editor).edit if _chosen(editor) else None
    return edit is not None and edit.enabled


def _look(look: Look, editor: Editor) -> None:
    _session(editor).set_value("look", look)


def _has_look(look: Look, editor: Editor) -> bool:
    return _has_viewer(editor) and _session(editor).look == look


def _background(editor: Editor) -> None:
    _session(editor).set_label(BACKGROUND)


def _external(form: Form, editor: Editor) -> None:
    external_edits_of(editor).begin(_session(editor), form)


def _end_external(editor: Editor) -> None:
    external_edits_of(editor).end_all()


@needs("No file is being edited in another program")
def _watching(editor: Editor) -> bool:
    return _has_viewer(editor) and external_edits_of(editor).watching


_can_rise, _can_sink = (
    Condition(partial(_can_move, by), "Select an edit in the Atlas tab that has another beyond it")
    for by in (1, -1)
)
MENU, ADD, VIEWS, OTHER = "Atlas", "Atlas/Add", "Atlas/Show on the frame", "Atlas/Other programs"
_NAMES: dict[Look, str] = {
    "result": "Result", "original": "Original", "checker": "Checkerboard", "alpha": "Alpha", "residual": "Residual",
}  # fmt: skip
ACTIONS = (
    Action("atlas.view", "Atlas &view", _toggle_view, ("Ctrl+Shift+U",), MENU, _has_viewer, in_atlas, "brush",
           "Paint on the unrolled objects of the clip under the playhead, and back to the film"),
    Action("atlas.make", "&Unroll the objects", _make, (), MENU, _can_unroll, icon="grid",
           help="One flat picture of each tracked object over the whole clip; again to refine it further"),
    Action("atlas.stop", "S&top unrolling and keep", _stop, (), MENU, _runs, icon="stop"),
    Action("atlas.select", "&Move, scale and turn", partial(_tool, "select"), ("Alt+1",), MENU, in_atlas,
           partial(_has_tool, "select"), "select", separator=True),
    Action("atlas.text", "Te&xt", partial(_tool, "text"), ("Alt+2",), MENU, in_atlas,
           partial(_has_tool, "text"), "title", "Click where it is to stand"),
    Action("atlas.stamp", "&Picture", partial(_tool, "stamp"), ("Alt+3",), MENU, in_atlas, partial(_has_tool, "stamp"),
           "image", "Click where it is to lie"),
    Action("atlas.fill", "&Fill", partial(_tool, "fill"), ("Alt+4",), MENU, in_atlas,
           partial(_has_tool, "fill"), "fill", "Click on what is to take the colour"),
    Action("atlas.background", "&Background in hand", _background, ("0",), MENU, _unrolled, icon="image",
           help="Paint on what lies behind the objects"),
    *(
        Action(f"atlas.add_{kind.kind}", kind.title, partial(_add, kind.kind), (), ADD, _unrolled, help=kind.help)
        for kind in EDIT_KINDS.values()
        if kind.kind not in ("paint", "fill")
    ),
    Action("atlas.up", "Edit &up", partial(_move, 1), ("Alt+PgUp",), MENU, _can_rise, separator=True),
    Action("atlas.down", "Edit &down", partial(_move, -1), ("Alt+PgDown",), MENU, _can_sink),
    Action("atlas.switch", "Edit &on", _switch, ("Alt+5",), MENU, _chosen, _is_on, "eye"),
    Action("atlas.rename", "&Rename the edit…", _rename, (), MENU, _chosen),
    Action("atlas.copy", "&Copy the edit", _copy, (), MENU, _chosen, icon="copy"),
    Action("atlas.delete", "De&lete the edit", _delete, ("Alt+Del",), MENU, _chosen, icon="delete"),
    *(
        Action(f"atlas.look_{look}", _NAMES[look], partial(_look, look), (), VIEWS, in_atlas, partial(_has_look, look))
        for look in LOOKS
    ),
    Action("atlas.external", "Edit the atlas as P&NG…", partial(_external, "png"), ("Ctrl+Shift+X",), OTHER, _unrolled,
           icon="export", help="Opens the atlas with its edits in the system's program; each save comes back as "
                               "an edit"),
    Action("atlas.external_overlay", "Paint on an empty P&NG over it…", partial(_external, "overlay"), (),
           OTHER, _unrolled, help="A transparent picture of the atlas's size; each save comes back as an edit"),
    Action("atlas.external_layers", "Edit as layered &OpenRaster…", partial(_external, "ora"), (), OTHER, _unrolled,
           help="The atlas, its edits and an empty layer, for Krita, GIMP and others"),
    Action("atlas.external_end", "Stop &watching the files", _end_external, (), OTHER, _watching, icon="stop"),
)  # fmt: skip
