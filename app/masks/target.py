"""What the mask view shows: the media and frame under the playhead, and the way back from a frame to the playhead."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace

from app.editor import Editor
from core.project.layers import taken_from
from core.project.project import Media, Project
from core.time import FrameRate, TimeRange
from core.timeline.model import Clip


def mask_view_target(editor: Editor) -> tuple[str, int] | None:
    """What to draw masks on: (media, source frame) of the selected clip under the playhead, of the topmost clip
    there, of what the mask view showed last, of the bin's selection, or of the first media with pictures."""
    here = _under_playhead(editor)
    if here is not None:
        return here.media.id, here.frame_at(editor.state.playhead)
    known = {media.id: media for media in editor.document.project.media if media.info.video is not None}
    if editor.state.media in known:
        return editor.state.media, editor.state.media_frame
    for media_id in (*sorted(editor.state.bin_selection), *known):
        if media_id in known:
            return media_id, 0
    return None


def playhead_showing(editor: Editor, frame: int) -> int | None:
    """Record time at which the clip under the playhead shows a frame of the mask view's media; None when the clip is
    of another media or does not show that frame."""
    sequence, here = editor.document.sequence, _under_playhead(editor)
    if sequence is None or here is None or here.media.id != editor.state.media:
        return None
    first, end = (sequence.rate.frame_at(time) for time in (here.where.start, here.where.end))
    times = [sequence.rate.time_of(first), sequence.rate.time_of(max(first, end - 1))]
    way = 1 if here.frame_at(times[0]) <= here.frame_at(times[1]) else -1
    found = first + bisect_left(
        range(first, end), way * frame, key=lambda number: way * here.frame_at(sequence.rate.time_of(number))
    )
    time = sequence.rate.time_of(found)
    return time if found < end and here.frame_at(time) == frame else None


@dataclass(frozen=True)
class _Here:
    """A clip under the playhead and the media that it shows; for a layer the media that was taken apart."""

    where: TimeRange
    clip: Clip
    media: Media
    rate: FrameRate
    first: int

    def frame_at(self, time: int) -> int:
        """Source frame at a record time of the clip."""
        return self.first + self.rate.frame_at(max(0, self.clip.time_map.at(time - self.where.start)))


def _under_playhead(editor: Editor) -> _Here | None:
    """The selected clip there, else the topmost."""
    sequence, time = editor.document.sequence, editor.state.playhead
    if sequence is None:
        return None
    best: _Here | None = None
    for track in sequence.tracks:
        found = track.at(time) if track.kind == "video" else None
        if found is None or not isinstance(found[1], Clip):
            continue
        where, clip = found[0], found[1]
        media = with_pictures(editor.document.project, clip.media_id or "")
        if media is None or media.info.video is None:
            continue
        if best is None or clip.id in editor.state.selection or best.clip.id not in editor.state.selection:
            best = _Here(where, clip, media, media.info.video.rate, 0)
    if best is None:
        return None
    source, first = taken_from(editor.document.project, best.media)
    return replace(best, media=source, first=first)


def with_pictures(project: Project, media_id: str) -> Media | None:
    """The media of that id, if it has pictures."""
    media = project.known_media(media_id)
    return media if media is not None and media.info.video is not None else None
