"""What is done with layers on the timeline, each one undo step on the document."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.editor import Editor
from app.layers.results import with_films
from app.layers.subject import Person, Subject, people_of, required
from core.errors import EditError
from core.project import layer_edits, layers, pins, shadows
from core.project.project import Media, Project, Shadow
from core.retime import people as verbs
from core.retime.people import Verb
from core.time import TimeRange
from core.timeline import edits
from core.timeline.model import Clip


def tr(text: str) -> str:
    return QCoreApplication.translate("Layers", text)


def split(editor: Editor) -> None:
    """Split the selected clip into its layers."""
    subject = required(editor, clip=True, layers=True)

    def change(films: tuple[Media, ...]) -> None:
        editor.document.edit(tr("Split into layers"), layer_edits.split, subject.clip, films)
        editor.state.set("selection", frozenset({subject.clip}))

    with_films(editor, subject.media, change)


def remove(editor: Editor, label: int = 0) -> None:
    """Take an object with its shadow out of the selected clip, or put it back when it was taken out before."""
    subject = required(editor, clip=True, layers=True)
    label = label or label_in_hand(editor, subject)
    if label in gone(editor, subject):
        name = tr("Put back {0}").format(name_of(subject.media, label))
        editor.document.edit(name, layer_edits.restore_object, subject.clip, label)
        return
    name = tr("Remove {0}").format(name_of(subject.media, label))

    def change(films: tuple[Media, ...]) -> None:
        editor.document.edit(name, layer_edits.remove_object, subject.clip, label, films)

    with_films(editor, subject.media, change)


def gone(editor: Editor, subject: Subject) -> set[int]:
    """Labels of the objects that were taken out of the subject's clip."""
    sequence = editor.document.sequence
    if not subject.clip or sequence is None:
        return set()
    return layer_edits.removed(editor.document.project, sequence.find(subject.clip)[2])


def insert_behind(editor: Editor, label: int = 0) -> None:
    """Put the other selected clip, or a new title, behind an object of the selected clip."""
    subject = required(editor, clip=True, layers=True)
    label = label or label_in_hand(editor, subject)
    sequence = editor.document.sequence
    assert sequence is not None, "a clip is selected"
    mine = {one.id for one in editor.document.project.media
            if one is subject.media or (one.layer is not None and one.layer.of == subject.media.id)}  # fmt: skip
    others = [clip for track, _, clip in sequence.clips()
              if clip.id in editor.state.selection and track.kind == "video" and clip.media_id not in mine]  # fmt: skip
    clip = sequence.find(subject.clip)[2]
    thing = others[0].id if others else layer_edits.title_for(clip, tr("Title"))
    name = tr("Insert behind {0}").format(name_of(subject.media, label))

    def change(films: tuple[Media, ...]) -> None:
        editor.document.edit(name, layer_edits.insert_between, subject.clip, thing, label, films)
        inserted = thing if isinstance(thing, str) else thing.id
        editor.state.set("selection", frozenset({inserted}))

    with_films(editor, subject.media, change)


def stick(editor: Editor) -> None:
    """Pin the selected clips to the scene at the playhead, or let them keep their place in the frame again."""
    found, loose = sticky(editor), not sticks(editor)
    if not found:
        raise EditError(
            "nothing is selected that could stick", "Select a title, a colour or a picture over the clip"
        )

    def change(project: Project) -> Project:
        for clip in found:
            project = (
                pins.stick(project, clip.id, editor.state.playhead)
                if loose
                else pins.loosen(project, clip.id)
            )
        return project

    editor.document.edit(tr("Stick to the scene") if loose else tr("Stick to the frame"), change)


def sticky(editor: Editor) -> list[Clip]:
    """The selected clips that are or could be pinned to a scene."""
    project = editor.document.project
    found = project.sequence.chosen(editor.state.selection) if project.sequence is not None else ()
    return [clip for track, clip in found if pins.can_stick(project, track, clip)]


def sticks(editor: Editor) -> bool:
    """Whether all of them are."""
    found = sticky(editor)
    return bool(found) and all(clip.pin is not None for clip in found)


def set_visible(editor: Editor, label: int, visible: bool) -> None:
    """Show or hide an object: its clips where the selected clip is split, and in the next split."""
    subject = required(editor, layers=True)
    found = _person(editor, subject, label)

    def change(project: Project) -> Project:
        project = layers.with_choice(project, subject.media.id, label, visible=visible)
        sequence = project.sequence
        if found is None or sequence is None:
            return project
        sequence = edits.set_clip(sequence, found.thing.id, enabled=visible)
        if found.effect is not None:
            keep = visible and _shadow(subject.media, label) != "drop"
            sequence = edits.set_clip(sequence, found.effect.id, enabled=keep)
        return project.with_sequence(sequence)

    name = tr("Show {0}") if visible else tr("Hide {0}")
    editor.document.edit(name.format(name_of(subject.media, label)), change)


def set_shadow(editor: Editor, label: int, how: Shadow) -> None:
    """Keep, drop or soften the shadow of an object: of its clip where there is one, and in the next split."""
    subject = required(editor, layers=True)
    label = label or label_in_hand(editor, subject)
    found = _person(editor, subject, label)

    def change(project: Project) -> Project:
        project = layers.with_choice(project, subject.media.id, label, shadow=how)
        if found is None or found.effect is None or project.sequence is None:
            return project
        return project.with_sequence(shadows.set_shadow(project.sequence, found.effect.id, how))

    names = {"keep": tr("Keep the shadow"), "drop": tr("Drop the shadow"), "soften": tr("Soften the shadow")}
    editor.document.edit(names[how], change)


def move(editor: Editor, label: int, by: int) -> None:
    """Bring an object nearer to the viewer (by > 0) or further away, on the timeline too where the clip is split."""
    subject = required(editor, layers=True)

    def change(project: Project) -> Project:
        project = layers.with_order(project, subject.media.id, label, by)
        return layer_edits.reordered(project, subject.clip) if subject.split else project

    editor.document.edit(tr("Depth order"), change)


def retime(editor: Editor, name: str, verb: Verb, label: int = 0) -> None:
    """Give a person of a split clip another time, the shadow with it."""
    found = person_in_hand(editor, label)
    editor.document.edit_sequence(name, verbs.retimed, found.thing.id, verb)


def reset_time(editor: Editor, label: int = 0) -> None:
    """Let a person keep the time of the background again."""
    subject = required(editor, clip=True)
    found = person_in_hand(editor, label)
    background = layer_edits.plate_on(editor.document.project, subject.clip)
    if background is None:
        raise EditError("the background is gone", "Undo brings it back")
    where, plate = background
    moved = plate.time_map.shifted(found.where.start - where.start)
    editor.document.edit_sequence(tr("Time of the film"), verbs.retimed, found.thing.id, lambda *_: moved)


def person_in_hand(editor: Editor, label: int = 0) -> Person:
    """The person that the time commands work on: of the label, else the selected one.

    Raises:
        EditError: when the selected clip is not split, or has no such person.
    """
    subject = required(editor, clip=True)
    if not subject.split:
        raise EditError(
            "this clip is not split into layers", "Split it first: then each person has a time of its own"
        )
    found = _person(editor, subject, label or label_in_hand(editor, subject))
    if found is None:
        raise EditError("this object has no layer on the timeline here", "Select a person's clip")
    return found


def label_in_hand(editor: Editor, subject: Subject) -> int:
    """The object of the selected layer, else the one in hand, else the foremost."""
    if subject.label:
        return subject.label
    known = [one.label for one in layers.layers_of(subject.media).objects]
    if not known:
        raise EditError(f"{subject.media.name} has no objects", "Draw a mask on one and track it first")
    return editor.state.label if editor.state.label in known else known[-1]


def playhead_in(editor: Editor, where: TimeRange) -> int:
    """Clip time at the playhead. Raises EditError when it is outside."""
    now = editor.state.playhead
    if now not in where:
        raise EditError("the person does not play at the playhead", "Put the playhead inside the clip")
    return now - where.start


def in_and_out(editor: Editor, where: TimeRange) -> TimeRange | None:
    """The stretch between the in and out points as clip times; None when it holds nothing of the clip."""
    sequence = editor.document.sequence
    if sequence is None or (sequence.in_point is None and sequence.out_point is None):
        return None
    start = where.start if sequence.in_point is None else sequence.in_point
    end = where.end if sequence.out_point is None else sequence.out_point
    found = where.intersection(TimeRange.between(start, max(start, end)))
    return found.shifted(-where.start) if found.duration else None


def name_of(media: Media, label: int) -> str:
    """The object's name, for undo and menus."""
    names = {one.label: one.name for one in (media.layers.objects if media.layers is not None else ())}
    return names.get(label) or tr("object {0}").format(label)


def _shadow(media: Media, label: int) -> Shadow:
    return next((one.shadow for one in layers.layers_of(media).objects if one.label == label), "keep")


def _person(editor: Editor, subject: Subject, label: int) -> Person | None:
    found = people_of(editor.document.project, subject)
    return next((one for one in found if one.label == label), None)
