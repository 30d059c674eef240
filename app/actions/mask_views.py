"""Commands of Mask/Look and Mask/Finish: how the masks are shown, the object in hand alone, closely, or safe from the
brush; a mask taken from a frame beside, shapes between key masks, and a whole track cleaned."""

from __future__ import annotations

from functools import partial

from app.actions.masks import draws, idle, in_masks
from app.actions.registry import Action, needs
from app.editor import Editor
from app.masks import finishing
from app.panels.viewer import ViewerPanel
from app.state import MaskLook
from core.project import mask_edits
from core.project.project import TrackedObject


def _look(look: MaskLook, editor: Editor) -> None:
    editor.state.set("mask_look", look)


def _has_look(look: MaskLook, editor: Editor) -> bool:
    return editor.state.mask_look == look


def _next_look(editor: Editor) -> None:
    looks = tuple(WORDS)
    editor.state.set("mask_look", looks[(looks.index(editor.state.mask_look) + 1) % len(looks)])


def _solo(editor: Editor) -> None:
    editor.state.set("solo", not editor.state.solo)


def _is_solo(editor: Editor) -> bool:
    return editor.state.solo


def _onion(editor: Editor) -> None:
    editor.state.set("onion", not editor.state.onion)


def _is_onion(editor: Editor) -> bool:
    return editor.state.onion


def _close_up(editor: Editor) -> None:
    editor.panel(ViewerPanel).toggle_close_up()


def _is_close(editor: Editor) -> bool:
    return in_masks(editor) and editor.panel(ViewerPanel).close_up.on


def _object(editor: Editor) -> TrackedObject | None:
    media = editor.player.media if in_masks(editor) else None
    return media.known_object(editor.state.label) if media is not None else None


@needs("Draw an object first, in the mask view")
def _has_object(editor: Editor) -> bool:
    return _object(editor) is not None


def _is_locked(editor: Editor) -> bool:
    known = _object(editor)
    return known is not None and known.locked


def _lock(editor: Editor) -> None:
    known = _object(editor)
    if known is not None:
        name = "Unlock object" if known.locked else "Lock object"
        change = partial(mask_edits.change_object, locked=not known.locked)
        editor.document.edit(name, change, editor.state.media, known.label)


def _copy_from(step: int, editor: Editor) -> None:
    editor.panel(ViewerPanel).masks.copy_from(step)


def _free(editor: Editor) -> bool:
    """There is an object in hand, nothing works on its media, and no new tracking of it waits for a word."""
    return _object(editor) is not None and idle(editor)


@needs("Draw the object on two frames first, and wait until nothing works on the clip")
def _several_keys(editor: Editor) -> bool:
    media = editor.player.media
    return _free(editor) and media is not None and len(media.key_masks) > 1


@needs("Track the object first, and wait until nothing works on the clip")
def _tracked(editor: Editor) -> bool:
    media = editor.player.media
    return _free(editor) and media is not None and media.track is not None


FINISH = "Mask/Finish"
MENU = "Mask/Look"
WORDS: dict[MaskLook, tuple[str, str]] = {
    "colours": ("&Colours", "The objects in their colours over the picture"),
    "outlines": ("&Outlines", "The picture as it is, with the outlines of the objects"),
    "matte": ("&Matte", "White objects on black: holes and specks are seen at once"),
    "cutout": ("C&ut out", "The objects alone, on grey: what is missing at the edges, and what is too much"),
}
ACTIONS = (
    *(
        Action(f"mask.look_{look}", title, partial(_look, look), (), MENU, in_masks, partial(_has_look, look),
               help=help)
        for look, (title, help) in WORDS.items()
    ),
    Action("mask.look_next", "&Next look", _next_look, ("Shift+L",), MENU, in_masks, icon="eye",
           help="Colours, outlines, matte, cut out, and round again"),
    Action("mask.solo", "Only the object in &hand", _solo, ("Shift+H",), MENU, in_masks, _is_solo, separator=True,
           help="Show no other object; hidden ones stay hidden in the film"),
    Action("mask.onion", "O&nion skin", _onion, ("Shift+G",), MENU, draws, _is_onion, "layers",
           "The object as it is in the key masks before and after, faintly; on an unrolled object, the frames beside"),
    Action("mask.close_up", "Close-&up of the object", _close_up, ("Shift+C",), MENU, in_masks, _is_close, "zoom-in",
           "Fill the viewer with the object in hand and go along with it from frame to frame"),
    Action("mask.lock", "&Lock the object", _lock, ("Shift+K",), MENU, _has_object, _is_locked, "lock",
           "Nothing that is drawn changes it, until it is unlocked", separator=True),
    Action("mask.copy_before", "Take the mask from the frame &before", partial(_copy_from, -1),
           ("Ctrl+Shift+PgUp",), FINISH,
           in_masks, icon="copy", help="The object in hand gets here the mask that it has one frame earlier"),
    Action("mask.copy_after", "Take the mask from the frame &after", partial(_copy_from, 1),
           ("Ctrl+Shift+PgDown",), FINISH,
           in_masks, icon="copy", help="The object in hand gets here the mask that it has one frame later"),
    Action("mask.between", "&Shapes between the key masks", finishing.fill_between, (), FINISH, _several_keys,
           icon="stretch", help="From the drawn shape before this frame to the one after it, without tracking; "
                                "shown before it counts",
           separator=True),
    Action("mask.tidy", "&Tidy up all tracked frames", finishing.tidy, (), FINISH, _tracked, icon="object",
           help="Drops small pieces of the object and fills small holes; shown before it counts"),
)  # fmt: skip
