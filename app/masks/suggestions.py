"""The next frame to fix: asked of core.media.suggest beside the window, stepped through one by one, with the reason.

A list of suggestions holds for one track and one set of key masks; drawing a suggested frame makes a new one.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.editor import Editor
from app.masks.proposals import proposals_of
from app.masks.track_records import TrackRecord, records_of
from core.errors import EditError
from core.media.matte import Confidences
from core.media.suggest import Suggestion, suggest
from core.project.project import KeyMask, Media, TrackedRange

State = tuple[str, TrackedRange | None, tuple[KeyMask, ...]]


class Suggestions(QObject):
    """Signals: changed(): another list, another place in it, or another sentence."""

    changed = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor, self._proposals = editor, proposals_of(editor)
        self._state: State | None = None
        self._found: list[Suggestion] = []
        self._at = -1
        self.words = ""
        """Why the frame in hand is suggested, or what to do once it is drawn; empty when it is not."""
        editor.state.media_frame_changed.connect(self._moved)
        editor.document.changed.connect(lambda before, after: self._edited())
        self._proposals.changed.connect(self._edited)

    def frames(self, media: Media | None) -> tuple[int, ...]:
        """The frames that are suggested for a media as it is now."""
        current = media is not None and self._state == _state(media)
        return tuple(each.frame for each in self._found) if current else ()

    def _media(self) -> Media | None:
        """As it is shown: a proposed track stands for the one there is."""
        return self._proposals.shown(self._editor.player.media)

    def next(self) -> None:
        """Go to the next suggestion; the first, once the list is made.

        Raises:
            EditError: when nothing is tracked.
        """
        media = self._media()
        record = records_of(self._editor).of(media)
        if media is None or media.track is None or record is None:
            raise EditError("nothing is tracked here yet", "Draw a mask and track it first")
        if self._state == _state(media):
            self._go(self._at + 1)
            return
        keys = [key.frame for key in media.key_masks]
        self._editor.background.run(
            partial(found_in, record, keys), partial(self._take, _state(media)), self._editor.notify.failure
        )

    def _take(self, state: State, found: list[Suggestion]) -> None:
        media = self._media()
        if media is None or _state(media) != state:
            return  # drawn on or tracked meanwhile
        self._state, self._found, self._at = state, found, -1
        if found:
            self._go(0)
        else:
            self.changed.emit()
            self._editor.notify.info(
                self.tr("No frame of {0} stands out: drawing more would change little").format(media.name)
            )

    def _go(self, at: int) -> None:
        if not self._found:
            return
        self._at = at % len(self._found)
        suggestion = self._found[self._at]
        self._editor.player.pause()
        self._editor.state.set("label", suggestion.label)
        self._editor.state.set("media_frame", suggestion.frame)
        self._say(self._why(suggestion))

    def _why(self, each: Suggestion) -> str:
        media = self._editor.player.media
        names = {known.label: known.name for known in media.objects} if media is not None else {}
        name = names.get(each.label, self.tr("Object {0}").format(each.label))
        reason = {
            "gone": self.tr("{0} was not found here"),
            "cut": self.tr("{0} has no key mask since the scene cut"),
            "unsure": self.tr("the tracker is unsure of {0}"),
            "far": self.tr("{0} is far from every key mask"),
        }[each.reason].format(name)
        return self.tr("Frame {0}, suggestion {1} of {2}: {3}; mending it may gain {4} %").format(
            each.frame, self._at + 1, len(self._found), reason, f"{100 * each.gain:.2g}"
        )

    def _say(self, words: str) -> None:
        self.words = words
        self._editor.notify.status(words)
        self.changed.emit()

    def _moved(self, frame: int) -> None:
        if self.words and (self._at >= len(self._found) or self._found[self._at].frame != frame):
            self._say("")

    def _edited(self) -> None:
        media = self._media()
        if self.words and (media is None or _state(media) != self._state):
            self._say(self._next_step(media))

    def _next_step(self, media: Media | None) -> str:
        """What to do after the suggested frame was drawn; empty after any other change."""
        frame = self._found[self._at].frame
        if media is None or self._state is None or _state(media)[:2] != self._state[:2]:
            return ""
        drawn = {key.frame for key in media.key_masks} - {key.frame for key in self._state[2]}
        if frame not in drawn:
            return ""
        return self.tr("Frame {0} is mended: track again from here, or mend the next one too").format(frame)


def _state(media: Media) -> State:
    return media.id, media.track, media.key_masks


def found_in(record: TrackRecord, keys: Iterable[int]) -> list[Suggestion]:
    """The suggestions for a track; takes long for a long clip."""
    frames: Confidences = {}
    for label, sure in record.sure.items():
        for place in np.flatnonzero(~np.isnan(sure)).tolist():
            frames.setdefault(record.first + place, {})[label] = float(sure[place])
    return suggest(frames, keys, record.appearances.cuts)


def suggestions_of(editor: Editor) -> Suggestions:
    """The session's one `Suggestions`, made when first asked for."""
    return editor.one(Suggestions)
