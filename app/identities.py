"""Which object is which, put right at the desk: swap, merge and split, for the track, the key masks and the film.

The work on the files runs on a thread of its own (`core.media.identities` makes a new result beside the old one);
then the document gets one undoable edit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, Signal

from app import mask_editing
from app.editor import Editor
from core.errors import Cancelled, EditError, LaminarError
from core.job import Progress, drain
from core.media.identities import Edit, Merge, Part, Split, Swap, changed_folder, changed_key, steps
from core.media.matte import Labels, MaskFolder
from core.project.key_masks import read_key_mask, write_key_mask
from core.project.paths import results_folder
from core.project.project import Media, Project, TrackedRange, Verdict
from core.timeline.model import Clip, Item, Sequence

NAMES = {Swap: "Swap objects", Merge: "Merge objects", Split: "Split object", Part: "Split off a part"}


@dataclass(frozen=True)
class Made:
    """What an edit of identities made on the disk. before: the media as it was asked for. track: the changed one,
    None without one. files: frame to the new key mask."""

    edit: Edit
    before: Media
    track: TrackedRange | None = None
    files: Mapping[int, str] = field(default_factory=dict)


def make(data: Path, media: Media, edit: Edit, report: Callable[[Progress], bool] | None = None) -> Made:
    """Make the changed track and key masks; takes long.

    Args:
        report: told of the progress; returns False to cancel.

    Raises:
        EditError: when a part is split that is not tracked. MediaError: as core.media.identities.
        Cancelled: when `report` asked for it.
    """
    track, changed = media.track, None
    if track is not None:
        folder = results_folder(data) / track.key
        drain(steps(folder, edit), report)
        changed = changed_folder(folder, edit)
        track = replace(track, key=changed.name)
    elif isinstance(edit, Part):
        raise EditError(
            f"{media.name} is not tracked", "Track it, then point at the part that is another object"
        )
    files = {}
    result = MaskFolder(changed) if changed is not None else None
    for key in media.key_masks:
        labels = read_key_mask(data, key)
        there = result.labels(key.frame) if result is not None and key.frame in result else None
        after: Labels = changed_key(labels, key.frame, edit, there)
        files[key.frame] = write_key_mask(data, media.id, key.frame, after)
    return Made(edit, media, track, files)


def with_identities(project: Project, media_id: str, made: Made) -> Project:
    """The project with the objects as the edit has them: track, key masks, verdicts, list of objects, effects.

    Raises:
        EditError: when the masks were changed since the edit was asked for.
    """
    media = next((known for known in project.media if known.id == media_id), None)
    before = made.before
    if media is None or (media.track, media.key_masks) != (before.track, before.key_masks):
        raise EditError(f"the masks of {before.name} changed meanwhile", "Do it again")
    keys = tuple(replace(key, file=made.files.get(key.frame, key.file)) for key in media.key_masks)
    verdicts = tuple(_heard(verdict, made.edit) for verdict in media.verdicts)
    project = project.with_media(replace(media, track=made.track, key_masks=keys, verdicts=verdicts))
    if isinstance(made.edit, Merge):
        project = mask_editing.remove_object(
            _with_effects(project, media_id, made.edit), media_id, made.edit.label
        )
    elif isinstance(made.edit, Split | Part):
        project = mask_editing.with_objects(project, media_id, [made.edit.new])
    return project


def _heard(verdict: Verdict, edit: Edit) -> Verdict:
    """A verdict goes where its object goes."""
    if isinstance(edit, Part):
        return verdict
    if isinstance(edit, Merge):
        return replace(verdict, label=edit.into) if verdict.label == edit.label else verdict
    if not (edit.first <= verdict.frame and (edit.last < 0 or verdict.frame <= edit.last)):
        return verdict
    if isinstance(edit, Split):
        return replace(verdict, label=edit.new) if verdict.label == edit.label else verdict
    return replace(verdict, label={edit.a: edit.b, edit.b: edit.a}.get(verdict.label, verdict.label))


def _with_effects(project: Project, media_id: str, edit: Merge) -> Project:
    """Effects on the object that is gone go on what it became part of."""

    def item(one: Item) -> Item:
        if not isinstance(one, Clip) or one.media_id != media_id:
            return one
        effects = tuple(
            replace(effect, matte=replace(effect.matte, label=edit.into))
            if effect.matte is not None and effect.matte.label == edit.label
            else effect
            for effect in one.effects
        )
        return replace(one, effects=effects) if effects != one.effects else one

    def film(sequence: Sequence) -> Sequence:
        tracks = tuple(replace(track, items=tuple(map(item, track.items))) for track in sequence.tracks)
        return replace(sequence, tracks=tracks) if tracks != sequence.tracks else sequence

    return replace(project, sequences=tuple(map(film, project.sequences)))


class Identities(QObject):
    """Runs the edits, one at a time.

    Signals: moved(): busy or not any more, or further on.
    """

    moved = Signal()
    _stepped = Signal(float)
    _ended = Signal(object)

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self.part = 0.0
        """How much is done, 0 to 1."""
        queued = Qt.ConnectionType.QueuedConnection
        self._stepped.connect(self._step, queued)
        self._ended.connect(self._end, queued)
        editor.player.closing.connect(self.close)

    @property
    def busy(self) -> bool:
        return self._thread is not None

    def run(self, edit: Edit) -> None:
        """Change the media in the mask view.

        Raises:
            EditError: when there is nothing to change, or another change is under way.
        """
        media, data = self._editor.player.media, self._editor.document.data
        if media is None or data is None or not (media.track or media.key_masks):
            raise EditError("there are no masks here yet", "Draw a mask and track it first")
        if self.busy:
            raise EditError("the objects are being changed already", "Wait until that is done")
        self.part = 0.0
        self._stop.clear()
        self._thread = threading.Thread(
            target=self._work, args=(data, media, edit), name="identities", daemon=True
        )
        self._thread.start()
        self.moved.emit()

    def close(self) -> None:
        """Stop; what was made so far stays in its folder and is gone on with when it is asked for again."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self, data: Path, media: Media, edit: Edit) -> None:
        found: Made | BaseException
        try:
            found = make(data, media, edit, self._report)
        except Exception as error:  # noqa: BLE001 - the thread's edge: everything is handed to the GUI thread
            found = error
        with suppress(RuntimeError):  # the window is gone
            self._ended.emit(found)

    def _report(self, step: Progress) -> bool:
        with suppress(RuntimeError):
            self._stepped.emit(step.part)
        return not self._stop.is_set()

    def _step(self, part: float) -> None:
        self.part = part
        self.moved.emit()

    def _end(self, found: Made | BaseException) -> None:
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        self._editor.notify.status("")
        self.moved.emit()
        try:
            if isinstance(found, Made):
                name = NAMES[type(found.edit)]
                self._editor.document.edit(name, with_identities, found.before.id, found)
            elif not isinstance(found, Cancelled):
                self._editor.notify.failure(found)
        except LaminarError as error:
            self._editor.notify.failure(error)


def identities_of(editor: Editor) -> Identities:
    """The session's one `Identities`, made when first asked for."""
    found = editor.findChild(Identities)
    return found if isinstance(found, Identities) else Identities(editor)
