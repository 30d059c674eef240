"""Commands on the films of a project, and on compound clips, which show one film inside another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.registry import Action, needs, tr
from app.timeline.chosen import chosen, has_selection, has_sequence, selected, sequence_of, view_of
from app.timeline.films import show
from app.widgets.asking import ask_choice
from core.errors import EditError
from core.project import placing, sequences
from core.project.project import Project
from core.timeline.model import Clip, Sequence
from core.timeline.nesting import reached, shown_in

if TYPE_CHECKING:
    from app.editor import Editor


def compound(editor: Editor) -> None:
    """The selected clips become one, which is selected then."""
    before, ids = editor.document.sequence, chosen(editor)
    editor.document.edit(tr("Make compound clip"), sequences.with_compound, ids)
    editor.state.set("selection", placing.placed_ids(before, editor.document.sequence))


def _held(editor: Editor) -> Clip:
    """The compound clip in hand. Raises EditError when none is selected."""
    found = next((clip for clip in selected(editor) if clip.sequence_id is not None), None)
    if found is None:
        raise EditError("no compound clip is selected", "Click one on the timeline")
    return found


@needs("Select a compound clip first")
def holds_compound(editor: Editor) -> bool:
    return any(clip.sequence_id is not None for clip in selected(editor))


def take_apart(editor: Editor) -> None:
    """The clips of a compound clip come back in its place and are selected."""
    before = editor.document.sequence
    editor.document.edit(tr("Take compound clip apart"), sequences.with_parts_of, _held(editor).id)
    editor.state.set("selection", placing.placed_ids(before, editor.document.sequence))


def open_compound(editor: Editor) -> None:
    """Show the film of the compound clip in hand, at the moment that it shows at the playhead."""
    clip = _held(editor)
    assert clip.sequence_id is not None
    where = sequence_of(editor).find(clip.id)[1]
    time = where.nearest(editor.state.playhead) - where.start
    show(editor, clip.sequence_id, max(0, clip.time_map.at(time)))


def _around(editor: Editor) -> Sequence | None:
    """The first film with a compound clip of the one in the timeline."""
    project = editor.document.project
    return next((one for one in project.sequences if project.active in shown_in(one)), None)


@needs("No other film shows this one")
def is_inside(editor: Editor) -> bool:
    return _around(editor) is not None


def outwards(editor: Editor) -> None:
    """Show the film in which the present one is a compound clip, and select that clip."""
    outer, inner = _around(editor), editor.document.project.active
    if outer is None:
        raise EditError("no other film shows this one")
    uses = [(where, clip) for _, where, clip in outer.clips() if clip.sequence_id == inner]
    start = min(where.start for where, _ in uses)
    show(editor, outer.id, start)
    editor.state.set("selection", frozenset(clip.id for where, clip in uses if where.start == start))


def new(editor: Editor) -> None:
    editor.document.edit(tr("New film"), sequences.with_new_film)
    editor.state.set("playhead", 0)


def copy(editor: Editor) -> None:
    editor.document.edit(tr("Duplicate film"), sequences.with_copied_film, sequence_of(editor).id)


def remove(editor: Editor) -> None:
    editor.document.edit(tr("Delete film"), sequences.without_film, sequence_of(editor).id)


def remove_unused(editor: Editor) -> None:
    """Ask which of the films that no clip shows shall go."""
    from app.dialogs.unused_films import UnusedFilmsDialog

    UnusedFilmsDialog(editor, view_of(editor)).exec()


@needs("The project has no film that is not used")
def has_unused(editor: Editor) -> bool:
    return bool(sequences.unused(editor.document.project))


@needs("The project has no other film")
def has_others(editor: Editor) -> bool:
    return len(editor.document.project.sequences) > 1


def insert(editor: Editor) -> None:
    """Ask for another film and put it at the playhead as a compound clip."""
    films = _insertable(editor.document.project)
    if not films:
        raise EditError("there is no other film that could go into this one", "Make a new film first")
    names = [f"{number}. {one.name}" for number, one in enumerate(films, 1)]
    name = ask_choice(editor.window, tr("Insert film"), tr("Film"), names)
    if name is not None:
        put(editor, films[names.index(name)].id)


def _insertable(project: Project) -> list[Sequence]:
    """Films with something in them that do not show the active one."""
    shown = {one.id: shown_in(one) for one in project.sequences}
    return [one for one in project.sequences
            if one.id != project.active and one.duration and project.active not in reached(one.id, shown)]  # fmt: skip


def put(editor: Editor, film_id: str) -> None:
    """A compound clip of a film at the playhead, over what stands there."""
    before, track = editor.document.sequence, view_of(editor).current_track
    editor.document.edit(tr("Insert film"), placing.place_film, film_id, editor.state.playhead, track)
    editor.state.set("selection", placing.placed_ids(before, editor.document.sequence))


ACTIONS = (
    Action("clip.compound", "Make compound clip", compound, ("Ctrl+Alt+G",), "Clip/Compound", has_selection,
           help="The selected clips become one clip, with a film of their own behind it"),
    Action("clip.open_compound", "Open compound clip", open_compound, ("Ctrl+Alt+O",), "Clip/Compound", holds_compound,
           help="Edit what is inside; a double click does the same"),
    Action("clip.take_apart", "Take compound clip apart", take_apart, ("Ctrl+Alt+Shift+G",), "Clip/Compound",
           holds_compound, help="Its clips come back in its place"),
    Action("films.outwards", "Back to the film around", outwards, ("Ctrl+Alt+U",), "Timeline/Film", is_inside,
           help="Show the film in which this one is a compound clip"),
    Action("films.new", "New film", new, (), "Timeline/Film", help="An empty film beside the others of the project"),
    Action("films.copy", "Duplicate film", copy, (), "Timeline/Film", has_sequence,
           help="Try another cut on a copy; the list above the timeline goes back"),
    Action("films.insert", "Insert film…", insert, (), "Timeline/Film", has_others,
           help="Another film of the project as a compound clip at the playhead"),
    Action("films.remove", "Delete film", remove, (), "Timeline/Film", has_others),
    Action("films.remove_unused", "Delete unused films…", remove_unused, (), "Timeline/Film", has_unused,
           help="Films that no clip shows, such as those that deleted compound clips leave behind"),
)  # fmt: skip
