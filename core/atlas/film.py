"""A film with painted atlases: from an atlas folder and edited pictures to a project that any export can write."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from core.errors import MediaError
from core.media.atlas_files import AtlasObject
from core.media.atlases import AtlasClip, edit_of, open_atlas
from core.media.guard import safe_probe
from core.media.info import MediaInfo
from core.media.reader import open_source
from core.project.atlas_edits import new_edit
from core.project.atlas_kinds import AtlasEdit
from core.project.atlas_pictures import load_rgba, write_picture
from core.project.paths import results_folder
from core.project.project import Media, Project, new_project
from core.time import TimeRange
from core.timeline import edits
from core.timeline.model import MediaUse, new_id, new_sequence

RESULT = "atlas"
"""The key that the film's project knows the folder by."""


def edited_film(folder: Path, painted: Mapping[str, Path], data: Path, clip: Path | None = None) -> Project:
    """A project whose film is the clip of an atlas folder with edits.

    Args:
        painted: the name of an atlas, such as atlas_01 or atlas_bg, or of a page, such as atlas_01_p02, to a picture of
            its size: the whole of it painted over, or a transparent layer.
        data: the project's data folder; what export reads of the edits is put there.
        clip: the clip itself, when it is no longer where it was.

    Raises:
        MediaError: when the folder, a picture or the clip cannot be used, or an edit changes nothing.
    """
    atlas = open_atlas(folder)
    layers = tuple(_edit(atlas, data, name, path) for name, path in painted.items())
    path = clip or Path(atlas.index.clip)
    if not path.exists() or path == Path():
        raise MediaError(f"the clip {path} is not where it was", "Say with --clip where it is now")
    info = safe_probe(path)
    start = _start(atlas, path, info)
    _link(folder, results_folder(data) / RESULT)
    media = Media(new_id(), path.stem, str(path.absolute()), info, atlas=RESULT, atlas_edits=layers)
    return _film(new_project(folder.name).with_media(media), media, atlas, start)


def _edit(atlas: AtlasClip, data: Path, name: str, path: Path) -> AtlasEdit:
    entry, page = _named(atlas, name)
    shown = atlas.page_picture(entry.label, page) if page else atlas.atlas(entry.label)
    picture = load_rgba(path)
    if picture.shape[:2] != shown.shape[:2]:
        height, width = shown.shape[:2]
        raise MediaError(
            f"{path} is {picture.shape[1]}x{picture.shape[0]}, {name}.png is {width}x{height}",
            f"Save it at {width}x{height}, neither cropped nor scaled",
        )
    layer = edit_of(shown, picture)
    if not layer[..., 3].any():
        raise MediaError(f"{path} changes nothing in {name}.png", "Paint on a copy of it and give that")
    return new_edit("paint", entry.label, path.stem, file=write_picture(data, layer), page=page)


def _named(atlas: AtlasClip, name: str) -> tuple[AtlasObject, int]:
    """An object, and its page counted from 1; 0: the atlas itself. Raises MediaError when there is none."""
    known: dict[str, tuple[AtlasObject, int]] = {}
    for entry in atlas.objects:
        pictures = (entry.picture, *(page.picture for page in entry.pages))
        known |= {Path(picture).stem: (entry, number) for number, picture in enumerate(pictures)}
    if name not in known:
        raise MediaError(f"there is no {name} in {atlas.folder}", f"It has {', '.join(sorted(known))}")
    return known[name]


def _start(atlas: AtlasClip, path: Path, info: MediaInfo) -> int:
    """Source time of the first frame that was laid out. Raises MediaError when the clip is not the one that was laid
    out."""
    video = info.video
    if video is None:
        raise MediaError(f"{path} has no picture", "Give the clip that the atlas was made from")
    with closing(open_source(path, info)) as source:
        size, count = (source.width, source.height), source.frame_count
        start = source.time_of(min(atlas.index.first, count - 1))
    if size != atlas.size or count < atlas.index.first + atlas.index.frames:
        raise MediaError(
            f"{path} has {count} frames of {size[0]}x{size[1]}, the atlas {atlas.index.frames} of "
            f"{atlas.size[0]}x{atlas.size[1]}",
            "Give the clip that the atlas was made from",
        )
    return start


def _link(folder: Path, target: Path) -> None:
    """The folder where the project looks for it; a copy where there are no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_symlink() or target.exists():
        return
    try:
        target.symlink_to(folder.resolve(), target_is_directory=True)
    except OSError:
        shutil.copytree(folder, target, ignore=shutil.ignore_patterns(".*", "work"))


def _film(project: Project, media: Media, atlas: AtlasClip, start: int) -> Project:
    """The laid out part of the clip, with its sound, on a timeline of its size and rate."""
    index = atlas.index
    sequence = new_sequence("Film", index.width, index.height, index.rate)
    video = next(track for track in sequence.tracks if track.kind == "video")
    audio = next((track for track in sequence.tracks if track.kind == "audio"), None)
    rate = index.rate
    part = TimeRange(start, rate.time_of(index.frames))
    use = MediaUse(media.id, media.info.available)
    sound = audio.id if audio is not None and media.info.audio is not None else None
    clips = edits.media_clips(use, media.name, part, video_track=video.id, audio_track=sound)
    return project.with_sequence(edits.insert(sequence, 0, clips))
