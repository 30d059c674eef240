"""The films of a layers result as media of the bin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from core.layers.result import LayersResult, read_layers
from core.media.info import MediaInfo
from core.project.layers import layer_media, layers_of
from core.project.paths import results_folder
from core.project.project import LayerFile, LayerPart, Media


def films_of(data: Path, media: Media, look: Callable[[Path], MediaInfo]) -> tuple[Media, ...]:
    """The films of a media's layers, plate first, then effect and object of each from back to front; slow.

    Args:
        data: the data folder that the result lies in.
        look: says what is in a file, such as core.media.probe.probe.

    Raises:
        EditError: when the media has no layers.
        MediaError: when the result is gone or a film of it cannot be read.
    """
    folder = results_folder(data) / layers_of(media).key
    return tuple(
        layer_media(data, media, layer, name, look(folder / layer.file))
        for layer, name in _files(media, read_layers(folder))
    )


def _files(media: Media, found: LayersResult) -> Iterator[tuple[LayerFile, str]]:
    """Each film with the name of its object."""
    chosen = layers_of(media)
    yield LayerFile(chosen.key, found.plate_film, media.id, "plate", first=chosen.first), media.name
    for one in found.objects:
        parts: tuple[tuple[LayerPart, str], ...] = (("effect", one.effect), ("object", one.object))
        for part, file in parts:
            if file:
                yield LayerFile(chosen.key, file, media.id, part, one.label, chosen.first), one.name
