"""The command that cuts clips where they change from one shot to the next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.effects import pictures
from app.actions.registry import Action, tr
from app.threads.film_work import change_film, uses
from app.threads.long_work import share
from app.timeline.chosen import has_selection, sequence_of
from core.errors import EditError
from core.job import Report
from core.render.shots import shot_starts, split_at_shots
from core.render.sources import Sources
from core.timeline.model import Footage, Sequence

if TYPE_CHECKING:
    from app.editor import Editor

TITLE = "Split at scene changes"


def split(editor: Editor) -> None:
    """Split the selected clips wherever another shot begins: one undo step."""
    sequence = sequence_of(editor)
    ids = [one for one in pictures(editor) if isinstance(sequence.find(one)[2].content, Footage)]
    if not ids:
        raise EditError("titles and colours have no scenes", "Select a clip of the bin")
    change_film(
        editor,
        tr("Looking for cuts"),
        tr(TITLE),
        partial(_starts, sequence, ids),
        split_at_shots,
        rests_on=uses(ids),
    )


def _starts(sequence: Sequence, ids: list[str], sources: Sources, report: Report) -> dict[str, list[int]]:
    """Source times at which the further shots of each clip begin."""
    found = {}
    for number, clip_id in enumerate(ids):
        clip = sequence.find(clip_id)[2]
        source = sources.source(clip)
        frames = shot_starts(source, clip.source_range, partial(share, report, number, len(ids)))
        found[clip_id] = [source.time_of(frame) for frame in frames]
    return found


ACTIONS = (
    Action("clip.split_shots", TITLE, split, (), "Clip", has_selection,
           help="Cut the selected clips, such as a finished film, wherever another shot begins"),
)  # fmt: skip
