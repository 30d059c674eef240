"""Which object is which, put right at the desk: swap, merge, split and remove, for the track, the
key masks and the film.

The work on the files runs on a thread of its own (`core.media.identities` makes a new result beside the old one);
then the document gets one undoable edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from app.editor import Editor
from app.threads.long_work import long_work_of, require_place
from core.errors import EditError
from core.job import Report, drain
from core.media.identities import Edit, Merge, Part, Split, Swap, changed_folder, changed_key, steps
from core.media.matte import Labels, MaskFolder, read_confidences
from core.project import mask_edits
from core.project.key_masks import read_key_mask, write_key_mask
from core.project.paths import results_folder
from core.project.project import Media, Project, TrackedRange, Verdict
from core.timeline.lanes import with_clips
from core.timeline.model import Clip

NAMES = {Swap: "Swap objects", Merge: "Merge objects", Split: "Split object", Part: "Split off a part"}


@dataclass(frozen=True)
class Made:
    """What an edit of identities made on the disk.

    before: the media as it was asked for.
    track: the changed one, None without one.
    files: frame to the new key mask.
    """

    edit: Edit
    before: Media
    track: TrackedRange | None = None
    files: Mapping[int, str] = field(default_factory=dict)


def make(data: Path, media: Media, edit: Edit, report: Report = lambda part: True) -> Made:
    """Make the changed track and key masks; takes long.

    Args:
        report: told of the progress.

    Raises:
        EditError: when a part is split that is not tracked. MediaError: as core.media.identities.
        Cancelled: when `report` asked for it.
    """
    track, changed = media.track, None
    folder = results_folder(data) / track.key if track is not None else None
    if track is not None and folder is not None and not _gone_already(folder, edit):
        drain(steps(folder, edit), lambda step: report(step.part))
        changed = changed_folder(folder, edit)
        track = replace(track, key=changed.name)
    elif track is None and isinstance(edit, Part):
        raise EditError(
            f"{media.name} is not tracked", "Track it, then point at the part that is another object"
        )
    files = {}
    result = MaskFolder(changed) if changed is not None else None
    for key in media.key_masks:
        labels = read_key_mask(data, key)
        there = result.labels(key.frame) if result is not None and key.frame in result else None
        after: Labels = changed_key(labels, key.frame, edit, there)
        files[key.frame] = write_key_mask(data, media.id, key.frame, after)
    return Made(edit, media, track, files)


def _gone_already(result: Path, edit: Edit) -> bool:
    """Whether an object that is to be taken out was never tracked, as one that was added and not drawn."""
    if not isinstance(edit, Merge) or edit.into:
        return False
    told = read_confidences(result)
    return bool(told) and not any(edit.label in values for values in told.values())


def with_identities(project: Project, media_id: str, made: Made) -> Project:
    """The project with the objects as the edit has them: track, key masks, verdicts, list of
    objects, effects. Without an object there are no masks either.

    Raises:
        EditError: when the masks were changed since the edit was asked for.
    """
    media = project.known_media(media_id)
    before = made.before
    if media is None or (media.track, media.key_masks) != (before.track, before.key_masks):
        raise EditError(f"the masks of {before.name} changed meanwhile", "Do it again")
    keys = tuple(replace(key, file=made.files.get(key.frame, key.file)) for key in media.key_masks)
    verdicts = tuple(_heard(verdict, made.edit) for verdict in media.verdicts)
    project = project.with_media(replace(media, track=made.track, key_masks=keys, verdicts=verdicts))
    if isinstance(made.edit, Merge):
        project = mask_edits.remove_object(
            _with_effects(project, media_id, made.edit), media_id, made.edit.label
        )
        if not made.edit.into and not project.require_media(media_id).objects:
            project = mask_edits.without_masks(project, media_id)
    elif isinstance(made.edit, Split | Part):
        project = mask_edits.with_objects(project, media_id, [made.edit.new])
    return project


def _heard(verdict: Verdict, edit: Edit) -> Verdict:
    """A verdict goes where its object goes."""
    if isinstance(edit, Part):
        return verdict
    if isinstance(edit, Merge):
        return replace(verdict, label=edit.into) if edit.into and verdict.label == edit.label else verdict
    if not (edit.first <= verdict.frame and (edit.last < 0 or verdict.frame <= edit.last)):
        return verdict
    if isinstance(edit, Split):
        return replace(verdict, label=edit.new) if verdict.label == edit.label else verdict
    return replace(verdict, label={edit.a: edit.b, edit.b: edit.a}.get(verdict.label, verdict.label))


def _with_effects(project: Project, media_id: str, edit: Merge) -> Project:
    """Effects on the object that is gone go on what it became part of; without one they stay, and show nothing."""
    if not edit.into:
        return project

    def moved(one: Clip) -> Clip:
        if one.media_id != media_id:
            return one
        effects = tuple(
            replace(effect, matte=replace(effect.matte, label=edit.into))
            if effect.matte is not None and effect.matte.label == edit.label
            else effect
            for effect in one.effects
        )
        return replace(one, effects=effects) if effects != one.effects else one

    return replace(project, sequences=tuple(with_clips(film, moved) for film in project.sequences))


def remove(editor: Editor) -> None:
    """Take the object in hand out of the list, the track and the key masks; its neighbour in the list is in hand then.

    Raises:
        EditError: when there is none, or other long work is under way.
    """
    media, label = editor.player.media, editor.state.label
    if media is None or media.known_object(label) is None:
        raise EditError("there is no object in hand", "Pick one in the list")
    if media.track or media.key_masks:
        start(editor, Merge(label, 0))
        return
    editor.document.edit("Remove object", mask_edits.remove_object, media.id, label)
    _take_other(editor, media, label)


def _take_other(editor: Editor, media: Media, label: int) -> None:
    """The object after the one that is gone is in hand, else the last."""
    if (editor.state.media, editor.state.label) == (media.id, label):
        others = [known.label for known in media.objects if known.label != label]
        after = [other for other in others if other > label]
        editor.state.set("label", (after or others[-1:] or [1])[0])


def _tell_useless(editor: Editor, media: Media, label: int) -> None:
    """Say how many effects were limited to an object that is gone."""
    clips = [clip for film in editor.document.project.sequences for _, _, clip in film.clips()]
    effects = [one for clip in clips if clip.media_id == media.id for one in clip.effects]
    count = sum(one.matte is not None and one.matte.label == label for one in effects)
    known = media.known_object(label)
    if count and known is not None:
        words = "1 effect is" if count == 1 else f"{count} effects are"
        editor.notify.warning(
            f"{words} limited to {known.name}, which is gone",
            "Give them another object in the inspector, or undo",
        )


def start(editor: Editor, edit: Edit) -> None:
    """Change the media in the mask view, beside the window; one undo step at the end.

    Raises:
        EditError: when there is nothing to change, or other long work is under way.
    """
    media, data = editor.player.media, editor.document.data
    if media is None or data is None or not (media.track or media.key_masks):
        raise EditError("there are no masks here yet", "Draw a mask and track it first")
    name = NAMES[type(edit)]
    if isinstance(edit, Merge) and not edit.into:
        name = "Remove object"

    def done(made: Made) -> None:
        require_place(editor, data)
        editor.document.edit(name, with_identities, media.id, made)
        if isinstance(edit, Merge) and edit.into and editor.state.label == edit.label:
            editor.state.set("label", edit.into)
        elif isinstance(edit, Merge):
            _take_other(editor, media, edit.label)
            _tell_useless(editor, media, edit.label)

    long_work_of(editor).run(name, lambda report: make(data, media, edit, report), done)


def split_off(editor: Editor, label: int, frame: int, x: int, y: int) -> None:
    """Make the part of an object at a pixel of a frame an object of its own; nothing where the viewer shows another
    frame by now."""
    media = editor.player.media
    if media is not None and editor.state.media_frame == frame:
        with editor.notify.failures():
            start(editor, Part(label, mask_edits.free_label(media), frame, x, y))
