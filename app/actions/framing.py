"""The command that keeps a tracked object in the picture, whatever the film's format."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.actions.effects import label_of, pictures
from app.actions.registry import Action, tr
from app.threads.film_work import change_film
from app.threads.long_work import share
from app.timeline.chosen import has_selection, sequence_of
from core.errors import EditError
from core.job import Report
from core.media.appearances import read_appearances
from core.project.paths import results_folder
from core.project.project import Media, Project
from core.render.framing import Seen, kept_in_frame, matte_of, overlooked, seen
from core.render.sources import Sources
from core.timeline.model import Clip, Sequence

if TYPE_CHECKING:
    from app.editor import Editor

TITLE = "Keep object in frame"


def keep(editor: Editor) -> None:
    """See where the object in hand is in the selected clips, beside the window, then move them so that it stays in the
    picture: one undo step."""
    project, data = editor.document.project, editor.document.data
    wanted: dict[str, int] = {}
    for clip_id in pictures(editor):
        if not _media(project, clip_id).objects:
            name = sequence_of(editor).find(clip_id)[2].name
            raise EditError(f"{name} has no tracked object", "Draw a mask on it and track it first")
        wanted[clip_id] = label_of(project, clip_id, editor.state.label)
    for clip_id in wanted:
        _warn_of_effects(editor, sequence_of(editor).find(clip_id)[2])
    work = partial(find, project, data, wanted)
    change_film(editor, tr("Looking where the object is"), tr(TITLE), work, kept)


def _warn_of_effects(editor: Editor, clip: Clip) -> None:
    if names := overlooked(clip):
        said = tr("Keep object in frame does not see the {effects} of {clip}").format(
            effects=tr(" and ").join(names), clip=clip.name
        )
        editor.notify.warning(
            said, tr("Look at the result; where it does not fit, switch the effect off and do it again")
        )


def find(
    project: Project, data: Path | None, wanted: dict[str, int], sources: Sources, report: Report
) -> dict[str, Seen]:
    """Where each clip's object is, by the clip's id; off the GUI thread.

    Args:
        wanted: the object's label for each clip id.

    Raises:
        MediaError: when media or masks cannot be read.
        Cancelled: when `report` asked for it.
    """
    assert project.sequence is not None
    found: dict[str, Seen] = {}
    for number, (clip_id, label) in enumerate(wanted.items()):
        clip, media = project.sequence.find(clip_id)[2], _media(project, clip_id)
        source, part = sources.source(clip), partial(share, report, number, len(wanted))
        matte = matte_of(clip, label, source, sources)
        found[clip_id] = seen(clip, source, matte, _cuts(media, data), part)
    return found


def kept(sequence: Sequence, found: dict[str, Seen]) -> Sequence:
    """The film with the clips that are still there moved; see core.render.framing.kept_in_frame."""
    there = {clip.id for _, _, clip in sequence.clips()}
    for clip_id, where in found.items():
        if clip_id in there:
            sequence = kept_in_frame(sequence, clip_id, where)
    return sequence


def _cuts(media: Media, data: Path | None) -> tuple[int, ...]:
    if media.track is None or data is None:
        return ()
    return read_appearances(results_folder(data) / media.track.key).cuts


def _media(project: Project, clip_id: str) -> Media:
    """The media of a clip of the active film. Raises EditError when it shows none."""
    assert project.sequence is not None
    clip = project.sequence.find(clip_id)[2]
    found = project.known_media(clip.media_id)
    if found is None:
        raise EditError(f"{clip.name} shows no tracked object", "Select a clip of footage")
    return found


ACTIONS = (
    Action("effects.keep_in_frame", TITLE, keep, (), "Clip/Effects", has_selection, separator=True,
           help="Fill the frame and move the picture calmly so that the tracked object stays in it, as in an upright film"),
)  # fmt: skip
