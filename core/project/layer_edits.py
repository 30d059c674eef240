"""Layers on the timeline: split a clip into them, take an object out, put something behind a person.

Pure functions from project to project, each one undo step. Where a clip of a media with layers stands, a split puts

    object, front        on tracks of their own directly above
    object, back
    shadow of each       black with alpha: falls on whatever lies below it
    plate                in the clip's own place, linked to its sound as the clip was

An object and its shadow are linked with each other and not with the rest, so that moving, retiming or deleting a
person takes the shadow along and leaves the scene alone. All keep the clip's time map, transform and effects.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from core.errors import EditError
from core.project.layers import film_of, layer_of, layers_of, with_films
from core.project.project import LayerChoice, LayerPart, Media, Project
from core.project.shadows import shadow_fields
from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline import edits
from core.timeline.effects import CLIP_PARAMETERS, new_effect
from core.timeline.keyframes import later
from core.timeline.model import Clip, MatteUse, MediaUse, Sequence, Title, Track, new_id

REPAIR_GROW = 4.0
"""Pixels by which the clean background reaches beyond an object that was taken out."""
REPAIR_FEATHER = 4.0
"""Pixels of the softness of its edge."""
MORE = TICKS_PER_SECOND // 2
"""A clip may go on this much longer than its layers, where sound outlasts the picture: the last frame stands."""


def split(project: Project, clip_id: str, films: Iterable[Media] = ()) -> Project:
    """Put the layers of a clip in its place.

    Args:
        films: the layers as media (core.project.layers.layer_media); those that the bin lacks are added to it.

    Raises:
        EditError: when the clip shows no media with layers, they do not cover it, or its track is locked.
    """
    project = with_films(project, films)
    sequence, track, where, clip = _find(project, clip_id)
    media = _source(project, clip)
    gone = removed(project, clip)  # stays out of the picture: its layers are there, switched off
    if gone:
        sequence = edits.lift(sequence, [one.id for one in _repairs_of(project, clip)], linked=False)
    plate = _as_layer(project, clip, media, "plate", 0)
    sequence = edits.set_clip(
        sequence, clip_id, name=plate.name, content=plate.content, time_map=plate.time_map,
        effects=plate.effects, **{one.name: getattr(plate, one.name) for one in CLIP_PARAMETERS},
    )  # fmt: skip
    choices = [
        replace(one, visible=one.visible and one.label not in gone) for one in layers_of(media).objects
    ]
    people = [(choice, _person(project, clip, media, choice)) for choice in choices]
    stack = [effect for _, (effect, _) in people if effect is not None]
    stack += [thing for _, (_, thing) in people]
    return project.with_sequence(_laid(sequence, track.id, where.start, stack))


def remove_object(project: Project, clip_id: str, label: int, films: Iterable[Media] = ()) -> Project:
    """Take an object out of a clip, with its shadow. The clip stays, every pixel that the object did not touch with it;
    above it comes the clean background, only where the object or its shadow showed, and there the other objects.

    Of a clip that was split already, the layers of the object are taken away.

    Raises:
        EditError: as `split`, or when the layers have no such object.
    """
    project = with_films(project, films)
    sequence, track, where, clip = _find(project, clip_id)
    if layer_of(project, clip) is not None:
        return project.with_sequence(edits.lift(sequence, person(project, clip_id, label), linked=False))
    media = _source(project, clip)
    gone = removed(project, clip) | {label}
    choice = next((one for one in layers_of(media).objects if one.label == label), None)
    if choice is None:
        raise EditError("this object has no layer", "Make the layers again, with the object chosen")
    link = clip.link or new_id()
    kept = [one for one in layers_of(media).objects if one.label not in gone]
    patch = _as_layer(project, clip, media, "plate", 0)
    stack = [replace(patch, name=f"{clip.name} without {choice.name}")]
    for part in ("effect", "object"):
        stack += [_as_layer(project, clip, media, part, one.label) for one in kept
                  if film_of(project, media, part, one.label) is not None]  # fmt: skip
    use = MatteUse(label, grow=REPAIR_GROW, feather=REPAIR_FEATHER, layer=True)
    stack = [replace(one, link=link, effects=(*one.effects, new_effect("cutout", use))) for one in stack]
    if not clip.link:
        sequence = edits.set_clip(sequence, clip_id, link=link)
    below = [above.id for above, _, one in sequence.clips() if one.link == link and _repairs(one)]
    return project.with_sequence(_laid(sequence, [track.id, *below][-1], where.start, stack))


def restore_object(project: Project, clip_id: str, label: int) -> Project:
    """Put back an object that was taken out of a clip: what lies over the clip for it goes.

    Raises:
        EditError: when the object was not taken out, or a track is locked.
    """
    sequence, _, _, clip = _find(project, clip_id)
    mine = [one.id for one in _repairs_of(project, clip) if label in _repaired(one)]
    if not mine:
        raise EditError("this object was not taken out of the clip", "Select the clip it was taken out of")
    return project.with_sequence(edits.lift(sequence, mine, linked=False))


def insert_between(
    project: Project,
    clip_id: str,
    thing: Clip | str,
    label: int,
    films: Iterable[Media] = (),
) -> Project:
    """Put something behind an object and all that is before it, and in front of the rest: shadows fall on it.

        object, front            object `label` and those before it
        shadows of these
        thing
        objects and shadows behind `label`, plate

    Args:
        clip_id: the clip, or any layer of it when it is split already.
        thing: a new clip that starts with it, or the id of a clip on the timeline, which comes from where it is.

    Raises:
        EditError: as `split`, or when the thing is one of the layers.
    """
    project = with_films(project, films)
    _, _, _, clip = _find(project, clip_id)
    if clip.media_id and layer_of(project, clip) is None:
        project = split(project, clip_id)
    sequence, track, where, plate = _plate_of(project, clip_id)
    media = _taken_apart(project, plate)
    group = layers_on(project, clip_id)
    at, placed = _thing(sequence, thing, {one.id for _, _, one in group}, where.start)
    order = [choice.label for choice in layers_of(media).objects]
    if label not in order:
        raise EditError("this object has no layer", "Make the layers again, with the object chosen")
    behind = set(order[: order.index(label)])
    rank = {"effect": 0, "object": 1}
    layers = [(span.start, one) for _, span, one in group if _part(project, one)[0] != "plate"]

    def place(pair: tuple[int, Clip]) -> tuple[bool, int, int]:
        part, number = _part(project, pair[1])
        return number not in behind, rank[part], order.index(number) if number in order else -1

    layers.sort(key=place)
    cut = sum(1 for pair in layers if not place(pair)[0])
    moved = {one.id for _, one in layers} | ({thing} if isinstance(thing, str) else set())
    sequence = edits.lift(sequence, moved, linked=False)
    stack = [*layers[:cut], (at, placed), *layers[cut:]]
    return project.with_sequence(_stacked(sequence, track.id, stack))


def _thing(sequence: Sequence, thing: Clip | str, group: set[str], start: int) -> tuple[int, Clip]:
    """What goes between the layers `group`, and when it starts: a new clip at `start`, one of the timeline where it
    is."""
    if not isinstance(thing, str):
        return start, thing
    if thing in group:
        raise EditError("a layer cannot go behind itself", "Select a title or another clip too")
    _, where, clip = sequence.require(thing)
    return where.start, clip


def reordered(project: Project, clip_id: str) -> Project:
    """The layers of a split clip on their tracks again, in the order that its media's layers have by now.

    Raises:
        EditError: when a track is locked.
    """
    sequence, _, _, plate = _plate_of(project, clip_id)
    order = [choice.label for choice in layers_of(_taken_apart(project, plate)).objects]
    for part in ("effect", "object"):
        group = [(track.id, where.start, one) for track, where, one in layers_on(project, clip_id)
                 if _part(project, one)[0] == part and _part(project, one)[1] in order]  # fmt: skip
        ordered = sorted(group, key=lambda found: order.index(_part(project, found[2])[1]))
        if not group or ordered == group:
            continue
        sequence = edits.lift(sequence, {one.id for _, _, one in group}, linked=False)
        for (track_id, _, _), (_, start, one) in zip(group, ordered, strict=True):
            sequence = edits.overwrite(sequence, start, {track_id: one})
    return project.with_sequence(sequence)


# Looking


def layers_on(project: Project, clip_id: str) -> list[tuple[Track, TimeRange, Clip]]:
    """All layers of the split that a clip is part of, bottom to top: those of the same result
    that play while it does."""
    sequence, _, where, clip = _find(project, clip_id)
    layer = layer_of(project, clip)
    if layer is None:
        return []
    keys = {one.id for one in project.media if one.layer is not None and one.layer.key == layer.key}
    return [(track, span, one) for track, span, one in sequence.clips()
            if one.media_id in keys and span.overlaps(where) and not _repairs(one)]  # fmt: skip


def plate_on(project: Project, clip_id: str) -> tuple[TimeRange, Clip] | None:
    """The background of the split that a clip is part of, with its record range; None when there is none."""
    for _, where, one in layers_on(project, clip_id):
        if _part(project, one)[0] == "plate":
            return where, one
    return None


def person(project: Project, clip_id: str, label: int) -> list[str]:
    """Ids of the clips of an object, its shadow first, in the split that a clip is part of.

    Raises:
        EditError: when there are none.
    """
    found = [one.id for _, _, one in layers_on(project, clip_id) if _part(project, one)[1] == label]
    if not found:
        raise EditError("this object has no layer on the timeline here", "Split the clip into layers first")
    return found


def _find(project: Project, clip_id: str) -> tuple[Sequence, Track, TimeRange, Clip]:
    sequence = project.sequence
    if sequence is None:
        raise EditError("there is no film yet", "Put a clip on the timeline first")
    return (sequence, *sequence.require(clip_id))


def _source(project: Project, clip: Clip) -> Media:
    """The media with layers that a clip shows."""
    if clip.media_id is None:
        raise EditError(f"{clip.name or 'the clip'} shows no media", "Select a clip of a film")
    media = project.find_media(clip.media_id)
    if media.layer is not None:
        raise EditError(f"{clip.name or 'the clip'} is a layer already", "Select a clip of the whole picture")
    layers_of(media)
    return media


def _part(project: Project, clip: Clip) -> tuple[LayerPart, int]:
    layer = layer_of(project, clip)
    assert layer is not None, "only layers are asked"
    return layer.part, layer.label


def _plate_of(project: Project, clip_id: str) -> tuple[Sequence, Track, TimeRange, Clip]:
    """The plate of the split that a clip is part of, or the lowest of its layers."""
    sequence = _find(project, clip_id)[0]
    group = layers_on(project, clip_id)
    if not group:
        raise EditError("this clip is no layer", "Split the clip into layers first")
    plates = [found for found in group if _part(project, found[2])[0] == "plate"]
    return (sequence, *(plates or group)[0])


def _taken_apart(project: Project, clip: Clip) -> Media:
    """The media that a layer on the timeline comes from."""
    layer = layer_of(project, clip)
    try:
        return project.find_media(layer.of if layer is not None else "")
    except KeyError:
        raise EditError("the clip that was taken apart is not in the bin", "Undo brings it back") from None


def _repairs(clip: Clip) -> bool:
    """Whether it shows only where something was taken out."""
    return any(effect.matte is not None and effect.matte.layer for effect in clip.effects)


def removed(project: Project, clip: Clip) -> set[int]:
    """Labels of the objects that were taken out of a clip."""
    return {label for one in _repairs_of(project, clip) for label in _repaired(one)}


def _repairs_of(project: Project, clip: Clip) -> list[Clip]:
    """What lies over a clip in the place of objects that were taken out of it."""
    found = project.sequence.clips() if project.sequence is not None and clip.link else ()
    return [one for _, _, one in found if one.link == clip.link and one.id != clip.id and _repairs(one)]


def _repaired(clip: Clip) -> set[int]:
    """Labels of the objects in whose place a clip shows."""
    return {effect.matte.label for effect in clip.effects if effect.matte is not None and effect.matte.layer}


# Making


def _person(project: Project, clip: Clip, media: Media, choice: LayerChoice) -> tuple[Clip | None, Clip]:
    """Effect and object of one person, linked; no effect where there is no film of it."""
    link = new_id()
    hidden = {} if choice.visible else {"enabled": False}
    thing = replace(_as_layer(project, clip, media, "object", choice.label), link=link, **hidden)
    if film_of(project, media, "effect", choice.label) is None:
        return None, replace(thing, link="")
    effect = _as_layer(project, clip, media, "effect", choice.label)
    fields = shadow_fields(effect, choice.shadow) | hidden if choice.shadow != "keep" else hidden
    return replace(effect, link=link, **fields), thing


def _as_layer(project: Project, clip: Clip, media: Media, part: LayerPart, label: int) -> Clip:
    """A clip that shows a layer as `clip` shows the whole: same length, same moments, same place."""
    film = film_of(project, media, part, label)
    if film is None:
        raise EditError(f"a layer of {media.name} is not in the bin", "Make the layers again")
    video = media.info.video
    assert video is not None, "what has layers has a picture"
    offset = video.start + video.rate.time_of(layers_of(media).first)
    moved = replace(
        later(clip, -offset),
        id=new_id(),
        name=film.name,
        time_map=clip.time_map.slipped(-offset),
        link="",
        gain=0.0,
        transition=None if part != "plate" else clip.transition,
    )
    if part != "plate" and clip.transition is not None and clip.transition.after:
        moved = replace(moved, transition=replace(clip.transition, before=0))
    return replace(moved, content=MediaUse(film.id, _available(media, film, moved)))


def _available(media: Media, film: Media, clip: Clip) -> TimeRange | None:
    """The layer's own range, made a little longer where the clip plays on after its last frame."""
    known, used = film.available, clip.source_range
    if known is None or known.covers(used):
        return known
    if used.start < known.start or used.end > known.end + MORE:
        raise EditError(
            f"the layers of {media.name} do not cover all that the clip shows",
            "Trim the clip, or make the layers for the whole of it",
        )
    return TimeRange.between(known.start, used.end)


def _laid(sequence: Sequence, track_id: str, start: int, clips: Iterable[Clip]) -> Sequence:
    return _stacked(sequence, track_id, [(start, clip) for clip in clips])


def _stacked(sequence: Sequence, track_id: str, stack: Iterable[tuple[int, Clip]]) -> Sequence:
    """Clips on tracks above one, bottom to top: on those that are free as far as nothing lies between, then on new
    ones."""
    below = track_id
    for start, clip in stack:
        place = next(place for place, track in enumerate(sequence.tracks) if track.id == below) + 1
        above = sequence.tracks[place] if place < len(sequence.tracks) else None
        if above is None or not _is_free(above, TimeRange(start, clip.duration)):
            above_id = new_id()
            sequence = edits.add_track(sequence, "video", track_id=above_id, index=place)
        else:
            above_id = above.id
        sequence = edits.overwrite(sequence, start, {above_id: clip})
        below = above_id
    return sequence


def _is_free(track: Track, span: TimeRange) -> bool:
    if track.kind != "video" or track.locked or track.muted:
        return False
    return not any(where.overlaps(span) for where, _ in track.clips())


def title_for(clip: Clip, text: str) -> Clip:
    """A title as long as a clip, to be put behind something in it."""
    return Clip(new_id(), text, Title(text, y=0.45, size=0.2), clip.duration)
