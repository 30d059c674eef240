"""What a project file may say of layers; see core.project.checks."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from core.project.names import is_film_name, is_id, is_result_key
from core.project.project import LayerChoice, LayerFile, LayerSet, Media

MOST = 10**9
"""Frames of a media are fewer."""


def believable_layers(media: Media, dropped: Callable[[str], None]) -> LayerSet | None:
    """The layers of a media, or None with a note when they make no sense."""
    layers = media.layers
    if layers is None:
        return None
    known: dict[int, LayerChoice] = {}
    for one in layers.objects:
        if 1 <= one.label <= 255 and one.label not in known:
            known[one.label] = replace(one, name=one.name[:200])
    sane = is_result_key(layers.key) and 0 <= layers.first <= MOST and 0 < layers.frames <= MOST
    if sane and len(known) == len(layers.objects):
        return replace(layers, objects=tuple(known.values()))
    dropped(f"{media.name[:80]}: its layers could not be read; make them again")
    return None


def believable_layer(media: Media, dropped: Callable[[str], None]) -> LayerFile | None:
    """What a media is a layer of, or None with a note when that makes no sense."""
    layer = media.layer
    if layer is None:
        return None
    named = is_result_key(layer.key) and is_film_name(layer.file) and is_id(layer.of)
    if named and 0 <= layer.label <= 255 and 0 <= layer.first <= MOST:
        return layer
    dropped(f"{media.name[:80]}: what it is a layer of could not be read; it is plain media now")
    return None
