"""What the mask view shows: the media and frame under the playhead, and the way back from a frame to the playhead."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from app.editor import Editor
from app.state import View
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


def turn_to(editor: Editor, view: View) -> bool:
    """Show the mask view or the atlas view of the selected clip, to which the playhead goes, else of what
    `mask_view_target` finds; False where no media has pictures."""
    _go_to_selected(editor)
    target = mask_view_target(editor)
    if target is None:
        return False
    media, frame = target
    editor.state.set("media", media)
    editor.state.set("media_frame", frame)
    editor.state.set("view", view)
    return True


def _go_to_selected(editor: Editor) -> None:
    """Move the playhead onto a selected clip with pictures, if there is one: to its first frame, unless it is there."""
    now = editor.state.playhead
    times = _selected_times(editor).values()
    editor.state.set("playhead", min(times, key=lambda time: abs(time - now), default=now))


def selects_other_media(editor: Editor) -> bool:
    """Clips with pictures are selected, and none of them shows the media of the mask view."""
    times = _selected_times(editor)
    return bool(times) and editor.state.media not in times


def _selected_times(editor: Editor) -> dict[str, int]:
    """Ids of the media that selected clips show, each with a record time at which it does: the playhead, or
    else where the nearest of these clips begins."""
    sequence, now, chosen = editor.document.sequence, editor.state.playhead, editor.state.selection
    times: dict[str, int] = {}
    for track, where, clip in sequence.clips() if sequence is not None and chosen else ():
        source = _source_of(editor, clip) if track.kind == "video" and clip.id in chosen else None
        if sequence is not None and source is not None:
            time = now if now in where else where.start
            times[source[0].id] = min(time, times.get(source[0].id, time), key=lambda at: abs(at - now))
    return times


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
        if (source := _source_of(editor, clip)) is None:
            continue
        if best is None or clip.id in editor.state.selection or best.clip.id not in editor.state.selection:
            best = _Here(where, clip, *source)
    return best


def _source_of(editor: Editor, clip: Clip) -> tuple[Media, FrameRate, int] | None:
    """The media that a clip shows, for a layer the one that was taken apart; the clip's rate; the frame there of its
    first. None without pictures."""
    media = with_pictures(editor.document.project, clip.media_id or "")
    if media is None or media.info.video is None:
        return None
    source, first = taken_from(editor.document.project, media)
    return source, media.info.video.rate, first


def with_pictures(project: Project, media_id: str) -> Media | None:
    """The media of that id, if it has pictures."""
    media = project.known_media(media_id)
    return media if media is not None and media.info.video is not None else None
