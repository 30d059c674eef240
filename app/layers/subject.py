"""What the layer commands are about: the selected clip and the media behind it."""

from __future__ import annotations

from dataclasses import dataclass

from app.editor import Editor
from core.errors import EditError
from core.project import layer_edits, shadows
from core.project.layers import layer_of, taken_from
from core.project.project import LayerSet, Media, Project, Shadow
from core.time import TimeRange
from core.timeline.model import Clip


@dataclass(frozen=True)
class Subject:
    """What the Layers panel is about.

    media: what is or can be taken apart.
    clip: id of the selected clip of it, or of one of its layers on the timeline; empty when none is selected.
    label: the object that this layer shows, 0 for none or the plate.
    split: whether the clip is a layer already.
    """

    media: Media
    clip: str = ""
    label: int = 0
    split: bool = False


@dataclass(frozen=True)
class Person:
    """An object's layers on the timeline: the clip of the object, and that of its shadow if there is one."""

    label: int
    thing: Clip
    where: TimeRange
    effect: Clip | None = None


def subject_of(editor: Editor) -> Subject | None:
    """The media of the selected clip; else the one in the mask view, the one selected in the bin, or the only one."""
    project, state = editor.document.project, editor.state
    found = _of_selection(project, state.selection)
    if found is not None:
        return found
    names = [state.media] if state.view == "media" else sorted(state.bin_selection)
    for name in names:
        media = project.known_media(name)
        if media is not None and media.info.video is not None:
            return Subject(taken_from(project, media)[0])
    films = [one for one in project.media if one.layer is None and one.info.video is not None]
    return Subject(films[0]) if len(films) == 1 else None


def _of_selection(project: Project, selection: frozenset[str]) -> Subject | None:
    sequence = project.sequence
    if sequence is None:
        return None
    known = {media.id: media for media in project.media}
    chosen = (
        track.spots[name][2]
        for track in (reversed(sequence.tracks) if selection else ())
        if track.kind == "video"
        for name in filter(selection.__contains__, reversed(track.spots))
    )
    for clip in chosen:
        media = known.get(clip.media_id or "")
        if media is not None and media.info.video is not None:
            label = media.layer.label if media.layer is not None else 0
            return Subject(taken_from(project, media)[0], clip.id, label, media.layer is not None)
    return None


def required(editor: Editor, *, clip: bool = False, layers: bool = False) -> Subject:
    """The subject. Raises EditError when there is none, or it lacks what is asked for."""
    found = subject_of(editor)
    if found is None or (clip and not found.clip):
        raise EditError("no clip is selected", "Click a clip of a film on the timeline")
    if layers and found.media.layers is None:
        raise EditError(f"{found.media.name} has no layers yet", "Make them in the Layers panel first")
    return found


def people_of(project: Project, subject: Subject) -> tuple[Person, ...]:
    """The objects of a split clip, back to front; none when it is not split."""
    if not subject.split or subject.media.layers is None:
        return ()
    group = layer_edits.layers_on(project, subject.clip)
    link = next((clip.link for _, _, clip in group if clip.id == subject.clip), "")
    found = []
    for choice in subject.media.layers.objects:
        mine = {}
        for _, where, clip in sorted(group, key=lambda one: one[2].link == link and bool(link)):
            layer = layer_of(project, clip)
            if layer is not None and layer.label == choice.label:
                mine[layer.part] = (where, clip)  # of several copies the selected one, else the foremost
        if "object" in mine:
            where, thing = mine["object"]
            found.append(Person(choice.label, thing, where, mine["effect"][1] if "effect" in mine else None))
    return tuple(found)


def shown(layers: LayerSet, people: tuple[Person, ...]) -> dict[int, tuple[bool, Shadow]]:
    """Whether each object is seen and what its shadow does: as its clips say, else as was chosen for a split."""
    clips = {person.label: person for person in people}
    found: dict[int, tuple[bool, Shadow]] = {}
    for choice in layers.objects:
        person = clips.get(choice.label)
        if person is None:
            found[choice.label] = (choice.visible, choice.shadow)
            continue
        shadow: Shadow = "drop" if person.effect is None else shadows.shadow_of(person.effect)
        found[choice.label] = (person.thing.enabled, shadow if person.thing.enabled else choice.shadow)
    return found
