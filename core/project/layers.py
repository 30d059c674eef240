"""The layers of a media in the project: what a result becomes in the document, and the layers as media of the bin.

Pure functions on the frozen project, for `document.edit`. What they do on the timeline: core.project.layer_edits.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from core.errors import EditError
from core.media.info import MediaInfo
from core.project.paths import layer_path
from core.project.project import (
    LayerChoice,
    LayerFile,
    LayerPart,
    LayerSet,
    Media,
    Project,
    Shadow,
)
from core.timeline.model import Clip, new_id

_PARTS: dict[LayerPart, str] = {"plate": "background", "effect": "shadow", "object": ""}


def layer_media(data: Path, of: Media, layer: LayerFile, name: str, info: MediaInfo) -> Media:
    """One layer as media of the bin.

    Args:
        data: the data folder that the result lies in.
        of: the media that was taken apart.
        name: of the object; the plate is named after `of`.
        info: what `core.media.probe.probe` says of the film.
    """
    words = " ".join(
        filter(None, (Path(of.name).stem if layer.part == "plate" else name, _PARTS[layer.part]))
    )
    return Media(new_id(), words, str(layer_path(data, layer).absolute()), info, layer=layer)


def layer_of(project: Project, clip: Clip) -> LayerFile | None:
    """The layer that a clip shows; None for a clip of anything else."""
    media = project.known_media(clip.media_id)
    return media.layer if media is not None else None


def taken_from(project: Project, media: Media) -> tuple[Media, int]:
    """Whose masks a media is about, and which of its frames this one's frame 0 is: the media that a layer was taken
    from, while that is in the bin; else the media itself.
    """
    known = project.known_media(media.layer.of) if media.layer is not None else None
    return (known, media.layer.first) if known is not None and media.layer is not None else (media, 0)


def layers_of(media: Media) -> LayerSet:
    """Raises EditError when the media has not been taken apart."""
    if media.layers is None:
        raise EditError(f"{media.name} has no layers yet", "Make them in the Layers panel first")
    return media.layers


def with_layers(project: Project, media_id: str, layers: LayerSet) -> Project:
    """The project with a result as the layers of a media; what was chosen for its objects before stays.

    Raises:
        EditError: when the media is not in the bin any more.
    """
    media = project.require_media(media_id)
    known = {one.label: one for one in media.layers.objects} if media.layers is not None else {}
    objects = tuple(replace(known[one.label], name=one.name) if one.label in known else one
                    for one in layers.objects)  # fmt: skip
    return project.with_media(replace(media, layers=replace(layers, objects=objects)))


def with_choice(
    project: Project, media_id: str, label: int, *, visible: bool | None = None, shadow: Shadow | None = None
) -> Project:
    """The project with another choice for an object of a media's layers; None leaves a value as it is.

    Raises:
        EditError: when there is no such media, or no such object among its layers.
    """
    media = project.require_media(media_id)
    layers = layers_of(media)
    old = _choice(layers, label)
    new = replace(
        old,
        visible=old.visible if visible is None else visible,
        shadow=old.shadow if shadow is None else shadow,
    )
    objects = tuple(new if one is old else one for one in layers.objects)
    return project.with_media(replace(media, layers=replace(layers, objects=objects)))


def with_order(project: Project, media_id: str, label: int, by: int) -> Project:
    """The project with an object `by` places nearer to the viewer (negative: further away), at most to the end.

    Raises:
        EditError: as `with_choice`.
    """
    media = project.require_media(media_id)
    layers = layers_of(media)
    choice = _choice(layers, label)
    objects = list(layers.objects)
    place = objects.index(choice)
    objects.remove(choice)
    objects.insert(min(max(place + by, 0), len(objects)), choice)
    return project.with_media(replace(media, layers=replace(layers, objects=tuple(objects))))


def with_films(project: Project, films: Iterable[Media]) -> Project:
    """The project with the layers that its bin does not have yet."""
    known = {(one.layer.key, one.layer.file) for one in project.media if one.layer is not None}
    new = tuple(
        one for one in films if one.layer is not None and (one.layer.key, one.layer.file) not in known
    )
    return replace(project, media=(*project.media, *new)) if new else project


def film_of(project: Project, media: Media, part: LayerPart, label: int = 0) -> Media | None:
    """The media of the bin that is a layer of `media`, made by the result it has now; None when there is none."""
    key = layers_of(media).key
    for one in project.media:
        layer = one.layer
        if layer is not None and (layer.key, layer.part, layer.label) == (key, part, label):
            return one
    return None


def _choice(layers: LayerSet, label: int) -> LayerChoice:
    for one in layers.objects:
        if one.label == label:
            return one
    raise EditError("this object has no layer", "Make the layers again, with the object chosen")
