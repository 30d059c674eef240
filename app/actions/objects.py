"""Commands of Mask/Object in hand and Mask/Which object is which: objects added, named, removed,
swapped, merged, split."""

from __future__ import annotations

from functools import partial

from app.actions.masks import HAND, idle, in_masks, objects_panel, tracked
from app.actions.registry import Action, needs
from app.dialogs.identities import IdentitiesDialog, Kind
from app.editor import Editor
from app.masks import identities
from app.panels.viewer import ViewerPanel
from app.widgets.tabs import bring_to_front


def _change_identities(kind: Kind, editor: Editor) -> None:
    media = editor.player.media
    if media is not None:
        editor.show_dialog(IdentitiesDialog(editor, kind, media, editor.window))


def _add_object(editor: Editor) -> None:
    objects_panel(editor).add_object()


def _rename(editor: Editor) -> None:
    bring_to_front(objects_panel(editor))
    objects_panel(editor).objects.rename()


def _recolour(editor: Editor) -> None:
    objects_panel(editor).pick_colour()


def _split_part(editor: Editor) -> None:
    editor.panel(ViewerPanel).pick_part()


@needs("Draw another object first, and wait until nothing works on the clip")
def _several(editor: Editor) -> bool:
    """There is an object in hand, and another."""
    return _one(editor) and len(editor.player.media.objects if editor.player.media else ()) > 1


@needs("Draw an object first, in the mask view")
def _has_object(editor: Editor) -> bool:
    media = editor.player.media if in_masks(editor) else None
    return media is not None and media.known_object(editor.state.label) is not None


@needs("Draw an object first, and wait until nothing works on the clip")
def _removable(editor: Editor) -> bool:
    return idle(editor) and _has_object(editor)


@needs("Draw the object first, and wait until nothing works on the clip")
def _one(editor: Editor) -> bool:
    media = editor.player.media
    has_masks = media is not None and bool(media.track or media.key_masks)
    return has_masks and _removable(editor)


@needs("Track the object first, and wait until nothing works on the clip")
def _partable(editor: Editor) -> bool:
    return tracked(editor) and _removable(editor)


WHO = "Mask/Which object is which"
ACTIONS = (
    Action("mask.add_object", "&Add an object", _add_object, (), HAND, in_masks, icon="add", separator=True,
           help="The next strokes are its; a free number key does the same"),
    Action("mask.rename_object", "Re&name the object", _rename, (), HAND, _has_object),
    Action("mask.colour_object", "&Colour of the object…", _recolour, (), HAND, _has_object),
    Action("mask.remove_object", "&Remove the object", identities.remove, (), HAND, _removable, icon="remove",
           help="From the list, the key masks and the tracked masks"),
    Action("mask.swap", "&Swap with another object…", partial(_change_identities, "swap"), (), WHO, _several,
           icon="swap", help="In the whole clip, or from the frame in hand on"),
    Action("mask.merge", "&Merge into another object…", partial(_change_identities, "merge"), (), WHO, _several,
           icon="merge", help="Two names for one thing become one"),
    Action("mask.split", "S&plit from here on…", partial(_change_identities, "split"), (), WHO, _one, icon="split",
           help="From the frame in hand on it is another object"),
    Action("mask.split_part", "Split off a p&art", _split_part, (), WHO, _partable, icon="split",
           help="Click on the part that is another object; it is followed through the clip"),
)  # fmt: skip
