"""A new tracking beside the one there is: shown and compared before it takes its place.

One proposal at a time. It lives as long as the media has the track that it was made from, waits aside while the media
is out of the bin, and is there again when that comes back; accepting it is one
undoable edit, discarding it leaves everything as it was, and its result stays in the results folder like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from app.editor import Editor
from core.media.mask_changes import Change, compare
from core.project import mask_edits, results
from core.project.paths import results_folder
from core.project.project import Media, Project, TrackedRange

PIECE = 32
"""Frames that are compared between two words to the user."""
Look = Literal["after", "before", "difference"]
LOOKS: tuple[Look, ...] = ("after", "before", "difference")


@dataclass(frozen=True)
class Proposal:
    """A new tracking that waits to be accepted or discarded.

    media: its id.
    before: the track that would be replaced.
    after: the track that would take its place.
    frames: those that were tracked anew.
    name: of the edit.
    """

    media: str
    before: TrackedRange
    after: TrackedRange
    frames: tuple[int, ...]
    name: str


class Proposals(QObject):
    """Signals: changed(): another proposal, none, another look, or more is known of the changes."""

    changed = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.current: Proposal | None = None
        self.look: Look = "after"
        self.changes: dict[int, Change] = {}
        """Of the frames that were compared so far."""
        self._aside: tuple[Proposal, Media] | None = None
        """What waits for a media that was taken out of the bin, and that media as it was."""
        self._data, self._project = editor.document.data, editor.document.project.id
        editor.document.changed.connect(self._edited)
        editor.document.renamed.connect(lambda path: self._moved())
        editor.state.media_changed.connect(lambda media: self._show())

    @property
    def compared(self) -> float:
        """How much of the comparison is done, 0 to 1."""
        frames = len(self.current.frames) if self.current is not None else 0
        return len(self.changes) / frames if frames else 1.0

    def of(self, media: str) -> Proposal | None:
        """The proposal for a media."""
        return self.current if self.current is not None and self.current.media == media else None

    def shown(self, media: Media | None) -> Media | None:
        """A media as the mask view shows it: with the track that waits, unless the look is at the one there is."""
        found = self.of(media.id) if media is not None else None
        if media is None or found is None or self.look == "before":
            return media
        return replace(media, track=found.after)

    def value(self) -> tuple[Project, ...]:
        """The project as it would be, so that no result is cleaned away; none without a proposal."""
        project, found, aside = self._editor.document.project, self.current, self._aside
        if found is not None:
            return (mask_edits.with_track(project, found.media, found.after),)
        if aside is not None:
            return (replace(project, media=(replace(aside[1], track=aside[0].after),)),)
        return ()

    # Hands

    def offer(self, proposal: Proposal) -> None:
        """Show it; one that waits gives way."""
        self._aside = None
        self.current, self.look, self.changes = proposal, "after", {}
        self._data, self._project = self._editor.document.data, self._editor.document.project.id
        self._show()
        self._compare(proposal)

    def set_look(self, look: Look) -> None:
        if self.current is not None and look != self.look:
            self.look = look
            self._show()

    def next_look(self) -> None:
        """After, before, difference, and round again."""
        self.set_look(LOOKS[(LOOKS.index(self.look) + 1) % len(LOOKS)])

    def accept(self) -> None:
        """The new track takes the place of the old one: one undo step.

        Raises:
            EditError: when the project cannot be changed.
        """
        found = self.current
        if found is not None:
            self._editor.document.edit(found.name, mask_edits.with_track, found.media, found.after)
            self._drop()  # the edit has told everybody else

    def discard(self) -> None:
        """All stays as it was."""
        self._drop()

    # Inside

    def _drop(self) -> None:
        self.current, self.changes = None, {}
        self._show()

    def _edited(self, before: Project, after: Project) -> None:
        if before.id != after.id:
            self._aside = None
        found = self.current
        if found is None:
            self._bring_back(after)
            return
        gone = before.known_media(found.media)
        media = after.known_media(found.media)
        if media is None or media.track not in (found.before, found.after):
            self._drop()
            if media is None and gone is not None and before.id == after.id:
                self._aside = found, gone
            elif media is not None:
                self._editor.notify.info(
                    self.tr("The tracking changed meanwhile, so the proposal is gone"), self.tr("Track again")
                )

    def _bring_back(self, project: Project) -> None:
        """Its media is in the bin again: so is what waited for it, where nothing else became of the track."""
        if self._aside is None:
            return
        found, _ = self._aside
        media = project.known_media(found.media)
        if media is not None:
            self._aside = None
            if media.track == found.before:
                self.offer(found)

    def _moved(self) -> None:
        """The project was saved elsewhere: its results are carried along, and so is the one that waits."""
        was, self._data = self._data, self._editor.document.data
        waiting = self.current or (self._aside[0] if self._aside is not None else None)
        if waiting is None or was is None or self._data is None or was == self._data:
            return
        if self._editor.document.project.id != self._project:
            return  # another one was opened, and what waits stays with its own
        try:
            results.bring(results_folder(was) / waiting.after.key, self._data)
        except OSError:
            self._aside = None
            self._drop()
        self._show()

    def _show(self) -> None:
        found = self.of(self._editor.state.media)
        data = self._editor.document.data
        folder = results_folder(data) / found.after.key if found is not None and data is not None else None
        self._editor.player.set_proposed(str(folder) if folder and self.look != "before" else "")
        self.changed.emit()

    def _compare(self, proposal: Proposal) -> None:
        """Compare the next piece beside the window."""
        data = self._editor.document.data
        piece = [frame for frame in proposal.frames if frame not in self.changes][:PIECE]
        if proposal is not self.current or data is None or not piece:
            return
        before, after = (results_folder(data) / track.key for track in (proposal.before, proposal.after))
        self._editor.background.run(
            partial(compare, before, after, piece), partial(self._compared, proposal), self._failed
        )

    def _compared(self, proposal: Proposal, found: dict[int, Change]) -> None:
        if proposal is self.current:
            self.changes |= found
            self.changed.emit()
            self._compare(proposal)

    def _failed(self, error: BaseException) -> None:
        self._drop()
        self._editor.notify.failure(error)


def proposals_of(editor: Editor) -> Proposals:
    """The session's one `Proposals`, made when first asked for."""
    return editor.one(Proposals)
