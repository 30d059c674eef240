"""Which clips a command acts on: the selected ones, or what plays at the playhead."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from app.actions.registry import needs
from app.threads.large_edit import edit_clips, edit_each
from app.timeline.area import TimelineArea
from core.errors import EditError
from core.timeline import edits
from core.timeline.model import Clip, Sequence

if TYPE_CHECKING:
    from app.editor import Editor


def view_of(editor: Editor) -> TimelineArea:
    from app.panels.timeline import TimelinePanel

    return editor.panel(TimelinePanel).view


@needs("There is no film yet: import media, or begin one with Timeline › Film › New film")
def has_sequence(editor: Editor) -> bool:
    return editor.document.sequence is not None


@needs("Select clips on the timeline first")
def has_selection(editor: Editor) -> bool:
    return bool(editor.state.selection)


def selected(editor: Editor) -> list[Clip]:
    """The selected clips in the order of tracks and time."""
    sequence = editor.document.sequence
    if sequence is None:
        return []
    return [clip for _, clip in sequence.chosen(editor.state.selection)]


def chosen(editor: Editor) -> list[str]:
    """Ids of the selected clips. Raises EditError when there are none."""
    ids = [clip.id for clip in selected(editor)]
    if not ids:
        raise EditError("no clip is selected", "Click a clip on the timeline")
    return ids


def leaders(editor: Editor) -> list[str]:
    """One selected clip for each group of linked ones, pictures first: for edits that follow links themselves."""
    sequence = editor.document.sequence
    chosen(editor)
    assert sequence is not None
    found: dict[str, str] = {}
    clips = sequence.chosen(editor.state.selection)
    for _, clip in sorted(clips, key=lambda pair: pair[0].kind == "audio"):
        found.setdefault(clip.link or clip.id, clip.id)
    return list(found.values())


def change_each(
    editor: Editor, title: str, ids: Collection[str], change: Callable[[Sequence, str], Sequence]
) -> None:
    """The same change to every clip as one undo step called `title`; the first that is refused refuses all.

    Raises:
        EditError: from `change`, where it is done at once and not beside the window (`edit_each`).
    """
    edit_each(editor, title, ids, change)


def change_each_alone(
    editor: Editor, title: str, ids: Collection[str], change: Callable[[Sequence, str], Sequence]
) -> None:
    """The same for an edit that looks at its clip alone: a thousand of them take no longer than they must."""
    edit_clips(editor, title, len(ids), edits.each_alone, ids, change)


def at_playhead(editor: Editor) -> list[Clip]:
    """Clips to act on at the playhead: selected ones under it, pictures first and from the top, else the topmost
    picture, else the sound."""
    sequence, now = editor.document.sequence, editor.state.playhead
    under = (
        [(track, clip) for track, where, clip in sequence.clips() if now in where]
        if sequence is not None
        else []
    )
    under.reverse()  # from the top
    under.sort(key=lambda pair: pair[0].kind == "audio")
    own = [clip for _, clip in under if clip.id in editor.state.selection]
    rest = [clip for track, clip in under if not track.locked]
    found = own or rest[:1]
    if not found:
        raise EditError("there is no clip at the playhead", "Move the playhead onto a clip")
    return found


def sequence_of(editor: Editor) -> Sequence:
    """Raises EditError without a sequence."""
    sequence = editor.document.sequence
    if sequence is None:
        raise EditError("there is no sequence yet", "Import a clip first")
    return sequence
