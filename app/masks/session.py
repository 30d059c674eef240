"""The mask in hand: one frame of one media, what is drawn on it, and its way into the document.

Drawing changes label images in memory at once; encoding and writing the PNG happen on a thread of their own, and
when the file is there the document gets one undoable edit. Smart selection runs on another thread, newest box
first; strokes help it, and what is painted by hand after it is never changed by it. Undo gives the selection before
back, strokes and all. What is drawn on a tracked frame starts from the tracked mask, so a correction keeps what was
right.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.editor import Editor
from app.masks.live_stroke import LiveStroke
from app.masks.smart_select import Selected, Selection, answer
from app.masks.writing import Change, Order, Written, write
from app.playing.preview import MaskKind, Picture, labels_of
from app.threads.background import Background
from app.threads.latest import LatestWorker
from core.errors import EditError, LaminarError
from core.masks import draw
from core.media.matte import Labels
from core.project import mask_edits
from core.project.paths import readable_path
from core.project.project import Media

MIN_BRUSH, MAX_BRUSH = 1, 1000


class MaskSession(QObject):
    """Signals:
    labels_changed(Rect | None): `labels` differs in that box; None: all of it.
    kind_changed(): the mask is now drawn, tracked or absent.
    busy_changed(bool): a selection or a change is being worked out.
    """

    labels_changed = Signal(object)
    kind_changed = Signal()
    busy_changed = Signal(bool)

    def __init__(self, editor: Editor, parent: QObject) -> None:
        super().__init__(parent)
        self._editor = editor
        self.labels: Labels | None = None
        """uint8 (H, W): the masks of the frame in hand; None while nothing is shown."""
        self.kind: MaskKind = "none"
        self.protect = False
        """Paint leaves other objects' pixels alone."""
        self.feather = 2.0
        """Pixels of softness that a matte of these masks starts with."""
        self.amount = 2.0
        """Pixels that grow and shrink go."""
        self.locked = ""
        """Why nothing can be drawn now; empty when it can."""
        self._where = ("", -1)
        self._stroke: LiveStroke | None = None
        self._pending = self._asked = 0
        self._changing = False
        self._selection: Selection | None = None
        self._selections: dict[str, Selection] = {}
        """Of the frame in hand, by the file of the key mask that each led to."""
        self._late: Selected | None = None
        """An answer that came while the brush was down or a change was worked out."""
        self._writer = Background(self, threads=1)
        self._selector: LatestWorker[Selection, Selected] = LatestWorker("smart-select", self._select, self)
        self._selector.done.connect(self._selected)
        self._selector.failed.connect(self._failed)

    def close(self) -> None:
        """Finish what is being written and end the threads."""
        self._selector.close()
        self._writer.finish()

    # What is in hand

    @property
    def media(self) -> Media | None:
        return self._editor.player.media

    @property
    def frame(self) -> int:
        return self._where[1]

    @property
    def busy(self) -> bool:
        return self._pending > 0 or self._selector.busy

    @property
    def drawing(self) -> bool:
        return self._stroke is not None

    def take(self, picture: Picture) -> None:
        """The player shows a frame; its masks are in hand from now on, unless newer ones are on their way."""
        where = (picture.show.media, picture.frame)
        if where == self._where and (self._stroke is not None or self._pending or not self._current(picture)):
            return
        if where != self._where:
            self._selections, self._late = {}, None
        if where != self._where or not self._selector.busy:
            self._selection = self._selections.get(self._key_file(*where))
        self._stroke = None
        self._where = where
        self.labels = picture.labels
        self._set_kind(picture.mask)
        self.labels_changed.emit(None)

    def _current(self, picture: Picture) -> bool:
        """Whether the picture knows the masks that the document has now."""
        media = self.media
        shown = picture.show.project.known_media(picture.show.media)
        if media is None or shown is None:
            return False
        return (shown.key_masks, shown.track) == (media.key_masks, media.track)

    def _key_file(self, media: str, frame: int) -> str:
        known = self.media
        keys = known.key_masks if known is not None and known.id == media else ()
        return next((key.file for key in keys if key.frame == frame), "")

    def _set_kind(self, kind: MaskKind) -> None:
        if kind != self.kind:
            self.kind = kind
            self.kind_changed.emit()

    def _kept(self) -> draw.Protect:
        """What drawing leaves alone: every other object, or those that are locked."""
        objects = self.media.objects if self.media is not None else ()
        return self.protect or tuple(known.label for known in objects if known.locked)

    # Strokes

    def begin(self, x: float, y: float, *, add: bool) -> bool:
        """Put the brush down at picture point (x, y). False when nothing can be drawn now."""
        if not self._may_draw():
            return False
        assert self.labels is not None
        diameter = float(self._editor.state.brush)
        self._stroke = LiveStroke(self.labels, self._editor.state.label, diameter, add, self._kept())
        self.labels = self._stroke.labels
        self.extend(x, y)
        return True

    def extend(self, x: float, y: float) -> None:
        """Draw on to a point."""
        if self._stroke is None:
            return
        rect = self._stroke.extend(x, y)
        if rect is not None:
            self.labels_changed.emit(rect)

    def finish(self) -> None:
        """Lift the brush: one undo step, unless nothing changed."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None and stroke.changed:
            if self._selection is not None:
                self._selection = self._selection.after(stroke.before, stroke.labels)
            label = self._editor.state.label if stroke.add else 0
            self._submit(self.tr("Paint mask") if stroke.add else self.tr("Erase mask"), stroke.labels, label)
        self._take_late()

    def cancel(self) -> None:
        """Take the brush away without a trace."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            self.labels = stroke.before
            self.labels_changed.emit(None)
        self._take_late()

    # Areas

    def polygon(self, points: list[draw.Point], *, add: bool) -> None:
        """Fill a polygon or lasso, or cut it out."""
        label, kept = self._editor.state.label, self._kept()
        if add:
            self.change(self.tr("Fill polygon"), lambda old: draw.polygon(old, points, label, kept))
        else:
            self.change(self.tr("Cut polygon"), lambda old: draw.cut_out(old, points, label))

    def select_box(self, box: draw.Box, *, afresh: bool = False) -> None:
        """Smart select: find the object that a box means. afresh: in place of the object's mask, not beside it."""
        media = self.media
        if not self._may_draw() or media is None:
            return
        assert self.labels is not None
        try:
            path = readable_path(self._editor.document.path, media)
        except LaminarError as error:
            self._failed(error)
            return
        label, start = self._editor.state.label, self.labels
        if afresh:
            start = np.where(start == label, np.uint8(0), start)
        self._ask(Selection(media, path, self.frame, label, start, self.labels, box))

    def refine(self, points: tuple[draw.Point, ...], width: float, *, add: bool) -> bool:
        """Help the last smart selection with a stroke on the object, or beside it. False without one."""
        if self._selection is None or not self._may_draw():
            return False
        stroke = draw.Stroke(points, width)
        if add:
            self._ask(replace(self._selection, add=(*self._selection.add, stroke)))
        else:
            self._ask(replace(self._selection, subtract=(*self._selection.subtract, stroke)))
        return True

    @property
    def refinable(self) -> bool:
        """A smart selection was made on this frame and strokes can help it."""
        return self._selection is not None

    def _ask(self, question: Selection) -> None:
        assert self.labels is not None, "_ready has looked"
        self._asked += 1
        self._selection = replace(question, now=self.labels, number=self._asked)
        self._selector.ask(self._selection)
        self.busy_changed.emit(True)

    def _select(self, question: Selection) -> Selected:
        source = self._editor.player.pool.source(question.path, question.media.info)
        return answer(question, source)

    def _selected(self, found: Selected) -> None:
        self.busy_changed.emit(self.busy)
        question, selection = found.question, self._selection
        if selection is None or selection.number != question.number or self.labels is None:
            return
        if self._stroke is not None or self._changing:
            self._late = found
        elif self._where == (question.media.id, question.frame):
            self._selection = replace(selection, found=found.area)
            self.labels = selection.answered(found.area, self.labels, self._kept())
            self.labels_changed.emit(None)
            self._submit(self.tr("Smart select"), self.labels, question.label)

    def _take_late(self) -> None:
        late, self._late = self._late, None
        if late is not None:
            self._selected(late)

    # Changes of a whole mask

    def fill_holes(self) -> None:
        label = self._editor.state.label
        self.change(self.tr("Fill holes"), lambda old: draw.fill_holes(old, label))

    def grow(self) -> None:
        label, amount = self._editor.state.label, self.amount
        self.change(self.tr("Grow mask"), lambda old: draw.grow(old, label, amount))

    def shrink(self) -> None:
        label, amount = self._editor.state.label, self.amount
        self.change(self.tr("Shrink mask"), lambda old: draw.shrink(old, label, amount))

    def keep_largest(self) -> None:
        label = self._editor.state.label
        self.change(self.tr("Keep largest part"), lambda old: draw.keep_largest(old, label))

    def copy_from(self, step: int) -> None:
        """Give the object the mask that it has in the frame that is `step` frames on."""
        editor, media, label, kept = self._editor, self.media, self._editor.state.label, self._kept()
        data, frame = editor.document.data, self.frame + step
        if media is None or media.info.video is None or frame < 0:
            return
        size = (media.info.video.width, media.info.video.height)

        def copied(old: Labels) -> Labels:
            other, _ = labels_of(data, media, frame, size)
            if not (other == label).any():
                raise EditError(
                    f"object {label} has no mask on frame {frame}", "Draw it there, or track to there, first"
                )
            return draw.copied(old, other, label, kept)

        self.change(self.tr("Copy mask from frame {0}").format(frame), copied)

    def clear_object(self) -> None:
        """Take the object in hand out of this frame."""
        label = self._editor.state.label
        self.change(self.tr("Clear object here"), lambda old: np.where(old == label, 0, old).astype(np.uint8))

    def keep_as_key(self) -> None:
        """Make what is shown a key mask, such as a tracked mask that is good, or the empty one of
        an object that is away."""
        if not self._ready() or self.labels is None or self.media is None:
            return
        if self.busy:
            self._editor.notify.status(self.tr("The selection is still being worked out"))
        elif not (self.labels.any() or self.media.key_masks or self.media.track):
            self._editor.notify.info(self.tr("Nothing is drawn on this frame yet"))
        else:
            self._submit(self.tr("Keep as key mask"), self.labels, 0)

    def change(self, name: str, function: Change) -> None:
        """Change the whole mask by a pure function, off the GUI thread; one undo step if it changed anything."""
        if not self._may_draw():
            return
        assert self.labels is not None
        self._changing = True
        self._submit(name, self.labels, self._editor.state.label, function)

    # To the disk and into the document

    def _may_draw(self) -> bool:
        """Whether the object in hand can be changed now; says why not."""
        known = self.media.known_object(self._editor.state.label) if self.media is not None else None
        if known is None or not known.locked:
            return self._ready()
        self._editor.notify.info(
            self.tr("{0} is locked").format(known.name), self.tr("Unlock it in the list of objects")
        )
        return False

    def _ready(self) -> bool:
        """Whether the mask in hand can be changed now; says why not."""
        document = self._editor.document
        if self.labels is None or self.media is None or self._changing or self._stroke is not None:
            return False
        if self.locked:
            self._editor.notify.info(self.locked)
            return False
        if document.data is None:
            self._editor.notify.warning(
                self.tr("masks need a place on the disk"), self.tr("Save the project first")
            )
            return False
        self._editor.player.pause()
        return True

    def _submit(self, name: str, labels: Labels, label: int, function: Change | None = None) -> None:
        data, (media, frame) = self._editor.document.data, self._where
        assert data is not None, "_ready has looked"
        order = Order(name, media, frame, label, self._selection, labels, function)
        self._pending += 1
        self.busy_changed.emit(True)
        self._writer.run(partial(write, data, order), partial(self._commit, order), self._lose)

    def _settle(self) -> None:
        """A change is no longer on its way."""
        self._pending -= 1
        self._changing = False
        self.busy_changed.emit(self.busy)

    def _lose(self, error: BaseException) -> None:
        self._settle()
        self._failed(error)
        self._editor.player.refresh()
        self._take_late()

    def _commit(self, order: Order, written: Written) -> None:
        self._settle()
        if written.file:
            self._take_over(order, written)
        elif order.change is not None:
            self._editor.notify.hint(
                self.tr("{0}: there is nothing to change on this frame").format(order.name)
            )
        self._take_late()

    def _take_over(self, order: Order, written: Written) -> None:
        if written.selection is not None and self._where == order.where:
            self._selections[written.file] = written.selection
        try:
            self._editor.document.edit(
                order.name, mask_edits.with_key_mask, order.media, order.frame, written.file, order.label
            )
        except EditError as error:
            self._failed(error)
            return
        if not self._pending and self._stroke is None and self._where == order.where:
            self.labels = written.labels
            if not self._selector.busy:
                self._selection = written.selection
            elif self._selection is not None and order.change is not None:
                self._selection = self._selection.after(order.labels, written.labels)
            self._set_kind("key")
            self.labels_changed.emit(None)

    def _failed(self, error: BaseException) -> None:
        self.busy_changed.emit(self.busy)
        if not isinstance(error, LaminarError):
            error = LaminarError(f"the mask could not be kept: {error}", "Check the disk, then draw it again")
        self._editor.notify.failure(error)
