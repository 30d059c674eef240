"""Moments alike: which one is asked about, what is known of the bin's media, and where a found one lies in the film.

What is compared is left by the job "speediness" of each media (core.retime.pace_files); searching reads those files
beside the window.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.editor import Editor
from app.speed.pace import running, start
from core.errors import EditError
from core.project.layers import taken_from
from core.project.paths import results_folder
from core.project.project import Media, Project
from core.retime.pace_files import EMBEDDING, read_moments
from core.search.moments import Found, moment_at, similar
from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline import edits
from core.timeline.model import Clip, Sequence

SHOWN = 60
"""Moments that are listed at most."""
AROUND = 1.0
"""Seconds on either side of a moment that are marked."""


@dataclass(frozen=True)
class Moment:
    """A time of a media, ticks of its source."""

    media: Media
    time: int


def look(editor: Editor) -> int:
    """Queue the analysis of every clip of the bin that was not looked at; how many there are."""
    there = known(editor)
    missing = [media for media in searchable(editor.document.project) if media.id not in there]
    for media in missing:
        if running(editor, media.id) is None:
            start(editor, media)
    return len(missing)


def moment_in_view(editor: Editor) -> Moment:
    """What the viewer shows: the media's frame, or the topmost clip at the playhead.

    Raises:
        EditError: when that is no moving picture.
    """
    if editor.state.view == "media":
        media = editor.document.project.known_media(editor.state.media)
        if media is not None and media.info.video is not None and media.info.kind != "image":
            return Moment(media, media.info.video.rate.time_of(editor.state.media_frame))
    elif (found := _clip_at(editor.document.sequence, editor.state.playhead)) is not None:
        where, clip = found
        assert clip.media_id is not None
        media = editor.document.project.find_media(clip.media_id)
        return _of_the_clip(
            editor.document.project, media, clip.time_map.at(editor.state.playhead - where.start)
        )
    raise EditError("there is no moving picture at the playhead", "Put the playhead on a clip")


def _of_the_clip(project: Project, media: Media, time: int) -> Moment:
    """A layer shows a moment of the clip that was taken apart."""
    whole, first = taken_from(project, media)
    video = whole.info.video
    return Moment(whole, time + (video.rate.time_of(first) if video is not None else 0))


def _clip_at(sequence: Sequence | None, time: int) -> tuple[TimeRange, Clip] | None:
    found = None
    for track, where, clip in sequence.clips() if sequence is not None else ():
        moving = clip.media_id is not None and clip.available is not None and clip.enabled
        if track.kind == "video" and time in where and moving:
            found = where, clip
    return found


def searchable(project: Project) -> list[Media]:
    """The media whose moments can be compared at all; a layer's are those of the clip that it was taken from."""
    clips = [m for m in project.media if m.info.video is not None and m.info.kind != "image"]
    return [m for m in clips if m.layer is None and not m.missing]


def known(editor: Editor) -> dict[str, Path]:
    """The result folder of each media that was looked at, by its id."""
    data = editor.document.data
    if data is None:
        return {}
    folders = {
        m.id: results_folder(data) / m.speediness for m in searchable(editor.document.project) if m.speediness
    }
    return {name: folder for name, folder in folders.items() if (folder / EMBEDDING).is_file()}


def search(folders: Mapping[str, Path], media_id: str, at: float) -> list[Found]:
    """The moments most like that of a media at `at` seconds, best first; `clip` is the media's id. Runs anywhere.

    Raises:
        MediaError: when a result cannot be read.
    """
    moments = {name: read_moments(folder) for name, folder in folders.items()}
    return similar(moment_at(moments[media_id], at), moments, SHOWN, but=(media_id, at))


def in_film(sequence: Sequence | None, found: Found) -> int | None:
    """Record time at which a clip of the film shows a found moment; None when none does."""
    time = round(found.seconds * TICKS_PER_SECOND)
    for track, where, clip in sequence.clips() if sequence is not None else ():
        if (
            track.kind != "video"
            or clip.media_id != found.clip
            or not clip.enabled
            or time not in clip.source_range
        ):
            continue
        low, high = 0, clip.duration - 1
        forward = clip.time_map.at(high) >= clip.time_map.at(0)
        while low < high:  # the first clip time that has reached the moment
            middle = (low + high) // 2
            reached = clip.time_map.at(middle) >= time if forward else clip.time_map.at(middle) <= time
            low, high = (low, middle) if reached else (middle + 1, high)
        return where.start + low
    return None


def go_to(editor: Editor, found: Found) -> None:
    """Show a found moment: in the film if it is in it, else in the media."""
    at = in_film(editor.document.sequence, found)
    if at is not None:
        sequence = editor.document.sequence
        assert sequence is not None
        editor.state.set("view", "sequence")
        editor.state.set("playhead", sequence.rate.time_of(sequence.rate.frame_at(at)))
        return
    editor.state.set("media", found.clip)
    editor.state.set("media_frame", found.frame)
    editor.state.set("view", "media")


def mark(editor: Editor, found: Found) -> None:
    """In and out points around a found moment of the film.

    Raises:
        EditError: when the film does not show it.
    """
    sequence = editor.document.sequence
    at = in_film(sequence, found)
    if sequence is None or at is None:
        raise EditError("this moment is not in the film", "Put its clip on the timeline first")
    around = round(AROUND * TICKS_PER_SECOND)
    rate = sequence.rate
    start = rate.time_of(rate.frame_at(max(0, at - around)))
    end = min(rate.snap(at + around), rate.time_of(sequence.frame_count))
    editor.document.edit_sequence("In and out around a moment", edits.set_in_out, start, end)
    go_to(editor, found)


def words(media: Media | None, found: Found) -> str:
    """A found moment in a line: name, time, likeness in per cent."""
    name = media.name if media is not None else ""
    return f"{name}  {found.seconds:.1f} s  {round(100 * found.likeness)} %"
