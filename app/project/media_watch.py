"""Files that change while the project is open: a disk that goes and comes back, a file that another takes the place of.

A media whose file is gone is marked as missing, without a step of undo, and is shown again when the file is back.
Another file of the same name is taken when it fits and nothing was made from the old one; else the media is missing
until the user relinks it, so that no wrong picture is shown or exported.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from app.editor import Editor
from app.project.media_import import importer_of
from core.errors import MediaError
from core.media.info import MediaInfo
from core.project import watching
from core.project.paths import media_path
from core.project.project import Media, Project
from core.project.watching import Found, Seen, with_file

EVERY = 3000
"""Milliseconds between two looks at the disk."""
NAMED = 3
"""Names in one notice."""


class MediaWatch(QObject):
    """Looks beside the window, from `start` on."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._seen: dict[str, Seen] = {}
        self._away: set[str] = set()
        """Media that are missing because their file went while the project was open."""
        self._judged: dict[str, Seen] = {}
        """Other files that the user was told of."""
        self._looking = False
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        editor.document.renamed.connect(self._begin_anew)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        """Look only when asked."""
        self._timer.stop()

    def _begin_anew(self) -> None:
        for known in (self._seen, self._away, self._judged):
            known.clear()

    def look(self) -> None:
        """Look at all files once, beside the window."""
        document = self._editor.document
        if self._looking or not document.is_open:
            return
        asked = [
            (media, media_path(document.path, media), self._seen.get(media.id))
            for media in document.project.media
            if media.layer is None and (not media.missing or media.id in self._away)
        ]
        if asked:
            self._looking = True
            self._editor.background.run(
                lambda: [watching.look(*one) for one in asked],
                partial(self._take, document.project.id, document.path),
                self._failed,
            )

    def _failed(self, error: BaseException) -> None:
        self._looking = False
        self._editor.notify.failure(error)

    def _take(self, project: str, path: Path | None, found: list[Found]) -> None:
        self._looking = False
        document = self._editor.document
        if (document.project.id, document.path) != (project, path):
            return
        before, known = dict(self._seen), {media.id: media for media in document.project.media}
        self._seen.update((one.media, one.seen) for one in found if one.seen is not None)
        here = [(one, known[one.media]) for one in found if one.media in known]
        self._lose([media for one, media in here if one.state == "gone" and media.id in before])
        self._bring_back([media for one, media in here if one.state == "there" and media.id in self._away])
        others = [(one, media) for one, media in here if one.state == "other"]
        self._mark([media for _, media in others], True)
        for one, media in others:  # judged once it is written to its end
            if one.seen is not None and one.seen == before.get(media.id) != self._judged.get(media.id):
                self._judged[media.id] = one.seen
                self._replaced(media)

    def _mark(self, media: list[Media], missing: bool) -> None:
        ids = frozenset(one.id for one in media)
        (self._away.update if missing else self._away.difference_update)(ids)
        if any(one.missing != missing for one in media):
            self._editor.document.amend(partial(watching.with_missing, ids=ids, missing=missing))

    def _lose(self, media: list[Media]) -> None:
        lost = [one for one in media if not one.missing]
        if lost:
            self._mark(lost, True)
            words = (
                self.tr("{0} is gone from the disk")
                if len(lost) == 1
                else self.tr("{1} files are gone from the disk: {0}")
            )
            self._editor.notify.warning(
                words.format(_names(lost), len(lost)),
                self.tr("They are shown again when they are back; else File > Find missing files"),
            )

    def _bring_back(self, media: list[Media]) -> None:
        if media:
            self._mark(media, False)
            words = self.tr("{0} is back") if len(media) == 1 else self.tr("{1} files are back: {0}")
            self._editor.notify.info(words.format(_names(media), len(media)))

    def _replaced(self, media: Media) -> None:
        """Another file lies where the media's was."""
        path = media_path(self._editor.document.path, media)
        if watching.is_worked_on(media):
            self._refuse(media, self.tr("its masks and what else was made of it belong to the old one"))
            return
        importer_of(self._editor).look(
            path, partial(self._take_instead, media, path), lambda error: self._refuse(media, error.message)
        )

    def _take_instead(self, media: Media, path: Path, info: MediaInfo) -> None:
        now = self._editor.document.project.known_media(media.id)
        if now is None or now.info != media.info or not now.missing:
            return
        try:
            watching.check_fits(media, info, path)
        except MediaError:
            self._refuse(media, self.tr("it is shorter, or has no picture or no sound"))
            return
        self._away.discard(media.id)
        self._editor.document.amend(partial(_instead, media=media, path=path, info=info))
        self._editor.notify.warning(
            self.tr("{0} was replaced by another file: that one is shown now").format(media.name),
            self.tr("Check the cuts"),
        )

    def _refuse(self, media: Media, reason: str) -> None:
        self._editor.notify.warning(
            self.tr("{0} was replaced by another file, which is not shown: {1}").format(media.name, reason),
            self.tr("Put the old file back, or use the new one with Clip > Media > Relink"),
        )


def _instead(project: Project, media: Media, path: Path, info: MediaInfo) -> Project:
    known = project.known_media(media.id)
    return project if known is None or known.info != media.info else with_file(project, media.id, path, info)


def _names(media: list[Media]) -> str:
    return ", ".join(one.name for one in media[:NAMED]) + (", …" if len(media) > NAMED else "")


def watch_of(editor: Editor) -> MediaWatch:
    """The session's one watch, made when first asked for."""
    return editor.one(MediaWatch)
