"""The job that makes a film's pictures between frames beforehand: then slowed clips play
smoothly, as they are exported.

Every frame of the film that shows a made picture of one of the clips is asked of the export's own source of
pictures, at the size that an export composes, and kept (core.media.made). What is there already is not made again,
so a cancelled job goes on where it was, and after an edit only new moments are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ProjectError
from core.job import Progress, require_disk, require_there
from core.media.made import made_folder, made_path, write_made
from core.project.snapshot import project_of
from core.render.between import place
from core.render.compositor import raster_of, wanted_size
from core.render.export_sources import ExportResolver
from core.render.plan import Layer, visuals
from core.timeline.model import Clip, MediaUse
from core.timeline.model import Sequence as Film

_BYTES_PER_PIXEL = 2
"""About, of a picture on the disk."""


@dataclass(frozen=True)
class _Wanted:
    """A picture that the film shows: of `clip`, at part `t` of the way from frame `index`.

    size: as the compositor asks for it, None the media's own.
    path: where it is kept.
    """

    clip: Clip
    index: int
    t: float
    size: tuple[int, int] | None
    path: Path


def smooth(
    out: Path,
    *,
    project: dict[str, Any],
    project_file: str,
    data: str,
    clips: Sequence[str] = (),
    sequence: str = "",
) -> Iterator[Progress]:
    """Make the pictures between frames of a sequence, into the project's data folder.

    Args:
        out: not written to; the job interface hands it over.
        project, project_file, data: see core.project.snapshot.
        clips: ids of the clips; all that go along the motion when empty.
        sequence: id of the sequence; empty for the active one.

    Yields progress with the fields "made" and "known": pictures made by now, and those that were there already.

    Raises:
        ProjectError: the project cannot be read, or shows no such pictures.
        MediaError: media is missing or damaged.
        OutOfDisk, OutOfMemory: there is too little of it.
        JobError: the data folder goes away meanwhile.
    """
    document = project_of(project)
    film = next((one for one in document.sequences if one.id == (sequence or document.active)), None)
    if film is None:
        raise ProjectError("there is no film to make smooth", "Put a slowed clip on the timeline first")
    resolver = ExportResolver(document, film, Path(project_file) if project_file else None, Path(data))
    try:
        wanted = pictures_of(film, resolver, Path(data), frozenset(clips))
        if not wanted:
            raise ProjectError(
                "no clip shows pictures between frames",
                "Slow a clip down and let it go along the motion (Clip > Frames in between)",
            )
        yield from _make(wanted, resolver, Path(data))
    finally:
        resolver.close()


def pictures_of(film: Film, resolver: ExportResolver, data: Path, clips: frozenset[str]) -> list[_Wanted]:
    """Every picture that the film's frames show between frames of those clips, once each, in the order of the film."""
    found: dict[Path, _Wanted] = {}
    raster = raster_of(film)
    for number in range(film.frame_count):
        for visual in visuals(film, film.rate.time_of(number)):
            for layer in (visual.earlier, visual.layer):
                if layer is None or not _counts(layer, clips, resolver):
                    continue
                source = resolver.source(layer.clip)
                index, t = place(layer, source)
                if t:
                    size = wanted_size(layer.clip, source, raster)
                    folder = made_folder(data, resolver.media(layer.clip).info.seen)
                    path = made_path(folder, index, t, size or (source.width, source.height))
                    found.setdefault(path, _Wanted(layer.clip, index, t, size, path))
    return list(found.values())


def _counts(layer: Layer, clips: frozenset[str], resolver: ExportResolver) -> bool:
    clip = layer.clip
    chosen = not clips or clip.id in clips
    return chosen and isinstance(clip.content, MediaUse) and resolver.keeps_made(clip)


def _make(wanted: list[_Wanted], resolver: ExportResolver, data: Path) -> Iterator[Progress]:
    missing = [one for one in wanted if not one.path.exists()]
    known, count = len(wanted) - len(missing), len(wanted)
    if missing:
        source = resolver.source(missing[0].clip)
        width, height = missing[0].size or (source.width, source.height)
        require_disk(data, len(missing) * width * height * _BYTES_PER_PIXEL)
    yield Progress(known, count, "Making pictures", fields={"made": 0, "known": known})
    for number, one in enumerate(missing, 1):
        require_there(data)  # else a stray folder would be made where it was
        write_made(one.path, resolver.between(one.clip, one.index, one.t, one.size))
        fields = {"made": number, "known": known}
        yield Progress(known + number, count, "Making pictures", str(one.path), fields)
