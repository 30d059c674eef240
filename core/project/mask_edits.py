"""Key masks, tracking results, verdicts and objects of a media: pure functions of the document, for `document.edit`.

Masks themselves are drawn by core.masks.draw and kept by core.project.key_masks; here only their names are known.
All raise EditError when the media is not in the bin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from core.errors import EditError
from core.project.project import KeyMask, Media, Project, TrackedObject, TrackedRange, Verdict, first_colour


def with_key_mask(project: Project, media_id: str, frame: int, file: str, label: int = 0) -> Project:
    """The media with the frame's key mask replaced; makes the object `label` when it is new."""
    media = project.require_media(media_id)
    others = [key for key in media.key_masks if key.frame != frame]
    keys = tuple(sorted([*others, KeyMask(frame, file)], key=lambda key: key.frame))
    media = msgspec.structs.replace(media, key_masks=keys)
    return project.with_media(_with_label(media, label) if label else media)


def without_key_mask(project: Project, media_id: str, frame: int) -> Project:
    media = project.require_media(media_id)
    keys = tuple(key for key in media.key_masks if key.frame != frame)
    return project.with_media(msgspec.structs.replace(media, key_masks=keys))


def without_masks(project: Project, media_id: str) -> Project:
    """No key masks, no tracking result and nothing said of it; the objects stay."""
    media = project.require_media(media_id)
    return project.with_media(msgspec.structs.replace(media, key_masks=(), track=None, verdicts=()))


def with_track(project: Project, media_id: str, track: TrackedRange, labels: Iterable[int] = ()) -> Project:
    """The media with a tracking result; the objects in it that nobody knows yet are added."""
    media = msgspec.structs.replace(project.require_media(media_id), track=track)
    return with_objects(project.with_media(media), media_id, labels)


def with_masks(project: Project, media_id: str, files: Mapping[int, str], labels: Iterable[int]) -> Project:
    """Imported masks: several key masks at once, and the objects in them."""
    for frame, file in files.items():
        project = with_key_mask(project, media_id, frame, file)
    return with_objects(project, media_id, labels)


def with_objects(project: Project, media_id: str, labels: Iterable[int]) -> Project:
    """The media with an object of each of these labels; made where there is none."""
    media = project.require_media(media_id)
    for label in labels:
        media = _with_label(media, label)
    return project.with_media(media)


def with_verdict(project: Project, media_id: str, verdict: Verdict) -> Project:
    """What the user says of an appearance now, in place of what was said of it before."""
    media = project.require_media(media_id)
    others = [known for known in media.verdicts if not same_appearance(known, verdict)]
    verdicts = tuple(sorted([*others, verdict], key=lambda known: (known.label, known.frame, known.box)))
    return project.with_media(msgspec.structs.replace(media, verdicts=verdicts))


def without_verdict(project: Project, media_id: str, verdict: Verdict) -> Project:
    """The appearance is left to the program again."""
    media = project.require_media(media_id)
    others = tuple(known for known in media.verdicts if not same_appearance(known, verdict))
    return project.with_media(msgspec.structs.replace(media, verdicts=others))


def same_appearance(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts speak of one appearance: the same object at the same place of a frame."""
    return (one.label, one.frame) == (other.label, other.frame) and _overlap(one.box, other.box) >= 0.5


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    """Intersection over union of two boxes (x, y, width, height)."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(0, width) * max(0, height)
    return shared / max(1, one[2] * one[3] + other[2] * other[3] - shared)


def free_label(media: Media) -> int:
    """The smallest label that no object has.

    Raises:
        EditError: when all 254 are taken.
    """
    taken = {known.label for known in media.objects}
    label = next((label for label in range(1, 255) if label not in taken), 0)
    if not label:
        raise EditError(f"{media.name} has as many objects as there can be", "Remove one first")
    return label


def add_object(project: Project, media_id: str, name: str = "") -> Project:
    media = project.require_media(media_id)
    return project.with_media(_with_label(media, free_label(media), name))


def remove_object(project: Project, media_id: str, label: int) -> Project:
    """Drop an object from the list, with what was said of it; masks are left as they are."""
    media = project.require_media(media_id)
    objects = tuple(known for known in media.objects if known.label != label)
    verdicts = tuple(known for known in media.verdicts if known.label != label)
    return project.with_media(msgspec.structs.replace(media, objects=objects, verdicts=verdicts))


def change_object(
    project: Project,
    media_id: str,
    label: int,
    *,
    name: str | None = None,
    colour: str | None = None,
    visible: bool | None = None,
    locked: bool | None = None,
) -> Project:
    """Rename, recolour, hide or show, lock or unlock an object."""
    given = {"name": name, "colour": colour, "visible": visible, "locked": locked}
    changes = {key: value for key, value in given.items() if value is not None}
    media = project.require_media(media_id)
    objects = tuple(
        msgspec.structs.replace(known, **changes) if known.label == label else known
        for known in media.objects
    )
    return project.with_media(msgspec.structs.replace(media, objects=objects))


def _with_label(media: Media, label: int, name: str = "") -> Media:
    """The media with an object of that label, made when there is none."""
    if any(known.label == label for known in media.objects):
        return media
    colour = first_colour(label)
    made = TrackedObject(label, name or f"Object {label}", colour)
    objects = tuple(sorted([*media.objects, made], key=lambda known: known.label))
    return msgspec.structs.replace(media, objects=objects)
