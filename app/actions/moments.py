"""Commands of similar moments: find them, look at the clips first, mark one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.registry import Action, needs, tr
from app.actions.view import show_dock
from core.errors import EditError

if TYPE_CHECKING:
    from app.editor import Editor
    from app.panels.moments import MomentsPanel

MENU = ("moments.find", "moments.look", "", "moments.mark")


def _panel(editor: Editor) -> MomentsPanel | None:
    from app.panels.moments import MomentsPanel

    return editor.panel(MomentsPanel) if editor.has_panel(MomentsPanel) else None


def has_panel(editor: Editor) -> bool:
    return _panel(editor) is not None


@needs("Import a video first")
def has_clips(editor: Editor) -> bool:
    from app.moments import searchable

    return has_panel(editor) and bool(searchable(editor.document.project))


@needs("Choose a moment in the Moments panel first")
def _has_chosen(editor: Editor) -> bool:
    panel = _panel(editor)
    return panel is not None and panel.chosen is not None


def find(editor: Editor) -> None:
    """List the moments like the one that the viewer shows."""
    panel = _panel(editor)
    if panel is not None:
        panel.find_like()
        show_dock("moments", editor)


def look(editor: Editor) -> None:
    """Compute what is compared for every clip of the bin that has it not."""
    from app.moments import look as look_at_all

    if not look_at_all(editor):
        editor.notify.info(tr("All clips in the bin are known"))


def mark(editor: Editor) -> None:
    """In and out points around the moment chosen in the list."""
    from app.moments import mark as mark_moment

    panel = _panel(editor)
    chosen = panel.chosen if panel is not None else None
    if chosen is None:
        raise EditError("no moment is chosen", "Click one in the list of similar moments")
    mark_moment(editor, chosen)


ACTIONS = (
    Action("moments.find", "Find similar &moments", find, ("Ctrl+Alt+Shift+M",), "Clip/Media/Moments",
           has_clips, icon="search",
           help="Moments that look and move like the one at the playhead, in all clips of the bin"),
    Action("moments.look", "&Look at all clips", look, (), "Clip/Media/Moments", has_clips,
           help="Compute for every clip in the bin what similar moments are found by"),
    Action("moments.mark", "&In and out around the moment", mark, (), "Clip/Media/Moments", _has_chosen,
           help="Set in and out points around the moment chosen in the list, where the film shows it"),
)  # fmt: skip
