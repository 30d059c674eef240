"""Sequences between a project and OpenTimelineIO files: the bin's side of core.timeline.interchange."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from core.files import plain
from core.media.info import AudioInfo, MediaInfo, VideoInfo
from core.project.paths import media_path
from core.project.project import Media, Project
from core.time import TimeRange
from core.timeline.interchange import Imported, MediaPlace, rebound, write_otio
from core.timeline.model import Footage, MediaUse, Sequence, SequenceUse, new_id


def export_otio(
    project: Project, sequence: Sequence, project_file: Path | None, path: Path
) -> tuple[str, ...]:
    """Write a sequence of the project to an .otio file.

    Returns:
        Notes in the user's words on what other programs will not see.

    Raises:
        ProjectError: when the file cannot be written.
    """
    places = {
        media.id: MediaPlace(media_path(project_file, media).absolute(), media.name, media.available)
        for media in project.media
    }
    return write_otio(sequence, path, places, project.sequences)


def unknown_media(project: Project, imported: Imported, project_file: Path | None) -> tuple[Path, ...]:
    """Files that the imported film wants and the bin does not hold; the caller looks into them."""
    known = _by_path(project, project_file)
    return tuple(dict.fromkeys(p.path for p in imported.media.values() if plain(p.path) not in known))


def with_exchange(
    project: Project, imported: Imported, infos: Mapping[Path, MediaInfo], project_file: Path | None
) -> Project:
    """The project with an imported film as its active sequence; a pure function for `document.edit`.

    infos: what is known of the files of `unknown_media`; one that is not there comes into the bin as missing, to be
    relinked. A file of another program says neither size nor sample rate: its first video gives the size.
    """
    known = _by_path(project, project_file)
    films = (*imported.films, imported.sequence)
    uses: dict[str, Footage] = {}
    for wanted, place in imported.media.items():
        media = known.get(plain(place.path))
        if media is None:
            info = infos.get(place.path)
            media = Media(
                new_id(),
                place.path.name,
                str(place.path),
                info or _expected(films, wanted),
                missing=info is None,
            )
            known[plain(place.path)] = media
            project = project.with_media(media)
        uses[wanted] = MediaUse(media.id, media.available)
    taken = {one.id for one in project.sequences}
    for film in films:
        film_id = new_id() if film.id in taken else film.id
        uses[film.id] = SequenceUse(film_id, TimeRange(0, film.duration))
        bound = replace(rebound(film, uses), id=film_id)
        project = project.with_sequence(bound if imported.ours else _sized(bound, project))
    return replace(project, active=film_id)


def _by_path(project: Project, project_file: Path | None) -> dict[Path, Media]:
    return {plain(media_path(project_file, media)): media for media in project.media}


def _expected(films: tuple[Sequence, ...], media_id: str) -> MediaInfo:
    """What a missing file must be like, from how it is used; relinking looks at streams and length."""
    sequence = films[-1]
    uses = (use for film in films for use in film.clips())
    clips = [(track.kind, clip) for track, _, clip in uses if clip.media_id == media_id]
    seen = any(kind == "video" for kind, _ in clips)
    heard = any(kind == "audio" for kind, _ in clips)
    end = max((clip.source_range.end for _, clip in clips), default=0)
    size = (sequence.width, sequence.height)
    return MediaInfo(
        "video" if seen else "audio",
        "",
        max(0, end),
        0,
        "",
        VideoInfo("", *size, *size, sequence.rate) if seen else None,
        AudioInfo("", sequence.sample_rate, 2) if heard else None,
    )


def _sized(sequence: Sequence, project: Project) -> Sequence:
    """The size of the first video that is there."""
    infos = {media.id: media.info for media in project.media if not media.missing}
    for track, _, clip in sequence.clips():
        info = infos.get(clip.media_id or "")
        if track.kind == "video" and info and info.video:
            return replace(sequence, width=info.video.width, height=info.video.height)
    return sequence
