"""The job "retime": a film of layers with clocks of their own, written in parts, so that interrupted work goes on.

A long film is put together a stretch at a time, each a lossless film of its own in the job's folder; those that are
there are whole and are not made again. At the end they are joined into the film that was asked for. A short one is
written at once. Which films make up a frame: core.retime.layer_film.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from core.files import write_atomic
from core.job import Progress
from core.media.guard import Guard
from core.project.project import Media, Project, new_project
from core.project.snapshot import snapshot
from core.render.export import export
from core.retime.lanes import Lane, Piece
from core.retime.layer_film import layer_film
from core.time import TimeRange
from core.timeline.model import Clip, MediaUse, Track, new_id
from core.timeline.model import Sequence as Film
from core.timeline.time_map import Linear

PART = 100
"""Frames of a part; up to one and a half of them are written at once."""
WHOLE = "film.json"
"""In the job's folder, when the film is written: `Written`."""
JOINING = 0.2
"""Of all the work, putting the parts together."""
_LOSSLESS = "ffv1"


class Written(msgspec.Struct, frozen=True):
    """What the job "retime" has written.

    files: what was written.
    notes: what the user should know.
    frames: of the film.
    """

    files: tuple[str, ...]
    notes: tuple[str, ...]
    frames: int


def retime(
    out: Path,
    *,
    folder: str,
    lanes: Mapping[str, Sequence[Sequence[int]]],
    preset: str,
    path: str,
    part: int = PART,
) -> Iterator[Progress]:
    """Write the film of a layers folder to `path`.

    Args:
        out: the job's folder; parts that an interrupted run left there are taken over.
        lanes: label (as text) to its time, pieces of (length, first, rise) in ticks; others keep theirs.
        preset: a name of core.render.presets.

    Raises:
        MediaError: when the layers cannot be read or the film cannot be written. OutOfDisk.
    """
    project = layer_film(Path(folder), {int(label): lane_from(pieces) for label, pieces in lanes.items()})
    film = project.sequence
    assert film is not None, "a film of layers has a sequence"
    notes: list[str] = []
    start = 0.0
    if film.frame_count > part + part // 2:
        spans = [(first, min(first + part, film.frame_count)) for first in range(0, film.frame_count, part)]
        for first, end in spans:
            yield from _part(project, film, out / _name(first), first, end, notes)
        project, start = joined(film, out, spans), 1 - JOINING
    said: dict[str, Any] = {}
    for step in export(out, **snapshot(project), preset=preset, path=path):
        said.update(step.fields)
        yield Progress(start + (1 - start) * step.part, 1, step.message, step.preview)
    notes += [note for note in said["notes"] if note not in notes]
    made = Written(tuple(said["files"]), tuple(notes), film.frame_count)
    write_atomic(out / WHOLE, msgspec.json.encode(made))
    for each in out.glob("part_*.mkv"):
        each.unlink()


def read_written(folder: Path) -> Written:
    """What the job says of its film. Raises OSError or msgspec.MsgspecError when it is not there."""
    return msgspec.json.decode((folder / WHOLE).read_bytes(), type=Written)


def lane_from(pieces: Sequence[Sequence[int]]) -> Lane:
    """The lane that `pieces` describe."""
    return tuple(Piece(*(int(value) for value in piece)) for piece in pieces)


def joined(film: Film, folder: Path, spans: Sequence[tuple[int, int]]) -> Project:
    """A project whose film is the parts, one after another; spans: their frames in it, half-open."""
    project, clips = new_project(film.name), []
    paths = [folder / _name(first) for first, _ in spans]
    with Guard() as helper:
        infos = [helper.probe(path) for path in paths]
    for (first, end), path, info in zip(spans, paths, infos, strict=True):
        media = Media(new_id(), path.stem, str(path.absolute()), info)
        length = film.rate.time_of(end) - film.rate.time_of(first)
        start = info.video.start if info.video is not None else 0
        use = MediaUse(media.id, TimeRange(start, length))
        clips.append(Clip(new_id(), media.name, use, length, Linear(start)))
        project = project.with_media(media)
    track = Track(new_id(), "video", "V1", tuple(clips))
    return project.with_sequence(
        Film(new_id(), film.name, film.width, film.height, film.rate, tracks=(track,))
    )


def _name(first: int) -> str:
    return f"part_{first:06d}.mkv"


def _part(
    project: Project, film: Film, target: Path, first: int, end: int, notes: list[str]
) -> Iterator[Progress]:
    """One part, frames first to end (half-open), unless it is there."""
    if target.is_file():
        return
    steps = export(
        target.parent, **snapshot(project), preset=_LOSSLESS, path=str(target), first=first, last=end - 1
    )
    for step in steps:
        notes += [note for note in step.fields.get("notes", ()) if note not in notes]
        done = (first + step.part * (end - first)) / film.frame_count
        yield Progress((1 - JOINING) * done, 1, "Putting the layers together", step.preview)
