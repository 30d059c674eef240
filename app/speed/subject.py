"""Which clip the Speed panel is about: the selected one, of several the one at the playhead, pictures before sound,
else what plays at the playhead."""

from __future__ import annotations

from dataclasses import dataclass

from app.editor import Editor
from core.project.project import Media
from core.time import TimeRange
from core.timeline.model import Clip, Track


@dataclass(frozen=True)
class Subject:
    """A moving clip, where it plays, and its media; None for media that the bin does not have."""

    clip: Clip
    where: TimeRange
    track: Track
    media: Media | None

    @property
    def picture(self) -> bool:
        return self.track.kind == "video"


def subject_of(editor: Editor) -> Subject | None:
    """None without a sequence, or when nothing that moves is selected or under the playhead."""
    project, state = editor.document.project, editor.state
    sequence = project.sequence
    if sequence is None:
        return None
    moving = [place for place in sequence.clips() if place[2].available is not None]
    chosen = [place for place in moving if place[2].id in state.selection]
    under = [place for place in moving if state.playhead in place[1] and not place[0].locked]
    found = [place for place in chosen if state.playhead in place[1]] or chosen or under
    if not found:
        return None
    # Sound lies below the pictures; of several pictures the topmost is seen.
    track, where, clip = max(enumerate(found), key=lambda pair: (pair[1][0].kind == "video", pair[0]))[1]
    media = project.known_media(clip.media_id)
    return Subject(clip, where, track, media)
