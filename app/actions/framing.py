"""Commands that move clips with a tracked object: it stays in the picture, whatever the film's
format, or others go along with it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.actions.effects import label_of, pictures
from app.actions.registry import Action, tr
from app.recipes import FEATHER, require_masks
from app.threads.film_work import change_film, uses
from app.threads.long_work import share
from app.timeline.chosen import change_each, has_selection, sequence_of
from core.errors import EditError
from core.job import Report
from core.media.appearances import read_appearances
from core.project.paths import results_folder
from core.project.project import Media, Project
from core.render.following import SAMPLES as EVERY_FRAME
from core.render.following import followed, tagged
from core.render.framing import kept_in_frame
from core.render.object_positions import SAMPLES, Seen, matte_of, overlooked, seen
from core.render.sources import Sources
from core.timeline.beside import passed_before
from core.timeline.model import Clip, MatteUse, Sequence, Title, new_id

if TYPE_CHECKING:
    from app.editor import Editor

TITLE = "Keep object in frame"
FOLLOW = "Go along with the object"
NAME_TAG = "Name tag"
BEHIND = "Behind the object"
TAG = Title("", size=0.05, y=0.5, bold=True, background="#000000a0")


def keep(editor: Editor) -> None:
    """See where the object in hand is in the selected clips, beside the window, then move them so that it stays in the
    picture: one undo step."""
    project, data = editor.document.project, editor.document.data
    wanted = {clip_id: _label(editor, clip_id) for clip_id in pictures(editor)}
    for clip_id in wanted:
        _warn_of_effects(editor, sequence_of(editor).find(clip_id)[2])
    work = partial(find, project, data, wanted)
    change_film(editor, tr("Looking where the object is"), tr(TITLE), work, kept)


def follow(editor: Editor, *, grow: bool = False) -> None:
    """See where the object in hand is in the clip below, beside the window, then move the selected
    clips along with it as they lie at the playhead: one undo step."""
    project, data, time = editor.document.project, editor.document.data, editor.state.playhead
    film = sequence_of(editor)
    leaders = {clip_id: _below(project, film, clip_id, time).id for clip_id in pictures(editor)}
    wanted = {leader: label_of(project, leader, editor.state.label) for leader in leaders.values()}
    for leader in wanted:
        _warn_of_effects(editor, film.find(leader)[2])

    def change(sequence: Sequence, found: dict[str, Seen]) -> Sequence:
        for clip_id, leader in leaders.items():
            sequence = followed(sequence, clip_id, leader, found[leader], time, grow=grow)
        return sequence

    work = partial(find, project, data, wanted, samples=EVERY_FRAME)
    change_film(
        editor,
        tr("Looking where the object is"),
        tr(FOLLOW),
        work,
        change,
        rests_on=uses([*leaders, *wanted]),
    )


def behind(editor: Editor) -> None:
    """Put the object in hand of the clip below before each of the selected clips: one undo step."""
    project, time, film = editor.document.project, editor.state.playhead, sequence_of(editor)
    leaders = {clip_id: _below(project, film, clip_id, time).id for clip_id in pictures(editor)}
    for leader in set(leaders.values()):
        require_masks(project, film, leader)
        _warn_of_effects(editor, film.find(leader)[2])

    def passed(sequence: Sequence, clip_id: str) -> Sequence:
        leader = leaders[clip_id]
        label = label_of(project, leader, editor.state.label)
        name = next((thing.name for thing in _media(project, leader).objects if thing.label == label), "")
        return passed_before(sequence, clip_id, leader, MatteUse(label, feather=FEATHER), name)

    change_each(editor, tr(BEHIND), leaders, passed)


def tag(editor: Editor) -> None:
    """Name the object in hand: a title with its name above it in the selected clips, going along with it."""
    project, data, time = editor.document.project, editor.document.data, editor.state.playhead
    wanted, tags = {}, {}
    for clip_id in pictures(editor):
        label = wanted[clip_id] = _label(editor, clip_id)
        names = {thing.label: thing.name for thing in _media(project, clip_id).objects}
        name = names.get(label) or tr("Name")
        tags[clip_id] = Clip(new_id(), name, replace(TAG, text=name), 1)

    for clip_id in wanted:
        _warn_of_effects(editor, sequence_of(editor).find(clip_id)[2])

    def change(sequence: Sequence, found: dict[str, Seen]) -> Sequence:
        height = TAG.size * sequence.height
        for clip_id, where in found.items():
            sequence = tagged(sequence, tags[clip_id], clip_id, where, time, height=height)
        return sequence

    work = partial(find, project, data, wanted, samples=EVERY_FRAME)
    change_film(editor, tr("Looking where the object is"), tr(NAME_TAG), work, change, rests_on=uses(wanted))


def _label(editor: Editor, clip_id: str) -> int:
    """The object in hand of a clip. Raises EditError when it has none."""
    project = editor.document.project
    if not _media(project, clip_id).objects:
        name = sequence_of(editor).find(clip_id)[2].name
        raise EditError(f"{name} has no tracked object", "Draw a mask on it and track it first")
    return label_of(project, clip_id, editor.state.label)


def _below(project: Project, film: Sequence, clip_id: str, time: int) -> Clip:
    """The clip whose object another one follows: the nearest below that shows a tracked object,
    at the playhead if one does.

    Raises:
        EditError: when there is none.
    """
    where = film.find(clip_id)[1]
    shown = []
    for track, there, clip in film.clips():
        if clip.id == clip_id:
            break
        media = project.known_media(clip.media_id)
        if track.kind == "video" and media is not None and media.objects and there.overlaps(where):
            shown.append((time in there, clip))
    if not shown:
        name = film.find(clip_id)[2].name
        raise EditError(
            f"below {name} no clip shows a tracked object",
            "Put it on a track over a clip on which you drew a mask and tracked it",
        )
    return max(reversed(shown), key=lambda one: one[0])[1]


def _warn_of_effects(editor: Editor, clip: Clip) -> None:
    if names := overlooked(clip):
        said = tr("The {effects} of {clip} is not taken into account").format(
            effects=tr(" and ").join(names), clip=clip.name
        )
        editor.notify.warning(
            said, tr("Look at the result; where it does not fit, switch the effect off and do it again")
        )


def find(
    project: Project,
    data: Path | None,
    wanted: dict[str, int],
    sources: Sources,
    report: Report,
    samples: float = SAMPLES,
) -> dict[str, Seen]:
    """Where each clip's object is, by the clip's id; off the GUI thread.

    Args:
        wanted: the object's label for each clip id.
        samples: frames looked at in a second.

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
        found[clip_id] = seen(clip, source, matte, _cuts(media, data), part, samples)
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
    Action("effects.keep_in_frame", TITLE, keep, (), "Clip/Effects/Along with an object", has_selection,
           help="Fill the frame and move the picture calmly so that the tracked object stays in it, as in an "
                "upright film"),
    Action("effects.follow_object", FOLLOW, follow, (), "Clip/Effects/Along with an object", has_selection,
           help="A title or a picture goes along with the tracked object of the clip below, from where it lies "
                "beside it now"),
    Action("effects.behind_object", BEHIND, behind, (), "Clip/Effects/Along with an object", has_selection,
           help="The tracked object of the clip below passes before the selected title or picture, on a track "
                "above it"),
    Action("effects.name_tag", NAME_TAG, tag, (), "Clip/Effects/Along with an object", has_selection,
           help="A title with the object's name above it, which goes along with it"),
    Action("effects.grow_with_object", "Go along and grow with the object", partial(follow, grow=True), (),
           "Clip/Effects/Along with an object",
           has_selection, help="The same, and it becomes larger and smaller as the object does"),
)  # fmt: skip
