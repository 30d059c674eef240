"""A film of layers, each on a clock of its own: from a result folder to a project that any export can write.

The stack is that of the folder (core.layers.result): plate, effects from back to front, objects from back to front. An
object and its effect share their time.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from core.errors import MediaError
from core.layers.result import LayersResult, read_layers
from core.media.guard import Guard
from core.media.info import MediaInfo
from core.project.project import LayerFile, Media, Project, new_project
from core.retime.lanes import Lane, Piece, fitted, length_of, map_of
from core.time import TimeRange
from core.timeline.model import Clip, MediaUse, Sequence, Track, new_id

PLATE = 0
"""The plate's number where layers are named by their label."""


def layer_film(folder: Path, lanes: Mapping[int, Lane]) -> Project:
    """A project whose film is the layers of a folder put together, those of `lanes` by label with that time.

    The film lasts as long as the layers, or as the longest lane; what has no more time to show stands still.

    Raises:
        MediaError: when the folder holds no layers, a film of it is missing, or there is no such layer.
    """
    result = read_layers(folder)
    known = {PLATE: "background"} | {one.label: one.name for one in result.objects}
    for label in lanes:
        if label not in known:
            names = ", ".join(f"{number} ({name})" for number, name in known.items())
            raise MediaError(f"there is no layer {label} in {folder}", f"It has {names}")
    stack = _stack(result, folder)
    infos = _probed([folder / file.file for file in stack])
    frames = max([result.frames, *(result.rate.frames_before(length_of(lane)) for lane in lanes.values())])
    length = result.rate.time_of(frames)
    natural: Lane = (Piece(result.rate.time_of(result.frames), 0, result.rate.time_of(result.frames)),)
    project, tracks = new_project(folder.name), []
    for file, info in zip(stack, infos, strict=True):
        label = file.label
        media = Media(new_id(), Path(file.file).stem, str((folder / file.file).absolute()), info, layer=file)
        lane = fitted(lanes.get(label, natural), length)
        whole = TimeRange(0, result.rate.time_of(result.frames))
        clip = Clip(new_id(), media.name, MediaUse(media.id, whole), length, map_of(lane))
        tracks.append(Track(new_id(), "video", media.name, (clip,)))
        project = project.with_media(media)
    return project.with_sequence(
        Sequence(new_id(), folder.name, result.width, result.height, result.rate, tracks=tuple(tracks))
    )


def _stack(result: LayersResult, folder: Path) -> list[LayerFile]:
    """Each layer, bottom to top."""
    take = partial(LayerFile, folder.name, of=folder.name, first=result.first)
    effects = [take(one.effect, part="effect", label=one.label) for one in result.objects if one.effect]
    objects = [take(one.object, part="object", label=one.label) for one in result.objects]
    return [take(result.plate_film, part="plate", label=PLATE), *effects, *objects]


def _probed(paths: list[Path]) -> list[MediaInfo]:
    for path in paths:
        if not path.is_file():
            raise MediaError(f"{path} is not there", "Split the clip into layers again")
    with Guard() as helper:
        return [helper.probe(path) for path in paths]
