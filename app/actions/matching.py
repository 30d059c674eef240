"""Commands that look at what clips show: give them the colours of another, or put theirs right."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.actions.effects import pictures
from app.actions.registry import Action, tr
from app.threads.film_work import change_film
from app.threads.long_work import require_place
from app.timeline.chosen import has_selection, sequence_of
from core.errors import Cancelled, EditError
from core.job import Report
from core.media.cube import cube_text
from core.project.looks import write_look
from core.render.auto_colour import Settings, put_right, settings_for
from core.render.matching import colours_of, matching
from core.render.sources import Sources
from core.timeline import edits
from core.timeline.effects import LOOK
from core.timeline.model import LookUse, Sequence

if TYPE_CHECKING:
    from app.editor import Editor

TITLE, AUTO = "Match colours", "Automatic colour"


def match(editor: Editor) -> None:
    """Give the selected clips the colours of the first of them, each by a look of its own: one undo step."""
    sequence, data = sequence_of(editor), editor.document.data
    ids = sorted(pictures(editor), key=lambda clip_id: sequence.find(clip_id)[1].start)
    if len(ids) < 2 or data is None:
        raise EditError(
            "one clip alone has nothing to be matched with", "Select the clip to go by, and others after it"
        )

    change_film(
        editor,
        tr("Comparing colours"),
        tr(TITLE),
        partial(_looks, sequence, ids, data),
        _with_looks,
        rests_on=lambda film: require_place(editor, data),
    )


def _looks(
    sequence: Sequence, ids: list[str], data: Path, sources: Sources, report: Report
) -> dict[str, LookUse]:
    """A look for each clip but the first."""
    first, *others = ids
    name = sequence.find(first)[2].name
    wanted = colours_of(sequence, first, sources)
    found: dict[str, LookUse] = {}
    for number, clip_id in enumerate(others):
        table = matching(colours_of(sequence, clip_id, sources), wanted)
        found[clip_id] = LookUse(
            write_look(data, cube_text(table, name), name), tr("As {0}").format(name)[:100]
        )
        if not report((number + 1) / len(others)):
            raise Cancelled("comparing colours was stopped")
    return found


def _with_looks(sequence: Sequence, looks: dict[str, LookUse]) -> Sequence:
    there = {clip.id for _, _, clip in sequence.clips()}
    for clip_id, look in looks.items():
        if clip_id in there:
            sequence = edits.add_effect(sequence, clip_id, LOOK, look=look)
    return sequence


def put_right_all(editor: Editor) -> None:
    """Colour and contrast of the selected clips, each by what it shows: one undo step."""
    sequence, ids = sequence_of(editor), pictures(editor)

    def look(sources: Sources, report: Report) -> dict[str, Settings]:
        found = {}
        for number, clip_id in enumerate(ids):
            found[clip_id] = settings_for(sequence, clip_id, sources)
            if not report((number + 1) / len(ids)):
                raise Cancelled("looking at colours was stopped")
        return found

    def change(film: Sequence, found: dict[str, Settings]) -> Sequence:
        there = {clip.id for _, _, clip in film.clips()}
        for clip_id in found.keys() & there:
            film = put_right(film, clip_id, found[clip_id])
        return film

    change_film(editor, tr("Looking at colours"), tr(AUTO), look, change)


ACTIONS = (
    Action("effects.auto_colour", AUTO, put_right_all, (), "Clip/Effects/Colour", has_selection, separator=True,
           help="Take out a cast and put black and white where the picture has them, by Levels, Colour and Hue "
                "that can be changed"),
    Action("effects.match_colours", TITLE, match, (), "Clip/Effects/Colour", has_selection,
           help="Give the selected clips the colours of the first of them, such as those of another camera"),
)  # fmt: skip
