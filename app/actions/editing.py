"""Commands of the Edit menu on clips: clipboard, delete, select."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.actions.frame import clear as clear_looks
from app.actions.registry import Action, tr
from app.threads import large_edit
from app.threads.long_work import require_place
from app.timeline import clipboard
from app.timeline.chosen import chosen, has_selection, has_sequence, sequence_of
from core.errors import EditError
from core.project import placing
from core.project.luggage import brought, packed, unpacked, wanting
from core.project.project import Media, Project
from core.timeline import edits

if TYPE_CHECKING:
    from app.editor import Editor


def lift(editor: Editor) -> None:
    editor.document.edit_sequence(tr("Delete"), edits.lift, chosen(editor), linked=False)


def ripple_delete(editor: Editor) -> None:
    editor.document.edit_sequence(tr("Ripple delete"), edits.ripple_delete, chosen(editor))


def copy(editor: Editor) -> None:
    chosen(editor)
    copied = clipboard.pieces(sequence_of(editor), editor.state.selection)
    document = editor.document
    luggage = packed(document.project, document.path, document.data, (piece.clip for piece in copied))
    clipboard.put_on_clipboard(clipboard.Clipping(copied, luggage))


def cut(editor: Editor) -> None:
    ids = chosen(editor)
    copy(editor)
    editor.document.edit_sequence(tr("Cut"), edits.lift, ids, linked=False)


def paste(editor: Editor, insert: bool) -> None:
    name, time = tr("Paste insert") if insert else tr("Paste"), editor.state.playhead
    clipping = clipboard.from_clipboard()
    _bring(editor, clipping, lambda media: put(editor, name, clipping.pieces, time, insert, media))


def paste_looks(editor: Editor) -> None:
    clipping, ids = clipboard.from_clipboard(), chosen(editor)
    _bring(
        editor,
        replace(clipping, luggage=replace(clipping.luggage, media=())),
        lambda media: large_edit.edit_clips(
            editor, tr("Paste effects"), len(ids), clipboard.looks_pasted, clipping.pieces, ids
        ),
    )


def _bring(editor: Editor, clipping: clipboard.Clipping, then: Callable[[tuple[Media, ...]], object]) -> None:
    """Call `then` with the media that come along, at once when these clips need nothing from another project.

    Raises:
        EditError: when they cannot be pasted here.
    """
    document = editor.document
    project, data = document.project, document.data
    if data is None or not wanting(project, data, clipping.luggage, clipping.clips):
        then(())
        return
    known, path = frozenset(one.id for one in project.media), document.path

    def done(media: tuple[Media, ...]) -> None:
        with editor.notify.failures():
            require_place(editor, data)
            then(media)

    editor.background.run(
        lambda: brought(clipping.luggage, known, clipping.clips, data, path), done, editor.notify.failure
    )


def put(
    editor: Editor,
    name: str,
    copied: tuple[clipboard.Piece, ...],
    time: int,
    insert: bool,
    media: tuple[Media, ...] = (),
) -> None:
    """Copies of clips from `time` on, with media that are new here, as one step."""
    before, path = editor.document.sequence, editor.document.path

    def pasted(project: Project) -> Project:
        project, ids = unpacked(project, path, media)
        if project.sequence is None:
            raise EditError("there is no film to paste into", "Put a clip on the timeline first")
        pieces = clipboard.with_media_of(copied, ids)
        return project.with_sequence(clipboard.pasted(project.sequence, pieces, time, insert=insert))

    def go_on() -> None:
        editor.state.set("selection", placing.placed_ids(before, editor.document.sequence))
        length = max(piece.offset + piece.clip.duration for piece in copied)
        editor.state.set("playhead", time + length)

    large_edit.edit(editor, name, len(copied), pasted, go_on)


def duplicate(editor: Editor) -> None:
    """Copies right after the selection, what follows waits."""
    chosen(editor)
    sequence = sequence_of(editor)
    copied = clipboard.pieces(sequence, editor.state.selection)
    end = max(where.end for _, where, clip in sequence.clips() if clip.id in editor.state.selection)
    put(editor, tr("Duplicate"), copied, end, insert=True)


def select_all(editor: Editor) -> None:
    free = [track.spots for track in sequence_of(editor).tracks if not track.locked]
    editor.state.set("selection", frozenset[str]().union(*free))


def select_none(editor: Editor) -> None:
    editor.state.set("selection", frozenset())


def select_here(editor: Editor) -> None:
    """Everything that plays at the playhead on tracks that are not locked."""
    now = editor.state.playhead
    found = frozenset(
        clip.id for track, where, clip in sequence_of(editor).clips() if now in where and not track.locked
    )
    if not found:
        raise EditError("there is no clip at the playhead", "Move the playhead onto a clip")
    editor.state.set("selection", found)


def select_following(editor: Editor) -> None:
    """Everything that starts at the playhead or later on tracks that are not locked."""
    now = editor.state.playhead
    spots = (track.spots for track in sequence_of(editor).tracks if not track.locked)
    found = (clip_id for known in spots for clip_id, (_, start, _) in known.items() if start >= now)
    editor.state.set("selection", frozenset(found))


ACTIONS = (
    Action("clip.cut", "Cu&t", cut, ("Ctrl+X",), "Edit", has_selection, icon="cut", separator=True),
    Action("clip.copy", "&Copy", copy, ("Ctrl+C",), "Edit", has_selection, icon="copy"),
    Action("clip.paste", "&Paste", partial(paste, insert=False), ("Ctrl+V",), "Edit", has_sequence),
    Action("clip.paste_insert", "Paste &insert", partial(paste, insert=True), ("Ctrl+Shift+V",), "Edit", has_sequence,
           help="Paste at the playhead; what follows waits"),
    Action("clip.paste_looks", "Paste &effects", paste_looks, ("Ctrl+Alt+V",), "Edit", has_selection,
           help="Effects, place, size, opacity and loudness of the copied clip, on the selected ones"),
    Action("clip.clear_looks", "Remove e&ffects", clear_looks, ("Ctrl+Alt+Shift+V",), "Edit", has_selection,
           help="Effects, place, size, opacity and loudness of the selected clips as they were at first"),
    Action("clip.duplicate", "&Duplicate", duplicate, ("Ctrl+D",), "Edit", has_selection),
    Action("clip.lift", "De&lete", lift, ("Del", "Backspace"), "Edit", has_selection, icon="delete",
           help="Take the selected clips away and leave gaps", separator=True),
    Action("clip.ripple_delete", "&Ripple delete", ripple_delete, ("Shift+Del",), "Edit", has_selection,
           help="Take the selected clips away and close up"),
    Action("clip.select_all", "Select &all", select_all, ("Ctrl+A",), "Edit", has_sequence, separator=True),
    Action("clip.select_none", "Select &none", select_none, ("Ctrl+Shift+A",), "Edit", has_selection),
    Action("clip.select_here", "Select clips at the &playhead", select_here, ("D",), "Edit", has_sequence),
    Action("clip.select_following", "Select everything &after the playhead", select_following, ("Shift+A",), "Edit",
           has_sequence),
)  # fmt: skip
