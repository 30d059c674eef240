"""Where the viewer stands: in the film, or in one media with its masks or its atlas, and at which time."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.editor import Editor
from core.project.project import Media
from core.time import FrameRate


class ViewerPlace(QObject):
    """Read from the state and the document each time it is asked; keeps nothing of its own."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor

    @property
    def in_media(self) -> bool:
        """The mask view is on and has a media to show."""
        return self._editor.state.view == "media" and self.media is not None

    @property
    def in_atlas(self) -> bool:
        """The atlas view is on and has a media to show."""
        return self._editor.state.view == "atlas" and self.media is not None

    @property
    def shows_media(self) -> bool:
        """One media is shown, not the film."""
        return self.in_media or self.in_atlas

    @property
    def media(self) -> Media | None:
        """The media of the mask view and the atlas view; None when there is none with pictures."""
        media = self._editor.document.project.known_media(self._editor.state.media)
        return media if media is not None and media.info.video is not None else None

    @property
    def rate(self) -> FrameRate:
        """Rate of what is shown."""
        media, sequence = self.media, self._editor.document.sequence
        if self.shows_media and media is not None and media.info.video is not None:
            return media.info.video.rate
        return sequence.rate if sequence is not None else FrameRate(25)

    @property
    def position(self) -> int:
        """Where the viewer stands: record time of the film, or source time of the media, ticks."""
        if self.shows_media:
            return self.rate.time_of(self._editor.state.media_frame)
        return self._editor.state.playhead

    @property
    def duration(self) -> int:
        """How long what is shown lasts, ticks."""
        media, sequence = self.media, self._editor.document.sequence
        if self.shows_media and media is not None:
            frames = media.info.video.frames if media.info.video is not None else 0
            return self.rate.time_of(frames) if frames else media.info.duration
        return sequence.duration if sequence is not None else 0
